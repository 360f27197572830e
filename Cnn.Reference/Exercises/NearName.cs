namespace Cnn.Reference.Exercises;

/// <summary>Finds a name that was meant to be another one.</summary>
internal static class NearName
{
    /// <summary>Letters that a slip changes: two of them, where they change places.</summary>
    public const int Slips = 2;

    private const int ShortName = 3; // of which one letter more is another name: dA, dW

    /// <summary>The nearest of some names; null where none is near.</summary>
    /// <param name="name">What is wanted.</param>
    /// <param name="others">What is there.</param>
    /// <param name="most">How many letters may be other ones; unless given, none of a short name.</param>
    public static string? Of(string name, IEnumerable<string> others, int? most = null)
    {
        int slips = Math.Min(most ?? (name.Length <= ShortName ? 0 : Slips), name.Length - 1);
        return others.Select(other => (Name: other, Steps: Steps(Plain(name), Plain(other)))).Where(each => each.Steps <= slips)
            .OrderBy(each => each.Steps).Select(each => each.Name).FirstOrDefault();
    }

    private static string Plain(string name) => name.Replace("_", "", StringComparison.Ordinal).ToLowerInvariant();

    // Letters that are put in, left out or replaced (V. I. Levenshtein, 1966), row by row of the table.
    private static int Steps(string from, string to)
    {
        int[] row = [.. Enumerable.Range(0, to.Length + 1)];
        for (int i = 0; i < from.Length; i++)
        {
            (int diagonal, row[0]) = (row[0], i + 1);
            for (int j = 0; j < to.Length; j++)
            {
                int replaced = diagonal + (from[i] == to[j] ? 0 : 1);
                diagonal = row[j + 1];
                row[j + 1] = Math.Min(replaced, 1 + Math.Min(row[j], row[j + 1]));
            }
        }
        return row[^1];
    }
}
