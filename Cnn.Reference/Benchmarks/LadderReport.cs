using Cnn.Reference.Printing;
using Cnn.Reference.Processes;
using Spectre.Console;

namespace Cnn.Reference.Benchmarks;

/// <summary>What a run of <c>bench --ladder</c> has measured, for a person and for a program.</summary>
/// <param name="Measurements">What was timed.</param>
/// <param name="LeftOut">Rows that the literal loops would take long for.</param>
/// <param name="Sides">Our kernels.</param>
/// <param name="Limit">What one thread's multiply-add units can do.</param>
/// <param name="Stopped">Whether the user has stopped the run.</param>
internal sealed record LadderReport(
    IReadOnlyList<LadderMeasurement> Measurements, IReadOnlyList<BenchmarkRow> LeftOut, Sides Sides, FmaLimit Limit, bool Stopped)
{
    private static readonly string[] names = [.. LadderBenchmark.Rungs.Select(rung => rung.Name)];

    /// <summary>Success: measured; stopped: by the user.</summary>
    public int ExitCode => Stopped ? ExitCodes.Stopped : ExitCodes.Success;

    /// <summary>Prints the table, and what each rung gains.</summary>
    public void Print(IAnsiConsole console, bool markdown)
    {
        var layout = new ReportLayout(console, markdown);
        layout.Head(threads: 1, Sides);
        layout.Say($"FMA limit, the most that one thread can multiply and add: {Figures.GigaFlops(Limit.OneThread)} in float32, at " +
            $"{Limit.Bits} bits.");
        var table = new TextTable(["row", .. names, .. names.Select(name => $"{name}, of limit")])
        {
            Expendable = [.. names.Select(name => $"{name}, of limit")],
        };
        foreach (var (row, seconds) in Measurements)
            table.Add(
                [row.Name, .. seconds.Select(Figures.Time),
                    .. seconds.Select(time => Share(row.Operations(Pass.Forward) / time / Limit.OneThread))]);
        layout.Table("forward, in float32, on each rung", table);
        layout.Gap();
        for (int rung = 1; rung < names.Length && Measurements.Count > 0; rung++)
        {
            double gain = Statistics.GeometricMean([.. Measurements.Select(each => each.Seconds[rung - 1] / each.Seconds[rung])]);
            layout.Point(
                $"{names[rung - 1]} to {names[rung]}: {Figures.Ratio(gain)} times as fast (geometric mean of " +
                $"{Figures.Count(Measurements.Count, "row")}).");
        }
        if (LeftOut.Count > 0)
            layout.Point(
                $"Left out, because the literal loops take long for them: {string.Join(", ", LeftOut.Select(row => row.Name))}; " +
                "--filter or --rows times what it names.");
        layout.EndOf(Stopped, "rows");
    }

    /// <summary>The same for <c>--json</c>. Times are seconds a call.</summary>
    public object Json => new
    {
        machine = Machine.Json(1, Sides),
        fmaLimit = new { bits = Limit.Bits, gigaFlopsOneThread = Limit.OneThread / 1e9 },
        stopped = Stopped,
        rungs = names,
        rows = Measurements.Select(each => new { name = each.Row.Name, @case = each.Row.Case.ToString(), seconds = each.Seconds }),
    };

    // The literal loops' share is far below one hundredth.
    private static string Share(double part) => part < 0.01 ? FormattableString.Invariant($"{100 * part:F2} %") : Figures.Percent(part);
}
