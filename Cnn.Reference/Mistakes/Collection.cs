namespace Cnn.Reference.Mistakes;

/// <summary>Every mistake that has a name.</summary>
internal static class Collection
{
    /// <summary>All of them, by subject. Of two that give the same, the first is named.</summary>
    public static readonly IReadOnlyList<Mistake> All =
    [
        .. WindowMistakes.All, .. SizeMistakes.All, .. PaddingMistakes.All, .. SumMistakes.All, .. GradientMistakes.All,
        .. PoolMistakes.All, .. IndexMistakes.All,
    ];

    /// <summary>Those that can be made in an operation.</summary>
    public static IReadOnlyList<Mistake> Of(Operation operation) => [.. All.Where(mistake => mistake.Where.Contains(operation))];

    /// <summary>One by its name; null where there is none.</summary>
    public static Mistake? Find(string id) => All.FirstOrDefault(mistake => mistake.Id == id);
}
