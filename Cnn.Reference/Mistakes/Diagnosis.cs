using Cnn.Reference.Comparison;
using static TorchSharp.torch;

namespace Cnn.Reference.Mistakes;

/// <summary>What a wrong result is exactly like.</summary>
/// <param name="Parts">Which of the results it is about.</param>
/// <param name="Mistakes">
/// The mistakes that give just these numbers, together, told of what was computed; none where no mistake of the collection does.
/// </param>
internal sealed record Finding(IReadOnlyList<Part> Parts, IReadOnlyList<Mistake> Mistakes);

/// <summary>
/// Names the mistake in a wrong result, by making each mistake of the collection, and each pair, on the same calls: the one that gives
/// the same numbers everywhere is named. The method is that of J. S. Brown and R. R. Burton, Diagnostic Models for Procedural Bugs in
/// Basic Mathematical Skills, Cognitive Science 2 (1978).
/// </summary>
internal sealed class Diagnosis
{
    private const int MostAtOnce = 2; // mistakes

    private readonly Explanations explanations;
    private readonly IReadOnlyList<IReadOnlyDictionary<Part, NumberArray>> yours;
    private readonly int[] order;
    private readonly List<Part> parts, wrong;
    private readonly Dictionary<Mistake, Part[]> changed = []; // of the wrong parts

    private Diagnosis(Explanations explanations, IReadOnlyList<IReadOnlyDictionary<Part, NumberArray>> yours)
    {
        (this.explanations, this.yours) = (explanations, yours);
        parts = [.. yours.SelectMany(each => each.Keys).Distinct()];
        // The smallest wrong one first: most explanations fail there, at once.
        order =
        [
            .. Enumerable.Range(0, yours.Count)
                .OrderBy(at => parts.TrueForAll(part => Agrees(explanations.Right, part, at)))
                .ThenBy(at => yours[at].Values.Sum(each => each.Count)),
        ];
        wrong = [.. parts.Where(part => !order.All(at => Agrees(explanations.Right, part, at)))];
    }

    /// <summary>What one or two mistakes give as it came out.</summary>
    private sealed record Match(IReadOnlyList<Mistake> Mistakes, IReadOnlyList<Part> Parts);

    /// <summary>Looks for what explains results.</summary>
    /// <param name="tries">Calls of one operation and what came out, right ones as well: a mistake has to explain both.</param>
    /// <returns>One finding for the parts that one explanation covers; none where all is right.</returns>
    public static IReadOnlyList<Finding> Of(IReadOnlyList<(Call Call, Results Yours)> tries)
    {
        using var explanations = new Explanations([.. tries.Select(each => each.Call)]);
        return Of(explanations, [.. tries.Select(each => each.Yours.ToNumbers())]);
    }

    /// <summary>The same, of calls whose explanations are there.</summary>
    /// <param name="explanations">What can be made of the calls.</param>
    /// <param name="yours">What came out of each.</param>
    /// <inheritdoc cref="Of(IReadOnlyList{ValueTuple{Call, Results}})" path="/returns"/>
    public static IReadOnlyList<Finding> Of(Explanations explanations, IReadOnlyList<IReadOnlyDictionary<Part, NumberArray>> yours)
    {
        using var silent = no_grad();
        return new Diagnosis(explanations, yours).Findings();
    }

    // Two at once are looked for only where no two mistakes, each of parts of its own, explain everything.
    private List<Finding> Findings()
    {
        var singles = Matches(explanations.Singles);
        var findings = Fewest(singles);
        bool isExplained = findings.TrueForAll(finding => finding.Mistakes.Count > 0);
        if (isExplained && findings.Count <= MostAtOnce) return findings;
        return Fewest([.. singles, .. Matches(explanations.Pairs).Where(pair => !IsOfSingles(pair))]);

        // Two parts, each of which one mistake alone explains: these are said one by one.
        bool IsOfSingles(Match pair)
        {
            var explained = pair.Parts.Where(wrong.Contains).ToList();
            return explained.Count <= MostAtOnce && explained.TrueForAll(part => singles.Exists(single => single.Parts.Contains(part)));
        }
    }

    // One after the other, that which explains most; of equals, that which gives most of what is right, then the first.
    private List<Finding> Fewest(IReadOnlyList<Match> matches)
    {
        var (findings, left) = (new List<Finding>(), wrong.ToList());
        while (matches.MaxBy(match => (match.Parts.Count(left.Contains), match.Parts.Count)) is { } best && best.Parts.Any(left.Contains))
        {
            var explained = best.Parts.Where(left.Contains).ToList();
            findings.Add(new(explained, [.. best.Mistakes.Select(mistake => mistake with { ToldOf = explanations.Operation })]));
            left.RemoveAll(explained.Contains);
        }
        if (left.Count > 0) findings.Add(new(left, []));
        return findings;
    }

    // The wrong parts that a mistake changes by itself.
    private Part[] Changed(Mistake mistake)
    {
        if (changed.TryGetValue(mistake, out var known)) return known;
        var alone = explanations.Singles[explanations.IndexOf(mistake)];
        return changed[mistake] = [.. wrong.Where(part => !order.All(at => alone.Agrees(part, at, explanations.Right.Of(at))))];
    }

    // Up to the first that explains everything: there is no better one.
    private List<Match> Matches(IEnumerable<Explanation> several)
    {
        var matches = new List<Match>();
        if (wrong.Count == 0) return matches;
        foreach (var explanation in several)
        {
            var match = new Match(explanation.Mistakes, Explained(explanation));
            if (match.Parts.Any(wrong.Contains)) matches.Add(match);
            if (match.Parts.Count == parts.Count) break;
        }
        return matches;
    }

    // The parts that it gives exactly, in every call; the search ends where none of the wrong ones is left. Two mistakes have to explain
    // every wrong part that either changes, for one part alone fits by chance, where there are so many pairs; and each changes one.
    private List<Part> Explained(Explanation explanation)
    {
        bool isPair = explanation.Mistakes.Count > 1;
        if (isPair && explanation.Mistakes.Any(mistake => Changed(mistake).Length == 0)) return [];
        Part[] bound = isPair ? [.. explanation.Mistakes.SelectMany(Changed).Distinct()] : [];
        var explained = parts.ToList();
        foreach (int at in order)
        {
            explained.RemoveAll(part => !Agrees(explanation, part, at));
            if (!explained.Exists(wrong.Contains)) break;
            if (Array.Exists(bound, part => !explained.Contains(part))) return [];
        }
        return explained;
    }

    private bool Agrees(Explanation explanation, Part part, int at) => explanation.Agrees(part, at, yours[at]);
}
