using System.Runtime.CompilerServices;
using Cnn.Layers.Geometry;
using Cnn.Layers.Kernels;

namespace Cnn.Tests.Kernels;

public sealed class NchwSpanTests
{
    private static readonly Shape4 Shape = new(2, 3, 4, 5);
    private readonly int[] data = [.. Enumerable.Range(0, 120)];

    [Fact]
    public void ElementsAreRowMajor()
    {
        var span = new NchwSpan<int>(data, Shape);
        ReadOnlyNchwSpan<int> readOnly = span;

        Assert.Equal(new Shape4(60, 20, 5, 1), span.Strides);
        Assert.Equal((Shape, span.Strides), (readOnly.Shape, readOnly.Strides));
        Assert.Equal((0, 119), (span[0, 0, 0, 0], span[1, 2, 3, 4]));
        Assert.Equal(60 + 2 * 20 + 1 * 5 + 3, span[1, 2, 1, 3]);
        Assert.Equal(60 + 2 * 20 + 1 * 5 + 3, readOnly[1, 2, 1, 3]);
    }

    [Fact]
    public void StridesPutElementsAnywhere()
    {
        var transposed = new NchwSpan<int>(ref data[7], new(2, 3, 5, 4), new(60, 20, 1, 5));
        var expanded = new NchwSpan<int>(ref data[7], new(9, 3, 4, 5), new(0, 20, 5, 1));
        var backwards = new NchwSpan<int>(ref data[119], Shape, new(-60, -20, -5, -1));

        Assert.Equal(7 + 60 + 20 + 3 + 2 * 5, transposed[1, 1, 3, 2]);
        Assert.Equal(7 + 20 + 2 * 5 + 3, expanded[8, 1, 2, 3]);
        Assert.Equal(0, backwards[1, 2, 3, 4]);
    }

    [Fact]
    public void WritingChangesOneElement()
    {
        new NchwSpan<int>(data, Shape)[1, 0, 2, 3] = -1;

        Assert.Equal([73], Enumerable.Range(0, 120).Where(i => data[i] != i));
    }

    [Theory]
    [InlineData(2, 0, 0, 0)]
    [InlineData(0, 3, 0, 0)]
    [InlineData(0, 0, 4, 0)]
    [InlineData(0, 0, 0, 5)]
    [InlineData(-1, 2, 3, 4)]
    [InlineData(1, -1, 3, 4)]
    [InlineData(1, 2, -1, 4)]
    [InlineData(1, 2, 3, -1)]
    [InlineData(1L << 32, 0, 0, 0)] // zero, were it cut to 32 bits
    [InlineData(0, 1L << 32, 0, 0)]
    [InlineData(0, 0, 1L << 32, 0)]
    [InlineData(0, 0, 0, long.MinValue)]
    public void AnIndexOutOfRangeThrowsAndIsNamed(long n, long c, long h, long w)
    {
        // All strides are 0, so that an index that is let through reads harmless memory: the test fails, and does not crash.
        NchwSpan<int> Harmless() => new(ref data[0], Shape, new(0, 0, 0, 0));
        ReadOnlyNchwSpan<int> HarmlessReadOnly() => Harmless();

        var error = Assert.Throws<IndexOutOfRangeException>(() => Harmless()[n, c, h, w]);
        var readOnlyError = Assert.Throws<IndexOutOfRangeException>(() => HarmlessReadOnly()[n, c, h, w]);

        Assert.Equal($"[{n}, {c}, {h}, {w}] lies outside of (2, 3, 4, 5).", error.Message);
        Assert.Equal(error.Message, readOnlyError.Message);
    }

    [Theory]
    [InlineData(-1, 0)]
    [InlineData(4, 0)]
    [InlineData(0, -1)]
    [InlineData(0, 5)]
    [InlineData(-1, -1)]
    [InlineData(1L << 32, 0)]
    [InlineData(0, long.MinValue)]
    public void AtOrZeroIsZeroOutsideOfThePlane(long h, long w) => Assert.Equal(0, ReadOnly().AtOrZero(1, 2, h, w));

    [Fact]
    public void AtOrZeroReadsThePlane()
    {
        foreach (var (h, w) in from h in Enumerable.Range(0, 4) from w in Enumerable.Range(0, 5) select (h, w))
            Assert.Equal(60 + 20 + 5 * h + w, ReadOnly().AtOrZero(1, 1, h, w));
    }

    /// <summary>Images and channels have no padding: an index beyond them is a bug.</summary>
    [Theory]
    [InlineData(2, 0)]
    [InlineData(0, 3)]
    [InlineData(-1, 0)]
    public void AtOrZeroThrowsOutsideOfTheBatchAndTheChannels(long n, long c) =>
        Assert.Throws<IndexOutOfRangeException>(() => ReadOnly().AtOrZero(n, c, 0, 0));

    [Fact]
    public void ClearReachesEveryElementAndNoOther()
    {
        Array.Fill(data, 9);
        new NchwSpan<int>(ref data[1], new(2, 3, 4, 2), new(60, 20, 5, 2)).Clear(); // columns 1 and 3 of five

        Assert.Equal(Enumerable.Range(0, 120).Select(i => i % 5 is 1 or 3 ? 0 : 9), data);
    }

    [Fact]
    public void IsEmptyWhereAnySizeIsZero()
    {
        Assert.False(new NchwSpan<int>(data, Shape).IsEmpty);
        foreach (var shape in new Shape4[] { new(0, 3, 4, 5), new(2, 0, 4, 5), new(2, 3, 0, 5), new(2, 3, 4, 0) })
            Assert.True(new NchwSpan<int>([], shape).IsEmpty);
    }

    [Theory]
    [InlineData(119)]
    [InlineData(121)]
    public void ARowMajorArrayMustHaveTheShapesElements(int length)
    {
        var refusal = Assert.Throws<ArgumentException>(() => { _ = new NchwSpan<int>(new int[length], Shape); });

        Assert.StartsWith($"data has {length} elements: (2, 3, 4, 5) has 120.", refusal.Message);
    }

    /// <summary>Where an element would be, in far more memory than there is: the address is computed and not read.</summary>
    [Theory]
    [InlineData(2, 4, 69_999, 69_999)] // 73 billion elements
    [InlineData(0, 0, 60_000, 40_000)] // more than 32 bits within one plane
    [InlineData(2, 0, 0, 0)]
    [InlineData(0, 4, 0, 1)]
    public void AddressesHave64Bits(long n, long c, long h, long w)
    {
        const long size = 70_000;
        double cell = 0;
        var span = new NchwSpan<double>(ref cell, new(3, 5, size, size), new(5 * size * size, size * size, size, 1));
        ReadOnlyNchwSpan<double> readOnly = span;
        long expected = sizeof(double) * (((n * 5 + c) * size + h) * size + w);

        Assert.Equal(expected, Unsafe.ByteOffset(ref cell, ref span[n, c, h, w]));
        Assert.Equal(expected, Unsafe.ByteOffset(ref cell, in readOnly[n, c, h, w]));
        Assert.True(expected > int.MaxValue);
    }

    private ReadOnlyNchwSpan<int> ReadOnly() => new NchwSpan<int>(data, Shape);
}
