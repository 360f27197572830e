using System.Text.Json.Serialization;
using Cnn.Reference.Checking.Levels;
using Cnn.Reference.Printing;

namespace Cnn.Reference.Checking;

/// <summary>Something that was not equal, and the case that shows it.</summary>
/// <param name="Case">The line that reproduces it.</param>
/// <param name="Part">Row of the report.</param>
/// <param name="Layer">Which implementation.</param>
/// <param name="Sentence">What was found.</param>
internal sealed record Failure(string Case, string Part, string Layer, string Sentence);

/// <summary>A case that a level began and could not end: neither equal nor a mismatch.</summary>
/// <param name="Case">The line that reproduces it.</param>
/// <param name="Reason">Why, in a sentence that names the level.</param>
internal sealed record NotCompared(string Case, string Reason)
{
    /// <summary>Whose step it was; null where that is nobody's, or unknown.</summary>
    public string? Layer { get; init; }
}

/// <summary>Cases that a level leaves out on purpose.</summary>
internal sealed record LeftOut(string Level, string Reason, long Problems);

/// <summary>
/// What comparisons came to: counts, and everything that was not equal. Results of several cases, levels and processes add
/// up; they travel between processes as JSON.
/// </summary>
internal sealed class CheckResults
{
    private readonly Dictionary<string, Tally> tallies = [];
    private readonly List<Failure> failures = [];
    private readonly List<NotCompared> notCompared = [];
    private readonly Dictionary<(string Level, string Reason), long> leftOut = [];

    /// <summary>Nothing yet.</summary>
    public CheckResults()
    {
    }

    /// <summary>What another process has found.</summary>
    [JsonConstructor]
    public CheckResults(
        IReadOnlyCollection<Tally> tallies, IReadOnlyList<Failure> failures, IReadOnlyList<NotCompared> notCompared,
        IReadOnlyList<LeftOut> leftOut)
    {
        foreach (var tally in tallies) this.tallies[tally.Part] = tally;
        this.failures.AddRange(failures);
        this.notCompared.AddRange(notCompared);
        foreach (var (level, reason, problems) in leftOut) this.leftOut[(level, reason)] = problems;
    }

    /// <summary>The rows of the report, in the order in which they were first counted.</summary>
    public IReadOnlyCollection<Tally> Tallies => tallies.Values;

    /// <summary>Everything that was not equal.</summary>
    public IReadOnlyList<Failure> Failures => failures;

    /// <summary>What was begun and not ended.</summary>
    public IReadOnlyList<NotCompared> NotCompared => notCompared;

    /// <summary>What was left out: of which level, why, how many problems.</summary>
    public IReadOnlyList<LeftOut> LeftOut => [.. leftOut.Select(entry => new LeftOut(entry.Key.Level, entry.Key.Reason, entry.Value))];

    /// <summary>The row of a part.</summary>
    public Tally TallyOf(string part)
    {
        if (!tallies.TryGetValue(part, out var tally)) tallies[part] = tally = new(part);
        return tally;
    }

    /// <summary>Counts what a level has found on one case.</summary>
    public void Add(string @case, IReadOnlyList<Finding> findings)
    {
        foreach (var part in findings.GroupBy(finding => finding.Part)) TallyOf(part.Key).Cases++;
        foreach (var (part, layer, comparison) in findings)
        {
            TallyOf(part).Add(comparison);
            if (comparison.Passed) continue;
            string elements = $"{comparison.Mismatches} of {Figures.Count(comparison.Elements, "element")}";
            Fail(@case, part, layer, $"{comparison.Name} {comparison.FirstMismatch} ({elements})");
        }
    }

    /// <summary>Keeps something that was not equal.</summary>
    public void Fail(string @case, string part, string layer, string sentence) => failures.Add(new(@case, part, layer, sentence));

    /// <summary>Keeps that a level could not end a case.</summary>
    public void GiveUp(string @case, string reason, string? layer = null) => notCompared.Add(new(@case, reason) { Layer = layer });

    /// <summary>Counts a case that a level leaves out.</summary>
    public void LeaveOut(string level, string reason) => leftOut[(level, reason)] = leftOut.GetValueOrDefault((level, reason)) + 1;

    /// <summary>Adds what was found elsewhere.</summary>
    public void Add(CheckResults other)
    {
        foreach (var tally in other.tallies.Values) TallyOf(tally.Part).Add(tally);
        failures.AddRange(other.failures);
        notCompared.AddRange(other.notCompared);
        foreach (var (key, problems) in other.leftOut) leftOut[key] = leftOut.GetValueOrDefault(key) + problems;
    }
}
