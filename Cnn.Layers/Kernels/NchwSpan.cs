using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Cnn.Layers.Geometry;

namespace Cnn.Layers.Kernels;

/// <summary>
/// A span with four indices: the elements of a tensor at [n, c, h, w], wherever their strides put them.
/// </summary>
/// <remarks>
/// What <see cref="Span{T}"/> is to a row, this is to a batch of images. It has strides, so that a kernel reads a
/// transposed, sliced or channels_last tensor in place, and 64-bit indices, so that no size is too large.
/// A weight is indexed [oc, ic, kh, kw].
/// </remarks>
internal readonly ref struct NchwSpan<T>
{
    private readonly ref T first;

    /// <summary>Wraps memory that starts at <paramref name="first"/>.</summary>
    public NchwSpan(ref T first, Shape4 shape, Shape4 strides)
    {
        this.first = ref first;
        Shape = shape;
        Strides = strides;
    }

    /// <summary>Wraps a row-major array.</summary>
    public NchwSpan(Span<T> data, Shape4 shape)
        : this(ref MemoryMarshal.GetReference(data), shape, shape.RowMajor)
    {
        if (data.Length != shape.Elements)
            throw new ArgumentException($"data has {data.Length} elements: {shape} has {shape.Elements}.", nameof(data));
    }

    /// <summary>The four sizes.</summary>
    public Shape4 Shape { get; }

    /// <summary>Elements from one index to the next, for each of the four.</summary>
    public Shape4 Strides { get; }

    /// <summary>Whether there is nothing to read or write.</summary>
    public bool IsEmpty => Shape.N == 0 || Shape.C == 0 || Shape.H == 0 || Shape.W == 0;

    /// <summary>The element at [n, c, h, w].</summary>
    public ref T this[long n, long c, long h, long w]
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get
        {
            if (!(InRange(n, Shape.N) & InRange(c, Shape.C) & InRange(h, Shape.H) & InRange(w, Shape.W)))
                ThrowOutOfRange(n, c, h, w, Shape);
            return ref Unsafe.Add(ref first, (nint)(n * Strides.N + c * Strides.C + h * Strides.H + w * Strides.W));
        }
    }

    /// <summary>For <c>fixed</c>: the element at [0, 0, 0, 0].</summary>
    public ref T GetPinnableReference() => ref first;

    /// <summary>Sets every element to its default value, zero.</summary>
    public void Clear()
    {
        for (long n = 0; n < Shape.N; n++)
            for (long c = 0; c < Shape.C; c++)
                for (long h = 0; h < Shape.H; h++)
                    // A span counts in 32 bits: a longer row is several.
                    for (long w = 0, count; w < Shape.W; w += count)
                    {
                        count = Strides.W == 1 ? Math.Min(Shape.W - w, int.MaxValue) : 1;
                        MemoryMarshal.CreateSpan(ref this[n, c, h, w], checked((int)count)).Clear();
                    }
    }

    /// <summary>The same elements, read only.</summary>
    public static implicit operator ReadOnlyNchwSpan<T>(NchwSpan<T> span) => new(ref span.first, span.Shape, span.Strides);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static bool InRange(long i, long size) => (ulong)i < (ulong)size;

    [StackTraceHidden]
    internal static void ThrowOutOfRange(long n, long c, long h, long w, Shape4 shape) =>
        throw new IndexOutOfRangeException($"[{n}, {c}, {h}, {w}] lies outside of {shape}.");
}

/// <inheritdoc cref="NchwSpan{T}"/>
internal readonly ref struct ReadOnlyNchwSpan<T>
{
    private readonly ref T first;

    /// <inheritdoc cref="NchwSpan{T}.NchwSpan(ref T, Shape4, Shape4)"/>
    public ReadOnlyNchwSpan(ref T first, Shape4 shape, Shape4 strides)
    {
        this.first = ref first;
        Shape = shape;
        Strides = strides;
    }

    /// <inheritdoc cref="NchwSpan{T}.Shape"/>
    public Shape4 Shape { get; }

    /// <inheritdoc cref="NchwSpan{T}.Strides"/>
    public Shape4 Strides { get; }

    /// <inheritdoc cref="NchwSpan{T}.this"/>
    public ref readonly T this[long n, long c, long h, long w]
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get
        {
            if (!(NchwSpan<T>.InRange(n, Shape.N) & NchwSpan<T>.InRange(c, Shape.C)
                & NchwSpan<T>.InRange(h, Shape.H) & NchwSpan<T>.InRange(w, Shape.W)))
                NchwSpan<T>.ThrowOutOfRange(n, c, h, w, Shape);
            return ref Unsafe.Add(ref first, (nint)(n * Strides.N + c * Strides.C + h * Strides.H + w * Strides.W));
        }
    }

    /// <inheritdoc cref="NchwSpan{T}.GetPinnableReference"/>
    public ref readonly T GetPinnableReference() => ref first;

    /// <summary>The element at [n, c, h, w], or zero where [h, w] lies outside of the plane, in its padding.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public T AtOrZero(long n, long c, long h, long w) =>
        NchwSpan<T>.InRange(h, Shape.H) & NchwSpan<T>.InRange(w, Shape.W) ? this[n, c, h, w] : default!;
}
