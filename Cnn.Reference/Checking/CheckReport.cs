using System.Globalization;
using Cnn.Reference.Oracle;
using Cnn.Reference.Printing;
using Cnn.Reference.Processes;
using Spectre.Console;

namespace Cnn.Reference.Checking;

/// <summary>What a run of <c>check</c> has found, for a person and for a program.</summary>
/// <param name="Results">What was found.</param>
/// <param name="Lines">The problems that were run.</param>
/// <param name="Seed">Where the random ones come from.</param>
/// <param name="Limit">How long one problem might take.</param>
/// <param name="Elapsed">How long all of it took.</param>
/// <param name="Stopped">Whether the user has stopped the run.</param>
internal sealed record CheckReport(
    CheckResults Results, IReadOnlyList<string> Lines, int Seed, TimeSpan Limit, TimeSpan Elapsed, bool Stopped)
{
    private const int MostPrinted = 10;
    private const int Indent = 4; // of the lines after the first, where a sentence is folded
    private const double ManyUlp = 1000; // from here on, a reader takes it for an error

    /// <summary>Success: all equal; mismatch: one, or nothing that proves anything; stopped: by the user, before one was found.</summary>
    public int ExitCode => Outcome.Code;

    private bool NothingCompared => Results.Tallies.All(tally => tally.Elements == 0);

    private IEnumerable<Tally> Distrusted => Results.Tallies.Where(tally => !tally.Trusted);

    private int ProblemsNotCompared => Results.NotCompared.DistinctBy(each => each.Case).Count();

    private string Verdict => Outcome.Sentence;

    private (int Code, string Sentence) Outcome
    {
        get
        {
            string tensors = Figures.Count(Results.Tallies.Sum(tally => tally.Tensors), "tensor");
            string run = string.Create(
                CultureInfo.InvariantCulture,
                $"({Figures.Count(Lines.Count, "problem")}, {tensors}, seed {Seed}, {Elapsed.TotalSeconds:F1} s).");
            if (Results.Failures.Count > 0)
                return (ExitCodes.Mismatch, $"MISMATCH: {Figures.Count(Results.Failures.Count, "comparison")} failed {run}");
            if (Distrusted.Any())
                return (
                    ExitCodes.Mismatch, $"UNTRUSTWORTHY: every tensor of \"{Distrusted.First().Part}\" is zero nearly everywhere {run}");
            string ended = $"{ProblemsNotCompared:N0} of them ended their process, or could not be compared to the end";
            if (Stopped) return (ExitCodes.Stopped, $"STOPPED: all equal so far{(ProblemsNotCompared > 0 ? $", but {ended}" : "")} {run}");
            if (ProblemsNotCompared > 0) return (ExitCodes.NotAllCompared, $"EQUAL WHERE COMPARED: {ended} {run}");
            return NothingCompared
                ? (ExitCodes.Mismatch, $"NOTHING COMPARED: every level has left the problem out {run}")
                : (ExitCodes.Success, $"ALL EQUAL: every tensor is libtorch's {run}");
        }
    }

    private IEnumerable<(string Levels, string Reason, long Problems)> LeftOut =>
        from entry in Results.LeftOut
        group entry.Level by (entry.Reason, entry.Problems) into same
        select (string.Join(", ", same), same.Key.Reason, same.Key.Problems);

    private IEnumerable<Tally> Rows =>
        from part in CheckSetup.Parts
        from tally in Results.Tallies
        where tally.Part == part && tally.Cases > 0
        select tally;

    /// <summary>Prints failures, the table and, last, the verdict.</summary>
    public void Print(IAnsiConsole console)
    {
        // Lines to copy are not folded.
        var lines = console.Profile.Out.Writer;
        FailureGroup.Print(FailureGroup.Of(Results.Failures, Lines), console);
        foreach (var same in Results.NotCompared.GroupBy(each => each.Reason))
        {
            console.Say($"{same.Key} ({Figures.Count(same.Count(), "problem")}):", Indent);
            foreach (var (line, _) in same.Take(MostPrinted)) lines.WriteLine($"    {CheckLine.Command(line)}");
            if (same.Count() > MostPrinted) lines.WriteLine($"    ... and {same.Count() - MostPrinted} more: --json lists them.");
        }
        if (Results.NotCompared.Count > 0) lines.WriteLine();

        var table = new TextTable("level", "problems", "tensors", "elements", "equal bits", "worst error / bound", "worst ulp", "time")
        {
            Expendable = ["time", "tensors", "worst ulp", "problems", "elements", "equal bits"],
        };
        foreach (var tally in Rows)
        {
            string[] cells =
            [
                tally.Part, Number(tally.Cases), Number(tally.Tensors), Number(tally.Elements), Percent(tally.EqualBits, tally.Elements),
                Ratio(tally.WorstRatio), Ratio(tally.WorstUlp),
                tally.Time == default ? "" : string.Create(CultureInfo.InvariantCulture, $"{tally.Time.TotalSeconds:F1} s"),
            ];
            if (tally.Mismatches > 0) table.AddIn(Color.Red, cells);
            else table.Add(cells);
        }
        table.Print(console, markdown: false);

        foreach (var (levels, reason, problems) in LeftOut)
            console.Say($"left out of {levels}: {Figures.Count(problems, "problem")}: {reason}", Indent);
        if (HiddenCaches.Remedy is { } remedy) console.Say($"note: {remedy}", Indent);
        if (Rows.Any(tally => double.IsFinite(tally.WorstUlp) && tally.WorstUlp >= ManyUlp && tally.Mismatches == 0))
            console.Say(
                "worst ulp: where a sum's terms nearly cancel, its last places are far below those of its terms, " +
                "and rounding moves many of them; what judges is the bound, which is of the terms' size", Indent);
        long mostlyZero = Results.Tallies.Sum(tally => tally.MostlyZero);
        if (mostlyZero > 0) lines.WriteLine($"mostly zero, so proving little: {Figures.Count(mostlyZero, "tensor")}");
        console.MarkupLine(ExitCode == ExitCodes.Success ? $"[green]{Markup.Escape(Verdict)}[/]" : $"[red]{Markup.Escape(Verdict)}[/]");
    }

    /// <summary>The same for <c>--json</c>.</summary>
    public object Json
    {
        get => new
        {
            verdict = Verdict,
            equal = ExitCode == ExitCodes.Success,
            seed = Seed,
            problems = Lines.Count,
            seconds = Math.Round(Elapsed.TotalSeconds, 3),
            secondsPerProblemAtMost = Limit.TotalSeconds,
            levels = Rows.Select(tally => new
            {
                level = tally.Part,
                problems = tally.Cases,
                tensors = tally.Tensors,
                elements = tally.Elements,
                equalBits = tally.EqualBits,
                mismatches = tally.Mismatches,
                mostlyZero = tally.MostlyZero,
                worstErrorPerBound = Finite(tally.WorstRatio),
                worstUlp = Finite(tally.WorstUlp),
                seconds = Math.Round(tally.Time.TotalSeconds, 3),
            }),
            leftOut = LeftOut.Select(entry => new { levels = entry.Levels, problems = entry.Problems, reason = entry.Reason }),
            note = HiddenCaches.Remedy,
            notCompared = Results.NotCompared,
            groups = FailureGroup.Of(Results.Failures, Lines),
            failures = Results.Failures,
        };
    }

    private static string Number(long count) => count.ToString("N0", CultureInfo.InvariantCulture);

    // Cut, not rounded: 100 % means every one.
    private static string Percent(long part, long whole) =>
        whole == 0 ? "" : (Math.Floor(10_000.0 * part / whole) / 100).ToString("0.##", CultureInfo.InvariantCulture) + " %";

    private static string Ratio(double ratio) =>
        double.IsInfinity(ratio) ? "infinite" : ratio == 0 ? "0" : ratio.ToString("G3", CultureInfo.InvariantCulture);

    private static double? Finite(double value) => double.IsFinite(value) ? value : null; // JSON has no infinity
}
