using System.Numerics;
using Cnn.Layers.Geometry;
using Cnn.Layers.Kernels;
using TorchSharp;
using static TorchSharp.torch;

namespace Cnn.Layers.Autograd;

// A convolution is linear in its input and in its weight, so its three kernels are each other's derivatives.
// With g the upstream gradient of each:
//
//   operation    takes                  gradient of the 1st      gradient of the 2nd
//   Forward      input, weight (bias)   GradInput(g, weight)     GradWeight(g, input)     (bias: GradBias(g))
//   GradInput    gradOutput, weight     Forward(g, weight)       GradWeight(gradOutput, g)
//   GradWeight   gradOutput, input      Forward(input, g)        GradInput(gradOutput, g)
//   GradBias     gradOutput             g at every n, oh, ow

/// <summary>What the four operations of a convolution share: the geometry, and that each reads the other operand.</summary>
internal abstract class Conv2DOperation(Conv2DGeometry geometry, Algorithm algorithm) : Operation
{
    protected Conv2DGeometry Geometry => geometry;

    protected Algorithm Algorithm => algorithm;

    /// <inheritdoc/>
    protected internal sealed override Tensor Compute(Tensor?[] inputs)
    {
        LibtorchTeam.Lend();
        return inputs[0]!.dtype == ScalarType.Float64 ? Compute<double>(inputs) : Compute<float>(inputs);
    }

    protected abstract Tensor Compute<T>(Tensor?[] inputs) where T : unmanaged, IFloatingPointIeee754<T>;

    /// <inheritdoc/>
    protected internal override bool GradientReads(int index, int other) => (index, other) is (0, 1) or (1, 0);

    protected Tensor Forward(Tensor? input, Tensor? weight, Tensor? bias = null) =>
        new Conv2DForward(geometry, algorithm).Apply(input, weight, bias);

    protected Tensor GradInput(Tensor? gradOutput, Tensor? weight) => new Conv2DGradInput(geometry, algorithm).Apply(gradOutput, weight);

    protected Tensor GradWeight(Tensor? gradOutput, Tensor? input) => new Conv2DGradWeight(geometry, algorithm).Apply(gradOutput, input);

    protected Tensor GradBias(Tensor gradOutput) => new Conv2DGradBias(geometry, algorithm, gradOutput.shape).Apply(gradOutput);
}

/// <inheritdoc cref="IConv2DKernel{T}.Forward"/>
internal sealed class Conv2DForward(Conv2DGeometry geometry, Algorithm algorithm) : Conv2DOperation(geometry, algorithm)
{
    /// <inheritdoc/>
    protected override Tensor Compute<T>(Tensor?[] inputs)
    {
        var (input, weight, bias) = (inputs[0]!, inputs[1]!, inputs[2]);
        bool channelsLast = TensorMemory.IsChannelsLast(input) || TensorMemory.IsChannelsLast(weight);
        var output = TensorMemory.New(Geometry.OutputShape, like: input, channelsLast);
        using var copy = bias is null || bias.is_contiguous() ? null : bias.contiguous();
        KernelDispatch.Conv2DForward(
            Algorithm, Geometry, TensorMemory.Span<T>(input), TensorMemory.Span<T>(weight), TensorMemory.Row<T>(copy ?? bias),
            TensorMemory.SpanOfNew<T>(output, Geometry.OutputShape, channelsLast));
        return output;
    }

    /// <inheritdoc/>
    protected internal override Tensor Gradient(int index, Tensor gradOutput, Tensor?[] inputs) => index switch
    {
        0 => GradInput(gradOutput, inputs[1]),
        1 => GradWeight(gradOutput, inputs[0]),
        _ => GradBias(gradOutput),
    };

    /// <inheritdoc/>
    protected internal override void Gradients(bool[] wants, Tensor gradOutput, Tensor?[] inputs, Tensor?[] gradients)
    {
        if (wants is not [_, true, true])
        {
            base.Gradients(wants, gradOutput, inputs, gradients);
            return;
        }
        base.Gradients([wants[0], false, false], gradOutput, inputs, gradients);
        var gradBias = gradients[2] = empty(Geometry.OutChannels, gradOutput.dtype, CPU);
        gradients[1] = new Conv2DGradWeight(Geometry, Algorithm, gradBias).Apply(gradOutput, inputs[0]);
        gradients[2] = new Conv2DGradBias(Geometry, Algorithm, gradOutput.shape).Record(gradBias, gradOutput);
    }
}

