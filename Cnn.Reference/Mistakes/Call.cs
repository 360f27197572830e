using Cnn.Layers.Geometry;
using static TorchSharp.torch;

namespace Cnn.Reference.Mistakes;

/// <summary>One call of an operation: its settings and its tensors, in NCHW and float64.</summary>
/// <param name="Operation">What is asked for.</param>
/// <param name="Windows">Where windows lie.</param>
/// <param name="Input">(N, C, H, W).</param>
internal sealed record Call(Operation Operation, Windows Windows, Tensor Input)
{
    /// <summary>Convolution: the filters, (O, C / groups, kH, kW).</summary>
    public Tensor? Weight { get; init; }

    /// <summary>Convolution, forwards: one number a filter; null for none.</summary>
    public Tensor? Bias { get; init; }

    /// <summary>Backwards: the gradient of the output.</summary>
    public Tensor? GradOutput { get; init; }

    /// <summary>Max pool, forwards: whether the indices of the maxima are asked for, too.</summary>
    public bool WithIndices { get; init; }

    /// <summary>
    /// The part of an element that rounding may change, where that is more than in float32: of quotients in a narrow type.
    /// </summary>
    public double Rounding { get; init; }

    /// <summary>Whether the operation is a convolution's.</summary>
    public bool IsConv => Operation is Operation.SingleStep or Operation.ConvForward or Operation.ConvBackward;

    /// <summary>Whether gradients are asked for.</summary>
    public bool IsBackward => GradOutput is not null;

    /// <summary>A convolution's sizes.</summary>
    /// <exception cref="ArgumentException">A size breaks a rule.</exception>
    public Conv2DGeometry ConvGeometry() => Conv2DGeometry.Create(
        ShapeOf(Input), ShapeOf(Weight!), Windows.Stride, Windows.Padding, Windows.PaddingBehind, Windows.Dilation, Windows.Groups);

    /// <summary>A pool's sizes.</summary>
    /// <inheritdoc cref="ConvGeometry" path="/exception"/>
    public Pool2DGeometry PoolGeometry() => Pool2DGeometry.Create(
        ShapeOf(Input), Windows.Kernel, Windows.Stride, Windows.Padding, Windows.Dilation, Windows.CeilMode, Windows.CountIncludePad,
        Windows.DivisorOverride);

    /// <summary>Rows and columns of windows.</summary>
    /// <inheritdoc cref="ConvGeometry" path="/exception"/>
    public (long H, long W) Outputs()
    {
        var shape = IsConv ? ConvGeometry().OutputShape : PoolGeometry().OutputShape;
        return (shape.H, shape.W);
    }

    private static Shape4 ShapeOf(Tensor tensor) => new(tensor.shape[0], tensor.shape[1], tensor.shape[2], tensor.shape[3]);
}
