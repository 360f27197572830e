using System.Diagnostics;
using Cnn.Reference.Comparison;
using Cnn.Reference.Mistakes;
using static TorchSharp.torch;

namespace Cnn.Reference.Exercises;

/// <summary>How many of some mistakes are named from what they give.</summary>
/// <param name="All">Of how many.</param>
/// <param name="Named">How many are.</param>
/// <param name="ByAnotherName">How many of these by the name of something that is the same function there.</param>
internal readonly record struct NamedCount(int All, int Named, int ByAnotherName)
{
    /// <summary>Of two kinds together.</summary>
    public static NamedCount operator +(NamedCount one, NamedCount other) =>
        new(one.All + other.All, one.Named + other.Named, one.ByAnotherName + other.ByAnotherName);
}

/// <summary>How well mistakes are recognised from what they give.</summary>
/// <param name="Name">In what: an exercise, or an operation of the layers.</param>
/// <param name="Singles">Mistakes made alone, that show in some case.</param>
/// <param name="Pairs">Two made at once, that show and are not the same as one of the two alone.</param>
/// <param name="Missed">What was not named, or named otherwise, in words.</param>
/// <param name="Slowest">
/// The longest time from results to names, in seconds, with nothing computed before: of the singles, of what no mistake gives, and of
/// some of the pairs.
/// </param>
internal sealed record Recognised(string Name, NamedCount Singles, NamedCount Pairs, IReadOnlyList<string> Missed, double Slowest)
{
    private const int TimedPairs = 10; // of a group
    private const int Turns = 3; // of a look-up that took longer than this, in seconds: another program may have been in its way
    private const double Quick = 0.3;

    /// <summary>Makes every mistake of groups, and every two at once.</summary>
    /// <param name="withTimes">Whether look-ups are timed, too; else the slowest is 0.</param>
    /// <param name="isWanted">Which groups, by their names; all unless given.</param>
    public static IEnumerable<Recognised> All(bool withTimes, Func<string, bool>? isWanted = null) =>
        CallGroup.All().Where(group => isWanted?.Invoke(group.Name) ?? true).Select(group => Of(group, withTimes));

    private static Recognised Of(CallGroup group, bool withTimes)
    {
        using var silent = no_grad();
        using var scope = NewDisposeScope();
        var calls = group.Calls();
        using var made = new Explanations(calls, PairUse.Kept);
        using var elsewhere = new Explanations(group.Larger());
        var shown = made.Shown.ToDictionary(single => single.Mistakes[0]);
        // In the collection's order only: the other one is mostly the same.
        var pairs = made.Pairs
            .Where(pair => made.IndexOf(pair.Mistakes[0]) < made.IndexOf(pair.Mistakes[1]))
            .Where(pair => !pair.IsSame(made.Right) && !pair.Mistakes.Any(mistake => pair.IsSame(shown[mistake])))
            .ToList();
        var missed = new List<string>();
        return new(
            group.Name, Count([.. shown.Values]), Count(pairs), missed,
            !withTimes ? 0 : Slowest([.. shown.Values, .. pairs.Where((_, i) => i % Math.Max(1, pairs.Count / TimedPairs) == 0)]));

        NamedCount Count(IReadOnlyList<Explanation> explanations)
        {
            int named = 0, otherwise = 0;
            foreach (var explanation in explanations)
            {
                var findings = Diagnosis.Of(made, Answers(explanation));
                var names = findings.SelectMany(finding => finding.Mistakes).Distinct().ToList();
                bool isNamed = names.Count == explanation.Mistakes.Count && explanation.Mistakes.All(names.Contains);
                if (!isNamed && names.Count <= explanation.Mistakes.Count && IsSameElsewhere(explanation, findings)) otherwise++;
                else if (isNamed) named++;
                else missed.Add($"{Words(explanation.Mistakes)} was called {(names.Count == 0 ? "unknown" : Words(names))}");
            }
            return new(explanations.Count, named + otherwise, otherwise);
        }

        // What nobody computed before, as in a student's first try.
        double Slowest(IEnumerable<Explanation> explanations) => explanations.Select(Answers)
            .Concat(made.Right.Of(0).Keys.Select(Unknown))
            .Max(yours =>
            {
                double least = double.PositiveInfinity;
                for (int turn = 0; turn < Turns && least > Quick; turn++) least = Math.Min(least, Time(yours));
                return least;
            });

        double Time(IReadOnlyDictionary<Part, NumberArray>[] yours)
        {
            long start = Stopwatch.GetTimestamp();
            using var fresh = new Explanations(calls);
            Diagnosis.Of(fresh, yours);
            return Stopwatch.GetElapsedTime(start).TotalSeconds;
        }

        IReadOnlyDictionary<Part, NumberArray>[] Answers(Explanation explanation) =>
            [.. Enumerable.Range(0, calls.Count).Select(explanation.Of)];

        // One part of the results is what no mistake makes of it.
        IReadOnlyDictionary<Part, NumberArray>[] Unknown(Part part) =>
        [
            .. Answers(made.Right).Select(right => new Dictionary<Part, NumberArray>(right)
            {
                [part] = right[part].With((i, number) => number + 1.0 / (8 + i)),
            }),
        ];

        // Each finding gives what the mistakes give, and what it is not about is right.
        bool IsSameElsewhere(Explanation explanation, IReadOnlyList<Finding> findings)
        {
            var there = elsewhere.Of(explanation.Mistakes);
            return made.Right.Of(0).Keys.All(part =>
            {
                var other = findings.FirstOrDefault(finding => finding.Parts.Contains(part)) is { } finding
                    ? elsewhere.Of(finding.Mistakes) : elsewhere.Right;
                return Enumerable.Range(0, calls.Count).All(at => there.Agrees(part, at, other.Of(at)));
            });
        }

        static string Words(IEnumerable<Mistake> mistakes) => string.Join(" + ", mistakes);
    }
}
