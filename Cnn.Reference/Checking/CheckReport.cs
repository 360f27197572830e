using System.Globalization;
using Cnn.Reference.Oracle;
using Cnn.Reference.Printing;
using Spectre.Console;

namespace Cnn.Reference.Checking;

/// <summary>What a run of <c>check</c> has found, for a person and for a program.</summary>
internal sealed record CheckReport(Checker Checker, int Seed, TimeSpan Elapsed, bool Stopped)
{
    private const int Indent = 4; // of the lines after the first, where a sentence is folded

    /// <summary>Success: all equal; mismatch: one, or nothing that proves anything; stopped: by the user, before one was found.</summary>
    public int ExitCode =>
        Checker.Failures.Count > 0 || Distrusted.Any() ? ExitCodes.Mismatch
        : Stopped ? ExitCodes.Stopped
        : NothingCompared ? ExitCodes.Mismatch
        : ExitCodes.Success;

    private bool NothingCompared => Checker.Tallies.All(tally => tally.Elements == 0);

    private IEnumerable<Tally> Distrusted => Checker.Tallies.Where(tally => !tally.Trusted);

    private string Verdict
    {
        get
        {
            string tensors = Figures.Count(Checker.Tallies.Sum(tally => tally.Tensors), "tensor");
            string problems = string.Create(
                CultureInfo.InvariantCulture, $"{Figures.Count(Checker.Problems, "problem")}, {tensors}, seed {Seed}, {Elapsed.TotalSeconds:F1} s");
            if (Checker.Failures.Count > 0)
                return $"MISMATCH: {Figures.Count(Checker.Failures.Count, "comparison")} failed ({problems}).";
            if (Distrusted.Any())
                return $"UNTRUSTWORTHY: every tensor of \"{Distrusted.First().Part}\" is zero nearly everywhere ({problems}).";
            if (NothingCompared && !Stopped) return $"NOTHING COMPARED: every level has left the problem out ({problems}).";
            return Stopped ? $"STOPPED: all equal so far ({problems})." : $"ALL EQUAL: every tensor is libtorch's ({problems}).";
        }
    }

    /// <summary>Prints failures, the table and, last, the verdict.</summary>
    public void Print(IAnsiConsole console)
    {
        // Lines to copy go past the console, which would fold them.
        var lines = console.Profile.Out.Writer;
        FailureLines.Print(Checker.Failures, lines);
        var table = new TextTable("level", "problems", "tensors", "elements", "equal bits", "worst error / bound", "worst ulp", "time")
        {
            Expendable = ["time", "tensors", "worst ulp", "problems", "elements", "equal bits"],
        };
        foreach (var tally in Checker.Tallies.Where(tally => tally.Cases > 0))
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

        foreach (var (levels, problems, reason) in Checker.LeftOut)
            console.Say($"left out of {levels}: {Figures.Count(problems, "problem")}: {reason}", Indent);
        if (HiddenCaches.Remedy is { } remedy) console.Say($"note: {remedy}", Indent);
        long mostlyZero = Checker.Tallies.Sum(tally => tally.MostlyZero);
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
            problems = Checker.Problems,
            seconds = Math.Round(Elapsed.TotalSeconds, 3),
            levels = Checker.Tallies.Where(tally => tally.Cases > 0).Select(tally => new
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
            leftOut = Checker.LeftOut.Select(entry => new { levels = entry.Levels, problems = entry.Problems, reason = entry.Reason }),
            note = HiddenCaches.Remedy,
            failures = Checker.Failures,
        };
    }

    private static string Number(long count) => count.ToString("N0", CultureInfo.InvariantCulture);

    // Cut, not rounded: 100 % means every one.
    private static string Percent(long part, long whole) =>
        whole == 0 ? "" : (Math.Floor(10_000.0 * part / whole) / 100).ToString("0.##", CultureInfo.InvariantCulture) + " %";

    private static string Ratio(double ratio) => double.IsInfinity(ratio) ? "infinite" : ratio == 0 ? "0" : ratio.ToString("G3", CultureInfo.InvariantCulture);

    private static double? Finite(double value) => double.IsFinite(value) ? value : null; // JSON has no infinity
}
