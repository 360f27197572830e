using System.Numerics;
using System.Runtime.Intrinsics;
using Cnn.Layers.Geometry;
using Cnn.Layers.Kernels.Fast;
using Cnn.Layers.Kernels.Lanes;
using Cnn.Layers.Kernels.Literal;

namespace Cnn.Layers.Kernels;

/// <summary>A max pool kernel as an object.</summary>
internal abstract class MaxPool2DKernel<T>(string name, string? unavailable) : Kernel<Pool2DGeometry>(name, unavailable) where T : unmanaged, INumber<T>
{
    /// <summary>The widest registers first; of integers, the literal loops alone.</summary>
    public static KernelTable<MaxPool2DKernel<T>, Pool2DGeometry> Table { get; } = new(
    [
        .. typeof(T) == typeof(float) ? Fast<float>() : typeof(T) == typeof(double) ? Fast<double>() : [],
        new MaxPool2DKernel<LiteralMaxPool2D<T>, T>("literal"),
    ]);

    /// <inheritdoc cref="IMaxPool2DKernel{T}.Forward"/>
    public abstract void Forward(in Pool2DGeometry geometry, ReadOnlyNchwSpan<T> input, NchwSpan<T> output, NchwSpan<long> indices);

    /// <inheritdoc cref="IMaxPool2DKernel{T}.GradInput"/>
    public abstract void GradInput(in Pool2DGeometry geometry, ReadOnlyNchwSpan<T> gradOutput, ReadOnlyNchwSpan<long> indices, NchwSpan<T> gradInput);

    /// <inheritdoc cref="IMaxPool2DKernel{T}.TakeWinners"/>
    public abstract void TakeWinners(in Pool2DGeometry geometry, ReadOnlyNchwSpan<T> values, ReadOnlyNchwSpan<long> indices, NchwSpan<T> output);

    // TReal is T.
    private static MaxPool2DKernel<T>[] Fast<TReal>() where TReal : unmanaged, IFloatingPointIeee754<TReal> => (MaxPool2DKernel<T>[])(object)new MaxPool2DKernel<TReal>[]
    {
        new MaxPool2DKernel<FastMaxPool2D<TReal, Lanes512<TReal>>, TReal>("fast, 512 bits", Vector512.IsHardwareAccelerated ? null : "the processor has no registers of 512 bits"),
        new MaxPool2DKernel<FastMaxPool2D<TReal, Lanes256<TReal>>, TReal>("fast, 256 bits", Vector256.IsHardwareAccelerated ? null : "the processor has no registers of 256 bits"),
        new MaxPool2DKernel<FastMaxPool2D<TReal, Lanes128<TReal>>, TReal>("fast, 128 bits"),
    };
}

/// <inheritdoc/>
internal sealed class MaxPool2DKernel<TKernel, T>(string name = "", string? unavailable = null) : MaxPool2DKernel<T>(name, unavailable)
    where TKernel : struct, IMaxPool2DKernel<T>
    where T : unmanaged, INumber<T>
{
    /// <inheritdoc/>
    protected override string? Refuses(in Pool2DGeometry geometry) => TKernel.Refusal(geometry);

    /// <inheritdoc/>
    public override void Forward(in Pool2DGeometry geometry, ReadOnlyNchwSpan<T> input, NchwSpan<T> output, NchwSpan<long> indices) =>
        TKernel.Forward(geometry, input, output, indices);

    /// <inheritdoc/>
    public override void GradInput(in Pool2DGeometry geometry, ReadOnlyNchwSpan<T> gradOutput, ReadOnlyNchwSpan<long> indices, NchwSpan<T> gradInput) =>
        TKernel.GradInput(geometry, gradOutput, indices, gradInput);

    /// <inheritdoc/>
    public override void TakeWinners(in Pool2DGeometry geometry, ReadOnlyNchwSpan<T> values, ReadOnlyNchwSpan<long> indices, NchwSpan<T> output) =>
        TKernel.TakeWinners(geometry, values, indices, output);
}

/// <summary>An average pool kernel as an object.</summary>
internal abstract class AvgPool2DKernel<T>(string name, string? unavailable) : Kernel<Pool2DGeometry>(name, unavailable)
    where T : unmanaged, IFloatingPointIeee754<T>
{
    /// <summary>The widest registers first.</summary>
    public static KernelTable<AvgPool2DKernel<T>, Pool2DGeometry> Table { get; } = new(
        new AvgPool2DKernel<FastAvgPool2D<T, Lanes512<T>>, T>("fast, 512 bits", Vector512.IsHardwareAccelerated ? null : "the processor has no registers of 512 bits"),
        new AvgPool2DKernel<FastAvgPool2D<T, Lanes256<T>>, T>("fast, 256 bits", Vector256.IsHardwareAccelerated ? null : "the processor has no registers of 256 bits"),
        new AvgPool2DKernel<FastAvgPool2D<T, Lanes128<T>>, T>("fast, 128 bits"),
        new AvgPool2DKernel<LiteralAvgPool2D<T>, T>("literal"));

    /// <inheritdoc cref="IAvgPool2DKernel{T}.Forward"/>
    public abstract void Forward(in Pool2DGeometry geometry, ReadOnlyNchwSpan<T> input, NchwSpan<T> output);

    /// <inheritdoc cref="IAvgPool2DKernel{T}.GradInput"/>
    public abstract void GradInput(in Pool2DGeometry geometry, ReadOnlyNchwSpan<T> gradOutput, NchwSpan<T> gradInput);
}

/// <inheritdoc/>
internal sealed class AvgPool2DKernel<TKernel, T>(string name = "", string? unavailable = null) : AvgPool2DKernel<T>(name, unavailable)
    where TKernel : struct, IAvgPool2DKernel<T>
    where T : unmanaged, IFloatingPointIeee754<T>
{
    /// <inheritdoc/>
    protected override string? Refuses(in Pool2DGeometry geometry) => TKernel.Refusal(geometry);

    /// <inheritdoc/>
    public override void Forward(in Pool2DGeometry geometry, ReadOnlyNchwSpan<T> input, NchwSpan<T> output) => TKernel.Forward(geometry, input, output);

    /// <inheritdoc/>
    public override void GradInput(in Pool2DGeometry geometry, ReadOnlyNchwSpan<T> gradOutput, NchwSpan<T> gradInput) =>
        TKernel.GradInput(geometry, gradOutput, gradInput);
}
