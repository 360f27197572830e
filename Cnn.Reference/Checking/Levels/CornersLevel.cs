using Cnn.Reference.Cases;
using Cnn.Reference.Oracle;

namespace Cnn.Reference.Checking.Levels;

/// <summary>
/// Numbers that separate implementations: tied maxima, NaN, +infinity, -infinity. Equal to libtorch with tolerance zero,
/// NaN where it has NaN, and the same winners.
/// </summary>
/// <param name="winners">Whether max pools are asked for their winners as well.</param>
/// <param name="special">Whether NaN and infinity are asked for, beside ties.</param>
/// <param name="specialInBFloat16">
/// Whether they are asked for in bfloat16 convolutions: a kernel made of libtorch's has libtorch's pairs of channels there.
/// </param>
/// <param name="anyDivision">Whether an average may be divided in any way: a division rounds.</param>
internal sealed class CornersLevel(bool winners = true, bool special = true, bool specialInBFloat16 = true, bool anyDivision = false)
    : Level, IProblemLevel
{
    /// <summary>The part with NaN and infinity.</summary>
    public const string Special = "corners: NaN and infinity";

    private const string Ties = "corners: ties";

    private readonly LibtorchLayer libtorch = new(widensBFloat16: true, winners);

    /// <inheritdoc/>
    public override string Name => "corners";

    /// <inheritdoc/>
    public override IReadOnlyList<string> Parts { get; } = special ? [Ties, Special] : [Ties];

    /// <inheritdoc/>
    public Numbers NumbersOf(string part) => part == Ties ? Numbers.Ties : Numbers.Special;

    /// <inheritdoc/>
    public override string? ReasonToSkip(Case @case) =>
        @case.IsReal ? base.ReasonToSkip(@case) : "integers have no NaN, and ties at the exact level";

    /// <inheritdoc/>
    public override IEnumerable<Finding> Run(Case @case, IReadOnlyList<ILayer> layers, Limits limits)
    {
        foreach (string part in Parts)
        {
            if (part == Special && !specialInBFloat16 && IsBFloat16Sum(@case)) continue;
            using var problem = new Problem(@case, NumbersOf(part));
            foreach (var finding in Run(problem, part, layers, limits)) yield return finding;
        }
    }

    private static bool IsBFloat16Sum(Case @case) => @case is { Kind: LayerKind.Conv, DType: TorchSharp.torch.ScalarType.BFloat16 };

    /// <inheritdoc/>
    public IEnumerable<Finding> Run(Problem problem, string part, IReadOnlyList<ILayer> layers, Limits limits)
    {
        int order = Math.Min(1, limits.MostOrder);
        bool quotients = anyDivision && problem.Case.Kind == LayerKind.Avg;
        using var expected = LayerRun.Of(libtorch, problem, order);
        foreach (var layer in layers)
        {
            using var actual = LayerRun.Of(layer, problem, order);
            foreach (var comparison in Pairwise(expected, actual, quotients: quotients)) yield return new(part, layer.Name, comparison);
        }
    }
}
