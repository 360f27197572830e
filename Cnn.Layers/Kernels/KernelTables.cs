using System.Numerics;
using System.Runtime.Intrinsics;
using Cnn.Layers.Geometry;
using Cnn.Layers.Kernels.Fast;
using Cnn.Layers.Kernels.Lanes;
using Cnn.Layers.Kernels.Literal;

namespace Cnn.Layers.Kernels;

/// <summary>Which kernel computes a layer: the widest registers that the processor has come first, the literal loops last.</summary>
/// <typeparam name="T">float or double.</typeparam>
internal static class KernelTables<T> where T : unmanaged, IFloatingPointIeee754<T>
{
    /// <summary>Convolutions.</summary>
    public static KernelTable<IConv2DKernel<T>, Conv2DGeometry> Conv2D { get; } = new(
    [
        .. ByWidth<IConv2DKernel<T>>(
            new FastConv2D<T, Lanes512<T>>(), new FastConv2D<T, Lanes256<T>>(), new FastConv2D<T, Lanes128<T>>()),
        new("literal", new LiteralConv2D<T>()),
    ]);

    /// <summary>Max pools.</summary>
    public static KernelTable<IMaxPool2DKernel<T>, Pool2DGeometry> MaxPool2D { get; } = new(
    [
        .. ByWidth<IMaxPool2DKernel<T>>(
            new FastMaxPool2D<T, Lanes512<T>>(), new FastMaxPool2D<T, Lanes256<T>>(), new FastMaxPool2D<T, Lanes128<T>>()),
        new("literal", new LiteralMaxPool2D<T>()),
    ]);

    /// <summary>Average pools.</summary>
    public static KernelTable<IAvgPool2DKernel<T>, Pool2DGeometry> AvgPool2D { get; } = new(
    [
        .. ByWidth<IAvgPool2DKernel<T>>(
            new FastAvgPool2D<T, Lanes512<T>>(), new FastAvgPool2D<T, Lanes256<T>>(), new FastAvgPool2D<T, Lanes128<T>>()),
        new("literal", new LiteralAvgPool2D<T>()),
    ]);

    /// <summary>Adaptive average pools.</summary>
    public static KernelTable<IAdaptiveAvgPool2DKernel<T>, AdaptivePool2DGeometry> AdaptiveAvgPool2D { get; } = new(
    [
        .. ByWidth<IAdaptiveAvgPool2DKernel<T>>(
            new FastAdaptiveAvgPool2D<T, Lanes512<T>>(), new FastAdaptiveAvgPool2D<T, Lanes256<T>>(),
            new FastAdaptiveAvgPool2D<T, Lanes128<T>>()),
        new("fast, one channel at a time", new FastAdaptiveAvgPool2D<T, Lanes1<T>>()),
        new("literal", new LiteralAdaptiveAvgPool2D<T>()),
    ]);

    private static KernelRow<TKernel>[] ByWidth<TKernel>(TKernel bits512, TKernel bits256, TKernel bits128) =>
    [
        new("fast, 512 bits", bits512, Vector512.IsHardwareAccelerated ? null : "the processor has no registers of 512 bits"),
        new("fast, 256 bits", bits256, Vector256.IsHardwareAccelerated ? null : "the processor has no registers of 256 bits"),
        new("fast, 128 bits", bits128),
    ];
}

/// <summary>Max pools of any type: those of integers are literal alone.</summary>
/// <typeparam name="T">float, double, or any integer.</typeparam>
internal static class MaxPool2DKernels<T> where T : unmanaged, INumber<T>
{
    /// <summary>The table.</summary>
    public static KernelTable<IMaxPool2DKernel<T>, Pool2DGeometry> Table { get; } = (KernelTable<IMaxPool2DKernel<T>, Pool2DGeometry>)(
        typeof(T) == typeof(float) ? KernelTables<float>.MaxPool2D
        : typeof(T) == typeof(double) ? KernelTables<double>.MaxPool2D
        : (object)new KernelTable<IMaxPool2DKernel<T>, Pool2DGeometry>(
            new KernelRow<IMaxPool2DKernel<T>>("literal", new LiteralMaxPool2D<T>())));
}
