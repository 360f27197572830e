using System.Diagnostics;
using System.Runtime.CompilerServices;
using Cnn.Layers;
using Cnn.Layers.Kernels.Lanes;
using Cnn.Reference.Benchmarks;
using Cnn.Reference.Cases;
using Cnn.Reference.Oracle;
using Cnn.Tests.Printing;
using TorchSharp;
using static TorchSharp.torch;

namespace Cnn.Tests.Benchmarks;

public class BenchmarkTests
{
    private static readonly TimeSpan Short = TimeSpan.FromMilliseconds(1);

    [Theory]
    [InlineData("conv n2 c2 h4 w5 o2 k2x3 s1x2 p1x0 g2")]
    [InlineData("max n2 c2 h4 w5 k2x3")]
    [InlineData("avg n2 c2 h4 w5 k2x3 float64")]
    [InlineData("adaptive n2 c2 h7 w5 out3x2")]
    [InlineData("adaptive n2 c8 h4 w6 out2x3 channels_last")]
    public void AnEqualRowIsTimedBothWays(string line)
    {
        var benchmark = new Benchmark(new CnnLayer(Algorithm.Fast, winners: false), Pass.Both, Short, quiet: TimeSpan.Zero);
        benchmark.Run(new("row", CaseWords.Parse(line)));
        Assert.Empty(benchmark.Failures);
        Assert.Equal([Pass.Forward, Pass.Backward], benchmark.Measurements.Select(measurement => measurement.Pass));
        Assert.All(benchmark.Measurements, measurement => Assert.True(measurement.Timing is { Ours: > 0, Theirs: > 0, Turns: >= 7 }));
        Assert.Equal(0, Report(benchmark).ExitCode);
    }

