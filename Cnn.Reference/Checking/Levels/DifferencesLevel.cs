using Cnn.Reference.Cases;
using Cnn.Reference.Comparison;
using Cnn.Reference.Oracle;
using Cnn.Reference.Tensors;
using TorchSharp;
using static TorchSharp.torch;

namespace Cnn.Reference.Checking.Levels;

/// <summary>
/// Central finite differences, which know nothing of libtorch's gradients: first and second derivatives of every layer in
/// float64, on the cases that are small enough for it.
/// </summary>
internal sealed class DifferencesLevel : Level
{
    // A case takes two forward passes for each element of its tensors, and a backward pass for each element of its results.
    private const double MostWork = 1200;
    private const long MostElements = 150;

    /// <inheritdoc/>
    public override string Name => "differences";

    /// <inheritdoc/>
    public override bool NeedsLibtorch => false;

    /// <inheritdoc/>
    public override IReadOnlyList<string> Parts { get; } = ["differences: gradients", "differences: second order"];

    /// <inheritdoc/>
    public override string? ReasonToSkip(Case @case) =>
        !@case.IsReal ? "integers have no gradients"
        : KnownFaults.MostOrder(@case) == 0 ? KnownFaults.LeftOut(@case)?.Reason
        : @case.Work > MostWork || @case.N * @case.C * @case.H * @case.W is 0 or > MostElements ? "too large for finite differences"
        : @case.Seed % 8 != 0 ? "one case in eight is put to finite differences"
        : null;

    /// <inheritdoc/>
    public override IEnumerable<Finding> Run(Case @case, IReadOnlyList<ILayer> layers, Limits limits)
    {
        var layout = @case.Layout == Layout.Unbatched ? Layout.Unbatched : Layout.Contiguous;
        var wide = @case with { DType = ScalarType.Float64, Layout = layout };
        foreach (var layer in layers)
        {
            using var scope = NewDisposeScope();
            using var problem = new Problem(wide, Numbers.Real);
            // Neighbours in a window must differ by more than the step: ranks instead of numbers.
            var input = wide.Kind == LayerKind.Max
                ? problem.Input.flatten().argsort().argsort().to(ScalarType.Float64).Over(10).reshape(problem.Input.shape) : problem.Input;
            Tensor[] inputs = [
                input, .. new[] { problem.Weight, problem.Bias }.Where(tensor => tensor is not null).Select(tensor => tensor!)];
            Step.Enter(layer.Name, Name, order: 2);
            Tensor Forward(Tensor[] tensors) =>
                layer.Forward(wide, tensors[0], tensors.ElementAtOrDefault(1), tensors.ElementAtOrDefault(2)).Output;
            yield return new(Parts[0], layer.Name, FiniteDifferences.GradCheck(Forward, inputs));
            yield return new(Parts[1], layer.Name, FiniteDifferences.GradGradCheck(Forward, inputs, problem));
        }
    }
}
