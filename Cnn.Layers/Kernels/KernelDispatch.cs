using System.Numerics;
using Cnn.Layers.Geometry;
using Cnn.Layers.Kernels.Literal;

namespace Cnn.Layers.Kernels;

/// <summary>Has each problem computed by the kernel that its table chooses: the fast one in the widest lanes that the processor has, or the
/// literal one.</summary>
internal static class KernelDispatch
{
    /// <inheritdoc cref="IConv2DKernel{T}.Forward"/>
    public static void Conv2DForward<T>(
        Algorithm algorithm, in Conv2DGeometry geometry, ReadOnlyNchwSpan<T> input, ReadOnlyNchwSpan<T> weight, ReadOnlySpan<T> bias,
        NchwSpan<T> output)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        Require(input.Shape == geometry.InputShape && weight.Shape == geometry.WeightShape && output.Shape == geometry.OutputShape);
        Require(bias.Length == 0 || bias.Length == geometry.OutChannels);
        KernelTables<T>.Conv2D.Choose(algorithm, geometry).Kernel.Forward(geometry, input, weight, bias, output);
    }

    /// <inheritdoc cref="IConv2DKernel{T}.GradInput"/>
    public static void Conv2DGradInput<T>(
        Algorithm algorithm, in Conv2DGeometry geometry, ReadOnlyNchwSpan<T> gradOutput, ReadOnlyNchwSpan<T> weight, NchwSpan<T> gradInput)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        Require(gradOutput.Shape == geometry.OutputShape && weight.Shape == geometry.WeightShape && gradInput.Shape == geometry.InputShape);
        KernelTables<T>.Conv2D.Choose(algorithm, geometry).Kernel.GradInput(geometry, gradOutput, weight, gradInput);
    }

    /// <inheritdoc cref="IConv2DKernel{T}.GradWeight"/>
    public static void Conv2DGradWeight<T>(
        Algorithm algorithm, in Conv2DGeometry geometry, ReadOnlyNchwSpan<T> gradOutput, ReadOnlyNchwSpan<T> input, NchwSpan<T> gradWeight)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        Require(gradOutput.Shape == geometry.OutputShape && input.Shape == geometry.InputShape && gradWeight.Shape == geometry.WeightShape);
        KernelTables<T>.Conv2D.Choose(algorithm, geometry).Kernel.GradWeight(geometry, gradOutput, input, gradWeight);
    }

    /// <inheritdoc cref="IConv2DKernel{T}.GradBias"/>
    public static void Conv2DGradBias<T>(
        Algorithm algorithm, in Conv2DGeometry geometry, ReadOnlyNchwSpan<T> gradOutput, Span<T> gradBias)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        Require(gradOutput.Shape == geometry.OutputShape && gradBias.Length == geometry.OutChannels);
        KernelTables<T>.Conv2D.Choose(algorithm, geometry).Kernel.GradBias(geometry, gradOutput, gradBias);
    }

    /// <inheritdoc cref="IConv2DKernel{T}.GradWeightAndBias"/>
    public static void Conv2DGradWeightAndBias<T>(
        Algorithm algorithm, in Conv2DGeometry geometry, ReadOnlyNchwSpan<T> gradOutput, ReadOnlyNchwSpan<T> input, NchwSpan<T> gradWeight,
        Span<T> gradBias)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        Require(gradOutput.Shape == geometry.OutputShape && input.Shape == geometry.InputShape && gradWeight.Shape == geometry.WeightShape);
        Require(gradBias.Length == geometry.OutChannels);
        KernelTables<T>.Conv2D.Choose(algorithm, geometry).Kernel.GradWeightAndBias(geometry, gradOutput, input, gradWeight, gradBias);
    }

    /// <inheritdoc cref="IMaxPool2DKernel{T}.Forward"/>
    public static void MaxPool2DForward<T>(
        Algorithm algorithm, in Pool2DGeometry geometry, ReadOnlyNchwSpan<T> input, NchwSpan<T> output, NchwSpan<long> indices)
        where T : unmanaged, INumber<T>
    {
        Require(input.Shape == geometry.InputShape && output.Shape == geometry.OutputShape
            && (indices.IsEmpty || indices.Shape == geometry.OutputShape));
        MaxPool2DKernels<T>.Table.Choose(algorithm, geometry).Kernel.Forward(geometry, input, output, indices);
    }

    /// <inheritdoc cref="IMaxPool2DKernel{T}.GradInput"/>
    public static void MaxPool2DGradInput<T>(
        Algorithm algorithm, in Pool2DGeometry geometry, ReadOnlyNchwSpan<T> gradOutput, ReadOnlyNchwSpan<long> indices,
        NchwSpan<T> gradInput)
        where T : unmanaged, INumber<T>
    {
        Require(gradOutput.Shape == geometry.OutputShape && indices.Shape == geometry.OutputShape
            && gradInput.Shape == geometry.InputShape);
        MaxPool2DKernels<T>.Table.Choose(algorithm, geometry).Kernel.GradInput(geometry, gradOutput, indices, gradInput);
    }

    /// <inheritdoc cref="IMaxPool2DKernel{T}.TakeWinners"/>
    public static void MaxPool2DTakeWinners<T>(
        Algorithm algorithm, in Pool2DGeometry geometry, ReadOnlyNchwSpan<T> values, ReadOnlyNchwSpan<long> indices, NchwSpan<T> output)
        where T : unmanaged, INumber<T>
    {
        Require(values.Shape == geometry.InputShape && indices.Shape == geometry.OutputShape && output.Shape == geometry.OutputShape);
        MaxPool2DKernels<T>.Table.Choose(algorithm, geometry).Kernel.TakeWinners(geometry, values, indices, output);
    }

    /// <inheritdoc cref="IAvgPool2DKernel{T}.Forward"/>
    public static void AvgPool2DForward<T>(Algorithm algorithm, in Pool2DGeometry geometry, ReadOnlyNchwSpan<T> input, NchwSpan<T> output)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        Require(input.Shape == geometry.InputShape && output.Shape == geometry.OutputShape);
        KernelTables<T>.AvgPool2D.Choose(algorithm, geometry).Kernel.Forward(geometry, input, output);
    }

    /// <inheritdoc cref="IAvgPool2DKernel{T}.GradInput"/>
    public static void AvgPool2DGradInput<T>(
        Algorithm algorithm, in Pool2DGeometry geometry, ReadOnlyNchwSpan<T> gradOutput, NchwSpan<T> gradInput)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        Require(gradOutput.Shape == geometry.OutputShape && gradInput.Shape == geometry.InputShape);
        KernelTables<T>.AvgPool2D.Choose(algorithm, geometry).Kernel.GradInput(geometry, gradOutput, gradInput);
    }

    /// <inheritdoc cref="IAdaptiveAvgPool2DKernel{T}.Forward"/>
    public static void AdaptiveAvgPool2DForward<T>(
        Algorithm algorithm, in AdaptivePool2DGeometry geometry, ReadOnlyNchwSpan<T> input, NchwSpan<T> output)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        Require(input.Shape == geometry.InputShape && output.Shape == geometry.OutputShape);
        KernelTables<T>.AdaptiveAvgPool2D.Choose(algorithm, geometry).Kernel.Forward(geometry, input, output);
    }

    /// <inheritdoc cref="IAdaptiveAvgPool2DKernel{T}.GradInput"/>
    public static void AdaptiveAvgPool2DGradInput<T>(
        Algorithm algorithm, in AdaptivePool2DGeometry geometry, ReadOnlyNchwSpan<T> gradOutput, NchwSpan<T> gradInput)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        Require(gradOutput.Shape == geometry.OutputShape && gradInput.Shape == geometry.InputShape);
        KernelTables<T>.AdaptiveAvgPool2D.Choose(algorithm, geometry).Kernel.GradInput(geometry, gradOutput, gradInput);
    }

    /// <inheritdoc cref="IPad2DKernel{T}.Forward"/>
    public static void Pad2DForward<T>(in Pad2DGeometry geometry, ReadOnlyNchwSpan<T> input, NchwSpan<T> output)
        where T : unmanaged, INumber<T> =>
        new LiteralPad2D<T>().Forward(geometry, input, output);

    /// <inheritdoc cref="IPad2DKernel{T}.GradInput"/>
    public static void Pad2DGradInput<T>(in Pad2DGeometry geometry, ReadOnlyNchwSpan<T> gradOutput, NchwSpan<T> gradInput)
        where T : unmanaged, INumber<T> =>
        new LiteralPad2D<T>().GradInput(geometry, gradOutput, gradInput);

    // The fast loops read memory by address: a tensor that was resized behind the graph's back must not get that far.
    private static void Require(bool shapesFit)
    {
        if (!shapesFit) throw new ArgumentException("geometry: a tensor has not the shape that the layer was called with.", "geometry");
    }
}
