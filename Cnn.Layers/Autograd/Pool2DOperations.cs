using System.Numerics;
using Cnn.Layers.Geometry;
using Cnn.Layers.Kernels;
using TorchSharp;
using static TorchSharp.torch;

namespace Cnn.Layers.Autograd;

// Once the winners are fixed, a max pool is linear: it takes the winners' values; its gradient puts values back where the
// winners are, and the gradient of that takes them again. An average pool is linear as it stands.

/// <summary>The max pool: finds the winners, and hands the rest to <see cref="MaxPool2DTakeWinners"/>.</summary>
internal static class MaxPool2D
{
    /// <summary>The maximum of every window, recorded in the graph where wanted, and the winners' indices (int64).</summary>
    public static (Tensor Values, Tensor Indices) WithIndices(Pool2DGeometry geometry, Algorithm algorithm, Tensor input)
    {
        if (input.is_neg())
        {
            using var resolved = input.resolve_neg();
            return WithIndices(geometry, algorithm, resolved);
        }
        bool channelsLast = TensorMemory.IsChannelsLast(input);
        var indices = TensorMemory.New(geometry.OutputShape, like: input, ScalarType.Int64, channelsLast);
        var values = Maxima(geometry, algorithm, input, channelsLast, indices);
        return (new MaxPool2DTakeWinners(geometry, algorithm).Record(values, input, indices), indices);
    }

    /// <summary>The maximum of every window, recorded in the graph where wanted; the winners are found for a gradient only.</summary>
    public static Tensor Apply(Pool2DGeometry geometry, Algorithm algorithm, Tensor input)
    {
        if (input.is_neg())
        {
            using var resolved = input.resolve_neg();
            return Apply(geometry, algorithm, resolved);
        }
        if (is_grad_enabled() && input.requires_grad)
        {
            var (values, indices) = WithIndices(geometry, algorithm, input);
            indices.Dispose(); // the graph holds on to them
            return values;
        }
        return Maxima(geometry, algorithm, input, TensorMemory.IsChannelsLast(input), indices: null);
    }

    private static Tensor Maxima(Pool2DGeometry geometry, Algorithm algorithm, Tensor input, bool channelsLast, Tensor? indices)
    {
        var values = TensorMemory.New(geometry.OutputShape, like: input, channelsLast);
        LibtorchTeam.Lend();
        switch (input.dtype)
        {
            case ScalarType.Float32: Run<float>(); break;
            case ScalarType.Float64: Run<double>(); break;
            case ScalarType.Byte: Run<byte>(); break;
            case ScalarType.Int8: Run<sbyte>(); break;
            case ScalarType.Int16: Run<short>(); break;
            case ScalarType.Int32: Run<int>(); break;
            default: Run<long>(); break;
        }
        GC.KeepAlive(input); // the kernel works on the tensor's memory, which its finalizer would free
        return values;

        void Run<T>() where T : unmanaged, INumber<T>
        {
            KernelDispatch.MaxPool2DForward(
                algorithm, geometry, TensorMemory.Span<T>(input), TensorMemory.SpanOfNew<T>(values, geometry.OutputShape, channelsLast),
                indices is null ? default : TensorMemory.SpanOfNew<long>(indices, geometry.OutputShape, channelsLast));
        }
    }
}

/// <inheritdoc cref="IMaxPool2DKernel{T}.TakeWinners"/>
internal sealed class MaxPool2DTakeWinners(Pool2DGeometry geometry, Algorithm algorithm) : LinearOperation(geometry.OutputShape)
{
    /// <inheritdoc/>
    protected override void Run<T>(NchwSpan<T> input, NchwSpan<T> output, Tensor?[] inputs) =>
        KernelDispatch.MaxPool2DTakeWinners(algorithm, geometry, input, TensorMemory.Span<long>(inputs[1]!), output);

    /// <inheritdoc/>
    protected override Operation Transpose => new MaxPool2DGradInput(geometry, algorithm);
}

/// <inheritdoc cref="IMaxPool2DKernel{T}.GradInput"/>
internal sealed class MaxPool2DGradInput(Pool2DGeometry geometry, Algorithm algorithm) : LinearOperation(geometry.InputShape)
{
    /// <inheritdoc/>
    protected override void Run<T>(NchwSpan<T> input, NchwSpan<T> output, Tensor?[] inputs) =>
        KernelDispatch.MaxPool2DGradInput(algorithm, geometry, input, TensorMemory.Span<long>(inputs[1]!), output);

    /// <inheritdoc/>
    protected override Operation Transpose => new MaxPool2DTakeWinners(geometry, algorithm);
}

/// <inheritdoc cref="IAvgPool2DKernel{T}.Forward"/>
internal sealed class AvgPool2DForward(Pool2DGeometry geometry, Algorithm algorithm) : LinearOperation(geometry.OutputShape)
{
    /// <inheritdoc/>
    protected override void Run<T>(NchwSpan<T> input, NchwSpan<T> output, Tensor?[] inputs) =>
        KernelDispatch.AvgPool2DForward(algorithm, geometry, input, output);

    /// <inheritdoc/>
    protected override Operation Transpose => new AvgPool2DGradInput(geometry, algorithm);
}

/// <inheritdoc cref="IAvgPool2DKernel{T}.GradInput"/>
internal sealed class AvgPool2DGradInput(Pool2DGeometry geometry, Algorithm algorithm) : LinearOperation(geometry.InputShape)
{
    /// <inheritdoc/>
    protected override void Run<T>(NchwSpan<T> input, NchwSpan<T> output, Tensor?[] inputs) =>
        KernelDispatch.AvgPool2DGradInput(algorithm, geometry, input, output);

    /// <inheritdoc/>
    protected override Operation Transpose => new AvgPool2DForward(geometry, algorithm);
}
