using Cnn.Reference.Cases;
using Cnn.Reference.Comparison;
using Cnn.Reference.Oracle;
using Cnn.Reference.Tensors;
using static TorchSharp.torch;

namespace Cnn.Reference.Checking.Levels;

/// <summary>
/// Real numbers: a convolution is held against libtorch in float64, within a few eps of sum |x||w|, and so is an
/// adaptive average. Any other pool adds in libtorch's order, so it has libtorch's bits.
/// </summary>
/// <param name="winners">Whether max pools are asked for their winners as well.</param>
/// <param name="anyOrder">Whether an average pool may add in another order: it is held against float64 as well.</param>
/// <param name="ofTheLargest">Whether the largest sum |x||w| of a convolution's result bounds the errors of all: it is transformed.</param>
internal sealed class RealLevel(bool winners = true, bool anyOrder = false, bool ofTheLargest = false) : Level, IProblemLevel
{
    private readonly LibtorchLayer libtorch = new(winners: winners);

    /// <inheritdoc/>
    public override string Name => "real";

    /// <inheritdoc/>
    public override IReadOnlyList<string> Parts { get; } = ["real forward", "real gradients"];

    /// <inheritdoc/>
    public Numbers NumbersOf(string part) => Numbers.Real;

    /// <inheritdoc/>
    public override string? ReasonToSkip(Case @case) => @case.IsReal ? base.ReasonToSkip(@case) : "integers have no real numbers";

    /// <inheritdoc/>
    public override IEnumerable<Finding> Run(Case @case, IReadOnlyList<ILayer> layers, Limits limits)
    {
        using var problem = new Problem(@case, Numbers.Real);
        return Run(problem, layers, limits).ToList();
    }

    /// <inheritdoc/>
    public IEnumerable<Finding> Run(Problem problem, string part, IReadOnlyList<ILayer> layers, Limits limits) =>
        Run(problem, layers, limits);

    /// <summary>Compares on given tensors.</summary>
    public IEnumerable<Finding> Run(Problem problem, IReadOnlyList<ILayer> layers, Limits limits)
    {
        int order = Math.Min(1, limits.MostOrder);
        using var theirs = LayerRun.Of(libtorch, problem, order);
        // A global average is summed up in another order.
        bool sums = problem.Case.Kind is LayerKind.Conv or LayerKind.Adaptive || (anyOrder && problem.Case.Kind == LayerKind.Avg);
        using var truth = sums ? LayerRun.Of(libtorch, problem, order, tensor => tensor.to(ScalarType.Float64)) : null;
        using var magnitude = sums ? LayerRun.Of(libtorch, problem, order, tensor => tensor.to(ScalarType.Float64).abs()) : null;
        foreach (var layer in layers)
        {
            using var ours = LayerRun.Of(layer, problem, order);
            for (int i = 0; i < theirs.Results.Count; i++)
            {
                var (name, tensor) = theirs.Results[i];
                using var size = magnitude is null ? null : SizeOf(magnitude.Results[i].Tensor);
                var comparison = sums
                    ? TensorComparison.Bounded(name, truth!.Results[i].Tensor, size!, tensor, ours.Results[i].Tensor)
                    : TensorComparison.Exact(name, tensor, ours.Results[i].Tensor);
                yield return new(PartOf(Name, name), layer.Name, comparison);
            }
        }
    }
    private Tensor SizeOf(Tensor sums)
    {
        var sizes = sums.abs(); // a divisor may be negative
        if (!ofTheLargest || sizes.numel() == 0) return sizes;
        using (sizes)
        using (var largest = sizes.max()) return sizes.FullLike(largest.item<double>());
    }
}
