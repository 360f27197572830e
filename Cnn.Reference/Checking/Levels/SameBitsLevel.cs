using Cnn.Layers;
using Cnn.Reference.Cases;
using Cnn.Reference.Oracle;
using static TorchSharp.torch;

namespace Cnn.Reference.Checking.Levels;

/// <summary>The fast loops give the bits of the literal ones, on real numbers, in every result, down to the sign of zero, on one to three threads.</summary>
internal sealed class SameBitsLevel : Level
{
    private static readonly CnnLayer Literal = new(Algorithm.Literal);
    private static readonly CnnLayer Fast = new(Algorithm.Fast);

    /// <inheritdoc/>
    public override string Name => "fast = literal";

    /// <inheritdoc/>
    public override IReadOnlyList<string> Parts { get; } = ["fast = literal"];

    /// <inheritdoc/>
    public override string? ReasonToSkip(Case @case) => @case.IsReal ? null : "integers have the literal loops only";

    /// <inheritdoc/>
    public override IEnumerable<Finding> Run(Case @case, IReadOnlyList<ILayer> layers)
    {
        using var problem = new Problem(@case, Numbers.Real);
        using var expected = LayerRun.Of(Literal, problem);
        // The bits do not depend on the number of threads.
        int threads = get_num_threads();
        set_num_threads(1 + @case.Seed % 3);
        LayerRun actual;
        try
        {
            actual = LayerRun.Of(Fast, problem);
        }
        finally
        {
            set_num_threads(threads);
        }
        using var _ = actual;
        foreach (var comparison in Pairwise(expected, actual, signOfZero: true)) yield return new(Name, Fast.Name, comparison);
    }
}
