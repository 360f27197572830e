using Cnn.Layers;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Cnn.Reference.Models;

/// <summary>
/// Which layers of two models belong together. A port may call a function where the other has a module, and may have other names.
/// </summary>
internal static class LayerMatch
{
    private const int Match = 1_000_000; // a layer more counts more than any number of equal paths

    /// <summary>
    /// The pairs. Where both models have the same paths, these; where both have as many layers, with weights of the same shapes in
    /// the same order, all in that order. Else those of the same path or as many as there are in the same order, whichever are more.
    /// </summary>
    /// <exception cref="ArgumentException">No two belong together.</exception>
    public static List<LayerPair> Of(IReadOnlyList<Recorder> expected, IReadOnlyList<Recorder> actual)
    {
        if (expected.Count == 0 || actual.Count == 0) return [];
        var byPath = actual.ToDictionary(recorder => recorder.Path);
        if (byPath.Count == expected.Count && expected.All(recorder => byPath.ContainsKey(recorder.Path)))
            return [.. expected.Select(recorder => Pair(recorder, byPath[recorder.Path]))];
        List<LayerPair> samePaths =
        [
            .. from recorder in expected
               where byPath.ContainsKey(recorder.Path) && MayBelong(recorder, byPath[recorder.Path])
               select Pair(recorder, byPath[recorder.Path]),
        ];
        bool alike = expected.Zip(actual, (one, two) => SameShapes(one.Own, two.Own)).All(same => same);
        if (expected.Count == actual.Count && alike) return [.. expected.Zip(actual, Pair)];
        var inOrder = InOrder(expected, actual);
        if (Math.Max(samePaths.Count, inOrder.Count) == 0)
        {
            throw new ArgumentException(
                $"actual has no layer that belongs to one of expected: expected has {Names(expected)}, actual has {Names(actual)}.",
                nameof(actual));
        }
        return samePaths.Count >= inOrder.Count ? samePaths : inOrder;
    }

    // The longest common subsequence; of those that are equally long, the one with the most equal paths.
    private static List<LayerPair> InOrder(IReadOnlyList<Recorder> expected, IReadOnlyList<Recorder> actual)
    {
        int[,] best = new int[expected.Count + 1, actual.Count + 1]; // of what follows
        for (int i = expected.Count - 1; i >= 0; i--)
            for (int j = actual.Count - 1; j >= 0; j--)
                best[i, j] = Math.Max(Math.Max(best[i + 1, j], best[i, j + 1]), best[i + 1, j + 1] + Worth(expected[i], actual[j]));
        var pairs = new List<LayerPair>();
        for (int i = 0, j = 0; i < expected.Count && j < actual.Count;)
        {
            int worth = Worth(expected[i], actual[j]);
            if (worth > 0 && best[i, j] == best[i + 1, j + 1] + worth) pairs.Add(Pair(expected[i++], actual[j++]));
            else if (best[i, j] == best[i + 1, j]) i++;
            else j++;
        }
        return pairs;
    }

    private static int Worth(Recorder one, Recorder two) => !MayBelong(one, two) ? 0 : one.Path == two.Path ? Match + 1 : Match;

    // Weights of the same shapes, or none and the same kind. Under one path a layer may be of a class of its own, or of another size.
    private static bool MayBelong(Recorder one, Recorder two)
    {
        bool samePath = one.Path == two.Path, sameKind = KindOf(one.Own) == KindOf(two.Own);
        return SameShapes(one.Own, two.Own) ? one.Own.parameters().Any() || sameKind || samePath : samePath && sameKind;
    }

    private static bool SameShapes(nn.Module one, nn.Module two)
    {
        var (ofOne, ofTwo) = (one.parameters().ToList(), two.parameters().ToList());
        return ofOne.Count == ofTwo.Count && ofOne.Zip(ofTwo, (a, b) => a.shape.SequenceEqual(b.shape)).All(same => same);
    }

    // Our layers are of libtorch's kinds.
    private static string KindOf(nn.Module layer) => layer switch
    {
        Conv2D => nameof(Conv2d),
        Pool2D { mode: PoolMode.Max } => nameof(MaxPool2d),
        Pool2D => nameof(AvgPool2d),
        AdaptiveAvgPool2D => nameof(AdaptiveAvgPool2d),
        _ => LayerTraits.KindOf(layer),
    };

    private static LayerPair Pair(Recorder one, Recorder two) => new(one.Path, one, two, one.Own, two.Own);

    private static string Names(IEnumerable<Recorder> recorders) =>
        ModelReport.Some(recorders.Select(recorder => ModelReport.NameOf(new(recorder.Path, recorder.Own, ""))));
}
