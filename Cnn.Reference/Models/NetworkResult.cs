using Cnn.Reference.Networks;

namespace Cnn.Reference.Models;

/// <summary>What the check of one network has found.</summary>
/// <param name="Network">The network.</param>
/// <param name="Size">Height and width of its images.</param>
/// <param name="Report">Layer by layer.</param>
/// <param name="Findings">What else was tried.</param>
/// <param name="Seconds">What it took.</param>
internal sealed record NetworkResult(Network Network, long Size, ModelReport Report, IReadOnlyList<NetworkFinding> Findings, double Seconds)
{
    /// <summary>Whether all is as it should be.</summary>
    public bool Passed => Report.Passed && Findings.All(finding => finding.Passed);
}

/// <summary>One thing that was tried with a network.</summary>
/// <param name="Name">What it is called in a table.</param>
/// <param name="Passed">Whether it is as it should be.</param>
/// <param name="Result">What it came to, in a word.</param>
/// <param name="Sentence">What it came to.</param>
internal sealed record NetworkFinding(string Name, bool Passed, string Result, string Sentence);
