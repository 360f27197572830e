using Cnn.Reference.Tensors;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Cnn.Reference.Networks;

/// <summary>
/// Kernels, strides and paddings that differ along height and width, borders that are mirrored, copied and wrapped, and two
/// branches that meet in a concatenation and in a sum.
/// </summary>
internal sealed class RectangularNetwork : Module<Tensor, Tensor>
{
    private readonly Module<Tensor, Tensor> wide = Conv2d(1, 8, (3, 7), padding: (1, 3), padding_mode: PaddingModes.Reflect);
    private readonly Module<Tensor, Tensor> tall = Conv2d(1, 8, (7, 3), padding: (3, 1), padding_mode: PaddingModes.Replicate);
    private readonly Module<Tensor, Tensor> strip =
        Conv2d(16, 12, (1, 5), stride: (1, 2), padding: (0, 2), padding_mode: PaddingModes.Reflect);
    private readonly Module<Tensor, Tensor> same = Conv2d(12, 12, (3, 3), Padding.Same, padding_mode: PaddingModes.Circular, bias: false);
    private readonly Module<Tensor, Tensor> column = Conv2d(12, 20, (5, 1), stride: (2, 1), padding: (2, 0), groups: 2);
    private readonly Module<Tensor, Tensor> norm = BatchNorm2d(12), most = MaxPool2d((2, 3), stride: (2, 1), padding: (1, 1));
    private readonly Module<Tensor, Tensor> average =
        AvgPool2d((3, 2), stride: (2, 3), padding: (1, 0), ceil_mode: true, count_include_pad: false);
    private readonly Module<Tensor, Tensor> relu = ReLU(inplace: true), dropout = Dropout(0.2);
    private readonly Module<Tensor, Tensor> mean = AdaptiveAvgPool2d((2L, 1L)), classifier;

    /// <summary>The network, for (N, 1, H, W).</summary>
    public RectangularNetwork(long classes) : base(nameof(RectangularNetwork))
    {
        classifier = Linear(20 * 2, classes);
        RegisterComponents();
    }

    /// <inheritdoc/>
    public override Tensor forward(Tensor input)
    {
        using var scope = NewDisposeScope();
        var x = relu.call(cat([wide.call(input), tall.call(input)], 1));
        x = norm.call(strip.call(most.call(x)));
        x = relu.call(same.call(x).Plus(x)); // the one module stands in three places of the way
        x = relu.call(column.call(average.call(x)));
        return classifier.call(dropout.call(mean.call(x).flatten(1))).MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
            foreach (var module in children().ToList()) module.Dispose();
        base.Dispose(disposing);
    }
}
