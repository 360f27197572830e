using Cnn.Reference.Cases;
using Cnn.Reference.Comparison;
using Cnn.Reference.Mistakes;
using TorchSharp;
using static TorchSharp.torch;

namespace Cnn.Reference.KernelChecking;

/// <summary>
/// The mistakes of the collection that a wrong kernel makes: those that give exactly what it gave, in every problem that failed.
/// </summary>
internal static class Suspicion
{
    // Two mistakes at once are some thousand possibilities: a few numbers would have one by chance, and large problems take long.
    private const int LeastNumbersForPairs = 32;
    private const double MostWorkForPairs = 1e4; // multiply-adds

    /// <summary>A sentence for each mistake that explains the failures; null where none is known.</summary>
    /// <param name="kind">What the kernel computes.</param>
    /// <param name="failures">Problems, and what the kernel gave.</param>
    public static string? Of(KernelKind kind, IReadOnlyList<(Instance Instance, IReadOnlyList<NamedNumbers> Yours)> failures)
    {
        if (failures.Count == 0 || failures.Any(each => each.Yours.Count == 0)) return null;
        using var scope = NewDisposeScope();
        using var explanations = new Explanations(
            [.. failures.Select(each => CallOf(kind, each.Instance))], IsEnoughForPairs(failures) ? PairUse.Computed : PairUse.None);
        var findings = Diagnosis.Of(explanations, [.. failures.Select(each => ResultsOf(kind, each.Instance.Case, each.Yours))]);
        var named = findings.Where(finding => finding.Mistakes.Count > 0).Select(finding => Words(kind, finding)).ToList();
        return named.Count == 0 ? null : string.Join(" ", named);
    }

    private static bool IsEnoughForPairs(IReadOnlyList<(Instance Instance, IReadOnlyList<NamedNumbers> Yours)> failures) =>
        failures.Sum(each => each.Yours.Sum(result => result.Numbers.Count)) >= LeastNumbersForPairs
        && failures.Min(each => each.Instance.Case.Work) <= MostWorkForPairs;

    private static string Words(KernelKind kind, Finding finding)
    {
        string sentences = string.Join(" ", finding.Mistakes.Select(mistake => $"{mistake.English[..^1]} (museum {mistake.Id})."));
        return kind == KernelKind.Conv2dGradients ? $"{string.Join(", ", finding.Parts.Select(NameOf))}: {sentences}" : sentences;
    }

    private static Call CallOf(KernelKind kind, Instance instance)
    {
        var (@case, operands) = instance;
        var operation = kind switch
        {
            KernelKind.Conv2d => Operation.ConvForward,
            KernelKind.Conv2dGradients => Operation.ConvBackward,
            KernelKind.MaxPool2d => Operation.MaxForward,
            _ => Operation.AverageForward,
        };
        return new(operation, LayerCalls.WindowsOf(@case), operands.Input.ToTensor(ScalarType.Float64))
        {
            Weight = operands.Weight?.ToTensor(ScalarType.Float64),
            Bias = kind == KernelKind.Conv2d ? operands.Bias?.ToTensor(ScalarType.Float64) : null,
            GradOutput = operands.GradOutput?.ToTensor(ScalarType.Float64),
            // A quotient is rounded to the type; sums of small integers are not.
            Rounding = kind == KernelKind.AvgPool2d ? TensorComparison.Roundings * TensorComparison.EpsilonOf(@case.DType) : 0,
        };
    }

    private static Dictionary<Part, NumberArray> ResultsOf(KernelKind kind, Case @case, IReadOnlyList<NamedNumbers> yours)
    {
        return yours.ToDictionary(each => Array.Find(Enum.GetValues<Part>(), part => NameOf(part) == each.Name), each => Batched(each));

        NumberArray Batched(NamedNumbers result) =>
            @case.Layout == Layout.Unbatched && result.Name is not ("grad weight" or "grad bias")
                ? result.Numbers with { Shape = [1, .. result.Numbers.Shape] } : result.Numbers;
    }

    // As a level calls it.
    private static string NameOf(Part part) => part switch
    {
        Part.Output => "output",
        Part.Indices => "indices",
        Part.GradInput => "grad input",
        Part.GradWeight => "grad weight",
        _ => "grad bias",
    };
}
