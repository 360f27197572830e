using System.Numerics;
using System.Runtime.Intrinsics;
using Cnn.Layers.Geometry;
using Cnn.Layers.Kernels.Fast;
using Cnn.Layers.Kernels.Lanes;
using Cnn.Layers.Kernels.Literal;

namespace Cnn.Layers.Kernels;

/// <summary>A convolution kernel as an object.</summary>
internal abstract class Conv2DKernel<T>(string name, string? unavailable) : Kernel<Conv2DGeometry>(name, unavailable)
    where T : unmanaged, IFloatingPointIeee754<T>
{
    /// <summary>The widest registers first.</summary>
    public static KernelTable<Conv2DKernel<T>, Conv2DGeometry> Table { get; } = new(
        new Conv2DKernel<FastConv2D<T, Lanes512<T>>, T>("fast, 512 bits", Vector512.IsHardwareAccelerated ? null : "the processor has no registers of 512 bits"),
        new Conv2DKernel<FastConv2D<T, Lanes256<T>>, T>("fast, 256 bits", Vector256.IsHardwareAccelerated ? null : "the processor has no registers of 256 bits"),
        new Conv2DKernel<FastConv2D<T, Lanes128<T>>, T>("fast, 128 bits"),
        new Conv2DKernel<LiteralConv2D<T>, T>("literal"));

    /// <inheritdoc cref="IConv2DKernel{T}.Forward"/>
    public abstract void Forward(in Conv2DGeometry geometry, ReadOnlyNchwSpan<T> input, ReadOnlyNchwSpan<T> weight, ReadOnlySpan<T> bias, NchwSpan<T> output);

    /// <inheritdoc cref="IConv2DKernel{T}.GradInput"/>
    public abstract void GradInput(in Conv2DGeometry geometry, ReadOnlyNchwSpan<T> gradOutput, ReadOnlyNchwSpan<T> weight, NchwSpan<T> gradInput);

    /// <inheritdoc cref="IConv2DKernel{T}.GradWeight"/>
    public abstract void GradWeight(in Conv2DGeometry geometry, ReadOnlyNchwSpan<T> gradOutput, ReadOnlyNchwSpan<T> input, NchwSpan<T> gradWeight);

    /// <inheritdoc cref="IConv2DKernel{T}.GradBias"/>
    public abstract void GradBias(in Conv2DGeometry geometry, ReadOnlyNchwSpan<T> gradOutput, Span<T> gradBias);

    /// <inheritdoc cref="IConv2DKernel{T}.GradWeightAndBias"/>
    public abstract void GradWeightAndBias(
        in Conv2DGeometry geometry, ReadOnlyNchwSpan<T> gradOutput, ReadOnlyNchwSpan<T> input, NchwSpan<T> gradWeight, Span<T> gradBias);
}

/// <inheritdoc/>
internal sealed class Conv2DKernel<TKernel, T>(string name = "", string? unavailable = null) : Conv2DKernel<T>(name, unavailable)
    where TKernel : struct, IConv2DKernel<T>
    where T : unmanaged, IFloatingPointIeee754<T>
{
    /// <inheritdoc/>
    protected override string? Refuses(in Conv2DGeometry geometry) => TKernel.Refusal(geometry);

    /// <inheritdoc/>
    public override void Forward(in Conv2DGeometry geometry, ReadOnlyNchwSpan<T> input, ReadOnlyNchwSpan<T> weight, ReadOnlySpan<T> bias, NchwSpan<T> output) =>
        TKernel.Forward(geometry, input, weight, bias, output);

    /// <inheritdoc/>
    public override void GradInput(in Conv2DGeometry geometry, ReadOnlyNchwSpan<T> gradOutput, ReadOnlyNchwSpan<T> weight, NchwSpan<T> gradInput) =>
        TKernel.GradInput(geometry, gradOutput, weight, gradInput);

    /// <inheritdoc/>
    public override void GradWeight(in Conv2DGeometry geometry, ReadOnlyNchwSpan<T> gradOutput, ReadOnlyNchwSpan<T> input, NchwSpan<T> gradWeight) =>
        TKernel.GradWeight(geometry, gradOutput, input, gradWeight);

    /// <inheritdoc/>
    public override void GradBias(in Conv2DGeometry geometry, ReadOnlyNchwSpan<T> gradOutput, Span<T> gradBias) =>
        TKernel.GradBias(geometry, gradOutput, gradBias);

    /// <inheritdoc/>
    public override void GradWeightAndBias(
        in Conv2DGeometry geometry, ReadOnlyNchwSpan<T> gradOutput, ReadOnlyNchwSpan<T> input, NchwSpan<T> gradWeight, Span<T> gradBias) =>
        TKernel.GradWeightAndBias(geometry, gradOutput, input, gradWeight, gradBias);
}
