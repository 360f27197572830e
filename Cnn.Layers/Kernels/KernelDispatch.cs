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
        RequireShape("input", input.Shape, geometry.InputShape);
        RequireShape("weight", weight.Shape, geometry.WeightShape);
        RequireShape("output", output.Shape, geometry.OutputShape);
        if (bias.Length > 0) RequireLength("bias", bias.Length, geometry.OutChannels);
        KernelTables<T>.Conv2D.Choose(algorithm, geometry).Kernel.Forward(geometry, input, weight, bias, output);
    }

    /// <inheritdoc cref="IConv2DKernel{T}.GradInput"/>
    public static void Conv2DGradInput<T>(
        Algorithm algorithm, in Conv2DGeometry geometry, ReadOnlyNchwSpan<T> gradOutput, ReadOnlyNchwSpan<T> weight, NchwSpan<T> gradInput)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        RequireShape("grad_output", gradOutput.Shape, geometry.OutputShape);
        RequireShape("weight", weight.Shape, geometry.WeightShape);
        RequireShape("grad_input", gradInput.Shape, geometry.InputShape);
        KernelTables<T>.Conv2D.Choose(algorithm, geometry).Kernel.GradInput(geometry, gradOutput, weight, gradInput);
    }

    /// <inheritdoc cref="IConv2DKernel{T}.GradWeight"/>
    public static void Conv2DGradWeight<T>(
        Algorithm algorithm, in Conv2DGeometry geometry, ReadOnlyNchwSpan<T> gradOutput, ReadOnlyNchwSpan<T> input, NchwSpan<T> gradWeight)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        RequireShape("grad_output", gradOutput.Shape, geometry.OutputShape);
        RequireShape("input", input.Shape, geometry.InputShape);
        RequireShape("grad_weight", gradWeight.Shape, geometry.WeightShape);
        KernelTables<T>.Conv2D.Choose(algorithm, geometry).Kernel.GradWeight(geometry, gradOutput, input, gradWeight);
    }

    /// <inheritdoc cref="IConv2DKernel{T}.GradBias"/>
    public static void Conv2DGradBias<T>(
        Algorithm algorithm, in Conv2DGeometry geometry, ReadOnlyNchwSpan<T> gradOutput, Span<T> gradBias)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        RequireShape("grad_output", gradOutput.Shape, geometry.OutputShape);
        RequireLength("grad_bias", gradBias.Length, geometry.OutChannels);
        KernelTables<T>.Conv2D.Choose(algorithm, geometry).Kernel.GradBias(geometry, gradOutput, gradBias);
    }

    /// <inheritdoc cref="IConv2DKernel{T}.GradWeightAndBias"/>
    public static void Conv2DGradWeightAndBias<T>(
        Algorithm algorithm, in Conv2DGeometry geometry, ReadOnlyNchwSpan<T> gradOutput, ReadOnlyNchwSpan<T> input, NchwSpan<T> gradWeight,
        Span<T> gradBias)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        RequireShape("grad_output", gradOutput.Shape, geometry.OutputShape);
        RequireShape("input", input.Shape, geometry.InputShape);
        RequireShape("grad_weight", gradWeight.Shape, geometry.WeightShape);
        RequireLength("grad_bias", gradBias.Length, geometry.OutChannels);
        KernelTables<T>.Conv2D.Choose(algorithm, geometry).Kernel.GradWeightAndBias(geometry, gradOutput, input, gradWeight, gradBias);
    }

    /// <inheritdoc cref="IMaxPool2DKernel{T}.Forward"/>
    public static void MaxPool2DForward<T>(
        Algorithm algorithm, in Pool2DGeometry geometry, ReadOnlyNchwSpan<T> input, NchwSpan<T> output, NchwSpan<long> indices)
        where T : unmanaged, INumber<T>
    {
        RequireShape("input", input.Shape, geometry.InputShape);
        RequireShape("output", output.Shape, geometry.OutputShape);
        if (!indices.IsEmpty) RequireShape("indices", indices.Shape, geometry.OutputShape);
        MaxPool2DKernels<T>.Table.Choose(algorithm, geometry).Kernel.Forward(geometry, input, output, indices);
    }

    /// <inheritdoc cref="IMaxPool2DKernel{T}.GradInput"/>
    public static void MaxPool2DGradInput<T>(
        Algorithm algorithm, in Pool2DGeometry geometry, ReadOnlyNchwSpan<T> gradOutput, ReadOnlyNchwSpan<long> indices,
        NchwSpan<T> gradInput)
        where T : unmanaged, INumber<T>
    {
        RequireShape("grad_output", gradOutput.Shape, geometry.OutputShape);
        RequireShape("indices", indices.Shape, geometry.OutputShape);
        RequireShape("grad_input", gradInput.Shape, geometry.InputShape);
        MaxPool2DKernels<T>.Table.Choose(algorithm, geometry).Kernel.GradInput(geometry, gradOutput, indices, gradInput);
    }

    /// <inheritdoc cref="IMaxPool2DKernel{T}.TakeWinners"/>
    public static void MaxPool2DTakeWinners<T>(
        Algorithm algorithm, in Pool2DGeometry geometry, ReadOnlyNchwSpan<T> values, ReadOnlyNchwSpan<long> indices, NchwSpan<T> output)
        where T : unmanaged, INumber<T>
    {
        RequireShape("values", values.Shape, geometry.InputShape);
        RequireShape("indices", indices.Shape, geometry.OutputShape);
        RequireShape("output", output.Shape, geometry.OutputShape);
        MaxPool2DKernels<T>.Table.Choose(algorithm, geometry).Kernel.TakeWinners(geometry, values, indices, output);
    }

    /// <inheritdoc cref="IAvgPool2DKernel{T}.Forward"/>
    public static void AvgPool2DForward<T>(Algorithm algorithm, in Pool2DGeometry geometry, ReadOnlyNchwSpan<T> input, NchwSpan<T> output)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        RequireShape("input", input.Shape, geometry.InputShape);
        RequireShape("output", output.Shape, geometry.OutputShape);
        KernelTables<T>.AvgPool2D.Choose(algorithm, geometry).Kernel.Forward(geometry, input, output);
    }

    /// <inheritdoc cref="IAvgPool2DKernel{T}.GradInput"/>
    public static void AvgPool2DGradInput<T>(
        Algorithm algorithm, in Pool2DGeometry geometry, ReadOnlyNchwSpan<T> gradOutput, NchwSpan<T> gradInput)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        RequireShape("grad_output", gradOutput.Shape, geometry.OutputShape);
        RequireShape("grad_input", gradInput.Shape, geometry.InputShape);
        KernelTables<T>.AvgPool2D.Choose(algorithm, geometry).Kernel.GradInput(geometry, gradOutput, gradInput);
    }

    /// <inheritdoc cref="IAdaptiveAvgPool2DKernel{T}.Forward"/>
    public static void AdaptiveAvgPool2DForward<T>(
        Algorithm algorithm, in AdaptivePool2DGeometry geometry, ReadOnlyNchwSpan<T> input, NchwSpan<T> output)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        RequireShape("input", input.Shape, geometry.InputShape);
        RequireShape("output", output.Shape, geometry.OutputShape);
        KernelTables<T>.AdaptiveAvgPool2D.Choose(algorithm, geometry).Kernel.Forward(geometry, input, output);
    }

    /// <inheritdoc cref="IAdaptiveAvgPool2DKernel{T}.GradInput"/>
    public static void AdaptiveAvgPool2DGradInput<T>(
        Algorithm algorithm, in AdaptivePool2DGeometry geometry, ReadOnlyNchwSpan<T> gradOutput, NchwSpan<T> gradInput)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        RequireShape("grad_output", gradOutput.Shape, geometry.OutputShape);
        RequireShape("grad_input", gradInput.Shape, geometry.InputShape);
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
    private static void RequireShape(string argument, Shape4 shape, Shape4 wanted) =>
        Rule.Require(shape == wanted, argument, $"{argument} has shape {shape}: must be {wanted}, as when the layer was called.");

    private static void RequireLength(string argument, long length, long wanted) =>
        Rule.Require(length == wanted, argument, $"{argument} has {length} elements: must have {wanted}, as when the layer was called.");
}
