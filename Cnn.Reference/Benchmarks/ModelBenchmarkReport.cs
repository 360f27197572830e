using Cnn.Reference.Printing;
using Cnn.Reference.Processes;
using Spectre.Console;

namespace Cnn.Reference.Benchmarks;

/// <summary>What a run of <c>bench --model</c> has measured, for a person and for a program.</summary>
/// <param name="Measurements">What was timed.</param>
/// <param name="Failures">What was not equal, and so not timed.</param>
/// <param name="Remarks">What is to be known besides.</param>
/// <param name="Sides">Whose kernels.</param>
/// <param name="Threads">On how many threads.</param>
/// <param name="Budget">Time for each pass of a network on each number of threads.</param>
/// <param name="Stopped">Whether the user has stopped the run.</param>
internal sealed record ModelBenchmarkReport(
    IReadOnlyList<ModelMeasurement> Measurements, IReadOnlyList<string> Failures, IReadOnlyList<string> Remarks, Sides Sides,
    IReadOnlyList<int> Threads, TimeSpan Budget, bool Stopped)
{
    /// <summary>
    /// Success: measured; mismatch: a network was not its original; stopped: by the user; refused: there was nothing to time.
    /// </summary>
    public int ExitCode =>
        Failures.Count > 0 ? ExitCodes.Mismatch
        : Stopped ? ExitCodes.Stopped
        : Measurements.Count > 0 ? ExitCodes.Success
        : ExitCodes.Refused;

    private IEnumerable<(Pass Pass, int Threads)> Columns =>
        Measurements.Select(measurement => (measurement.Pass, measurement.Threads)).Distinct().Order();

    private IEnumerable<(Pass Pass, int Threads, double Mean, int Networks)> Means =>
        from measurement in Measurements
        where !measurement.Timing.IsNoisy
        group measurement.Timing.Ratio by (measurement.Pass, measurement.Threads) into same
        orderby same.Key
        select (same.Key.Pass, same.Key.Threads, Statistics.GeometricMean([.. same]), same.Count());

    /// <summary>Prints the ratios, a network a line; the times; and what they come to.</summary>
    public void Print(IAnsiConsole console, bool markdown)
    {
        var layout = new ReportLayout(console, markdown);
        layout.Head(Threads[^1], Sides);
        if (Measurements.Count > 0)
        {
            layout.Table(RatiosTitle, Ratios());
            layout.Table("Times (medians; spread: of the ratio's middle half)", Times());
            layout.Gap();
            layout.Point("Every network that is timed was compared before, layer by layer, in what was timed: equal within rounding.");
        }
        foreach (var (pass, threads, mean, networks) in Means)
            layout.Point($"{NameOf(pass)}, {Figures.Count(threads, "thread")}: {Figures.Ratio(mean)} times libtorch's time " +
                $"(geometric mean of {Figures.Count(networks, "network")}).");
        string[] noisy = [.. Measurements.Where(measurement => measurement.Timing.IsNoisy).Select(NameOf)];
        if (noisy.Length > 0) layout.Point(Timing.NoVerdict(noisy));
        foreach (string remark in Remarks) layout.Point(remark);
        foreach (string failure in Failures) layout.Point($"MISMATCH, and so not timed: {failure}");
        layout.EndOf(Stopped, "networks");
    }

    /// <summary>The same for <c>--json</c>. Times are seconds a call.</summary>
    public object Json => new
    {
        machine = Machine.Json(Threads[^1], Sides),
        secondsPerNetworkAndPass = Budget.TotalSeconds,
        equal = Failures.Count == 0,
        stopped = Stopped,
        networks = Measurements.Select(measurement => new
        {
            name = measurement.Network.Name,
            size = measurement.Size,
            pass = NameOf(measurement.Pass),
            batch = BatchOf(measurement.Pass),
            threads = measurement.Threads,
            oursSeconds = measurement.Timing.Ours,
            libtorchSeconds = measurement.Timing.Theirs,
            oursLeastSeconds = measurement.Timing.OursLeast,
            libtorchLeastSeconds = measurement.Timing.TheirsLeast,
            ratio = measurement.Timing.Ratio,
            spread = measurement.Timing.Spread,
            slowdown = measurement.Timing.Slowdown,
            noisy = measurement.Timing.IsNoisy,
            tries = measurement.Tries,
            turns = measurement.Timing.Turns,
        }),
        means = Means.Select(
            mean => new { pass = NameOf(mean.Pass), threads = mean.Threads, geometricMeanRatio = mean.Mean, networks = mean.Networks }),
        failures = Failures,
        remarks = Remarks,
    };

    private static string RatiosTitle =>
        "Time with our layers / with libtorch's, by the number of threads: " +
        $"inference on {Figures.Count(ModelContestant.InferenceBatch, "image")}, " +
        $"a training step on {Figures.Count(ModelContestant.TrainingBatch, "image")}";

    private TextTable Ratios()
    {
        var columns = Columns.ToList();
        var table = new TextTable(
            ["network", "image", .. columns.Select(column => $"{NameOf(column.Pass).Split(' ')[0]}, {column.Threads}")])
        {
            Expendable = ["image"],
        };
        foreach (var network in Measurements.GroupBy(measurement => measurement.Network))
            table.Add([
                network.Key.Name, $"{network.First().Size} x {network.First().Size}", .. columns.Select(column => Cell(network, column))]);
        return table;

        static string Cell(IEnumerable<ModelMeasurement> network, (Pass Pass, int Threads) column) =>
            network.FirstOrDefault(measurement => (measurement.Pass, measurement.Threads) == column) is not { } found ? ""
            : found.Timing.IsNoisy ? "noisy" : Figures.Ratio(found.Timing.Ratio);
    }

    private TextTable Times()
    {
        var table = new TextTable("network", "pass", "threads", "ours", "libtorch", "ratio", "spread") { Expendable = ["spread"] };
        foreach (var measurement in Measurements)
        {
            var timing = measurement.Timing;
            table.Add(
                measurement.Network.Name, NameOf(measurement.Pass), $"{measurement.Threads}",
                Figures.Time(timing.Ours), Figures.Time(timing.Theirs),
                timing.IsNoisy ? "noisy" : Figures.Ratio(timing.Ratio), Figures.Percent(timing.Spread));
        }
        return table;
    }

    private static long BatchOf(Pass pass) => pass == Pass.Forward ? ModelContestant.InferenceBatch : ModelContestant.TrainingBatch;

    private static string NameOf(Pass pass) => pass == Pass.Forward ? "inference" : "training step";

    private static string NameOf(ModelMeasurement measurement) =>
        $"{measurement.Network.Name}, {NameOf(measurement.Pass)}, {Figures.Count(measurement.Threads, "thread")}";
}
