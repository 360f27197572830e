using System.Numerics;
using Cnn.Layers.Geometry;
using Cnn.Layers.Kernels;
using Cnn.Layers.Kernels.Fast;
using Cnn.Layers.Kernels.Lanes;
using Cnn.Layers.Kernels.Literal;
using Cnn.Reference.Cases;

namespace Cnn.Tests.Kernels;

/// <summary>
/// The fast pools give the literal loops' bits: every remainder of a register, planes of one band and of many, any number
/// of threads, from any memory to any other.
/// </summary>
[Trait(Traits.Speed, Traits.Slow)]
public abstract class FastPoolsEqualLiteral<T> where T : unmanaged, IFloatingPointIeee754<T>
{
    private readonly IMaxPool2DKernel<T> literalMax = new LiteralMaxPool2D<T>();
    private readonly IAvgPool2DKernel<T> literalAvg = new LiteralAvgPool2D<T>();
    private IMaxPool2DKernel<T> max;
    private IAvgPool2DKernel<T> avg;

    private protected FastPoolsEqualLiteral(IMaxPool2DKernel<T> max, IAvgPool2DKernel<T> avg) => (this.max, this.avg) = (max, avg);

    [Theory]
    [InlineData("k2 s2 p0")]
    [InlineData("k2x3 s1x2 p1")]
    [InlineData("k3 s1 p1")]
    [InlineData("k2 s1 p0")]
    [InlineData("k2x3 s2x3 p0x1 ceil")]
    [InlineData("k3x5 s2x4 p1x2 ceil")]
    [InlineData("k1 s3x2 p0")]
    public void AtEveryOutputWidth(string window)
    {
        for (int width = 1; width <= 2 * 16 + 1; width++)
        {
            var probe = CaseWords.Parse($"max n1 c2 h5 w999 {window} seed{width}");
            // The input that gives this many windows, and one column more, which belongs to none or overhangs.
            long columns = (width - 1) * probe.Stride.W + probe.Kernel.W - 2 * probe.Padding.W;
            foreach (long w in new[] { columns, columns + 1 })
                if (w > 0) Check(probe with { W = w }, Layout.Contiguous);
        }
    }

    /// <summary>Narrow planes: lanes along the channels.</summary>
    [Theory]
    [InlineData("h7 w7 k7 s1 p0")] // the whole plane
    [InlineData("h7 w6 k3 s2 p1 ceil")]
    [InlineData("h9 w5 k4x2 s2x3 p2x1 d2")]
    [InlineData("h40 w9 k3x7 s5x2 p1x3")]
    [InlineData("h3 w4 k9 s7 p4")] // more padding than cells
    public void AtEveryNumberOfChannels(string window)
    {
        // Up to four registers of channels, and the first of the next four.
        foreach (int channels in (int[])[.. Enumerable.Range(1, 2 * 16 + 1), 47, 63, 64, 65, 70, 97])
            foreach (var layout in channels % 8 < 2 ? Enum.GetValues<Layout>() : [Layout.Contiguous])
                Check(CaseWords.Parse($"max n2 c{channels} {window} seed{channels}"), layout);
    }

    [Fact]
    public void AtRandomProblems()
    {
        foreach (var @case in KernelCases.Random<T>(60, @case => @case.Kind is LayerKind.Max or LayerKind.Avg)) Check(@case);
    }

