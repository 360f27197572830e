using Cnn.Reference.Cases;
using Cnn.Reference.Comparison;
using Cnn.Reference.Oracle;

namespace Cnn.Reference.Checking.Levels;

/// <summary>One comparison made at a level: what was compared, and which part of the level it belongs to.</summary>
/// <param name="Part">Row of the report, such as "exact gradients".</param>
/// <param name="Layer">Which implementation was under test.</param>
/// <param name="Comparison">What was found.</param>
internal sealed record Finding(string Part, string Layer, TensorComparison Comparison);

/// <summary>How far a level may go with a case, where libtorch has ended the process before.</summary>
/// <param name="MostOrder">0: forward only; 1: gradients as well; 2: second derivatives as well.</param>
/// <param name="Libtorch">Whether libtorch may be asked at all.</param>
internal sealed record Limits(int MostOrder = 2, bool Libtorch = true)
{
    /// <summary>As far as the level goes.</summary>
    public static Limits None { get; } = new();
}

/// <summary>A level that takes numbers which are given, beside those that a case draws.</summary>
internal interface IProblemLevel
{
    /// <summary>What numbers a case draws for one of the level's parts.</summary>
    Numbers NumbersOf(string part);

    /// <summary>Compares every layer on a problem, as a part of the level.</summary>
    IEnumerable<Finding> Run(Problem problem, string part, IReadOnlyList<ILayer> layers, Limits limits);
}

/// <summary>One way to hold our layers against libtorch, case by case.</summary>
internal abstract class Level
{
    /// <summary>What the level is called.</summary>
    public abstract string Name { get; }

    /// <summary>What the command line calls it.</summary>
    public virtual string Word => Name;

    /// <summary>The rows that the level adds to the report.</summary>
    public abstract IReadOnlyList<string> Parts { get; }

    /// <summary>Whether the level can do nothing without libtorch's results.</summary>
    public virtual bool NeedsLibtorch => true;

    /// <summary>Why a case has no place at this level; null where it has one.</summary>
    public virtual string? ReasonToSkip(Case @case) => KnownFaults.ReasonToSkip(@case);

    /// <summary>Compares every layer of <paramref name="layers"/> on one case.</summary>
    public abstract IEnumerable<Finding> Run(Case @case, IReadOnlyList<ILayer> layers, Limits limits);

    /// <summary>The part of a result by its name: forward, gradients or second order.</summary>
    protected static string PartOf(string level, string result) =>
        result.StartsWith("second", StringComparison.Ordinal) ? $"{level} second order"
        : result.StartsWith("grad", StringComparison.Ordinal) ? $"{level} gradients"
        : $"{level} forward";

    /// <summary>Compares two runs result by result; a result that one of them lacks is a mismatch.</summary>
    /// <param name="expected">One run.</param>
    /// <param name="actual">The other.</param>
    /// <param name="signOfZero">Whether -0 and +0 differ.</param>
    /// <param name="quotients">Whether the results are quotients, which may be rounded twice: multiplied by a reciprocal.</param>
    protected static IEnumerable<TensorComparison> Pairwise(
        LayerRun expected, LayerRun actual, bool signOfZero = false, bool quotients = false)
    {
        for (int i = 0; i < Math.Max(expected.Results.Count, actual.Results.Count); i++)
        {
            if (i >= expected.Results.Count || i >= actual.Results.Count || expected.Results[i].Name != actual.Results[i].Name)
                throw new InvalidOperationException("The two runs have different results.");
            var (name, one, other) = (expected.Results[i].Name, expected.Results[i].Tensor, actual.Results[i].Tensor);
            yield return quotients ? TensorComparison.Quotients(name, one, other) : TensorComparison.Exact(name, one, other, signOfZero);
        }
    }
}
