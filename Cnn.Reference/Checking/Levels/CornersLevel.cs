using Cnn.Reference.Cases;
using Cnn.Reference.Oracle;

namespace Cnn.Reference.Checking.Levels;

/// <summary>
/// Numbers that separate implementations: tied maxima, NaN, +infinity, -infinity. Equal to libtorch with tolerance zero,
/// NaN where it has NaN, and the same winners.
/// </summary>
/// <param name="winners">Whether max pools are asked for their winners as well.</param>
/// <param name="special">Whether NaN and infinity are asked for, beside ties.</param>
internal sealed class CornersLevel(bool winners = true, bool special = true) : Level, IProblemLevel
{
    private const string Ties = "corners: ties", Special = "corners: NaN and infinity";

    private readonly LibtorchLayer libtorch = new(widensBFloat16: true, winners);

    /// <inheritdoc/>
    public override string Name => "corners";

    /// <inheritdoc/>
    public override IReadOnlyList<string> Parts { get; } = special ? [Ties, Special] : [Ties];

    /// <inheritdoc/>
    public Numbers NumbersOf(string part) => part == Ties ? Numbers.Ties : Numbers.Special;

    /// <inheritdoc/>
    public override string? ReasonToSkip(Case @case) => @case.IsReal ? base.ReasonToSkip(@case) : "integers have no NaN, and ties at the exact level";

    /// <inheritdoc/>
    public override IEnumerable<Finding> Run(Case @case, IReadOnlyList<ILayer> layers, Limits limits)
    {
        foreach (string part in Parts)
        {
            using var problem = new Problem(@case, NumbersOf(part));
            foreach (var finding in Run(problem, part, layers, limits)) yield return finding;
        }
    }

    /// <inheritdoc/>
    public IEnumerable<Finding> Run(Problem problem, string part, IReadOnlyList<ILayer> layers, Limits limits)
    {
        int order = Math.Min(1, limits.MostOrder);
        using var expected = LayerRun.Of(libtorch, problem, order);
        foreach (var layer in layers)
        {
            using var actual = LayerRun.Of(layer, problem, order);
            foreach (var comparison in Pairwise(expected, actual)) yield return new(part, layer.Name, comparison);
        }
    }
}
