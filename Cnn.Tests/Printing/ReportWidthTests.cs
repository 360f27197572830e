using Cnn.Layers;
using Cnn.Layers.Kernels;
using Cnn.Reference.Benchmarks;
using Cnn.Reference.Cases;
using Cnn.Reference.Checking;
using Cnn.Reference.Networks;
using Cnn.Tests.Benchmarks;

namespace Cnn.Tests.Printing;

/// <summary>Reports with everything that they may hold: long names, long reasons, and noise.</summary>
public sealed class ReportWidthTests
{
    private const string Line = "conv n32 c64 h112 w112 o128 k3x5 s2x1 p1x2 d1x3 g32 float64 seed1234567890";
    private const string Reason = "integers have no gradients, and this is a reason that is told in a sentence longer than a line can be";

    private static readonly Timing Noisy = new(1.5, 0.5, 0.25, 0.125, 7, 0.5),
    Quiet = Noisy with { OursLeast = 1.5, TheirsLeast = 0.5, Spread = 0 };

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void OfRows(bool markdown)
    {
        var row = new BenchmarkRow("a-row-with-a-name", CaseWords.Parse(Line));
        var measurements =
            from pass in (Pass[])[Pass.Forward, Pass.Backward]
            from timing in (Timing[])[Noisy, Quiet]
            select new Measurement(row, pass, timing);
        var report = new BenchmarkReport(
            [.. measurements], [new(Line, "real forward", "ours fast", Reason)], Algorithm.Fast, SomeLimits.High,
            TimeSpan.FromSeconds(1), Stopped: true);
        Columns.AssertFit(Printed(console => report.Print(console, markdown)), line => line.StartsWith('|'));
    }

    [Fact]
    public void OfSchedules()
    {
        var row = new BenchmarkRow("dw5-28-n16", CaseWords.Parse(Line));
        double seconds = SomeLimits.High.Of(row, Pass.Forward).Seconds; // 100 % of the limit
        var measurements =
            from pass in Enum.GetValues<KernelPass>()
            from schedule in (string[])["vectorize filters", pass == KernelPass.GradWeight ? "weights across groups" : "depthwise rows"]
            select new ScheduleMeasurement(row, pass, new(schedule, null, 0.5, null, IsChosen: schedule[0] != 'v'), seconds);
        var report = new ScheduleReport([.. measurements], SomeLimits.High, Stopped: true);
        string printed = Printed(console => report.Print(console, markdown: false));
        Columns.AssertFit(printed);
        Assert.Contains(" weight  | weights across groups * | ", printed, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void OfNetworks(bool markdown)
    {
        var measurements =
            from network in NetworkTable.All
            from pass in (Pass[])[Pass.Forward, Pass.Backward]
            from threads in (int[])[1, 64]
            select new ModelMeasurement(network, network.Size, pass, threads, threads == 1 ? Quiet : Noisy);
        var report = new ModelBenchmarkReport(
            [.. measurements], [Reason], [Reason], Algorithm.Literal, [1, 64], TimeSpan.FromSeconds(1), Stopped: true);
        Columns.AssertFit(Printed(console => report.Print(console, markdown)), line => line.StartsWith('|'));
    }

    [Fact]
    public void OfCheck()
    {
        var results = new CheckResults();
        foreach (string part in CheckSetup.Parts)
        {
            var tally = results.TallyOf(part);
            (tally.Cases, tally.Tensors, tally.Elements, tally.EqualBits) = (1_234, 123_456, 1_234_567_890, 1_234_567_000);
            (tally.WorstRatio, tally.WorstUlp, tally.MostlyZero, tally.Time) = (0.519, 1e18, 3, TimeSpan.FromSeconds(123.4));
        }
        foreach (string part in CheckSetup.Parts) results.LeaveOut(part, Reason);
        results.Fail(Line, CheckSetup.Parts[0], "ours fast", Reason);
        results.GiveUp(Line, Reason);
        var report = new CheckReport(results, [Line], Seed: 1, TimeSpan.FromSeconds(300), TimeSpan.FromSeconds(1234), Stopped: true);
        Columns.AssertFit(Printed(report.Print));
    }

    private static string Printed(Action<Spectre.Console.IAnsiConsole> print)
    {
        var text = new StringWriter();
        print(text.AsConsole(Columns.Usual));
        return text.ToString();
    }
}
