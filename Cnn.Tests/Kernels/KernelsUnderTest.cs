using System.Numerics;
using Cnn.Layers.Geometry;
using Cnn.Layers.Kernels;

namespace Cnn.Tests.Kernels;

// xunit wants public test classes, and a public class cannot name an internal kernel in its base class. So a contract takes
// its kernel as an object: these pass each call on to the kernel's static member.

/// <summary>A convolution kernel as an object.</summary>
internal abstract class Conv2DKernel<T> where T : unmanaged, IFloatingPointIeee754<T>
{
    public abstract void Forward(in Conv2DGeometry geometry, ReadOnlyNchwSpan<T> input, ReadOnlyNchwSpan<T> weight, ReadOnlySpan<T> bias, NchwSpan<T> output);

    public abstract void GradInput(in Conv2DGeometry geometry, ReadOnlyNchwSpan<T> gradOutput, ReadOnlyNchwSpan<T> weight, NchwSpan<T> gradInput);

    public abstract void GradWeight(in Conv2DGeometry geometry, ReadOnlyNchwSpan<T> gradOutput, ReadOnlyNchwSpan<T> input, NchwSpan<T> gradWeight);

    public abstract void GradBias(in Conv2DGeometry geometry, ReadOnlyNchwSpan<T> gradOutput, Span<T> gradBias);
}

/// <inheritdoc/>
internal sealed class Conv2DKernel<TKernel, T> : Conv2DKernel<T> where TKernel : struct, IConv2DKernel<T> where T : unmanaged, IFloatingPointIeee754<T>
{
    public override void Forward(in Conv2DGeometry geometry, ReadOnlyNchwSpan<T> input, ReadOnlyNchwSpan<T> weight, ReadOnlySpan<T> bias, NchwSpan<T> output) =>
        TKernel.Forward(geometry, input, weight, bias, output);

    public override void GradInput(in Conv2DGeometry geometry, ReadOnlyNchwSpan<T> gradOutput, ReadOnlyNchwSpan<T> weight, NchwSpan<T> gradInput) =>
        TKernel.GradInput(geometry, gradOutput, weight, gradInput);

    public override void GradWeight(in Conv2DGeometry geometry, ReadOnlyNchwSpan<T> gradOutput, ReadOnlyNchwSpan<T> input, NchwSpan<T> gradWeight) =>
        TKernel.GradWeight(geometry, gradOutput, input, gradWeight);

    public override void GradBias(in Conv2DGeometry geometry, ReadOnlyNchwSpan<T> gradOutput, Span<T> gradBias) =>
        TKernel.GradBias(geometry, gradOutput, gradBias);
}

/// <summary>A max pool kernel as an object.</summary>
internal abstract class MaxPool2DKernel<T> where T : unmanaged, INumber<T>
{
    public abstract void Forward(in Pool2DGeometry geometry, ReadOnlyNchwSpan<T> input, NchwSpan<T> output, NchwSpan<long> indices);

    public abstract void GradInput(in Pool2DGeometry geometry, ReadOnlyNchwSpan<T> gradOutput, ReadOnlyNchwSpan<long> indices, NchwSpan<T> gradInput);

    public abstract void TakeWinners(in Pool2DGeometry geometry, ReadOnlyNchwSpan<T> values, ReadOnlyNchwSpan<long> indices, NchwSpan<T> output);
}

/// <inheritdoc/>
internal sealed class MaxPool2DKernel<TKernel, T> : MaxPool2DKernel<T> where TKernel : struct, IMaxPool2DKernel<T> where T : unmanaged, INumber<T>
{
    public override void Forward(in Pool2DGeometry geometry, ReadOnlyNchwSpan<T> input, NchwSpan<T> output, NchwSpan<long> indices) =>
        TKernel.Forward(geometry, input, output, indices);

    public override void GradInput(in Pool2DGeometry geometry, ReadOnlyNchwSpan<T> gradOutput, ReadOnlyNchwSpan<long> indices, NchwSpan<T> gradInput) =>
        TKernel.GradInput(geometry, gradOutput, indices, gradInput);

    public override void TakeWinners(in Pool2DGeometry geometry, ReadOnlyNchwSpan<T> values, ReadOnlyNchwSpan<long> indices, NchwSpan<T> output) =>
        TKernel.TakeWinners(geometry, values, indices, output);
}

/// <summary>An average pool kernel as an object.</summary>
internal abstract class AvgPool2DKernel<T> where T : unmanaged, IFloatingPointIeee754<T>
{
    public abstract void Forward(in Pool2DGeometry geometry, ReadOnlyNchwSpan<T> input, NchwSpan<T> output);

    public abstract void GradInput(in Pool2DGeometry geometry, ReadOnlyNchwSpan<T> gradOutput, NchwSpan<T> gradInput);
}

/// <inheritdoc/>
internal sealed class AvgPool2DKernel<TKernel, T> : AvgPool2DKernel<T> where TKernel : struct, IAvgPool2DKernel<T> where T : unmanaged, IFloatingPointIeee754<T>
{
    public override void Forward(in Pool2DGeometry geometry, ReadOnlyNchwSpan<T> input, NchwSpan<T> output) => TKernel.Forward(geometry, input, output);

    public override void GradInput(in Pool2DGeometry geometry, ReadOnlyNchwSpan<T> gradOutput, NchwSpan<T> gradInput) =>
        TKernel.GradInput(geometry, gradOutput, gradInput);
}

/// <summary>A padding kernel as an object.</summary>
internal abstract class Pad2DKernel<T> where T : unmanaged, INumber<T>
{
    public abstract void Forward(in Pad2DGeometry geometry, ReadOnlyNchwSpan<T> input, NchwSpan<T> output);

    public abstract void GradInput(in Pad2DGeometry geometry, ReadOnlyNchwSpan<T> gradOutput, NchwSpan<T> gradInput);
}

/// <inheritdoc/>
internal sealed class Pad2DKernel<TKernel, T> : Pad2DKernel<T> where TKernel : struct, IPad2DKernel<T> where T : unmanaged, INumber<T>
{
    public override void Forward(in Pad2DGeometry geometry, ReadOnlyNchwSpan<T> input, NchwSpan<T> output) => TKernel.Forward(geometry, input, output);

    public override void GradInput(in Pad2DGeometry geometry, ReadOnlyNchwSpan<T> gradOutput, NchwSpan<T> gradInput) =>
        TKernel.GradInput(geometry, gradOutput, gradInput);
}
