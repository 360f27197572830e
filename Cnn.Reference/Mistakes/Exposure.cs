using System.Globalization;
using Cnn.Reference.Cases;
using Cnn.Reference.Comparison;
using static TorchSharp.torch;

namespace Cnn.Reference.Mistakes;

/// <summary>Where a mistake shows: the smallest case of the layers, and the cell.</summary>
/// <param name="Case">The case, as <c>check</c> takes it.</param>
/// <param name="Operation">What is computed of it.</param>
/// <param name="Part">Which result differs first.</param>
/// <param name="Index">The cell; empty where the shapes differ.</param>
/// <param name="Right">What it should be.</param>
/// <param name="Wrong">What the mistake gives.</param>
internal sealed record Exposure(Case Case, Operation Operation, Part Part, long[] Index, double Right, double Wrong)
{
    /// <summary>What is there and what should be, in a language.</summary>
    public string In(Language language)
    {
        string name = Part.Named();
        if (Index.Length == 0) return language == Language.Spanish ? $"{name} tiene otra forma." : $"{name} has another shape.";
        string cell = $"{name}[{string.Join(", ", Index)}]";
        return language == Language.Spanish
            ? string.Create(CultureInfo.InvariantCulture, $"{cell} es {Wrong}; debe ser {Right}.")
            : string.Create(CultureInfo.InvariantCulture, $"{cell} is {Wrong}; it must be {Right}.");
    }

    /// <summary>Whether a mistake changes anything in a call.</summary>
    public static bool Shows(Mistake mistake, Call call) => Difference(mistake, call) is not null;

    /// <summary>The smallest case of the layers in which a mistake shows; null where it can only be made in the exercise.</summary>
    public static Exposure? Smallest(Mistake mistake)
    {
        using var silent = no_grad();
        using var scope = NewDisposeScope();
        foreach (var operation in mistake.Where)
            foreach (var @case in LayerCalls.CasesOf(operation))
                foreach (var inputs in Enum.GetValues<Inputs>())
                {
                    if (Of(@case) is null) continue;
                    var least = @case;
                    while (Smaller(least).FirstOrDefault(smaller => Of(smaller) is not null) is { } smaller) least = smaller;
                    return Of(least);

                    Exposure? Of(Case candidate)
                    {
                        using var ofCase = NewDisposeScope();
                        try
                        {
                            var call = LayerCalls.Of(candidate, operation, inputs);
                            return Difference(mistake, call) is { } found
                                ? new(candidate, operation, found.Part, found.Index, found.Right, found.Wrong) : null;
                        }
                        catch (ArgumentException)
                        {
                            return null; // no geometry
                        }
                    }
                }
        return null;
    }

    private static (Part Part, long[] Index, double Right, double Wrong)? Difference(Mistake mistake, Call call)
    {
        using var maker = new Maker(call);
        var (right, made) = (maker.Make([]), maker.Make([mistake]));
        foreach (var part in right.Parts())
        {
            NumberArray expected = NumberArray.Of(right[part]!), actual = NumberArray.Of(made[part]!);
            if (!expected.Shape.SequenceEqual(actual.Shape)) return (part, [], double.NaN, double.NaN);
            int at = Sameness.Differing(expected, actual).FirstOrDefault(-1);
            if (at >= 0) return (part, TensorComparison.IndexOf(at, expected.Shape), expected.Numbers[at], actual.Numbers[at]);
        }
        return null;
    }

    // One thing less: an image, channels, a tap, a step, a row, an option.
    private static IEnumerable<Case> Smaller(Case @case)
    {
        if (@case.Groups > 1)
        {
            long inGroup = @case.C / @case.Groups, outGroup = @case.O / @case.Groups;
            yield return @case with { Groups = @case.Groups - 1, C = @case.C - inGroup, O = @case.O - outGroup };
            yield return @case with { Groups = 1, C = inGroup, O = outGroup };
        }
        if (@case.N > 1) yield return @case with { N = @case.N - 1 };
        if (@case.C > @case.Groups) yield return @case with { C = @case.C - @case.Groups };
        if (@case.O > @case.Groups) yield return @case with { O = @case.O - @case.Groups };
        if (@case.DivisorOverride is not null) yield return @case with { DivisorOverride = null };
        if (@case.CeilMode) yield return @case with { CeilMode = false };
        if (@case.Bias && @case.Kind == LayerKind.Conv) yield return @case with { Bias = false };
        foreach (var (h, w) in new[] { (1, 0), (0, 1), (1, 1) })
        {
            if (Least(@case.Kernel, h, w, 1)) yield return @case with { Kernel = (@case.Kernel.H - h, @case.Kernel.W - w) };
            if (Least(@case.Dilation, h, w, 1)) yield return @case with { Dilation = (@case.Dilation.H - h, @case.Dilation.W - w) };
            if (Least(@case.Padding, h, w, 0)) yield return @case with { Padding = (@case.Padding.H - h, @case.Padding.W - w) };
            if (Least(@case.Stride, h, w, 1)) yield return @case with { Stride = (@case.Stride.H - h, @case.Stride.W - w) };
            if (@case.H - h >= 1 && @case.W - w >= 1) yield return @case with { H = @case.H - h, W = @case.W - w };
        }

        static bool Least((long H, long W) pair, long h, long w, long least) => pair.H - h >= least && pair.W - w >= least;
    }
}
