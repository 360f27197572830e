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
/// <param name="Seed">Where the random problems come from.</param>
/// <param name="Elapsed">How long it took.</param>
/// <param name="Stopped">Whether the user has stopped it.</param>
/// <param name="Found">The smallest failure.</param>
internal sealed record KernelFindings(
    KernelKind Kind, CheckResults Results, IReadOnlyList<FailureGroup> Groups, int Problems, int NotRun, int Failed,
    IReadOnlyDictionary<string, long> LeftOut, int Seed, TimeSpan Elapsed, bool Stopped, Found? Found)
{
    /// <summary>Problems that libtorch did not live through.</summary>
    public int NotCompared => Results.NotCompared.DistinctBy(each => each.Case).Count();

    /// <summary>Whether nothing was wrong, and something was looked at.</summary>
    public bool Passed => Failed == 0 && Results.Tallies.Any(tally => tally.Elements > 0);
}
