using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Cnn.Layers.Geometry;
using Cnn.Layers.Kernels;
using TorchSharp;
using static TorchSharp.torch;

namespace Cnn.Layers.Autograd;

/// <summary>A tensor's memory as the spans that kernels take, without copying, and new tensors for their results.</summary>
/// <remarks>
/// A span does not keep its tensor alive, and its finalizer would free the memory under the loops. So
/// <see cref="Operation.Apply"/> holds the operands until the kernel has returned, and <see cref="Operand.Hold"/> those that a
/// caller may dispose. A lazily negated view's memory holds the numbers with the other sign: it is resolved before it comes here.
/// </remarks>
internal static class TensorMemory
{
    /// <summary>The shape of a (N, C, H, W) tensor, or of a (C, H, W) one as a batch of one image.</summary>
    public static Shape4 ShapeOf(Tensor tensor) => tensor.dim() == 4 // size by size: the array of all takes ten times as long
        ? new(tensor.size(0), tensor.size(1), tensor.size(2), tensor.size(3))
        : new(1, tensor.size(0), tensor.size(1), tensor.size(2));

    /// <summary>A tensor of rank 4 (or 3, as a batch of one) with any strides, by its own memory.</summary>
    public static unsafe NchwSpan<T> Span<T>(Tensor tensor) where T : unmanaged
    {
        var shape = ShapeOf(tensor);
        bool isContiguous = tensor.is_contiguous(); // then nothing more need be asked: each question to libtorch takes time
        T* first = First<T>(tensor, shape.Elements, isContiguous);
        return new(ref Unsafe.AsRef<T>(first), shape, isContiguous ? shape.RowMajor : StridesOf(tensor));
    }

    /// <summary>The same of a tensor that <see cref="New(Shape4, Tensor, bool)"/> has made: it need not be asked what it is like.</summary>
    public static unsafe NchwSpan<T> SpanOfNew<T>(Tensor tensor, Shape4 shape, bool channelsLast) where T : unmanaged
    {
        T* first = First<T>(tensor, shape.Elements, isContiguous: !channelsLast);
        return new(ref Unsafe.AsRef<T>(first), shape, channelsLast ? ChannelsLast(shape) : shape.RowMajor);
    }

    /// <summary>The elements of a contiguous rank 1 tensor; none where there is no tensor.</summary>
    public static unsafe Span<T> Row<T>(Tensor? tensor) where T : unmanaged
    {
        if (tensor is null) return [];
        long elements = tensor.numel();
        return new(First<T>(tensor, elements, isContiguous: true), checked((int)elements));
    }

    /// <summary>A new tensor, not initialized, of rank 4 or (for a batch of one) 3.</summary>
    /// <param name="shape">Its sizes.</param>
    /// <param name="like">Gives dtype and rank.</param>
    /// <param name="channelsLast">Whether its memory runs (N, H, W, C); only of rank 4.</param>
    /// <exception cref="OutOfMemoryException">There is no room for it.</exception>
    public static Tensor New(Shape4 shape, Tensor like, bool channelsLast = false) => New(shape, like, like.dtype, channelsLast);

    /// <summary>The same of another type.</summary>
    /// <param name="shape">Its sizes.</param>
    /// <param name="like">Gives the rank.</param>
    /// <param name="dtype">The type.</param>
    /// <param name="channelsLast">As above.</param>
    public static Tensor New(Shape4 shape, Tensor like, ScalarType dtype, bool channelsLast)
    {
        try
        {
            if (like.dim() == 3) return empty(shape.C, shape.H, shape.W, dtype, CPU);
            if (!channelsLast) return empty(shape.N, shape.C, shape.H, shape.W, dtype, CPU);
            // Not a permuted view: libtorch forbids in-place changes to views that a custom Function returns.
            var strides = ChannelsLast(shape);
            return empty_strided([shape.N, shape.C, shape.H, shape.W], [strides.N, strides.C, strides.H, strides.W], dtype, CPU);
        }
        catch (ExternalException exception)
        {
            throw new OutOfMemoryException($"A tensor {shape} of {dtype}: memory has no room for it.", exception);
        }
    }

    /// <summary>Whether libtorch would call a tensor's memory format channels_last, by its strides.</summary>
    /// <remarks>
    /// The rule of c10's is_channels_last_strides_2d: from channels over columns and rows to images, no stride may be
    /// smaller than what lies inside of it. Where sizes of 1 let a tensor pass for both formats, it counts as contiguous.
    /// </remarks>
    public static bool IsChannelsLast(Tensor tensor)
    {
        if (tensor.dim() != 4 || tensor.stride(1) > tensor.stride(3)) return false; // most end here
        var (shape, strides) = (ShapeOf(tensor), StridesOf(tensor));
        if (strides.C == 0) return false;
        return Fits(shape.C, strides.C, 0, out long channels)
            && Fits(shape.W, strides.W, channels, out long row)
            && Fits(shape.H, strides.H, row, out long image)
            && image != strides.C
            && Fits(shape.N, strides.N, image, out _);

        static bool Fits(long size, long stride, long inside, out long extent)
        {
            extent = stride * Math.Max(size, 1);
            return size > 0 && stride >= inside;
        }
    }

    private static Shape4 ChannelsLast(Shape4 shape) => new(shape.H * shape.W * shape.C, 1, shape.W * shape.C, shape.C);

    private static unsafe T* First<T>(Tensor tensor, long elements, bool isContiguous) where T : unmanaged
    {
        // `bytes` gives the address of contiguous tensors below 2 GiB only; a view of one element always is one.
        if (isContiguous && elements > 0 && elements <= int.MaxValue / sizeof(T)) return AddressOf(tensor);
        using var one = elements == 0 ? null : tensor.as_strided([1], [1], tensor.storage_offset());
        return one is null ? null : AddressOf(one);

        static T* AddressOf(Tensor tensor) => (T*)Unsafe.AsPointer(ref MemoryMarshal.GetReference(tensor.bytes));
    }

    private static Shape4 StridesOf(Tensor tensor) => tensor.dim() == 4
        ? new(tensor.stride(0), tensor.stride(1), tensor.stride(2), tensor.stride(3))
        : new(0, tensor.stride(0), tensor.stride(1), tensor.stride(2));
}
