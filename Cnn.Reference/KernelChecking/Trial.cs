using Cnn.Reference.Checking;
using Cnn.Reference.Comparison;

namespace Cnn.Reference.KernelChecking;

/// <summary>One problem for a kernel: of a line's own numbers at every level, or of given numbers at one.</summary>
/// <param name="Line">The case.</param>
/// <param name="NonFinite">Whether NaN and infinity are claimed.</param>
/// <param name="Operands">Given numbers; null for those of the case.</param>
/// <param name="Part">With given numbers: the part of a level that looks at them.</param>
/// <param name="Kernel">Where another process finds the kernel; null in this one.</param>
internal sealed record Trial(string Line, bool NonFinite, Operands? Operands = null, string? Part = null, KernelName? Kernel = null)
{
    /// <summary>Whether sums of the products themselves are claimed.</summary>
    public bool Exact { get; init; } = true;
}

/// <summary>What came of a trial.</summary>
/// <param name="Results">Counts, failures, and what was left out.</param>
/// <param name="Failure">What was wrong; null where nothing was.</param>
internal sealed record TrialResult(CheckResults Results, TrialFailure? Failure);

/// <summary>What was wrong in a trial.</summary>
/// <param name="Kind">What kind of thing.</param>
/// <param name="Part">The part of the level that saw it.</param>
/// <param name="Sentence">The whole of it.</param>
/// <param name="Tensor">The result, or operand, that it is about; null for none.</param>
/// <param name="Index">The first element that shows it; null for none.</param>
/// <param name="Yours">What the kernel gave, as far as it is small.</param>
internal sealed record TrialFailure(
    FaultKind Kind, string Part, string Sentence, string? Tensor, long[]? Index, IReadOnlyList<NamedNumbers> Yours);

/// <summary>A result by its name.</summary>
internal sealed record NamedNumbers(string Name, NumberArray Numbers);
