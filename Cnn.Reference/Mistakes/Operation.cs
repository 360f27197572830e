using Cnn.Reference.Cases;

namespace Cnn.Reference.Mistakes;

/// <summary>What is computed: a function of the exercise, or a layer forwards or backwards.</summary>
internal enum Operation
{
    /// <summary>A border of zeros around each image.</summary>
    ZeroPad,

    /// <summary>One window times one filter: a convolution with one output.</summary>
    SingleStep,

    /// <summary>A convolution.</summary>
    ConvForward,

    /// <summary>The gradients of a convolution.</summary>
    ConvBackward,

    /// <summary>A max pool.</summary>
    MaxForward,

    /// <summary>An average pool.</summary>
    AverageForward,

    /// <summary>Where the maximum of a window is.</summary>
    Mask,

    /// <summary>One value, spread evenly over a window: the gradient of an average pool with one window.</summary>
    Distribute,

    /// <summary>The gradient of a max pool.</summary>
    MaxBackward,

    /// <summary>The gradient of an average pool.</summary>
    AverageBackward,
}

/// <summary>Which layer an operation is of.</summary>
internal static class Operations
{
    /// <summary>The layer; null for what only the exercise has.</summary>
    public static LayerKind? KindOf(this Operation operation) => operation switch
    {
        Operation.ConvForward or Operation.ConvBackward => LayerKind.Conv,
        Operation.MaxForward or Operation.MaxBackward => LayerKind.Max,
        Operation.AverageForward or Operation.AverageBackward => LayerKind.Avg,
        _ => null,
    };
}
