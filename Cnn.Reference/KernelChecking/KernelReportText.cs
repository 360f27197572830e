using System.Globalization;
using Cnn.Reference.Checking;
using Cnn.Reference.Checking.Levels;
using Cnn.Reference.Printing;
using Spectre.Console;

namespace Cnn.Reference.KernelChecking;

/// <summary>A report as a person reads it, 80 columns wide unless said, and as a program does.</summary>
internal static class KernelReportText
{
    private const int Indent = 4, MostGroups = 6, MostNotCompared = 5;

    private const string OfSpecial =
        "Nothing but NaN and infinity shows it. The likelier cause is a read out of the bounds of the image or of the memory, times 0: " +
        "NaN times 0 is NaN, so that what is skipped (padding, a tail) must not be read, or be selected and not multiplied.";

    private const string LooksForReads =
        " Reads beyond the memory itself are looked for with OwnProcess = true, for a static method over spans (on Linux); " +
        "check --kernel always does.";

    private const string OfRunningSums =
        " Only what adds and takes away again (running sums, transforms) makes NaN of infinity minus infinity rightly: such a " +
        "kernel claims no more with NonFinite = false (--without nan).";

    /// <summary>Writes the report.</summary>
    /// <param name="findings">What it is written from.</param>
    /// <param name="width">How many columns a line may have; what is worked by hand keeps to 80.</param>
    public static string Of(KernelFindings findings, int width = WorkedSum.Width) =>
        PlainText.Of(width, console => Print(findings, console));

    private static void Print(KernelFindings findings, IAnsiConsole console)
    {
        Table(findings).Print(console, markdown: false);
        foreach (var (name, problems) in findings.LeftOut)
            console.Say($"not claimed: {name}: {Figures.Count(problems, "problem")} run without it", Indent);
        foreach (var same in findings.Results.LeftOut.GroupBy(each => (each.Reason, each.Problems)))
        {
            string levels = string.Join(", ", same.Select(each => each.Level));
            console.Say($"left out of {levels}: {Figures.Count(same.Key.Problems, "problem")}: {same.Key.Reason}", Indent);
        }
        foreach (var same in findings.Results.NotCompared.GroupBy(each => each.Reason))
        {
            console.Say($"{same.Key} ({Figures.Count(same.Count(), "problem")}):", Indent);
            foreach (var (line, _) in same.Take(MostNotCompared)) console.Say($"    {line}", 2 * Indent);
        }
        foreach (string note in findings.Notes) console.Say($"note: {note}", Indent);
        if (Oracle.HiddenCaches.Remedy is { } remedy) console.Say($"note, on libtorch and not on yours: {remedy}", Indent);
        if (findings.NotLookedFor is { } notLookedFor) console.Say($"not looked for: {notLookedFor}", Indent);
        if (findings.NotRun > 0)
        {
            string why = findings.Stopped ? "" : ", after so many that hung or crashed";
            console.Say($"not run: {Figures.Count(findings.NotRun, "problem")}{why}", Indent);
        }
        foreach (var group in findings.Groups.Take(MostGroups)) Say(console, group);
        if (findings.Groups.Count > MostGroups) console.Say($"... and {Figures.Count(findings.Groups.Count - MostGroups, "group")} more.");
        if (findings.Found is { } found)
        {
            console.Say("");
            if (findings.Groups[0].Part == CornersLevel.Special && findings.Kind != KernelKind.MaxPool2d)
                console.Say($"{OfSpecial}{(findings.NotLookedFor is null ? "" : LooksForReads)}{OfRunningSums}", Indent);
            Say(console, found);
            if (found.Needs.Count > 0) console.Say($"It needs {string.Join(", ", found.Needs)}: without, it passes.", Indent);
            console.Say(found.Lines.Count > 0 ? "How it is seen again:" : "The smallest problem that fails so:");
            console.Profile.Out.Writer.WriteLine(found.Smallest.WorkedSum.ReplaceLineEndings("\n"));
            console.Say("");
        }
        console.Say(Verdict(findings), Indent);
    }

