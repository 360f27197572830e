using System.Numerics;
using System.Runtime.InteropServices;
using Cnn.Layers.Geometry;
using Cnn.Layers.Kernels;
using Cnn.Reference.Cases;

namespace Cnn.Tests.Kernels;

/// <summary>
/// The memory behind an <see cref="NchwSpan{T}"/>: it lies as a <see cref="Layout"/> says, with cells before, behind and
/// (strided) between its elements that belong to nobody, and it remembers what it held at first.
/// </summary>
internal sealed class StridedArray<T> where T : unmanaged, INumber<T>
{
    private const int Margin = 5;
    private readonly T[] memory;
    private T[] original;

    private StridedArray(Shape4 shape, Layout layout, Func<T> fill)
    {
        Shape = shape;
        var (n, c, h, w) = shape;
        (Strides, long cells) = layout switch
        {
            Layout.ChannelsLast => (new Shape4(h * w * c, 1, w * c, c), n * c * h * w),
            Layout.Strided => (new Shape4(c * w * 2 * h, w * 2 * h, 1, 2 * h), n * c * w * 2 * h), // every second row of a transposed image
            Layout.Cropped => (new Shape4(c * (h + 1) * (w + 3), (h + 1) * (w + 3), w + 3, 1), n * c * (h + 1) * (w + 3)),
            Layout.Expanded => (new Shape4(0, h * w, w, 1), c * h * w),
            _ => (new Shape4(c * h * w, h * w, w, 1), n * c * h * w),
        };
        memory = new T[cells + 2 * Margin];
        for (int i = 0; i < memory.Length; i++) memory[i] = fill();
        original = (T[])memory.Clone();
    }

    public Shape4 Shape { get; }

    public Shape4 Strides { get; }

    public NchwSpan<T> Span => new(ref memory[Margin], Shape, Strides);

    public T this[long n, long c, long h, long w]
    {
        get => Span[n, c, h, w];
        set => Span[n, c, h, w] = value;
    }

    /// <summary>What an output holds before a kernel runs, and a bug leaves there: NaN, or a number that nothing expects.</summary>
    public static T Unwritten { get; } = T.IsNaN(T.CreateSaturating(double.NaN)) ? T.CreateSaturating(double.NaN) : T.CreateTruncating(-77);

    /// <summary>An input.</summary>
    public static StridedArray<T> Of(Shape4 shape, Layout layout, Func<T> fill) => new(shape, layout, fill);

    /// <summary>A row-major input, from its elements.</summary>
    public static StridedArray<T> Of(Shape4 shape, params ReadOnlySpan<T> elements)
    {
        var array = new StridedArray<T>(shape, Layout.Contiguous, () => Unwritten);
        elements.CopyTo(array.memory.AsSpan(Margin, (int)shape.Elements));
        array.Remember();
        return array;
    }

    /// <summary>An output: images that share memory could not hold different results, so they get their own.</summary>
    public static StridedArray<T> ForOutput(Shape4 shape, Layout layout) =>
        new(shape, layout == Layout.Expanded ? Layout.Contiguous : layout, () => Unwritten);

    /// <summary>The same elements in a layout that can hold them.</summary>
    public StridedArray<T> In(Layout layout)
    {
        var copy = new StridedArray<T>(Shape, layout, () => Unwritten);
        foreach (var (n, c, h, w) in Indices()) copy[n, c, h, w] = this[n, c, h, w];
        copy.Remember();
        return copy;
    }

    /// <summary>Takes what it holds now for what it held at first.</summary>
    public void Remember() => original = (T[])memory.Clone();

    /// <summary>Every index [n, c, h, w], in row-major order.</summary>
    public IEnumerable<(long N, long C, long H, long W)> Indices()
    {
        for (long n = 0; n < Shape.N; n++)
            for (long c = 0; c < Shape.C; c++)
                for (long h = 0; h < Shape.H; h++)
                    for (long w = 0; w < Shape.W; w++)
                        yield return (n, c, h, w);
    }

    /// <summary>The elements in row-major order.</summary>
    public T[] Elements() => [.. Indices().Select(at => this[at.N, at.C, at.H, at.W])];

    /// <summary>An input is as it was.</summary>
    public void AssertUnchanged(string name, string @case) =>
        Assert.True(SameBytes(original, memory), $"{@case}: the kernel has changed its input, {name}");

    /// <summary>An output was written at its elements and nowhere else.</summary>
    public void AssertNothingElseWritten(string name, string @case)
    {
        var restored = (T[])memory.Clone();
        var span = new NchwSpan<T>(ref restored[Margin], Shape, Strides);
        foreach (var (n, c, h, w) in Indices()) span[n, c, h, w] = original[0];
        Assert.True(SameBytes(original, restored), $"{@case}: the kernel has written beside its output, {name}");
    }

    private static bool SameBytes(T[] a, T[] b) => MemoryMarshal.AsBytes(a.AsSpan()).SequenceEqual(MemoryMarshal.AsBytes(b.AsSpan()));
}
