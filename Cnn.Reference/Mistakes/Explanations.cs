namespace Cnn.Reference.Mistakes;

/// <summary>What can be made of calls of one operation: right results, every mistake alone, every two at once.</summary>
internal sealed class Explanations : IDisposable
{
    private readonly IReadOnlyList<Maker> makers;
    private readonly Lazy<Explanation[]> shown;

    /// <summary>Of some calls.</summary>
    /// <param name="calls">The calls, whose tensors stay the caller's.</param>
    /// <param name="pairs">Whether there are pairs, and whether what they give is kept for many look-ups of the same calls.</param>
    public Explanations(IReadOnlyList<Call> calls, PairUse pairs = PairUse.Computed)
    {
        makers = [.. calls.Select(call => new Maker(call))];
        Right = new([], makers);
        Operation = calls[0].Operation;
        Singles = [.. Collection.Of(Operation).Select(mistake => new Explanation([mistake], makers))];
        shown = new(() => [.. Singles.Where(single => !single.IsSame(Right))]);
        var ofShown =
            from outer in Singles
            where shown.Value.Contains(outer)
            from inner in shown.Value
            where outer != inner
            select new Explanation([outer.Mistakes[0], inner.Mistakes[0]], makers);
        Pairs = pairs switch { PairUse.None => [], PairUse.Kept => [.. ofShown], _ => ofShown };
    }

    /// <summary>What is computed.</summary>
    public Operation Operation { get; }

    /// <summary>No mistake.</summary>
    public Explanation Right { get; }

    /// <summary>Every mistake, in the collection's order.</summary>
    public IReadOnlyList<Explanation> Singles { get; }

    /// <summary>
    /// Every two that each change something by themselves, in both orders: which is around which may matter. The first is the outer one.
    /// </summary>
    public IEnumerable<Explanation> Pairs { get; }

    /// <summary>The mistakes that change something in these calls.</summary>
    public IReadOnlyList<Explanation> Shown => shown.Value;

    /// <summary>Certain mistakes at once, the first around the other.</summary>
    public Explanation Of(IReadOnlyList<Mistake> mistakes) => new(mistakes, makers);

    /// <summary>A mistake's place among those of the operation.</summary>
    public int IndexOf(Mistake mistake) => Singles.TakeWhile(single => single.Mistakes[0] != mistake).Count();

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var maker in makers) maker.Dispose();
    }
}

/// <summary>What becomes of two mistakes at once.</summary>
internal enum PairUse
{
    /// <summary>They are computed when asked for, and forgotten.</summary>
    Computed,

    /// <summary>They are kept.</summary>
    Kept,

    /// <summary>There are none.</summary>
    None,
}
