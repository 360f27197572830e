using System.Globalization;
using Cnn.Reference.Commands;
using Cnn.Reference.Oracle;
using Spectre.Console;

namespace Cnn.Reference.Checking;

/// <summary>What a run of <c>check</c> has found, for a person and for a program.</summary>
internal sealed record CheckReport(Checker Checker, int Seed, TimeSpan Elapsed, bool Stopped)
{
    /// <summary>Success: all equal; mismatch: one, or nothing that proves anything; stopped: by the user, before one was found.</summary>
    public int ExitCode => Checker.Failures.Count > 0 || Distrusted.Any() ? ExitCodes.Mismatch : Stopped ? ExitCodes.Stopped : NothingCompared ? ExitCodes.Mismatch : ExitCodes.Success;

    private bool NothingCompared => Checker.Tallies.All(tally => tally.Elements == 0);

    private IEnumerable<Tally> Distrusted => Checker.Tallies.Where(tally => !tally.Trusted);

    private string Verdict
    {
        get
        {
            string problems = string.Create(CultureInfo.InvariantCulture, $"{Checker.Problems:N0} problems, {Checker.Tallies.Sum(tally => tally.Tensors):N0} tensors, seed {Seed}, {Elapsed.TotalSeconds:F1} s");
            if (Checker.Failures.Count > 0)
                return string.Create(CultureInfo.InvariantCulture, $"MISMATCH: {Checker.Failures.Count:N0} comparisons failed ({problems}).");
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
        var table = new Table().Border(Terminal.Border).AddColumn("level");
        foreach (string column in (string[])["problems", "tensors", "elements", "equal bits", "worst error / bound", "worst ulp", "time"])
            table.AddColumn(new TableColumn(column).RightAligned());
        foreach (var tally in Checker.Tallies.Where(tally => tally.Cases > 0))
            table.AddRow(
                Markup.Escape(tally.Part), Number(tally.Cases), Number(tally.Tensors), Number(tally.Elements), Percent(tally.EqualBits, tally.Elements),
                tally.Mismatches > 0 ? $"[red]{Ratio(tally.WorstRatio)}[/]" : Ratio(tally.WorstRatio), Ratio(tally.WorstUlp),
                tally.Time == default ? "" : string.Create(CultureInfo.InvariantCulture, $"{tally.Time.TotalSeconds:F1} s"));
        console.Write(table);

        foreach (var (levels, problems, reason) in Checker.LeftOut)
            lines.WriteLine(string.Create(CultureInfo.InvariantCulture, $"left out of {levels}: {problems:N0} problems: {reason}"));
        if (HiddenCaches.Remedy is { } remedy) lines.WriteLine($"note: {remedy}");
        long mostlyZero = Checker.Tallies.Sum(tally => tally.MostlyZero);
        if (mostlyZero > 0) lines.WriteLine(string.Create(CultureInfo.InvariantCulture, $"mostly zero, so proving little: {mostlyZero:N0} tensors"));
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
