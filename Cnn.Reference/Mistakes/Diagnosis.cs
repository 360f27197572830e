using static TorchSharp.torch;

namespace Cnn.Reference.Mistakes;

/// <summary>What a wrong result is exactly like.</summary>
/// <param name="Parts">Which of the results it is about.</param>
/// <param name="Mistakes">The mistakes that give just these numbers, together; none where no mistake of the collection does.</param>
internal sealed record Finding(IReadOnlyList<Part> Parts, IReadOnlyList<Mistake> Mistakes);

/// <summary>
/// Names the mistake in a wrong result, by making each mistake of the collection, and each pair, on the same calls: the one that gives
/// the same numbers everywhere is named. The method is that of J. S. Brown and R. R. Burton, Diagnostic Models for Procedural Bugs in
/// Basic Mathematical Skills, Cognitive Science 2 (1978).
/// </summary>
internal static class Diagnosis
{
    /// <summary>Looks for what explains results.</summary>
    /// <param name="tries">Calls of one operation and what came out, right ones as well: a mistake has to explain both.</param>
    /// <returns>One finding for the parts that one explanation covers; none where all is right.</returns>
    public static IReadOnlyList<Finding> Of(IReadOnlyList<(Call Call, Results Yours)> tries)
    {
        using var silent = no_grad();
        using var scope = NewDisposeScope();
        var right = tries.Select(each => Correct.Of(each.Call)).ToList();
        var parts = tries[0].Yours.Parts().ToList();
        var unexplained = parts.Where(part => !tries.Zip(right).All(pair => Agree(part, pair.Second, pair.First.Yours))).ToList();
        var findings = new List<Finding>();
        var table = Collection.Of(tries[0].Call.Operation);
        foreach (var explanations in new[] { Singles(table), Pairs(table) })
        {
            if (unexplained.Count == 0) break;
            var matches = explanations
                .Select(mistakes => (Mistakes: mistakes, Parts: Explained(mistakes, parts, tries)))
                .Where(match => match.Parts.Any(unexplained.Contains))
                .ToList();
            while (unexplained.Count > 0 && matches.Exists(match => match.Parts.Any(unexplained.Contains)))
            {
                // The one that explains most, with what is right; of equals, the first of the collection.
                var best = matches.MaxBy(match => (match.Parts.Count(unexplained.Contains), match.Parts.Count));
                var explained = best.Parts.Where(unexplained.Contains).ToList();
                findings.Add(new(explained, best.Mistakes));
                unexplained.RemoveAll(explained.Contains);
            }
        }
        if (unexplained.Count > 0) findings.Add(new(unexplained, []));
        return findings;
    }

    private static IEnumerable<Mistake[]> Singles(IReadOnlyList<Mistake> table) => table.Select(mistake => new[] { mistake });

    // In both orders: which is around which may matter.
    private static IEnumerable<Mistake[]> Pairs(IReadOnlyList<Mistake> table) =>
        from outer in table from inner in table where outer != inner select new[] { outer, inner };

    /// <summary>Computes a call with several mistakes in it, the first around the others.</summary>
    /// <returns>Null where they cannot be made.</returns>
    public static Results? Make(IReadOnlyList<Mistake> mistakes, Call call)
    {
        Compute compute = Correct.Of;
        bool made = true;
        foreach (var mistake in mistakes.Reverse())
        {
            var otherwise = compute;
            compute = inner =>
            {
                if (mistake.Of(inner, otherwise) is { } results) return results;
                made = false;
                return otherwise(inner);
            };
        }
        var all = compute(call);
        return made ? all : null;
    }

    // The parts that mistakes give exactly, in every call.
    private static List<Part> Explained(Mistake[] mistakes, List<Part> parts, IReadOnlyList<(Call Call, Results Yours)> tries)
    {
        var explained = parts.ToList();
        foreach (var (call, yours) in tries)
        {
            using var scope = NewDisposeScope();
            var made = Make(mistakes, call) ?? Correct.Of(call);
            explained.RemoveAll(part => !Agree(part, made, yours));
            if (explained.Count == 0) break;
        }
        return explained;
    }

    private static bool Agree(Part part, Results one, Results other) =>
        one[part] is { } expected && other[part] is { } actual && Sameness.Same(expected, actual);
}
