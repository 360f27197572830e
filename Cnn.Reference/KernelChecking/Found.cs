namespace Cnn.Reference.KernelChecking;

/// <summary>The smallest failure, and what its kind of failure looks like.</summary>
/// <param name="Smallest">The problem.</param>
/// <param name="Suspicion">What the kernel seems to compute instead.</param>
/// <param name="Needs">What could not be taken away.</param>
internal sealed record Found(SmallestFailure Smallest, Suspicion Suspicion, IReadOnlyList<string> Needs)
{
    /// <summary>A larger problem that tells more of the mistake; null where none is needed, or known.</summary>
    public string? Telling { get; init; }

    /// <summary>The problems that show the fault, in their order, where the smallest does not by itself; else none.</summary>
    public IReadOnlyList<string> Lines { get; init; } = [];
}
