using Cnn.Layers;
using Cnn.Reference.Benchmarks;
using Cnn.Reference.Cases;
using Cnn.Reference.Oracle;
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
        report.Print(Spectre.Console.AnsiConsole.Create(new() { Out = new Spectre.Console.AnsiConsoleOutput(text) }), markdown: true);
        Assert.Contains("wrong: output", text.ToString(), StringComparison.Ordinal);
        Assert.Contains("check \"conv n2 c2 h4 w5 o2 k2 ", text.ToString(), StringComparison.Ordinal);
        Assert.Contains("MISMATCH: 1 comparison failed", text.ToString(), StringComparison.Ordinal);
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

    [Fact]
    public void TheLimitIsThatOfAProcessor() => Assert.InRange(FmaLimit.Measure().OneThread, 1e8, 1e13);

    [Theory]
    [InlineData("conv n2 c2 h4 w5 o2 k2")]
    [InlineData("max h4 w4 k2 float64")]
    [InlineData("avg h4 w4 k2 bfloat16")]
    public void TheKernelThatComputesARowHasNoReasonToRefuse(string line)
    {
        var asked = KernelExplanation.Of(CaseWords.Parse(line)).ToList();
        Assert.Null(asked[^1].Refusal);
        Assert.All(asked.SkipLast(1), kernel => Assert.NotNull(kernel.Refusal));
    }

    private static long Live => DisposeScopeManager.Statistics.TensorStatistics.ThreadTotalLiveCount;

    private static BenchmarkReport Report(Benchmark benchmark) =>
        new(benchmark.Measurements, benchmark.Failures, Algorithm.Fast, Threads: 1, new FmaLimit(128, 1e9), Short, Stopped: false);

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
