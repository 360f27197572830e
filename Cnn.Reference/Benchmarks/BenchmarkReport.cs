using System.Globalization;
using Cnn.Layers;
using Cnn.Reference.Cases;
using Cnn.Reference.Checking;
using Cnn.Reference.Oracle;
using Cnn.Reference.Printing;
using Cnn.Reference.Processes;
using Spectre.Console;

namespace Cnn.Reference.Benchmarks;

/// <summary>What a run of <c>bench</c> has measured, for a person and for a program.</summary>
/// <param name="Measurements">What was timed.</param>
/// <param name="Failures">What was not equal, and so not timed.</param>
/// <param name="Algorithm">Our loops.</param>
/// <param name="Limit">What no row can be faster than, with the threads that each side might use.</param>
/// <param name="Budget">Time for each pass of a row.</param>
/// <param name="Stopped">Whether the user has stopped the run.</param>
internal sealed record BenchmarkReport(
    IReadOnlyList<Measurement> Measurements, IReadOnlyList<Failure> Failures, Algorithm Algorithm, Roofline Limit, TimeSpan Budget,
    bool Stopped)
{
    /// <summary>Success: measured; mismatch: a result was not libtorch's; stopped: by the user.</summary>
    public int ExitCode => Failures.Count > 0 ? ExitCodes.Mismatch : Stopped ? ExitCodes.Stopped : ExitCodes.Success;

    // A few cells say nothing about the loops, and noise says nothing at all.
    private static bool Counts(Measurement measurement) => !measurement.Row.IsTiny && !measurement.IsNoisy;

    private IEnumerable<Measurement> Counted => Measurements.Where(Counts);

    private Measurement? Slowest => Counted.MaxBy(measurement => measurement.Timing.Ratio);

    private IEnumerable<(bool Pools, Pass Pass, double Mean, int Rows)> Means =>
        from measurement in Counted
        group measurement.Timing.Ratio by (measurement.Row.IsPool, measurement.Pass) into same
        orderby same.Key
        select (same.Key.IsPool, same.Key.Pass, Statistics.GeometricMean([.. same]), same.Count());

    /// <summary>Prints failures, a table for each pass, and what they come to.</summary>
    public void Print(IAnsiConsole console, bool markdown)
    {
        var layout = new ReportLayout(console, markdown);
        FailureLines.Print(Failures, console);
        layout.Head(Limit.Threads, Algorithm);
        layout.Say(Limit.Sentence);
        foreach (var pass in (Pass[])[Pass.Forward, Pass.Backward])
        {
            var table = new TextTable("row", "ours", "libtorch", "ratio", "spread", "our rate", "of limit")
            {
                Expendable = ["of limit", "spread", "our rate"],
            };
            foreach (var measurement in Measurements.Where(measurement => measurement.Pass == pass)) table.Add(Cells(measurement));
            if (table.Count > 0) layout.Table($"{NameOf(pass)} (ratio: ours / libtorch; spread: of the ratio's middle half)", table);
        }
        layout.Gap();
        foreach (string sentence in Summary()) layout.Point(sentence);
        if (Failures.Count > 0)
            layout.Point($"MISMATCH: {Figures.Count(Failures.Count, "comparison")} failed; what is not equal is not timed.");
        // Libtorch is timed as it is, and not held to its right kernels.
        if (Failures.Count > 0 && HiddenCaches.Advice is { } advice) layout.Point($"{advice}.");
        layout.EndOf(Stopped, "rows");
    }

    /// <summary>The same for <c>--json</c>. Times are seconds a call; rates are a second.</summary>
    public object Json => new
    {
        machine = Machine.Json(Limit.Threads, Algorithm),
        secondsPerRowAndPass = Budget.TotalSeconds,
        fmaLimit = Limit.FmaJson,
        copyLimit = Limit.CopyJson,
        equal = Failures.Count == 0,
        stopped = Stopped,
        rows = Measurements.Select(measurement => new
        {
            name = measurement.Row.Name,
            @case = measurement.Row.Case.ToString(),
            pass = NameOf(measurement.Pass),
            oursSeconds = measurement.Timing.Ours,
            libtorchSeconds = measurement.Timing.Theirs,
            oursLeastSeconds = measurement.Timing.OursLeast,
            libtorchLeastSeconds = measurement.Timing.TheirsLeast,
            ratio = measurement.Timing.Ratio,
            spread = measurement.Timing.Spread,
            slowdown = measurement.Timing.Slowdown,
            noisy = measurement.IsNoisy,
            tries = measurement.Tries,
            turns = measurement.Timing.Turns,
            gigaFlops = measurement.Row.IsPool ? (double?)null : measurement.OperationsPerSecond / 1e9,
            partOfFmaLimit = Limit.PartOfFma(measurement.Row, measurement.Pass, measurement.Timing.Ours),
            limitSeconds = LimitOf(measurement).Seconds,
            partOfLimit = LimitOf(measurement).Seconds / measurement.Timing.Ours,
            bound = LimitOf(measurement).Bound,
            gigaBytes = measurement.Row.IsPool ? measurement.BytesPerSecond / 1e9 : (double?)null,
            tiny = measurement.Row.IsTiny,
            inMeans = Counts(measurement),
        }),
        means = Means.Select(mean =>
            new { kind = KindOf(mean.Pools), pass = NameOf(mean.Pass), geometricMeanRatio = mean.Mean, rows = mean.Rows }),
        worst = Slowest is null ? null : new { name = Slowest.Row.Name, pass = NameOf(Slowest.Pass), ratio = Slowest.Timing.Ratio },
        failures = Failures,
    };

    private string[] Cells(Measurement measurement)
    {
        var (row, timing) = (measurement.Row, measurement.Timing);
        return
        [
            row.Name, Figures.Time(timing.Ours), Figures.Time(timing.Theirs),
            measurement.IsNoisy ? "noisy" : Figures.Ratio(timing.Ratio), Figures.Percent(timing.Spread),
            row.IsPool ? Figures.GigaBytes(measurement.BytesPerSecond) : Figures.GigaFlops(measurement.OperationsPerSecond),
            LimitOf(measurement).Share(timing.Ours),
        ];
    }

    private IEnumerable<string> Summary()
    {
        foreach (var (pools, pass, mean, rows) in Means)
            yield return
                $"{KindOf(pools)}, {NameOf(pass)}: {Figures.Ratio(mean)} times libtorch's time (geometric mean of " +
                $"{Figures.Count(rows, "row")}).";
        if (Slowest is { } slowest)
            yield return $"Slowest row: {NameOf(slowest)}: {Figures.Ratio(slowest.Timing.Ratio)} times libtorch's time.";
        var tinyRows = Measurements.Where(measurement => measurement.Row.IsTiny && !measurement.IsNoisy);
        foreach (var tiny in tinyRows.GroupBy(measurement => measurement.Pass))
            yield return $"Tiny rows, {NameOf(tiny.Key)}, in no mean: {string.Join(", ", tiny.Select(ACall))}.";
        var noisy = Measurements.Where(measurement => measurement.IsNoisy).ToList();
        if (noisy.Count > 0)
            yield return Timing.NoVerdict(noisy.Select(NameOf));
    }

    private static string ACall(Measurement tiny)
    {
        double difference = 1e6 * (tiny.Timing.Ours - tiny.Timing.Theirs);
        string more = difference > 0 ? "more" : "less";
        string time = string.Create(CultureInfo.InvariantCulture, $"{Math.Abs(difference):F1} us a call {more}");
        return $"{tiny.Row.Name} {Figures.Ratio(tiny.Timing.Ratio)} times libtorch's time ({time})";
    }

    private static string NameOf(Measurement measurement) => $"{measurement.Row.Name}, {NameOf(measurement.Pass)}";

    private RowLimit LimitOf(Measurement measurement) => Limit.Of(measurement.Row, measurement.Pass);

    private static string NameOf(Pass pass) => pass == Pass.Forward ? "forward" : "forward + backward";

    private static string KindOf(bool pools) => pools ? "pools" : "convolutions";
}
