using Cnn.Reference.Cases;
using Cnn.Reference.Comparison;
using Cnn.Reference.Oracle;
using static TorchSharp.torch;

namespace Cnn.Reference.KernelChecking;

/// <summary>What libtorch gives for a problem, in the kernel's results.</summary>
/// <param name="Results">By name; in float64 where reals are summed.</param>
/// <param name="Bounds">How far off each element may be; null where none may.</param>
internal sealed record Truth(IReadOnlyDictionary<string, NumberArray> Results, IReadOnlyDictionary<string, NumberArray>? Bounds)
{
    /// <summary>Asks libtorch.</summary>
    /// <param name="kind">What the kernel computes.</param>
    /// <param name="instance">The problem.</param>
    /// <param name="numbers">Which numbers it has.</param>
    /// <param name="exact">Whether each sum is bound by its own products; else all are by those of the largest.</param>
    public static Truth Of(KernelKind kind, Instance instance, Numbers numbers, bool exact)
    {
        bool rounded = numbers == Numbers.Real && kind != KernelKind.MaxPool2d;
        var libtorch = new LibtorchLayer(widensBFloat16: true, winners: false);
        using var scope = NewDisposeScope();
        using var problem = instance.Operands.ToProblem(instance.Case);
        int order = kind == KernelKind.Conv2dGradients ? 1 : 0;
        using var truth = LayerRun.Of(libtorch, problem, order, rounded ? tensor => tensor.to(ScalarType.Float64) : null);
        using var size = rounded ? LayerRun.Of(libtorch, problem, order, tensor => tensor.to(ScalarType.Float64).abs()) : null;
        bool ofTheLargest = !exact && instance.Case.Kind == LayerKind.Conv;
        double eps = TensorComparison.EpsilonOf(instance.Case.DType);
        var results = Named(truth);
        // A quotient of integers is rounded as well, but not where it is none.
        var scale = size is not null ? Named(size) : kind == KernelKind.AvgPool2d && AllFinite(results) ? results : null;
        return new(
            results,
            scale?.ToDictionary(
                each => each.Key, each => each.Value.With((_, number) =>
                    TensorComparison.Roundings * eps * (ofTheLargest ? each.Value.Numbers.Max(Math.Abs) : Math.Abs(number)))));

        static bool AllFinite(Dictionary<string, NumberArray> arrays) => arrays.Values.All(array => array.Numbers.All(double.IsFinite));

        Dictionary<string, NumberArray> Named(LayerRun run) =>
            run.Results.Where(each => kind.Results().Contains(each.Name)).ToDictionary(each => each.Name,
                each => NumberArray.Of(each.Tensor));
    }
}
