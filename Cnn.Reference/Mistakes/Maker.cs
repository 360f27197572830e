using Cnn.Reference.Comparison;
using TorchSharp;
using static TorchSharp.torch;

namespace Cnn.Reference.Mistakes;

/// <summary>
/// Makes mistakes in one call. What is computed of its own tensors, with other windows or another operation, is kept: many pairs of
/// mistakes ask for the same.
/// </summary>
/// <param name="call">The call.</param>
internal sealed class Maker(Call call) : IDisposable
{
    private readonly Dictionary<(Mistake? Mistake, Operation Operation, Windows Windows), Results> kept = [];

    private readonly Lazy<IReadOnlyDictionary<Part, double>> magnitudes = new(() => Magnitudes(call));

    /// <summary>Whether two numbers for a part are the same up to rounding.</summary>
    public bool IsSame(Part part, NumberArray expected, NumberArray actual) =>
        Sameness.Same(expected, actual, magnitudes.Value[part], call.Rounding);

    /// <summary>The places where two numbers for a part differ by more than rounding.</summary>
    public IEnumerable<int> Differing(Part part, NumberArray expected, NumberArray actual) =>
        Sameness.Differing(expected, actual, magnitudes.Value[part], call.Rounding);

    /// <summary>
    /// Computes the call with several mistakes in it, the first around the others; none for the right results. One that cannot be made
    /// in a call changes nothing there.
    /// </summary>
    /// <returns>The tensors are the caller's scope's, or this object's: they are not to be written to.</returns>
    public Results Make(IReadOnlyList<Mistake> mistakes)
    {
        Compute compute = inner => Kept(null, inner, Correct.Of);
        for (int i = mistakes.Count - 1; i >= 0; i--)
        {
            var (mistake, otherwise) = (mistakes[i], compute);
            Compute wrong = inner => mistake.Of(inner, otherwise) ?? otherwise(inner);
            bool isInnermost = i == mistakes.Count - 1; // what others compute depends on what is in them
            compute = isInnermost ? inner => Kept(mistake, inner, wrong) : wrong;
        }
        return compute(call);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var results in kept.Values)
            foreach (var part in results.Parts()) results[part]!.Dispose();
    }

    // What the largest element of a part would be if nothing in its sum cancelled out.
    private static Dictionary<Part, double> Magnitudes(Call call)
    {
        using var scope = NewDisposeScope();
        var ofMagnitudes = Correct.Of(call with
        {
            Input = call.Input.abs(),
            Weight = call.Weight?.abs(),
            Bias = call.Bias?.abs(),
            GradOutput = call.GradOutput?.abs(),
        });
        return ofMagnitudes.ToNumbers().ToDictionary(each => each.Key, each => Sameness.Largest(each.Value));
    }

    private Results Kept(Mistake? mistake, Call inner, Compute compute)
    {
        if (!IsOfOwnTensors(inner)) return compute(inner);
        var key = (mistake, inner.Operation, inner.Windows);
        if (kept.TryGetValue(key, out var before)) return before;
        var results = compute(inner);
        // Another name for the same memory: a result may be a tensor of the call itself, which is not ours to dispose of.
        foreach (var part in results.Parts()) results = results.With(part, results[part]!.alias().DetachFromDisposeScope());
        return kept[key] = results;
    }

    private bool IsOfOwnTensors(Call inner) =>
        ReferenceEquals(inner.Input, call.Input) && ReferenceEquals(inner.Weight, call.Weight)
        && ReferenceEquals(inner.Bias, call.Bias) && ReferenceEquals(inner.GradOutput, call.GradOutput);
}
