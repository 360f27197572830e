using Cnn.Reference.Mistakes;

namespace Cnn.Reference.Exercises;

/// <summary>Calls of one operation, in which mistakes are made and looked for together.</summary>
/// <param name="Name">Whose they are: an exercise's, or the layers'.</param>
/// <param name="Calls">Draws them: the same ones each time. The tensors are those of the caller's scope.</param>
/// <param name="Larger">
/// Draws as many others, larger ones: what is the same in both is the same function, as far as such settings can tell.
/// </param>
internal sealed record CallGroup(string Name, Func<IReadOnlyList<Call>> Calls, Func<IReadOnlyList<Call>> Larger)
{
    /// <summary>Those of the eight exercises, then those of the layers.</summary>
    public static IReadOnlyList<CallGroup> All() => [.. OfExercises(), .. OfLayers()];

    private static IEnumerable<CallGroup> OfExercises() =>
        from exercise in ExerciseTable.All
        from cases in exercise.Cases.GroupBy(@case => @case.Operation)
        let isOnly = exercise.Cases.All(@case => @case.Operation == cases.Key)
        select new CallGroup(
            isOnly ? $"{exercise}" : $"{exercise}, {cases.Key}",
            () => [.. cases.Select(@case => @case.ToCall())], () => [.. cases.Select(@case => @case.Larger().ToCall())]);

    private static IEnumerable<CallGroup> OfLayers() =>
        from operation in Enum.GetValues<Operation>()
        where LayerCalls.CasesOf(operation).Count > 0
        select new CallGroup(
            $"layers, {operation}", () => LayerCalls.Of(operation), () => LayerCalls.Of(operation, LayerCalls.LargerThan));
}
