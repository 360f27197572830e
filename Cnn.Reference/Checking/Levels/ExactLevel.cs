using Cnn.Reference.Cases;
using Cnn.Reference.Oracle;

namespace Cnn.Reference.Checking.Levels;

/// <summary>
/// Small integers, where no sum is ever rounded: output, indices, gradients and second derivatives equal libtorch's with
/// tolerance zero.
/// </summary>
/// <param name="winners">Whether max pools are asked for their winners as well.</param>
/// <param name="anyDivision">Whether an average may be divided in any way: a division rounds.</param>
internal sealed class ExactLevel(bool winners = true, bool anyDivision = false) : Level, IProblemLevel
{
    private readonly LibtorchLayer libtorch = new(winners: winners);

    /// <inheritdoc/>
    public override string Name => "exact";

    /// <inheritdoc/>
    public override IReadOnlyList<string> Parts { get; } = ["exact forward", "exact gradients", "exact second order"];

    /// <inheritdoc/>
    public Numbers NumbersOf(string part) => Numbers.Exact;

    /// <inheritdoc/>
    public override IEnumerable<Finding> Run(Case @case, IReadOnlyList<ILayer> layers, Limits limits)
    {
        using var problem = new Problem(@case, Numbers.Exact);
        return Run(problem, Name, layers, limits).ToList();
    }

    /// <inheritdoc/>
    public IEnumerable<Finding> Run(Problem problem, string part, IReadOnlyList<ILayer> layers, Limits limits)
    {
        bool quotients = anyDivision && problem.Case.Kind == LayerKind.Avg;
        using var expected = LayerRun.Of(libtorch, problem, limits.MostOrder);
        foreach (var layer in layers)
        {
            using var actual = LayerRun.Of(layer, problem, limits.MostOrder);
            foreach (var comparison in Pairwise(expected, actual, quotients: quotients))
                yield return new(PartOf(Name, comparison.Name), layer.Name, comparison);
        }
    }
}
