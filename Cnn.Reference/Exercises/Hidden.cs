using Cnn.Reference.Mistakes;
using Cnn.Reference.Printing;

namespace Cnn.Reference.Exercises;

/// <summary>What calls that came out right cannot show: mistakes that give the same numbers in them.</summary>
internal static class Hidden
{
    /// <summary>A warning, or null where all that the exercise's own cases show would have shown.</summary>
    /// <param name="exercise">The exercise.</param>
    /// <param name="calls">What was asked.</param>
    public static Bilingual? In(Exercise exercise, IReadOnlyList<Call> calls)
    {
        var own = exercise.Cases.Select(@case => @case.ToCall()).ToList();
        var known = (
            from mistake in Collection.All
            let shown = own.Find(call => Exposure.Shows(mistake, call))
            where shown is not null
            select mistake with { ToldOf = shown.Operation }).ToList();
        // What cannot be made here at all, because its windows would not fit, has not been made.
        var hidden = known.Where(mistake =>
            calls.Any(call => mistake.Of(call, Correct.Of) is not null) && !calls.Any(call => Exposure.Shows(mistake, call))).ToList();
        if (hidden.Count == 0) return null;
        Bilingual[] reasons = [.. Reasons(calls, own)];
        string english = string.Join(", ", reasons.Select(reason => reason.English));
        string spanish = string.Join(", ", reasons.Select(reason => reason.Spanish));
        return new(
            $"But {(calls.Count == 1 ? "this case" : "these cases")} cannot show {hidden.Count} of {known.Count} known mistakes" +
            $"{(english.Length > 0 ? $" ({english})" : "")}, for example: {hidden[0].English} Try the cases that exercises numpy writes.",
            $"Pero {(calls.Count == 1 ? "este caso no puede" : "estos casos no pueden")} mostrar {hidden.Count} de {known.Count} errores " +
            $"conocidos{(spanish.Length > 0 ? $" ({spanish})" : "")}, por ejemplo: {hidden[0].Spanish} " +
            "Probá con los casos que escribe exercises numpy.");
    }

    // What all calls have in common, and not all of the exercise's own.
    private static IEnumerable<Bilingual> Reasons(IReadOnlyList<Call> calls, IReadOnlyList<Call> own)
    {
        (Bilingual Text, Func<Call, bool> Holds)[] possible =
        [
            (new("all numbers are equal", "todos los números son iguales"), call => AllEqual(call)),
            (new("one image", "una sola imagen"), call => call.Input.shape[0] == 1),
            (new("one channel", "un solo canal"), call => call.Input.shape[1] == 1),
            (new("one filter", "un solo filtro"), call => call.Weight?.shape[0] == 1),
            (new("as many rows as columns", "tantas filas como columnas"), call => call.Input.shape[2] == call.Input.shape[3]),
            (new("stride 1", "stride 1"), call => call.Windows.Stride.H == 1),
            (new("pad 0", "pad 0"), call => call.Windows.Padding.H == 0),
            (new("mode max only", "solo mode max"), call => call.Operation is Operation.MaxForward or Operation.MaxBackward),
            (new("mode average only", "solo mode average"), call =>
                call.Operation is Operation.AverageForward or Operation.AverageBackward),
        ];
        return possible.Where(reason => calls.All(reason.Holds) && !own.All(reason.Holds)).Select(reason => reason.Text);
    }

    private static bool AllEqual(Call call) => call.Operation != Operation.Distribute &&
        new[] { call.Input, call.Weight, call.GradOutput }.All(tensor =>
            tensor is null || (tensor == tensor.reshape(-1)[0]).all().item<bool>());
}