/// <inheritdoc cref="IConv2DKernel{T}.GradInput"/>
internal sealed class Conv2DGradInput(Conv2DGeometry geometry, Algorithm algorithm) : Conv2DOperation(geometry, algorithm)
{
    /// <inheritdoc/>
    protected override Tensor Compute<T>(Tensor?[] inputs)
    {
        var (gradOutput, weight) = (inputs[0]!, inputs[1]!);
        bool channelsLast = TensorMemory.IsChannelsLast(gradOutput);
        var gradInput = TensorMemory.New(Geometry.InputShape, like: gradOutput, channelsLast);
        KernelDispatch.Conv2DGradInput(
            Algorithm, Geometry, TensorMemory.Span<T>(gradOutput), TensorMemory.Span<T>(weight),
            TensorMemory.SpanOfNew<T>(gradInput, Geometry.InputShape, channelsLast));
        return gradInput;
    }

    /// <inheritdoc/>
    protected internal override Tensor Gradient(int index, Tensor gradOutput, Tensor?[] inputs) =>
        index == 0 ? Forward(gradOutput, inputs[1]) : GradWeight(inputs[0], gradOutput);
}

/// <inheritdoc cref="IConv2DKernel{T}.GradWeight"/>
/// <param name="geometry">As in the forward pass.</param>
/// <param name="algorithm">Which loops.</param>
/// <param name="gradBias">Where the bias' gradient is to be written as well; null for nowhere.</param>
internal sealed class Conv2DGradWeight(Conv2DGeometry geometry, Algorithm algorithm, Tensor? gradBias = null)
    : Conv2DOperation(geometry, algorithm)
{
    /// <inheritdoc/>
    protected override Tensor Compute<T>(Tensor?[] inputs)
    {
        var (gradOutput, input) = (inputs[0]!, inputs[1]!);
        var weight = Geometry.WeightShape;
        var gradWeight = empty(weight.N, weight.C, weight.H, weight.W, gradOutput.dtype, CPU);
        var up = TensorMemory.Span<T>(gradOutput);
        var images = TensorMemory.Span<T>(input);
        var weights = TensorMemory.Span<T>(gradWeight);
        if (gradBias is null) KernelDispatch.Conv2DGradWeight(Algorithm, Geometry, up, images, weights);
        else KernelDispatch.Conv2DGradWeightAndBias(Algorithm, Geometry, up, images, weights, TensorMemory.Row<T>(gradBias));
        return gradWeight;
    }

    /// <inheritdoc/>
    protected internal override Tensor Gradient(int index, Tensor gradOutput, Tensor?[] inputs) =>
        index == 0 ? Forward(inputs[1], gradOutput) : GradInput(inputs[0], gradOutput);
}

/// <inheritdoc cref="IConv2DKernel{T}.GradBias"/>
/// <param name="geometry">As in the forward pass.</param>
/// <param name="algorithm">Which loops.</param>
/// <param name="outputShape">Of the upstream gradient: (N, C_out, oH, oW), or without N.</param>
internal sealed class Conv2DGradBias(Conv2DGeometry geometry, Algorithm algorithm, long[] outputShape)
    : Conv2DOperation(geometry, algorithm)
{
    /// <inheritdoc/>
    protected override Tensor Compute<T>(Tensor?[] inputs)
    {
        var gradOutput = inputs[0]!;
        var gradBias = empty(Geometry.OutChannels, gradOutput.dtype, CPU);
        KernelDispatch.Conv2DGradBias(Algorithm, Geometry, TensorMemory.Span<T>(gradOutput), TensorMemory.Row<T>(gradBias));
        return gradBias;
    }

    /// <inheritdoc/>
    protected internal override Tensor Gradient(int index, Tensor gradOutput, Tensor?[] inputs)
    {
        using var channels = gradOutput.view(-1, 1, 1);
        return channels.expand(outputShape);
    }
}

/// <summary>A convolution of no channels: its output has no channels either (as in libtorch), its gradients are zeros.</summary>
internal sealed class ConvolveNothing(Conv2DGeometry geometry) : Operation
{
    private long[][] shapes = [];

    /// <inheritdoc/>
    protected internal override Tensor Compute(Tensor?[] inputs)
    {
        shapes = Array.ConvertAll(inputs, input => input?.shape ?? []);
        return TensorMemory.New(geometry.OutputShape, like: inputs[0]!);
    }

    /// <inheritdoc/>
    protected internal override Tensor Gradient(int index, Tensor gradOutput, Tensor?[] inputs) =>
        zeros(shapes[index], gradOutput.dtype, CPU);
}
