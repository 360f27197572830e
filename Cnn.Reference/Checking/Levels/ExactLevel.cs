using Cnn.Reference.Cases;
using Cnn.Reference.Oracle;

namespace Cnn.Reference.Checking.Levels;

/// <summary>
/// Small integers, where no sum is ever rounded: output, indices, gradients and second derivatives equal libtorch's with
/// tolerance zero.
/// </summary>
internal sealed class ExactLevel : Level
{
    private static readonly LibtorchLayer Libtorch = new();

    /// <inheritdoc/>
    public override string Name => "exact";

    /// <inheritdoc/>
    public override IReadOnlyList<string> Parts { get; } = ["exact forward", "exact gradients", "exact second order"];

    /// <inheritdoc/>
    public override IEnumerable<Finding> Run(Case @case, IReadOnlyList<ILayer> layers, Limits limits)
    {
        using var problem = new Problem(@case, Numbers.Exact);
        using var expected = LayerRun.Of(Libtorch, problem, limits.MostOrder);
        foreach (var layer in layers)
        {
            using var actual = LayerRun.Of(layer, problem, limits.MostOrder);
            foreach (var comparison in Pairwise(expected, actual)) yield return new(PartOf(Name, comparison.Name), layer.Name, comparison);
        }
    }
}
