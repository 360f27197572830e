using Cnn.Reference.Cases;
using Cnn.Reference.Comparison;
using Cnn.Reference.Mistakes;
using Cnn.Reference.Printing;
using TorchSharp;
using static TorchSharp.torch;

namespace Cnn.Reference.KernelChecking;

/// <summary>
/// The mistakes of the collection that a wrong kernel makes: those that give exactly what it gave, in every problem that failed.
/// </summary>
/// <param name="Sentence">One for each mistake that explains the failures, and what else would; null where none is accused.</param>
/// <param name="Rivals">Mistakes that the failures do not tell from those of the sentence.</param>
/// <param name="Undecided">Why none is accused where some would explain the failures; null where that is not so.</param>
internal sealed record Suspicion(string? Sentence, IReadOnlyList<string> Rivals, string? Undecided)
{
    // Two mistakes at once are some thousand possibilities: a few numbers would have one by chance, and large problems take long.
    private const int LeastNumbersForPairs = 32;

    // A small integer is what one of some forty mistakes gives by chance, about as often as not; four of them one time in thousands.
    private const int LeastWrong = 4, LeastWrongForPairs = 8; // elements
    private const double MostWorkForPairs = 1e4; // multiply-adds

    /// <summary>Nothing that is known.</summary>
    public static Suspicion None { get; } = new(null, [], null);

    /// <summary>Whether larger problems could tell more.</summary>
    public bool IsOpen => Undecided is not null || Rivals.Count > 0;

    /// <summary>Looks for the mistakes that explain failures.</summary>
    /// <param name="kind">What the kernel computes.</param>
    /// <param name="failures">Problems, and what the kernel gave.</param>
    public static Suspicion Of(KernelKind kind, IReadOnlyList<(Instance Instance, IReadOnlyList<NamedNumbers> Yours)> failures)
    {
        if (failures.Count == 0 || failures.Any(each => each.Yours.Count == 0)) return None;
        using var scope = NewDisposeScope();
        using var explanations = new Explanations(
            [.. failures.Select(each => CallOf(kind, each.Instance))], IsEnoughForPairs(failures) ? PairUse.Computed : PairUse.None);
        Dictionary<Part, NumberArray>[] yours = [.. failures.Select(each => ResultsOf(kind, each.Instance.Case, each.Yours))];
        double[] roundings =
            [.. failures.Select(each => TensorComparison.Roundings * TensorComparison.EpsilonOf(each.Instance.Case.DType))];
        var named = Diagnosis.Of(explanations, yours).Where(finding => finding.Mistakes.Count > 0).ToList();
        if (named.Count == 0) return None;
        string[] rivals = [.. named.SelectMany(finding => RivalsOf(explanations, finding, yours)).Distinct()];
        foreach (var finding in named)
        {
            int wrong = Wrong(explanations.Right, finding, yours, roundings);
            if (wrong >= (finding.Mistakes.Count > 1 ? LeastWrongForPairs : LeastWrong)) continue;
            string[] consistent = [.. named.SelectMany(each => each.Mistakes).Select(mistake => mistake.Id).Concat(rivals).Distinct()];
            return new(null, rivals,
                $"{(wrong > 0 ? Figures.Count(wrong, "wrong element") : "NaN alone")} cannot tell one mistake from another: " +
                $"consistent with {Listed(consistent)}, " +
                "and with what is in no collection.");
        }
        string sentence = string.Join(" ", named.Select(finding => Words(kind, finding)));
        return new(rivals.Length == 0 ? sentence : $"{sentence} Also consistent with: {Listed(rivals)}.", rivals, null);
    }

    private static string Listed(IReadOnlyList<string> ids) => string.Join(", ", ids.Select(id => $"museum {id}"));

    // Other single mistakes that give the same, in every part that the named one gives as it came out.
    private static IEnumerable<string> RivalsOf(
        Explanations explanations, Finding finding, Dictionary<Part, NumberArray>[] yours)
    {
        if (finding.Mistakes is not [{ } mistake]) return [];
        var own = explanations.Singles.First(single => single.Mistakes[0].Id == mistake.Id);
        Part[] parts = [.. yours.SelectMany(each => each.Keys).Distinct().Where(part => AgreesEverywhere(own, part))];
        return from single in explanations.Singles
               where single != own && parts.All(part => AgreesEverywhere(single, part))
               select single.Mistakes[0].Id;

        bool AgreesEverywhere(Explanation explanation, Part part) =>
            Enumerable.Range(0, yours.Length).All(at => explanation.Agrees(part, at, yours[at]));
    }

    // Elements of a finding's parts that are not libtorch's, and tell something: NaN comes of anything.
    private static int Wrong(Explanation right, Finding finding, Dictionary<Part, NumberArray>[] yours, double[] roundings)
    {
        int wrong = 0;
        for (int at = 0; at < yours.Length; at++)
            foreach (var part in finding.Parts)
            {
                if (!yours[at].TryGetValue(part, out var given) || !right.Of(at).TryGetValue(part, out var expected)) continue;
                double rounding = roundings[at];
                wrong += given.Numbers.Zip(expected.Numbers).Count(pair => Differ(pair.First, pair.Second, rounding));
            }
        return wrong;

        static bool Differ(double one, double other, double rounding) =>
            !double.IsNaN(one) && !one.Equals(other) && !(Math.Abs(one - other) <= rounding * Math.Abs(other));
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
