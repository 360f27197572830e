using Cnn.Reference.KernelChecking;

namespace Cnn.Reference;

/// <summary>What a check of a kernel has found.</summary>
public sealed class KernelReport
{
    internal KernelReport(KernelFindings findings) => Findings = findings;

    /// <summary>
    /// Whether every result was libtorch's, exactly where nothing is rounded and within the bound elsewhere. False as well where
    /// nothing was compared, or where the kernel did not come to its end in some problem, as one that runs out of memory. What
    /// libtorch itself could not do on this machine is no fault of the kernel's: the report names it, and says PASSED WHERE COMPARED.
    /// </summary>
    public bool Passed => Findings.Passed;

    /// <summary>The smallest problem that fails; null where none does.</summary>
    public SmallestFailure? Smallest => Findings.Found?.Smallest;

    /// <summary>How many problems were run.</summary>
    public int Problems => Findings.Problems;

    /// <summary>How many of them failed.</summary>
    public int Failed => Findings.Failed;

    /// <summary>
    /// The mistake that gives exactly what came out in the failures, in a sentence with its name, for which <c>museum</c> can be asked,
    /// and others that would give the same; null where none that is known, and no two, explain them all, or where too few elements are
    /// wrong to tell mistakes apart.
    /// </summary>
    public string? Suspicion => Findings.Found?.Suspicion.Sentence;

    internal KernelFindings Findings { get; }

    /// <summary>Does nothing where the kernel has passed.</summary>
    /// <exception cref="KernelCheckException">It has not; the message is the report, with a test to copy.</exception>
    public void ThrowIfFailed()
    {
        if (Passed) return;
        string test = Smallest is { XunitTest.Length: > 0 } smallest ? $"\n\nAs a test:\n\n{smallest.XunitTest}" : "";
        throw new KernelCheckException($"{this}{test}");
    }

    /// <summary>The report: a table, what failed, and the smallest failure worked by hand. 80 columns wide.</summary>
    public override string ToString() => KernelReportText.Of(Findings);
}

/// <summary>A kernel has not passed its check.</summary>
/// <param name="report">The report.</param>
public sealed class KernelCheckException(string report) : Exception(report);
