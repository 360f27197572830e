using Cnn.Reference.Comparison;
using Cnn.Reference.Mistakes;
using static TorchSharp.torch;

namespace Cnn.Reference.Exercises;

/// <summary>Which wrong cell is worked by hand: one in which the mistakes that are named show.</summary>
internal static class TellingCell
{
    /// <summary>One in which each of the mistakes by itself changes something; where there is none, one for each of them.</summary>
    /// <param name="exercise">Whose result it is.</param>
    /// <param name="attempt">What came out, with a wrong cell in that result, of the right shape.</param>
    /// <param name="output">The result's number.</param>
    /// <param name="mistakes">What explains it; none where nothing does.</param>
    /// <returns>At least one cell.</returns>
    public static IReadOnlyList<long[]> Of(Exercise exercise, Attempt attempt, int output, IReadOnlyList<Mistake> mistakes)
    {
        using var scope = NewDisposeScope();
        using var silent = no_grad();
        var right = NumberArray.Of(attempt.Right[output]);
        int[] wrong = [.. Sameness.Differing(right, NumberArray.Of(attempt.Yours[output]))];
        if (mistakes.Count == 0) return [At(wrong[0])];
        using var maker = new Maker(attempt.Call);
        var changed = mistakes.Select(Changed).ToList();
        int[] common = [.. wrong.Where(cell => changed.TrueForAll(each => each.Contains(cell)))];
        if (mistakes.Any(mistake => mistake.IsOfOverlap) && Overlapped(exercise, attempt.Call, output) is { } overlapped)
            common = [.. common.OrderByDescending(overlapped.Contains)]; // the order among them stays
        if (common.Length > 0) return [At(common[0])];
        int[] each = [.. changed.Select(cells => wrong.FirstOrDefault(cells.Contains, -1)).Where(cell => cell >= 0).Distinct()];
        return each.Length > 0 ? [.. each.Select(At)] : [At(wrong[0])];

        long[] At(int cell) => TensorComparison.IndexOf(cell, right.Shape);

        HashSet<int> Changed(Mistake mistake)
        {
            var made = NumberArray.Of(exercise.Outputs[output].FromLayer(maker.Make([mistake])[exercise.Outputs[output].Part]!));
            return [.. made.Shape.SequenceEqual(right.Shape) ? Sameness.Differing(right, made) : wrong];
        }
    }

    // The cells of the input that lie in several windows: what flows back from windows of ones counts them.
    private static HashSet<int>? Overlapped(Exercise exercise, Call call, int output)
    {
        if (exercise.Outputs[output].Part != Part.GradInput) return null;
        var ((height, width), (kh, kw), shape) = (call.Outputs(), call.Windows.Kernel, call.Input.shape);
        var counted = Correct.Of(new Call(Operation.ConvBackward, call.Windows with { Groups = 1 }, call.Input)
        {
            Weight = ones(1, shape[1], kh, kw, ScalarType.Float64),
            GradOutput = ones(shape[0], 1, height, width, ScalarType.Float64),
        }).GradInput!;
        var counts = NumberArray.Of(exercise.Outputs[output].FromLayer(counted));
        return [.. Enumerable.Range(0, (int)counts.Count).Where(cell => counts.Numbers[cell] > 1)];
    }
}
