using Cnn.Reference.Cases;
using Cnn.Reference.Commands;
using Cnn.Reference.Oracle;

namespace Cnn.Reference.Benchmarks;

/// <summary>A text file of rows: a name, then a case as check writes it; what follows # is a comment.</summary>
internal static class RowFile
{
    /// <summary>The rows that come with the program.</summary>
    public static IReadOnlyList<BenchmarkRow> BuiltIn() => Resource("rows.txt");

    /// <summary>Rows with images so large that anything kept for each pixel shows in the memory.</summary>
    public static IReadOnlyList<BenchmarkRow> Large() => Resource("memory-rows.txt");

    /// <summary>The rows of a user's file.</summary>
    /// <exception cref="UsageException">The file cannot be read, or a line of it; the sentence names file and line.</exception>
    public static IReadOnlyList<BenchmarkRow> Read(FileInfo file)
    {
        if (Directory.Exists(file.FullName)) throw new UsageException($"--rows {file}: is a folder, not a file.");
        try
        {
            using var reader = file.OpenText();
            var rows = Read(reader, file.ToString());
            return rows.Count > 0 ? rows : throw new UsageException($"{file}: holds no row such as \"first conv n2 c6 h9 w12 o8 k3\".");
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new UsageException($"--rows {file}: cannot be read: {exception.Message}");
        }
    }

    /// <summary>The rows of a text.</summary>
    /// <param name="reader">The text.</param>
    /// <param name="source">What to call it in a message.</param>
    /// <exception cref="UsageException">A line means nothing; the sentence names it.</exception>
    public static IReadOnlyList<BenchmarkRow> Read(TextReader reader, string source)
    {
        var rows = new List<BenchmarkRow>();
        foreach (var (number, text) in CaseLines.Read(reader))
        {
            string[] parts = text.Split((char[])[' ', '\t'], 2, StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
            UsageException Wrong(string what) => new($"{source}, line {number}: {what}.");
            if (parts.Length < 2) throw Wrong($"\"{text}\": must be a name and a case, such as \"first conv n2 c6 h9 w12 o8 k3\"");
            if (rows.Any(row => row.Name == parts[0])) throw Wrong($"\"{parts[0]}\": the name of an earlier row");
            try
            {
                var @case = CaseWords.Parse(parts[1].Replace('\t', ' '));
                if (KnownFaults.ReasonToSkip(@case) is { } fault) throw Wrong(fault);
                if (!@case.IsReal) throw Wrong($"\"{parts[1]}\": bench takes floating-point types only");
                rows.Add(new(parts[0], @case));
            }
            catch (FormatException exception)
            {
                throw Wrong(exception.Message.TrimEnd('.'));
            }
        }
        return rows;
    }

    private static IReadOnlyList<BenchmarkRow> Resource(string name)
    {
        using var reader = new StreamReader(typeof(RowFile).Assembly.GetManifestResourceStream($"benchmarks/{name}")!);
        return Read(reader, name);
    }
}