    /// <summary>All in one sentence.</summary>
    public static string Verdict(KernelFindings findings)
    {
        string tensors = Figures.Count(findings.Results.Tallies.Sum(tally => tally.Tensors), "tensor");
        string run = string.Create(
            CultureInfo.InvariantCulture,
            $"({Figures.Count(findings.Problems, "problem")}, {tensors}, seed {findings.Seed}, {findings.Elapsed.TotalSeconds:F1} s).");
        if (findings.Failed > 0)
        {
            string failed = $"{findings.Kind} is wrong in {Figures.Count(findings.Failed, "problem")}";
            return findings.Stopped ? $"STOPPED: {failed} so far {run}" : $"FAILED: {failed} {run}";
        }
        if (findings.Stopped)
            return $"STOPPED: {(findings.HasCompared ? $"{findings.Kind} is libtorch's so far" : "nothing was compared yet")} {run}";
        if (findings.NotEnded > 0)
            return $"NOT PASSED: yours did not come to its end in {Figures.Count(findings.NotEnded, "problem")}" +
                $"{(findings.HasCompared ? "; where compared, it is libtorch's" : "")} {run}";
        if (!findings.HasCompared) return $"NOTHING COMPARED {run}";
        return findings.NotCompared > 0
            ? $"PASSED WHERE COMPARED: {Figures.Count(findings.NotCompared, "problem")} could not be compared to the end {run}"
            : $"PASSED: {findings.Kind} is libtorch's {run}";
    }

    /// <summary>The same for <c>--json</c>.</summary>
    public static object Json(KernelFindings findings) => new
    {
        verdict = Verdict(findings),
        passed = findings.Passed,
        computes = findings.Kind.ToString(),
        seed = findings.Seed,
        problems = findings.Problems,
        failed = findings.Failed,
        notRun = findings.NotRun,
        seconds = Math.Round(findings.Elapsed.TotalSeconds, 3),
        levels = findings.Results.Tallies.Where(tally => tally.Cases > 0).Select(tally => new
        {
            level = tally.Part,
            problems = tally.Cases,
            tensors = tally.Tensors,
            elements = tally.Elements,
            mismatches = tally.Mismatches,
            worstErrorPerBound = double.IsFinite(tally.WorstRatio) ? tally.WorstRatio : (double?)null,
        }),
        notClaimed = findings.LeftOut.Select(each => new { what = each.Key, problems = each.Value }),
        leftOut = findings.Results.LeftOut,
        notCompared = findings.Results.NotCompared,
        notLookedFor = findings.NotLookedFor,
        suspicion = findings.Found?.Suspicion.Sentence,
        undecided = findings.Found?.Suspicion.Undecided,
        telling = findings.Found?.Telling,
        reproducedBy = findings.Found?.Lines,
        notes = findings.Notes,
        needs = findings.Found?.Needs,
        smallest = findings.Found?.Smallest,
        failures = findings.Results.Failures,
    };

    private static void Say(IAnsiConsole console, Found found)
    {
        var (sentence, rivals, undecided) = found.Suspicion;
        string begin = rivals.Count == 0
            ? "It gives exactly what comes of this mistake" : "It gives what comes of this mistake, not of it alone";
        if (sentence is not null) console.Say($"{begin}: {sentence}", Indent);
        if (undecided is not null) console.Say(undecided, Indent);
        if (found.Telling is not { } line) return;
        console.Say("A larger problem tells more; given alone, in Only or behind check:", Indent);
        console.Say($"    {line}", 2 * Indent);
    }

    private static void Say(IAnsiConsole console, FailureGroup group)
    {
        string shared = group.Shared.Count > 0 ? $", all with {string.Join(", ", group.Shared)}" : "";
        console.Say("");
        string failed = $"{Figures.Count(group.Problems.Count, "problem")} failed{shared}";
        console.Say($"{group.Part}: {failed}; it {group.Kind}; the smallest drawn:", Indent);
        console.Say($"    {group.Smallest.Case}", 2 * Indent);
        console.Say($"    yours: {group.Smallest.Sentence}", 2 * Indent);
    }

    private static TextTable Table(KernelFindings findings)
    {
        var failed = findings.Results.Failures.GroupBy(failure => failure.Part).ToDictionary(
            part => part.Key, part => part.DistinctBy(failure => failure.Case).Count());
        var table = new TextTable("level", "problems", "failed", "elements", "worst / bound") { Expendable = ["elements"] };
        string[] parts = [.. KernelLevels.Create(nonFinite: true).SelectMany(level => level.Parts)];
        foreach (string part in parts)
        {
            var tally = findings.Results.Tallies.FirstOrDefault(each => each.Part == part);
            int wrong = failed.GetValueOrDefault(part);
            if (tally is null or { Cases: 0 } && wrong == 0) continue;
            // A problem that ended in an exception has compared nothing.
            long problems = Math.Max(tally?.Cases ?? 0, wrong);
            table.Add(
                part, Figures.Whole(problems), Figures.Whole(wrong), Figures.Whole(tally?.Elements ?? 0),
                tally is null ? "" : double.IsInfinity(tally.WorstRatio) ? "infinite" :
                tally.WorstRatio.ToString("G3", CultureInfo.InvariantCulture));
        }
        return table;
    }
}