    [Theory]
    [InlineData("max n1 c2 h70 w90 k3 s2 p1 seed1")] // several bands
    [InlineData("max n2 c1 h90 w140 k2 s2 p0 seed2")]
    [InlineData("max n1 c1 h61 w131 k5x4 s2x1 p2 ceil seed3")]
    [InlineData("max n1 c1 h61 w131 k5x4 s3x2 p2x1 d3x2 ceil seed4")]
    [InlineData("max n2 c2 h40 w41 k1 s5x7 p0 seed5")] // most cells are read by no window
    [InlineData("max n2 c3 h9 w11 k9x11 s1 p0 seed6")] // one window
    [InlineData("max n2 c2 h6 w70 k3x2 s6x8 p1 d5x6 ceil seed7")]
    [InlineData("max n2 c2 h1 w2 k2 s1x2 p1 d2x3 seed8")] // windows of nothing but padding
    [InlineData("max n2 c2 h1 w40 k2x3 s1x2 p1 d2x1 seed9")]
    [InlineData("max n2 c2 h21 w40 k2x4 s2x2 p1x2 d7x9 seed10")]
    [InlineData("avg n1 c2 h70 w90 k3 s2 p1 nopad seed11")]
    [InlineData("avg n2 c2 h71 w90 k4x3 s3x2 p2x1 ceil seed12")]
    [InlineData("avg n2 c2 h40 w41 k3x4 s5x7 p1x2 ceil div-3 seed13")]
    [InlineData("avg n1 c1 h33 w200 k33x2 s33x2 p16x1 ceil nopad seed14")]
    public void AtChosenProblems(string line) => Check(CaseWords.Parse(line));

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(5)]
    public void AtAnyNumberOfThreads(int threads)
    {
        (max, avg) = (new ThreadedMaxPool2D<T>(max, threads), new ThreadedAvgPool2D<T>(avg, threads));
        Check(CaseWords.Parse("max n3 c5 h131 w150 k3 s2 p1 ceil seed1"), Layout.Contiguous);
        Check(CaseWords.Parse("avg n1 c2 h500 w301 k2x3 s1x2 p1 nopad seed2"), Layout.Contiguous);
        Check(CaseWords.Parse("max n1 c1 h500 w600 k2 s2 p0 seed3"), Layout.Contiguous); // a plane in bands
    }

    [Fact]
    public void WithAGradientLargerThanTheCache()
    {
        var geometry = KernelCases.PoolOf(CaseWords.Parse("avg n1 c2 h1100 w1000 k2 s2 p0"));
        var random = new Random(1);
        var input = StridedArray<T>.Of(geometry.InputShape, Layout.Contiguous, random.Reals<T>());
        var up = StridedArray<T>.Of(geometry.OutputShape, Layout.Contiguous, random.Reals<T>());
        CheckAvg("large", geometry, input, up, Layout.Contiguous);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void WithWinnersAnywhere(bool channelsLast)
    {
        var layout = channelsLast ? Layout.ChannelsLast : Layout.Contiguous;
        var geometry = KernelCases.PoolOf(CaseWords.Parse("max n2 c3 h90 w140 k2 s2 p0"));
        var random = new Random(1);
        var up = StridedArray<T>.Of(geometry.OutputShape, layout, random.Reals<T>());
        // In no window of their own, and some beyond the plane.
        var winners = StridedArray<long>.Of(geometry.OutputShape, layout, () => random.Next(90 * 140 + 100));
        Same(
            "winners anywhere", "gradInput",
            Output(geometry.InputShape, layout, gradInput => literalMax.GradInput(geometry, up.Span, winners.Span, gradInput)),
            Output(geometry.InputShape, layout, gradInput => max.GradInput(geometry, up.Span, winners.Span, gradInput)));
    }

    [Fact]
    public void TooLargeARowOfWindowsIsRefused()
    {
        var huge = KernelCases.PoolOf(CaseWords.Parse("max n1 c1 h1000 w2000 k1000x1 s1 p0"));
        Assert.Contains("scratch", max.Refusal(huge), StringComparison.Ordinal);
        Assert.Contains("scratch", avg.Refusal(huge), StringComparison.Ordinal);

        var far = KernelCases.PoolOf(CaseWords.Parse("max n1 c1 h36001 w1000 k2 s18000x1 p0 d18000x1"));
        if (typeof(T) == typeof(float)) Assert.Contains("indices", max.Refusal(far), StringComparison.Ordinal);
        else Assert.Null(max.Refusal(far));

        var tall = Pool2DGeometry.Create(new(1, 1, (1 << 24) + 1, 1), (1, 1), (1, 1), (0, 0), (1, 1), ceilMode: false);
        Assert.Contains("tables", max.Refusal(tall), StringComparison.Ordinal);
        Assert.Contains("tables", avg.Refusal(tall), StringComparison.Ordinal);
    }

    private void Check(Case @case, params Layout[] layouts)
    {
        if (layouts.Length == 0) layouts = [Layout.Contiguous, Layout.ChannelsLast, Layout.Strided, Layout.Cropped, Layout.Expanded];
        foreach (var (from, to) in layouts.Zip([.. layouts[1..], layouts[0]]).Append((layouts[0], layouts[0])).Distinct())
        {
            string name = $"{@case}, {from} to {to}, {Threads.Count} threads";
            var geometry = KernelCases.PoolOf(@case with { Kind = LayerKind.Max });
            foreach (var numbers in new Func<Random, Func<T>>[] { random => random.Reals<T>(), Mixed })
            {
                var random = new Random(@case.Seed);
                var input = StridedArray<T>.Of(geometry.InputShape, from, numbers(random));
                var up = StridedArray<T>.Of(geometry.OutputShape, from, numbers(random));
                CheckMax(name, geometry, input, up, to);
                if (@case.Dilation == (1, 1)) CheckAvg(name, KernelCases.PoolOf(@case), input, up, to);
            }
        }
    }

    private void CheckMax(string name, Pool2DGeometry geometry, StridedArray<T> input, StridedArray<T> up, Layout to)
    {
        Assert.Null(max.Refusal(geometry));
        var winners = StridedArray<long>.ForOutput(geometry.OutputShape, to);
        var expected = Output(geometry.OutputShape, to, output => literalMax.Forward(geometry, input.Span, output, winners.Span));
        var indices = StridedArray<long>.ForOutput(geometry.OutputShape, to);
        Same(name, "maxima", expected, Output(geometry.OutputShape, to, output => max.Forward(geometry, input.Span, output, indices.Span)));
        Same(name, "indices", winners, indices);
        indices.AssertNothingElseWritten("indices", name);
        Same(name, "maxima without indices", expected,
            Output(geometry.OutputShape, to, output => max.Forward(geometry, input.Span, output, default)));
        Same(
            name, "gradInput of the maxima",
            Output(geometry.InputShape, to, gradInput => literalMax.GradInput(geometry, up.Span, winners.Span, gradInput)),
            Output(geometry.InputShape, to, gradInput => max.GradInput(geometry, up.Span, winners.Span, gradInput)), sums: true);
        Same(
            name, "taken",
            Output(geometry.OutputShape, to, taken => literalMax.TakeWinners(geometry, input.Span, winners.Span, taken)),
            Output(geometry.OutputShape, to, taken => max.TakeWinners(geometry, input.Span, winners.Span, taken)));
        input.AssertUnchanged("input", name);
    }

    private void CheckAvg(string name, Pool2DGeometry geometry, StridedArray<T> input, StridedArray<T> up, Layout to)
    {
        Assert.Null(avg.Refusal(geometry));
        Same(
            name, "averages",
            Output(geometry.OutputShape, to, output => literalAvg.Forward(geometry, input.Span, output)),
            Output(geometry.OutputShape, to, output => avg.Forward(geometry, input.Span, output)), sums: true);
        Same(
            name, "gradInput of the averages",
            Output(geometry.InputShape, to, gradInput => literalAvg.GradInput(geometry, up.Span, gradInput)),
            Output(geometry.InputShape, to, gradInput => avg.GradInput(geometry, up.Span, gradInput)), sums: true);
    }

    /// <summary>Ties, both zeros, both infinities, and NaN, each of its own bits.</summary>
    private static Func<T> Mixed(Random random) => () => random.Next(12) switch
    {
        0 => Nan(random.Next(1, 1 << 20)),
        1 => T.PositiveInfinity,
        < 5 => T.NegativeInfinity,
        5 => T.Zero,
        6 => T.NegativeZero,
        < 9 => T.CreateTruncating(random.Next(-1, 2)),
        _ => T.CreateTruncating(2 * random.NextDouble() - 1),
    };

    private static T Nan(int payload) => typeof(T) == typeof(float)
        ? (T)(object)BitConverter.Int32BitsToSingle(0x7FC00000 | payload)
        : (T)(object)BitConverter.Int64BitsToDouble(0x7FF8000000000000 | (long)payload);

    private static StridedArray<T> Output(Shape4 shape, Layout layout, Kernel kernel)
    {
        var output = StridedArray<T>.ForOutput(shape, layout); // NaN everywhere
        kernel(output.Span);
        output.AssertNothingElseWritten("output", $"{shape}, {layout}");
        return output;
    }

    // Down to the bits of a NaN, but not for sums: which of two NaN a sum gives, the processor and the compiler decide.
    private static void Same<TElement>(string name, string what, StridedArray<TElement> expected, StridedArray<TElement> actual,
        bool sums = false)
        where TElement : unmanaged, INumber<TElement>
    {
        foreach (var (at, e, a) in expected.Indices().Zip(expected.Elements(), actual.Elements()))
        {
            if (Bits(e) == Bits(a) || (sums && TElement.IsNaN(e) && TElement.IsNaN(a))) continue;
            Assert.Fail($"{name}: {what}{at} is {a}, {Bits(a):X}; {e}, {Bits(e):X} expected");
        }

        static long Bits(TElement x) => x switch
        {
            float single => BitConverter.SingleToInt32Bits(single),
            double real => BitConverter.DoubleToInt64Bits(real),
            _ => long.CreateTruncating(x),
        };
    }

    private delegate void Kernel(NchwSpan<T> output);
}

