using System.Globalization;
using Cnn.Layers;
using Cnn.Layers.Kernels;
using Cnn.Reference.Cases;
using Cnn.Reference.Comparison;
using Cnn.Reference.Oracle;
using static TorchSharp.torch;

namespace Cnn.Reference.Checking.Levels;

/// <summary>
/// The fast loops give the bits of the literal ones, on real numbers, in every result, down to the sign of zero, on any
/// number of threads. Where they differ, libtorch's value tells which of the two is wrong.
/// </summary>
/// <param name="threads">How many threads the fast loops get; one, two, three or five, by the case's seed, unless given.</param>
internal sealed class SameBitsLevel(int? threads = null) : Level
{
    /// <summary>What the command line calls the level.</summary>
    public const string OptionWord = "same-bits";

    private static readonly int[] Counts = [1, 2, 3, 5];
    private static readonly CnnLayer Literal = new(Algorithm.Literal);
    private static readonly CnnLayer Fast = new(Algorithm.Fast);
    private static readonly LibtorchLayer Libtorch = new();

    /// <inheritdoc/>
    public override string Name => "fast = literal";

    /// <inheritdoc/>
    public override string Word => OptionWord;

    /// <inheritdoc/>
    public override IReadOnlyList<string> Parts { get; } = ["fast = literal"];

    /// <inheritdoc/>
    public override bool NeedsLibtorch => false;

    /// <inheritdoc/>
    public override string? ReasonToSkip(Case @case) => @case.IsReal ? null : "integers have the literal loops only";

    /// <inheritdoc/>
    public override IEnumerable<Finding> Run(Case @case, IReadOnlyList<ILayer> layers, Limits limits)
    {
        using var problem = new Problem(@case, Numbers.Real);
        using var literal = LayerRun.Of(Literal, problem);
        using var fast = RunFast(problem);
        TensorComparison[] comparisons = [.. Pairwise(literal, fast, signOfZero: true)];
        bool asks = comparisons.Any(comparison => !comparison.Passed) && limits.Libtorch && base.ReasonToSkip(@case) is null;
        using var libtorch = asks ? LayerRun.Of(Libtorch, problem, limits.MostOrder) : null;
        for (int i = 0; i < comparisons.Length; i++)
        {
            var comparison = comparisons[i];
            if (comparison.FirstIndex is { } index)
                comparison = SideBySide(comparison, index, ResultOf(fast, i)!, ResultOf(literal, i)!, ResultOf(libtorch, i));
            yield return new(Name, Fast.Name, comparison);
        }

        static Tensor? ResultOf(LayerRun? run, int i) => i < run?.Results.Count ? run.Results[i].Tensor : null;
    }

    /// <summary>A mismatch with the value of each: neither of the two is what is expected of the other.</summary>
    internal static TensorComparison SideBySide(TensorComparison comparison, long[] index, Tensor fast, Tensor literal, Tensor? libtorch)
    {
        string theirs = libtorch is null ? "not asked" : At(libtorch);
        string mismatch = $"[{string.Join(", ", index)}]: {At(fast)} fast, {At(literal)} literal, {theirs} libtorch";
        return comparison with { FirstMismatch = mismatch };

        string At(Tensor tensor) => TensorComparison.ValueAt(tensor, index).ToString("R", CultureInfo.InvariantCulture);
    }

    private LayerRun RunFast(Problem problem)
    {
        // The bits do not depend on the number of threads.
        int before = get_num_threads();
        set_num_threads(threads ?? Counts[problem.Case.Seed % Counts.Length]);
        Threads.SharesAll = true; // or hardly a case would be large enough
        try
        {
            return LayerRun.Of(Fast, problem);
        }
        finally
        {
            Threads.SharesAll = false;
            set_num_threads(before);
        }
    }
}
