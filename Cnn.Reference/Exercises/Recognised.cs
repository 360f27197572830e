using System.Diagnostics;
using Cnn.Reference.Mistakes;
using static TorchSharp.torch;

namespace Cnn.Reference.Exercises;

/// <summary>How well mistakes are recognised from what they give.</summary>
/// <param name="Name">In what: an exercise, or an operation of the layers.</param>
/// <param name="Singles">Mistakes made alone, that show in some case.</param>
/// <param name="Pairs">Two made at once, that show and are not the same as one of the two alone.</param>
/// <param name="Missed">What was not named, or named otherwise, in words.</param>
/// <param name="Slowest">The longest time from results to names, in seconds.</param>
internal sealed record Recognised(
    string Name, (int Named, int All) Singles, (int Named, int All) Pairs, IReadOnlyList<string> Missed, double Slowest)
{
    /// <summary>The eight exercises, then the layers.</summary>
    /// <param name="withPairs">Whether two mistakes at once are tried as well, which takes minutes.</param>
    public static IEnumerable<Recognised> All(bool withPairs)
    {
        foreach (var exercise in ExerciseTable.All)
            foreach (var cases in exercise.Cases.GroupBy(@case => @case.Operation))
                yield return Of(exercise.Cases.All(@case => @case.Operation == cases.Key) ? $"{exercise}" : $"{exercise}, {cases.Key}",
                    cases.Key, () => [.. cases.Select(@case => @case.ToCall())], withPairs);
        foreach (var operation in Enum.GetValues<Operation>())
            if (LayerCalls.CasesOf(operation).Count > 0)
                yield return Of($"layers, {operation}", operation, () => LayerCalls.Of(operation), withPairs);
    }

    private static Recognised Of(string name, Operation operation, Func<IReadOnlyList<Call>> draw, bool withPairs)
    {
        using var silent = no_grad();
        using var scope = NewDisposeScope();
        var missed = new List<string>();
        double slowest = 0;
        int singles = 0, pairs = 0, singlesNamed = 0, pairsNamed = 0;
        var calls = draw();
        var right = calls.Select(Correct.Of).ToList();
        var shown = Collection.Of(operation)
            .Select(mistake => (Mistake: mistake, Results: Made([mistake], calls)))
            .Where(each => !Same(each.Results, right)).ToList();
        foreach (var (mistake, results) in shown)
        {
            singles++;
            if (IsNamed([mistake], results)) singlesNamed++;
        }
        for (int i = 0; withPairs && i < shown.Count; i++)
            for (int j = i + 1; j < shown.Count; j++)
            {
                using var ofPair = NewDisposeScope();
                Mistake[] pair = [shown[i].Mistake, shown[j].Mistake];
                var results = Made(pair, calls);
                if (Same(results, right) || Same(results, shown[i].Results) || Same(results, shown[j].Results)) continue;
                pairs++;
                if (IsNamed(pair, results)) pairsNamed++;
            }
        return new(name, (singlesNamed, singles), (pairsNamed, pairs), missed, slowest);

        bool IsNamed(Mistake[] mistakes, List<Results> results)
        {
            long start = Stopwatch.GetTimestamp();
            var findings = Diagnosis.Of([.. calls.Zip(results)]);
            slowest = Math.Max(slowest, Stopwatch.GetElapsedTime(start).TotalSeconds);
            var named = findings.SelectMany(finding => finding.Mistakes).Distinct().ToList();
            if (mistakes.All(named.Contains) && named.Count == mistakes.Length) return true;
            string called = named.Count == 0 ? "unknown" : string.Join(" + ", named);
            missed.Add($"{string.Join(" + ", mistakes.Select(each => each.Id))} was called {called}");
            return false;
        }
    }

    private static List<Results> Made(Mistake[] mistakes, IReadOnlyList<Call> calls) =>
        [.. calls.Select(call => Diagnosis.Make(mistakes, call) ?? Correct.Of(call))];

    private static bool Same(List<Results> some, List<Results> others) => some.Zip(others).All(pair =>
        pair.First.Parts().All(part => Sameness.Same(pair.First[part]!, pair.Second[part]!)));
}
