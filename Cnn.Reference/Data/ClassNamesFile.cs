using Cnn.Reference.Files;

namespace Cnn.Reference.Data;

/// <summary>A text file of class names: one a line, in the order of the labels. Empty lines may follow the last.</summary>
internal static class ClassNamesFile
{
    /// <summary>The file's <paramref name="count"/> names, or null if there is none.</summary>
    /// <exception cref="DatasetException">The file is unreadable, or does not hold that many different names.</exception>
    /// <param name="path">Where it is; null if it is not there.</param>
    public static IReadOnlyList<string>? ReadIfPresent(string? path, int count)
    {
        if (path is null) return null;
        DatasetFolder.RequireFile(path);

        string[] names = ReadLines(path);
        if (names.Length != count)
            throw new DatasetException(path, $"holds {names.Length} class names, and there are {count} classes");
        for (int n = 0; n < count; n++)
        {
            if (names[n].Length == 0)
                throw new DatasetException(path, $"has no class name on line {n + 1}");
            if (names.AsSpan(0, n).Contains(names[n]))
                throw new DatasetException(path, $"has the class name '{names[n]}' twice");
        }
        return names;
    }

    private static string[] ReadLines(string path)
    {
        try
        {
            string[] lines = [.. File.ReadLines(path).Select(line => line.Trim())];
            return lines[..(Array.FindLastIndex(lines, line => line.Length > 0) + 1)];
        }
        catch (Exception e) when (FileFault.IsRefusal(e))
        {
            throw DatasetException.Refused(path, e);
        }
    }
}
