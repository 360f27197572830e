using Cnn.Reference.Comparison;
using static TorchSharp.torch;

namespace Cnn.Reference.Mistakes;

/// <summary>One mistake, or two at once, and what it gives for some calls: computed when it is asked for, and once.</summary>
/// <param name="mistakes">The mistakes, the first around the other; none for the right results.</param>
/// <param name="makers">What makes them, one a call.</param>
internal sealed class Explanation(IReadOnlyList<Mistake> mistakes, IReadOnlyList<Maker> makers)
{
    private readonly IReadOnlyDictionary<Part, NumberArray>?[] given = new IReadOnlyDictionary<Part, NumberArray>?[makers.Count];

    /// <summary>The mistakes.</summary>
    public IReadOnlyList<Mistake> Mistakes => mistakes;

    /// <summary>What comes out of a call.</summary>
    /// <param name="at">The call's number.</param>
    public IReadOnlyDictionary<Part, NumberArray> Of(int at)
    {
        if (given[at] is { } known) return known;
        using var scope = NewDisposeScope();
        return given[at] = makers[at].Make(mistakes).ToNumbers();
    }

    /// <summary>Whether a part of a call is as another result has it; what that lacks says nothing.</summary>
    /// <param name="part">Which part.</param>
    /// <param name="at">The call's number.</param>
    /// <param name="other">The other result.</param>
    public bool Agrees(Part part, int at, IReadOnlyDictionary<Part, NumberArray> other) =>
        !other.TryGetValue(part, out var yours) || (Of(at).TryGetValue(part, out var made) && makers[at].IsSame(part, made, yours));

    /// <summary>Whether two explanations give the same for every call.</summary>
    public bool IsSame(Explanation other) => Enumerable.Range(0, makers.Count).All(
        at => Of(at).Count == other.Of(at).Count && Of(at).Keys.All(part => Agrees(part, at, other.Of(at))));
}
