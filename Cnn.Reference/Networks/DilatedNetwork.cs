using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Cnn.Reference.Networks;

/// <summary>
/// A stem and a context module: 3 x 3 filters whose dilation doubles, so that the receptive field grows without a stride
/// (F. Yu and V. Koltun, Multi-Scale Context Aggregation by Dilated Convolutions, ICLR 2016, table 1). Two of its layers are
/// grouped, and one dilates its axes differently.
/// </summary>
internal sealed class DilatedNetwork : Module<Tensor, Tensor>
{
    private readonly Module<Tensor, Tensor> stem = Conv2d(3, 16, 3, stride: 2, padding: 1);
    private readonly Module<Tensor, Tensor> pool = MaxPool2d(3, stride: 1, padding: 1, dilation: 2);

    private readonly Sequential context = Sequential(
        Conv2d(16, 16, 3, padding: 1), BatchNorm2d(16), ReLU(),
        Conv2d(16, 24, 3, padding: 2, dilation: 2, groups: 2), BatchNorm2d(24), ReLU(),
        Conv2d(24, 24, (3, 3), padding: (4, 2), dilation: (4, 2)), BatchNorm2d(24), LeakyReLU(0.1),
        Conv2d(24, 32, 3, padding: 8, dilation: 8, groups: 4, bias: false), BatchNorm2d(32), ReLU(),
        Conv2d(32, 32, 1));

    private readonly Module<Tensor, Tensor> mean = AdaptiveAvgPool2d(2L), classifier;

    /// <summary>The network, for (N, 3, H, W).</summary>
    public DilatedNetwork(long classes) : base(nameof(DilatedNetwork))
    {
        classifier = Linear(32 * 2 * 2, classes);
        RegisterComponents();
    }

    /// <inheritdoc/>
    public override Tensor forward(Tensor input)
    {
        using var scope = NewDisposeScope();
        var x = context.call(pool.call(functional.relu(stem.call(input))));
        return classifier.call(mean.call(x).flatten(1)).MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
            foreach (var module in new Module[] { stem, pool, context, mean, classifier }) module.Dispose();
        base.Dispose(disposing);
    }
}
