using Cnn.Reference.Mistakes;
using static TorchSharp.torch;

namespace Cnn.Reference.Exercises;

/// <summary>Puts right solutions that are written otherwise before those who name mistakes.</summary>
internal static class Accusations
{
    /// <summary>Every variant as an answer to every exercise, then of calls drawn at random.</summary>
    /// <param name="count">How many in all.</param>
    /// <param name="seed">What the calls and the orders of summation follow from.</param>
    /// <param name="others">Other variants than all.</param>
    /// <returns>What each was accused of; null for nothing.</returns>
    public static IEnumerable<string?> Of(int count, int seed, IReadOnlyList<RightVariant>? others = null)
    {
        var random = new Random(seed);
        var variants = others ?? RightVariant.All(random);
        var answers = from exercise in ExerciseTable.All from variant in variants select Answer(exercise, variant);
        return answers.Where(answer => answer.IsRight).Select(answer => answer.Accusation)
            .Concat(Drawn(random, variants, seed)).Take(count);
    }

    private static (bool IsRight, string? Accusation) Answer(Exercise exercise, RightVariant variant)
    {
        using var scope = NewDisposeScope();
        if (variant.TakesFirstMaximum && exercise.Cases.Any(@case => @case.Ties)) return (false, null);
        var result = new Marking(exercise, call => new([], _ => Outputs(call))).Result();
        return (true, result.Passed ? null : $"{exercise}, {variant.Name}: {result.Explanation}");

        Tensor[] Outputs(Call call)
        {
            var results = variant.Compute(call);
            return [.. exercise.Outputs.Select(output => output.FromLayer(results[output.Part]!).to(output.DType))];
        }
    }

    private static IEnumerable<string?> Drawn(Random random, IReadOnlyList<RightVariant> variants, int seed)
    {
        var ofExercises = ExerciseTable.All.SelectMany(exercise => exercise.Cases).ToList();
        using var ofLayers = RightVariant.Calls(seed).GetEnumerator();
        for (int i = 0; ; i++)
        {
            using var scope = NewDisposeScope();
            using var silent = no_grad();
            var variant = variants[i % variants.Count];
            var (call, hasTies) = Drawn();
            if (hasTies && variant.TakesFirstMaximum) continue;
            var findings = Diagnosis.Of([(call, variant.Compute(call))]);
            yield return findings.Count == 0 ? null : $"{call.Operation}, {variant.Name}, {call.Windows}: {Named(findings)}";

            // Every second is larger than an exercise's case, by chance.
            (Call Call, bool HasTies) Drawn()
            {
                if (random.Next(2) == 0 && ofLayers.MoveNext()) return (ofLayers.Current, false);
                var @case = ofExercises[random.Next(ofExercises.Count)];
                for (int times = random.Next(3); times > 0; times--) @case = @case.Larger();
                return (@case.Ties ? @case.ToCall() : RightVariant.Real(@case.ToCall(), random), @case.Ties);
            }
        }
    }

    private static string Named(IReadOnlyList<Finding> findings) => string.Join("; ", findings.Select(finding =>
        $"{string.Join(", ", finding.Parts)}: {(finding.Mistakes.Count == 0 ? "unknown" : string.Join(" + ", finding.Mistakes))}"));
}
