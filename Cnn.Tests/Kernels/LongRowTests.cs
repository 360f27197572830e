using System.Numerics;
using Cnn.Layers.Geometry;
using Cnn.Layers.Kernels;
using Cnn.Layers.Kernels.Fast;
using Cnn.Layers.Kernels.Lanes;
using Cnn.Layers.Kernels.Literal;
using Cnn.Tests.Build;

namespace Cnn.Tests.Kernels;

/// <summary>A row may have more cells than 32 bits count: all are read, cleared and written.</summary>
[Trait(Traits.Speed, Traits.Slow)]
public sealed unsafe class LongRowTests
{
    private const long Beyond31 = (1L << 31) + 8, Beyond32 = (1L << 32) + 8, Stride = 1 << 29;

    /// <summary>What a max pool's gradient is added to, and the fast loops of an average's where not every cell is read.</summary>
    [LinuxFact]
    public void APlaneIsCleared()
    {
        using var row = new RepeatedMemory(Beyond32);
        row.Piece<byte>().Fill(1);
        new Plane<byte>((byte*)row.First, new Shape4(1, 1, 1, Beyond32).RowMajor, 1, Beyond32).Clear(0, 1);
        AssertPiece<byte>(row, _ => 0);
    }

    /// <summary>What the literal loops add to: in pieces of 2^31 - 1 cells, of which this is more than one.</summary>
    [LinuxFact]
    public void ASpanIsCleared()
    {
        using var row = new RepeatedMemory(Beyond31);
        row.Piece<byte>().Fill(1);
        Span<byte>(row, new(1, 1, 1, Beyond31)).Clear();
        AssertPiece<byte>(row, _ => 0);
    }

    [LinuxFact]
    public void AnAveragePoolsGradient() => AverageGradInput(new FastAvgPool2D<float, Lanes256<float>>(), Beyond31);

    [LinuxFact]
    public void AConvolutionsInput()
    {
        Convolve(new FastConv2D<float, Lanes512<float>>(), Beyond31);
        Convolve(new FastConv2D<float, Lanes128<float>>(), Beyond32);
        Convolve(new LiteralConv2D<float>(), Beyond31);
    }

    // Neighbouring windows are many pieces apart: the last one's gradient is seen.
    private static void AverageGradInput<T>(IAvgPool2DKernel<T> kernel, long length)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        var pool = Pool2DGeometry.Create(new(1, 1, 1, length), (1, 4), (1, Stride), (0, 0), (1, 1), ceilMode: false);
        Assert.Null(kernel.Refusal(pool));
        using var row = new RepeatedMemory(length * sizeof(T));
        row.Piece<T>().Fill(T.NaN);
        T[] up = Upstream<T>(pool.Width.Out);
        kernel.GradInput(pool, new NchwSpan<T>(up, pool.OutputShape), Span<T>(row, pool.InputShape));
        AssertPiece<T>(row, cell => cell < 4 ? up[^1] / T.CreateChecked(4) : T.Zero);
    }

    private static void Convolve(IConv2DKernel<float> kernel, long length)
    {
        var conv = Conv2DGeometry.Create(new(1, 1, 1, length), new(2, 1, 1, 3), (1, Stride), (0, 2), (0, 1), (1, 2), 1);
        Assert.Null(kernel.Refusal(conv));
        using var row = new RepeatedMemory(length * sizeof(float));
        var piece = row.Piece<float>();
        piece.Clear();
        for (int i = 0; i < 8; i++) piece[i] = i + 1;
        float[] weight = [1, 10, 100, -1, -10, -100], output = new float[conv.OutputShape.Elements];
        float[] up = Upstream<float>(output.Length), gradWeight = new float[6];
        NchwSpan<float> input = Span<float>(row, conv.InputShape), upstream = new(up, conv.OutputShape);
        long windows = conv.Width.Out; // window o reads cells o * Stride - 2, + 0, + 2: at a piece's start 1, 3, and 0 before it
        kernel.Forward(conv, input, new NchwSpan<float>(weight, conv.WeightShape), [], new NchwSpan<float>(output, conv.OutputShape));
        Assert.Equal([.. Enumerable.Repeat(310f, (int)windows), .. Enumerable.Repeat(-310f, (int)windows)], output);
        kernel.GradWeight(conv, upstream, input, new NchwSpan<float>(gradWeight, conv.WeightShape));
        float first = up[..(int)windows].Sum(), second = up[(int)windows..].Sum();
        Assert.Equal([0, first, 3 * first, 0, second, 3 * second], gradWeight);
    }

    private static T[] Upstream<T>(long count) where T : INumber<T> =>
        [.. Enumerable.Range(1, (int)count).Select(i => T.CreateChecked(4 * i))];

    private static NchwSpan<T> Span<T>(RepeatedMemory row, Shape4 shape) where T : unmanaged =>
        new(ref *(T*)row.First, shape, shape.RowMajor);

    private static void AssertPiece<T>(RepeatedMemory row, Func<int, T> expected) where T : unmanaged, INumber<T>
    {
        var piece = row.Piece<T>();
        for (int cell = 0; cell < piece.Length; cell++)
            if (piece[cell] != expected(cell)) Assert.Fail($"cell {cell}: {expected(cell)} expected, {piece[cell]} found");
    }
}
