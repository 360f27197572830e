using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Cnn.Reference.Networks;

/// <summary>
/// LeNet-5 (Y. LeCun, L. Bottou, Y. Bengio and P. Haffner, Gradient-Based Learning Applied to Document Recognition, Proc. IEEE 86,
/// 1998, figure 2), its 28 x 28 images padded to 32 x 32 by the first layer, with plain averages and a linear end.
/// </summary>
internal sealed class LeNet5 : Module<Tensor, Tensor>
{
    private readonly Sequential features = Sequential(
        ("c1", Conv2d(1, 6, 5, padding: 2)), ("tanh1", Tanh()), ("s2", AvgPool2d(2)),
        ("c3", Conv2d(6, 16, 5)), ("tanh3", Tanh()), ("s4", AvgPool2d(2)),
        ("c5", Conv2d(16, 120, 5)), ("tanh5", Tanh()));

    private readonly Sequential classifier;

    /// <summary>The network, for (N, 1, 28, 28).</summary>
    public LeNet5(long classes) : base(nameof(LeNet5))
    {
        classifier = Sequential(("flatten", Flatten()), ("f6", Linear(120, 84)), ("tanh6", Tanh()), ("output", Linear(84, classes)));
        RegisterComponents();
    }

    /// <inheritdoc/>
    public override Tensor forward(Tensor input)
    {
        using var maps = features.call(input);
        return classifier.call(maps);
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            features.Dispose();
            classifier.Dispose();
        }
        base.Dispose(disposing);
    }
}
