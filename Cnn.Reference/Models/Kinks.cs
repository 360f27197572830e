using System.Globalization;
using Cnn.Reference.Comparison;
using Cnn.Reference.Printing;
using Cnn.Reference.Tensors;
using TorchSharp;
using static TorchSharp.torch;

namespace Cnn.Reference.Models;

/// <summary>
/// Numbers that decided otherwise in two runs of their own: a gradient came back to them in one run, and none in the other, though
/// the numbers themselves differ by rounding alone. That is what a ReLU does with a number next to zero, and a maximum with two
/// next to each other; whether it is a module or a function does not matter here.
/// </summary>
internal sealed class Kinks
{
    /// <summary>Looks for them.</summary>
    /// <param name="models">The models.</param>
    /// <param name="expected">The expected model's run.</param>
    /// <param name="actual">A run of the other, of its own.</param>
    /// <param name="isRounding">Whether a layer's outputs differ by rounding alone.</param>
    public Kinks(ModelPair models, RecordedRun expected, RecordedRun actual, Func<TensorKey, bool> isRounding)
    {
        var pairs = models.Layers.ToDictionary(layer => layer.Expected);
        var others = actual.Calls.ToDictionary(call => (call.Recorder, call.Number));
        foreach (var call in expected.Calls)
        {
            var layer = pairs[call.Recorder];
            if (!isRounding(new(layer.Path, call.Number, LayerPass.Output))) continue;
            if (!others.TryGetValue((layer.Actual, call.Number), out var other)) continue;
            if (call.OutputGradient is not { } theirs || other.OutputGradient is not { } ours) continue;
            if (!theirs.shape.SequenceEqual(ours.shape)) continue;
            using var scope = NewDisposeScope();
            using var turned = theirs.Is(0) != ours.Is(0);
            long count = turned.sum().item<long>();
            if (count == 0) continue;
            Count += count;
            if (First is not null) continue;
            long at = turned.reshape(-1).to(ScalarType.Int8).argmax().item<long>();
            long[] index = TensorComparison.IndexOf(at, theirs.shape);
            double one = TensorComparison.ValueAt(call.Output, index), two = TensorComparison.ValueAt(other.Output, index);
            string values = one == two
                ? string.Create(CultureInfo.InvariantCulture, $"{one:G9} in both, beside numbers that differ by rounding")
                : string.Create(CultureInfo.InvariantCulture, $"{one:G9} and {two:G9}");
            First = $"{layer.Path} [{string.Join(", ", index)}] ({values})";
        }
    }

    /// <summary>How many.</summary>
    public long Count { get; private set; }

    /// <summary>The first of them, in the order of execution: layer, element, both values. Null for none.</summary>
    public string? First { get; private set; }

    /// <summary>
    /// What they did to a gradient, by how far it is off in a run of its own; null where that is inside of the bound, or there are none.
    /// </summary>
    public string? Explain(PropagatedFinding free) => !(free.Ratio > 1) || First is null
        ? null
        : $"in a run of its own this gradient differs by {Numbers.General(free.Ratio)} of the bound at "
            + $"[{string.Join(", ", free.Index)}], because {First} decided otherwise";
}
