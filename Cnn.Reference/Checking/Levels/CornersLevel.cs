using Cnn.Reference.Cases;
using Cnn.Reference.Comparison;
using Cnn.Reference.Oracle;

namespace Cnn.Reference.Checking.Levels;

/// <summary>
/// Numbers that separate implementations: tied maxima, NaN, +infinity, -infinity. Equal to libtorch with tolerance zero,
/// NaN where it has NaN, and the same winners.
/// </summary>
internal sealed class CornersLevel : Level
{
    private static readonly LibtorchLayer Libtorch = new(widensBFloat16: true);

    /// <inheritdoc/>
    public override string Name => "corners";

    /// <inheritdoc/>
    public override IReadOnlyList<string> Parts { get; } = ["corners: ties", "corners: NaN and infinity"];

    /// <inheritdoc/>
    public override string? ReasonToSkip(Case @case) => @case.IsReal ? base.ReasonToSkip(@case) : "integers have no NaN, and ties at the exact level";

    /// <inheritdoc/>
    public override IEnumerable<Finding> Run(Case @case, IReadOnlyList<ILayer> layers, Limits limits)
    {
        int order = Math.Min(1, limits.MostOrder);
        foreach (var (numbers, part) in ((Numbers, string)[])[(Numbers.Ties, Parts[0]), (Numbers.Special, Parts[1])])
        {
            using var problem = new Problem(@case, numbers);
            using var expected = LayerRun.Of(Libtorch, problem, order);
            foreach (var layer in layers)
            {
                using var actual = LayerRun.Of(layer, problem, order);
                foreach (var comparison in Pairwise(expected, actual)) yield return new(part, layer.Name, comparison);
            }
        }
    }
}
