namespace Cnn.Reference.Sources;

/// <summary>
/// The text of the readable loops and of the exercise's functions, as they were compiled: the build embeds their files, so that what is
/// shown cannot drift from what runs.
/// </summary>
internal static class SourceCode
{
    /// <summary>The lines of a file.</summary>
    /// <param name="file">Its name, <c>LiteralConv2D.cs</c>.</param>
    /// <exception cref="ArgumentException">No such file is embedded.</exception>
    public static string[] File(string file)
    {
        using var stream = typeof(SourceCode).Assembly.GetManifestResourceStream($"sources/{file}")
            ?? throw new ArgumentException($"file = {file}: must be one that the build embeds.", nameof(file));
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd().ReplaceLineEndings("\n").TrimEnd('\n').Split('\n');
    }

    /// <summary>A method of a file, from its signature to its last brace, moved to the left margin.</summary>
    /// <param name="file">The file's name.</param>
    /// <param name="method">The method's name.</param>
    /// <exception cref="ArgumentException">There is no such file, or no such method in it.</exception>
    public static string[] Method(string file, string method)
    {
        string[] lines = File(file);
        int start = Array.FindIndex(lines, line => line.TrimStart().StartsWith("public ", StringComparison.Ordinal)
            && line.Contains($" {method}(", StringComparison.Ordinal));
        if (start < 0) throw new ArgumentException($"method = {method}: must be a public one of {file}.", nameof(method));
        int indent = lines[start].Length - lines[start].TrimStart().Length;
        int end = Array.FindIndex(lines, start, line => line == new string(' ', indent) + "}");
        return [.. lines[start..(end + 1)].Select(line => line.Length > indent ? line[indent..] : "")];
    }
}