    [Fact]
    public void AWrongLayerIsReportedAndNotTimed()
    {
        var benchmark = new Benchmark(new WrongLayer(), Pass.Both, Short, quiet: TimeSpan.Zero);
        benchmark.Run(new("row", CaseWords.Parse("conv n2 c2 h4 w5 o2 k2")));
        Assert.NotEmpty(benchmark.Failures);
        Assert.Empty(benchmark.Measurements);
        var report = Report(benchmark);
        Assert.Equal(1, report.ExitCode);

        var text = new StringWriter();
        report.Print(text.AsConsole(width: 10_000), markdown: true);
        Assert.Contains("wrong: output", text.ToString(), StringComparison.Ordinal);
        Assert.Contains("check \"conv n2 c2 h4 w5 o2 k2 ", text.ToString(), StringComparison.Ordinal);
        Assert.Contains("MISMATCH: 1 comparison failed", text.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void ANoisyRowIsTimedAgainUntilItIsQuiet()
    {
        var benchmark = Timed(9.49, 0.04, 0.30, 0.20); // forward of the one row is noisy once, backward stays quiet
        benchmark.Run(Row);
        benchmark.Run(Row with { Name = "other" });
        Assert.Equal([9.49, 0.04, 0.30, 0.20], benchmark.Measurements.Select(measurement => measurement.Timing.Spread));
        var noisy = benchmark.Noisy;
        Assert.Equal(["row", "other"], noisy.Select(measurement => measurement.Row.Name));
        Assert.All(noisy, measurement => Assert.Equal(Pass.Forward, measurement.Pass));

        spreads.Enqueue(0.07);
        spreads.Enqueue(0.26);
        foreach (var measurement in noisy) benchmark.Again(measurement);
        Assert.Equal([0.07, 0.04, 0.26, 0.20], benchmark.Measurements.Select(measurement => measurement.Timing.Spread));
        Assert.Equal([2, 1, 2, 1], benchmark.Measurements.Select(measurement => measurement.Tries));
        Assert.Equal(0.26, Assert.Single(benchmark.Noisy).Timing.Spread);

        spreads.Enqueue(5); // not as quiet as before
        benchmark.Again(benchmark.Noisy[0]);
        Assert.Equal((0.26, 3), (benchmark.Measurements[2].Timing.Spread, benchmark.Measurements[2].Tries));
        Assert.Empty(benchmark.Noisy); // three times are enough
    }

    [Fact]
    public void ARowThatStaysNoisyHasNoVerdict()
    {
        Measurement[] measurements =
        [
            new(Row, Pass.Forward, new(3, 2, 3, 2, 7, 0.02)),
            new(Row with { Name = "loud" }, Pass.Forward, new(70, 2, 70, 2, 7, 9.49), Tries: 3),
            new(Row with { Name = "halted" }, Pass.Forward, new(70, 2, 70, 0.9, 7, 0.02), Tries: 3), // theirs waits at every turn but one
            new(Row with { Name = "settled" }, Pass.Forward, new(2, 2, 1, 2, 7, 0.25), Tries: 2),
        ];
        string[] lines = Lines(measurements);
        string loud = lines.Single(line => line.StartsWith("| loud", StringComparison.Ordinal));
        Assert.Contains("| noisy |  949 % |", loud, StringComparison.Ordinal);
        Assert.Contains("- convolutions, forward: 1.22 times libtorch's time (geometric mean of 2 rows).", lines);
        Assert.Contains("- Slowest row: row, forward: 1.50 times libtorch's time.", lines);
        Assert.Contains(
            "- No verdict, because the machine was busy each time (spread above 25 %, or 2 times as long as the best turn): " +
            "loud, forward; halted, forward. A quieter machine, or more --seconds, may give one.", lines);
    }

    [Fact]
    public void TinyRowsStandByNameBesideTheSlowest()
    {
        var tiny = Row with { IsTiny = true };
        string[] lines = Lines(
        [
            new(Row, Pass.Forward, new(3, 2, 3, 2, 7, 0.02)),
            new(tiny with { Name = "small" }, Pass.Forward, new(5e-6, 2e-6, 5e-6, 2e-6, 7, 0.02)),
            new(tiny with { Name = "less" }, Pass.Forward, new(1e-6, 2e-6, 1e-6, 2e-6, 7, 0.02)),
            new(tiny with { Name = "loud" }, Pass.Forward, new(9e-6, 2e-6, 9e-6, 2e-6, 7, 0.8), Tries: 3),
            new(tiny with { Name = "small" }, Pass.Backward, new(5e-6, 1e-6, 5e-6, 1e-6, 7, 0.02)),
        ]);
        int slowest = Array.IndexOf(lines, "- Slowest row: row, forward: 1.50 times libtorch's time.");
        Assert.True(slowest > 0, string.Join('\n', lines));
        Assert.Equal(
            "- Tiny rows, forward, in no mean: small 2.50 times libtorch's time (3.0 us a call more), " +
            "less 0.50 times libtorch's time (1.0 us a call less).", lines[slowest + 1]);
        Assert.Equal(
            "- Tiny rows, forward + backward, in no mean: small 5.00 times libtorch's time (4.0 us a call more).", lines[slowest + 2]);
        Assert.Contains(": loud, forward.", lines[slowest + 3], StringComparison.Ordinal);
    }

    [Fact]
    public void OfLimitNamesWhatBoundsARow()
    {
        BenchmarkRow pool = new("pool", CaseWords.Parse("max n2 c3 h4 w6 k2"));
        BenchmarkRow dense = new("dense", CaseWords.Parse("conv c64 h8 w8 o64 k3 p1"));
        double ofPool = pool.Bytes(Pass.Forward) / 1e9, ofDense = dense.Operations(Pass.Forward) / 1e9;
        string[] lines = Lines(
        [
            new(pool, Pass.Forward, new(2 * ofPool, 1, 2 * ofPool, 1, 7, 0.02)),
            new(dense, Pass.Forward, new(4 * ofDense, 1, 4 * ofDense, 1, 7, 0.02)),
        ]);
        Assert.Matches(@"^\| pool .*\| 50 % mem \|$", lines.Single(line => line.StartsWith("| pool ", StringComparison.Ordinal)));
        Assert.Matches(@"^\| dense .*\| 25 % fma \|$", lines.Single(line => line.StartsWith("| dense ", StringComparison.Ordinal)));
        Assert.Contains(
            "Limit of a row with 1 thread: its multiply-adds at 1.00 GFLOP/s (fma, in float32 at 128 bits), or its bytes at 1.00 GB/s " +
            "(1.0 MiB) to 1.00 GB/s (1.0 MiB) (mem, copied), whichever takes longer; both are measured.", lines);
    }

    [Fact]
    public void ACallLeavesNoTensorAndNoGradientBehind()
    {
        using var problem = new Problem(CaseWords.Parse("conv n2 c2 h4 w5 o2 k2"), Numbers.Real);
        using var contestant = new Contestant(new CnnLayer(Algorithm.Fast, winners: false), problem, Pass.Backward);
        contestant.Run(2);
        long before = Live;
        contestant.Run(5);
        Assert.Equal(before, Live);
    }

    /// <summary>
    /// Held against one chain of multiply-adds, each of which waits for the one before: on one or two units, with a latency of three to
    /// six cycles, independent ones are three to twelve times as many, in each lane.
    /// </summary>
    [Theory]
    [InlineData(128)]
    [InlineData(256)]
    public void TheLimitIsThatOfAProcessor(int bits)
    {
        if (bits > FmaLimit.WidestBits) return; // put together from narrower ones there
        double best = 0; // operations a second, of 128 bits each
        for (int trial = 0; trial < 40; trial++)
        {
            long start = Stopwatch.GetTimestamp();
            Assert.Equal(1, OneChain());
            best = Math.Max(best, 2.0 * 4 * Rounds / Stopwatch.GetElapsedTime(start).TotalSeconds);
        }
        var limit = FmaLimit.Measure(bits);
        Assert.Equal(bits, limit.Bits);
        double times = limit.OneThread / best / (bits / 128);
        Assert.True(times is > 2 and < 16, $"{limit.OneThread:E2} at {bits} bits, {best:E2} in one chain of 128: {times:F1} times");
    }

    private const int Rounds = 500_000;

    // Nothing else is done in here: a call would keep the sum in memory, which takes longer than the sum.
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static unsafe float OneChain()
    {
        Lanes128<float> x = Lanes128<float>.Broadcast(0.5f), sum = x; // sum = sum / 2 + 1 / 2, which goes to 1
        for (int round = 0; round < Rounds; round++) sum = Lanes128<float>.MultiplyAdd(sum, x, x);
        float* last = stackalloc float[4];
        Lanes128<float>.Store(sum, last);
        return last[0];
    }

    [Theory]
    [InlineData("conv n2 c2 h4 w5 o2 k2", true)]
    [InlineData("conv n1 c1 h3 w4 o2 k3 s1 p900x1000 d900x1000", false)] // spans too much
    [InlineData("max h4 w4 k2 float64", true)]
    [InlineData("max n1 c1 h1000 w2000 k1000x1 s1 p0", false)] // too much scratch memory
    [InlineData("avg h4 w4 k2 bfloat16", true)]
    public void TheKernelThatComputesARowIsNamedLast(string line, bool isFast)
    {
        var asked = KernelExplanation.Of(CaseWords.Parse(line)).ToList();
        if (isFast) Assert.StartsWith("fast", asked[^1].Name, StringComparison.Ordinal);
        else Assert.Equal("literal", asked[^1].Name);
        Assert.Equal(isFast, !asked.Any(kernel => kernel.Name.StartsWith("fast", StringComparison.Ordinal) && kernel.Refusal is not null));
    }

    private static readonly BenchmarkRow Row = new("row", CaseWords.Parse("conv n2 c2 h4 w5 o2 k2"));
    private readonly Queue<double> spreads = [];

    /// <summary>A benchmark whose timings have these spreads, one after the other.</summary>
    private Benchmark Timed(params double[] spreads)
    {
        foreach (double spread in spreads) this.spreads.Enqueue(spread);
        return new(
            new CnnLayer(Algorithm.Fast, winners: false), Pass.Both, Short, TimeSpan.Zero,
            duel: (_, _, _, _) => new(1, 1, 1, 1, 7, this.spreads.Dequeue()));
    }

    private static string[] Lines(IReadOnlyList<Measurement> measurements)
    {
        var text = new StringWriter();
        var report = new BenchmarkReport(measurements, [], Algorithm.Fast, SomeLimits.Low, Short, Stopped: false);
        report.Print(text.AsConsole(width: 10_000), markdown: true);
        return text.ToString().Split('\n');
    }

    private static long Live => DisposeScopeManager.Statistics.TensorStatistics.ThreadTotalLiveCount;

    private static BenchmarkReport Report(Benchmark benchmark) =>
        new(benchmark.Measurements, benchmark.Failures, Algorithm.Fast, SomeLimits.Low, Short, Stopped: false);

    private sealed class WrongLayer : ILayer
    {
        public string Name => "wrong";

        public (Tensor Output, Tensor? Indices) Forward(Case @case, Tensor input, Tensor? weight, Tensor? bias)
        {
            var (output, indices) = new LibtorchLayer().Forward(@case, input, weight, bias);
            return (output + 1, indices);
        }
    }
}
