using Cnn.Layers;
using Cnn.Reference.Cases;
using Cnn.Reference.Oracle;

namespace Cnn.Reference.Checking.Levels;

/// <summary>The fast loops give the bits of the literal ones, on real numbers, in every result, down to the sign of zero.</summary>
internal sealed class SameBitsLevel : Level
{
    private static readonly CnnLayer Literal = new(Algorithm.Literal);
    private static readonly CnnLayer Fast = new(Algorithm.Fast);

    /// <inheritdoc/>
    public override string Name => "fast = literal";

    /// <inheritdoc/>
    public override IReadOnlyList<string> Parts { get; } = ["fast = literal"];

    /// <inheritdoc/>
    public override string? ReasonToSkip(Case @case) => null;

    /// <inheritdoc/>
    public override IEnumerable<Finding> Run(Case @case, IReadOnlyList<ILayer> layers)
    {
        using var problem = new Problem(@case, @case.IsReal ? Numbers.Real : Numbers.Exact);
        using var expected = LayerRun.Of(Literal, problem);
        using var actual = LayerRun.Of(Fast, problem);
        foreach (var comparison in Pairwise(expected, actual, signOfZero: true)) yield return new(Name, Fast.Name, comparison);
    }
}
