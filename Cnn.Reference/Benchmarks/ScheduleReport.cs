using Cnn.Layers;
using Cnn.Reference.Printing;
using Cnn.Reference.Processes;
using Spectre.Console;

namespace Cnn.Reference.Benchmarks;

/// <summary>What a run of <c>bench --schedules</c> has measured, for a person and for a program.</summary>
/// <param name="Measurements">What was timed.</param>
/// <param name="Limit">What no row can be faster than, at the width asked for.</param>
/// <param name="Stopped">Whether the user has stopped the run.</param>
internal sealed record ScheduleReport(IReadOnlyList<ScheduleMeasurement> Measurements, Roofline Limit, bool Stopped)
{
    // Each kernel has as many multiply-adds, and as many bytes, as the forward pass.
    private const Pass OneKernel = Pass.Forward;

    private const double Matters = 1.05; // less may be chance
    private const int MostNamed = 8;

    /// <summary>Success: measured; stopped: by the user.</summary>
    public int ExitCode => Stopped ? ExitCodes.Stopped : ExitCodes.Success;

    // The schedules that take one pass of a row; where there is one only, nothing is chosen.
    private IEnumerable<Choice> Choices =>
        from measurement in Measurements
        group measurement by (measurement.Row, measurement.Pass) into same
        select new Choice([.. same]);

    /// <summary>Prints a table, a line for each schedule, and what the choice costs.</summary>
    public void Print(IAnsiConsole console, bool markdown)
    {
        var layout = new ReportLayout(console, markdown);
        layout.Head(Limit.Threads, Algorithm.Fast);
        layout.Say(Limit.Sentence);
        var table = new TextTable("row", "pass", "schedule", "estimate", "of limit", "time", "of best")
        {
            Words = 3,
            Expendable = ["time"],
        };
        foreach (var choice in Choices)
            foreach (var measurement in choice.All)
                table.Add(
                    measurement.Row.Name, KernelExplanation.Words(measurement.Pass).Split(' ')[0],
                    measurement.Answer.IsChosen ? $"{measurement.Answer.Name} *" : measurement.Answer.Name,
                    measurement.Answer.Efficiency is { } share ? Figures.Percent(share) : "",
                    LimitOf(measurement).Share(measurement.Seconds), Figures.Time(measurement.Seconds),
                    Figures.Ratio(measurement.Seconds / choice.Best.Seconds));
        layout.Table(
            "Every schedule that takes a row, forward, or for the gradient of input or weight (*: chosen; estimate: share of the " +
            "multiply-adds' limit; of limit: share of the row's; of best: time / that of the fastest)", table);
        layout.Gap();
        foreach (string sentence in Summary()) layout.Point(sentence);
        layout.EndOf(Stopped, "rows");
    }

    /// <summary>The same for <c>--json</c>. Times are seconds a call.</summary>
    public object Json => new
    {
        machine = Machine.Json(Limit.Threads, Algorithm.Fast),
        fmaLimit = Limit.FmaJson,
        copyLimit = Limit.CopyJson,
        stopped = Stopped,
        schedules = Measurements.Select(measurement => new
        {
            name = measurement.Row.Name,
            @case = measurement.Row.Case.ToString(),
            pass = KernelExplanation.Words(measurement.Pass),
            schedule = measurement.Answer.Name,
            estimate = measurement.Answer.Efficiency,
            partOfFmaLimit = Limit.PartOfFma(measurement.Row, OneKernel, measurement.Seconds),
            partOfLimit = LimitOf(measurement).Seconds / measurement.Seconds,
            bound = LimitOf(measurement).Bound,
            seconds = measurement.Seconds,
            chosen = measurement.Answer.IsChosen,
        }),
    };

    private RowLimit LimitOf(ScheduleMeasurement measurement) => Limit.Of(measurement.Row, OneKernel);

    private IEnumerable<string> Summary()
    {
        Choice[] open = [.. Choices.Where(choice => choice.All.Count > 1)];
        if (open.Length == 0) yield break;
        yield return
            $"What is chosen takes {Figures.Ratio(Statistics.GeometricMean([.. open.Select(choice => choice.Cost)]))} times as long " +
            "as the " +
            $"fastest schedule (geometric mean of the {Figures.Count(open.Length, "pass", "passes")} that several take).";
        Choice[] wrong = [.. open.Where(choice => choice.Cost > Matters).OrderByDescending(choice => choice.Cost)];
        if (wrong.Length == 0) yield break;
        string more = wrong.Length > MostNamed ? $"; and {wrong.Length - MostNamed} more" : "";
        yield return
            $"Another is faster by more than {Figures.Percent(Matters - 1)} in {wrong.Length}: " +
            $"{string.Join("; ", wrong.Take(MostNamed).Select(choice => choice.ToString()))}{more}.";
    }

    /// <summary>The schedules of one pass of a row.</summary>
    private sealed record Choice(IReadOnlyList<ScheduleMeasurement> All)
    {
        public ScheduleMeasurement Best => All.MinBy(each => each.Seconds)!;

        private ScheduleMeasurement Chosen => All.Single(each => each.Answer.IsChosen);

        public double Cost => Chosen.Seconds / Best.Seconds;

        public override string ToString() =>
            $"{Chosen.Row.Name}, {KernelExplanation.Words(Chosen.Pass)}, {Figures.Ratio(Cost)} ({Chosen.Answer.Name}, where " +
            $"{Best.Answer.Name} is best)";
    }
}
