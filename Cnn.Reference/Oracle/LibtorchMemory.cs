using System.Runtime.InteropServices;
using Cnn.Layers.Geometry;
using Cnn.Layers.Kernels;
using TorchSharp;
using static TorchSharp.torch;

namespace Cnn.Reference.Oracle;

/// <summary>What a kernel is given, as tensors of libtorch, and back: always copies, always row-major.</summary>
/// <remarks>The tensors belong to the caller's dispose scope.</remarks>
internal static class LibtorchMemory
{
    /// <summary>A copy of a span.</summary>
    public static Tensor ToTensor<T>(this ReadOnlyNchwSpan<T> span) where T : unmanaged
    {
        var shape = span.Shape;
        var tensor = Zeros<T>(shape);
        if (shape.Elements == 0) return tensor;
        var row = MemoryMarshal.Cast<byte, T>(tensor.bytes);
        int i = 0;
        for (long n = 0; n < shape.N; n++)
            for (long c = 0; c < shape.C; c++)
                for (long h = 0; h < shape.H; h++)
                    for (long w = 0; w < shape.W; w++)
                        row[i++] = span[n, c, h, w];
        return tensor;
    }

    /// <summary>A copy of a row.</summary>
    public static Tensor ToTensor<T>(this ReadOnlySpan<T> row) where T : unmanaged
    {
        var tensor = Zeros<T>(row.Length);
        if (!row.IsEmpty) row.CopyTo(MemoryMarshal.Cast<byte, T>(tensor.bytes));
        return tensor;
    }

    /// <summary>Copies a tensor of rank 4 into a span.</summary>
    public static void CopyTo<T>(this Tensor tensor, NchwSpan<T> span) where T : unmanaged
    {
        var shape = span.Shape;
        if (!tensor.shape.SequenceEqual(Sizes(shape)))
            throw new ArgumentException($"tensor has shape ({string.Join(", ", tensor.shape)}): {shape} is wanted.", nameof(tensor));
        if (span.IsEmpty) return;
        var row = MemoryMarshal.Cast<byte, T>(tensor.contiguous().bytes);
        int i = 0;
        for (long n = 0; n < shape.N; n++)
            for (long c = 0; c < shape.C; c++)
                for (long h = 0; h < shape.H; h++)
                    for (long w = 0; w < shape.W; w++)
                        span[n, c, h, w] = row[i++];
    }

    /// <summary>Copies a tensor of rank 1 into a row.</summary>
    public static void CopyTo<T>(this Tensor tensor, Span<T> row) where T : unmanaged =>
        MemoryMarshal.Cast<byte, T>(tensor.contiguous().bytes).CopyTo(row);

    /// <summary>Zeros of a shape: a leaf whose values do not matter, because the result is linear in it.</summary>
    public static Tensor Zeros<T>(Shape4 shape) where T : unmanaged => zeros(Sizes(shape), TypeOf<T>());

    /// <summary>A row of zeros, likewise.</summary>
    public static Tensor Zeros<T>(long count) where T : unmanaged => zeros([count], TypeOf<T>());

    /// <summary>
    /// What autograd sends back to <paramref name="leaf"/> when <paramref name="gradOutput"/> comes in at what
    /// <paramref name="forward"/> makes of it.
    /// </summary>
    public static Tensor Gradient(Tensor leaf, Tensor gradOutput, Func<Tensor, Tensor> forward)
    {
        using var recording = enable_grad();
        leaf.requires_grad_(true);
        autograd.backward([forward(leaf)], [gradOutput]);
        return leaf.grad ?? zeros_like(leaf);
    }

    private static long[] Sizes(Shape4 shape) => [shape.N, shape.C, shape.H, shape.W];

    /// <summary>What libtorch calls an element type.</summary>
    public static ScalarType TypeOf<T>() where T : unmanaged => default(T) switch
    {
        float => ScalarType.Float32,
        double => ScalarType.Float64,
        sbyte => ScalarType.Int8,
        byte => ScalarType.Byte,
        short => ScalarType.Int16,
        int => ScalarType.Int32,
        long => ScalarType.Int64,
        _ => throw new NotSupportedException($"libtorch has no tensors of {typeof(T).Name}."),
    };
}
