using System.Numerics;
using System.Runtime.Intrinsics;
using Cnn.Layers.Geometry;
using Cnn.Layers.Kernels.Fast;
using Cnn.Layers.Kernels.Lanes;
using Cnn.Layers.Kernels.Literal;

namespace Cnn.Layers.Kernels;

/// <summary>An adaptive average pool kernel as an object.</summary>
internal abstract class AdaptiveAvgPool2DKernel<T>(string name, string? unavailable) : Kernel<AdaptivePool2DGeometry>(name, unavailable)
    where T : unmanaged, IFloatingPointIeee754<T>
{
    /// <summary>The widest registers first.</summary>
    public static KernelTable<AdaptiveAvgPool2DKernel<T>, AdaptivePool2DGeometry> Table { get; } = new(
        new AdaptiveAvgPool2DKernel<FastAdaptiveAvgPool2D<T, Lanes512<T>>, T>(
            "fast, 512 bits", Vector512.IsHardwareAccelerated ? null : "the processor has no registers of 512 bits"),
        new AdaptiveAvgPool2DKernel<FastAdaptiveAvgPool2D<T, Lanes256<T>>, T>(
            "fast, 256 bits", Vector256.IsHardwareAccelerated ? null : "the processor has no registers of 256 bits"),
        new AdaptiveAvgPool2DKernel<FastAdaptiveAvgPool2D<T, Lanes128<T>>, T>("fast, 128 bits"),
        new AdaptiveAvgPool2DKernel<FastAdaptiveAvgPool2D<T, Lanes1<T>>, T>("fast, one channel at a time"),
        new AdaptiveAvgPool2DKernel<LiteralAdaptiveAvgPool2D<T>, T>("literal"));

    /// <inheritdoc cref="IAdaptiveAvgPool2DKernel{T}.Forward"/>
    public abstract void Forward(in AdaptivePool2DGeometry geometry, ReadOnlyNchwSpan<T> input, NchwSpan<T> output);

    /// <inheritdoc cref="IAdaptiveAvgPool2DKernel{T}.GradInput"/>
    public abstract void GradInput(in AdaptivePool2DGeometry geometry, ReadOnlyNchwSpan<T> gradOutput, NchwSpan<T> gradInput);
}

/// <inheritdoc/>
internal sealed class AdaptiveAvgPool2DKernel<TKernel, T>(string name = "", string? unavailable = null)
    : AdaptiveAvgPool2DKernel<T>(name, unavailable)
    where TKernel : struct, IAdaptiveAvgPool2DKernel<T>
    where T : unmanaged, IFloatingPointIeee754<T>
{
    /// <inheritdoc/>
    protected override string? Refuses(in AdaptivePool2DGeometry geometry) => TKernel.Refusal(geometry);

    /// <inheritdoc/>
    public override void Forward(in AdaptivePool2DGeometry geometry, ReadOnlyNchwSpan<T> input, NchwSpan<T> output) =>
        TKernel.Forward(geometry, input, output);

    /// <inheritdoc/>
    public override void GradInput(in AdaptivePool2DGeometry geometry, ReadOnlyNchwSpan<T> gradOutput, NchwSpan<T> gradInput) =>
        TKernel.GradInput(geometry, gradOutput, gradInput);
}