// One line closes the tests over one type and one width.

public sealed class FastPoolsFloat1() : FastPoolsEqualLiteral<float>(
    new FastMaxPool2D<float, Lanes1<float>>(), new FastAvgPool2D<float, Lanes1<float>>());
public sealed class FastPoolsFloat128() : FastPoolsEqualLiteral<float>(
    new FastMaxPool2D<float, Lanes128<float>>(),
        new FastAvgPool2D<float, Lanes128<float>>());
public sealed class FastPoolsFloat256() : FastPoolsEqualLiteral<float>(
    new FastMaxPool2D<float, Lanes256<float>>(),
        new FastAvgPool2D<float, Lanes256<float>>());
public sealed class FastPoolsFloat512() : FastPoolsEqualLiteral<float>(
    new FastMaxPool2D<float, Lanes512<float>>(),
        new FastAvgPool2D<float, Lanes512<float>>());
public sealed class FastPoolsDouble1() : FastPoolsEqualLiteral<double>(
    new FastMaxPool2D<double, Lanes1<double>>(),
        new FastAvgPool2D<double, Lanes1<double>>());
public sealed class FastPoolsDouble128() : FastPoolsEqualLiteral<double>(
    new FastMaxPool2D<double, Lanes128<double>>(),
        new FastAvgPool2D<double, Lanes128<double>>());
public sealed class FastPoolsDouble256() : FastPoolsEqualLiteral<double>(
    new FastMaxPool2D<double, Lanes256<double>>(),
        new FastAvgPool2D<double, Lanes256<double>>());
public sealed class FastPoolsDouble512() : FastPoolsEqualLiteral<double>(
    new FastMaxPool2D<double, Lanes512<double>>(),
        new FastAvgPool2D<double, Lanes512<double>>());
