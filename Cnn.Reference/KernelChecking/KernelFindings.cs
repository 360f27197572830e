using Cnn.Reference.Checking;

namespace Cnn.Reference.KernelChecking;

/// <summary>Everything that a report is written from.</summary>
/// <param name="Kind">What the kernel computes.</param>
/// <param name="Results">Counts, failures, and what could not be compared.</param>
/// <param name="Groups">Failures that look alike.</param>
/// <param name="Problems">Problems that were run.</param>
/// <param name="NotRun">Problems that were not, after too many hangs or crashes, or because the user stopped.</param>
/// <param name="Failed">Problems that failed.</param>
/// <param name="LeftOut">What the kernel does not claim, and how many problems had it.</param>
/// <param name="NotLookedFor">What was not looked for, and how it would be; null for nothing.</param>
/// <param name="Seed">Where the random problems come from.</param>
/// <param name="Elapsed">How long it took.</param>
/// <param name="Stopped">Whether the user has stopped it.</param>
/// <param name="Found">The smallest failure.</param>
internal sealed record KernelFindings(
    KernelKind Kind, CheckResults Results, IReadOnlyList<FailureGroup> Groups, int Problems, int NotRun, int Failed,
    IReadOnlyDictionary<string, long> LeftOut, string? NotLookedFor, int Seed, TimeSpan Elapsed, bool Stopped, Found? Found)
{
    /// <summary>What the user should know of the options: each a sentence without its full stop.</summary>
    public IReadOnlyList<string> Notes { get; init; } = [];

    /// <summary>Problems that could not be compared to the end.</summary>
    public int NotCompared => Results.NotCompared.DistinctBy(each => each.Case).Count();

    /// <summary>Those of them that the kernel itself did not bring to an end, most likely for lack of memory.</summary>
    public int NotEnded =>
        Results.NotCompared.Where(each => each.Layer == KernelLayer.LayerName).DistinctBy(each => each.Case).Count();

    /// <summary>Whether something was looked at.</summary>
    public bool HasCompared => Results.Tallies.Any(tally => tally.Elements > 0);

    /// <summary>Whether nothing was wrong, something was looked at, and the kernel came to its end everywhere.</summary>
    public bool Passed => Failed == 0 && HasCompared && NotEnded == 0;
}
