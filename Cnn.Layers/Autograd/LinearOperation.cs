using System.Numerics;
using Cnn.Layers.Geometry;
using Cnn.Layers.Kernels;
using TorchSharp;
using static TorchSharp.torch;

namespace Cnn.Layers.Autograd;

/// <summary>
/// An operation that is linear in its first tensor; others, such as a max pool's winners, are fixed. Its gradient is its
/// transpose, applied to the upstream gradient.
/// </summary>
/// <param name="output">Shape of the result.</param>
internal abstract class LinearOperation(Shape4 output) : Operation
{
    /// <summary>The kernel.</summary>
    /// <param name="input">The first tensor.</param>
    /// <param name="output">The result.</param>
    /// <param name="inputs">All tensors.</param>
    protected abstract void Run<T>(NchwSpan<T> input, NchwSpan<T> output, Tensor?[] inputs) where T : unmanaged, IFloatingPointIeee754<T>;

    /// <summary>The operation with the transposed matrix.</summary>
    protected abstract Operation Transpose { get; }

    /// <inheritdoc/>
    protected internal sealed override Tensor Compute(Tensor?[] inputs)
    {
        var input = inputs[0]!;
        bool channelsLast = TensorMemory.IsChannelsLast(input);
        var result = TensorMemory.New(output, like: input, channelsLast);
        LibtorchTeam.Lend();
        if (input.dtype == ScalarType.Float64) RunOn<double>();
        else RunOn<float>();
        return result;

        void RunOn<T>() where T : unmanaged, IFloatingPointIeee754<T> =>
            Run(TensorMemory.Span<T>(input), TensorMemory.SpanOfNew<T>(result, output, channelsLast), inputs);
    }

    /// <inheritdoc/>
    protected internal sealed override Tensor Gradient(int index, Tensor gradOutput, Tensor?[] inputs) =>
        Transpose.Apply([gradOutput, .. inputs[1..]]);

    /// <inheritdoc/>
    protected internal sealed override bool GradientReads(int index, int other) => other > 0;
}
