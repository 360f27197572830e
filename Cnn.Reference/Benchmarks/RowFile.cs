using Cnn.Reference.Cases;
using Cnn.Reference.Files;
using Cnn.Reference.Oracle;

namespace Cnn.Reference.Benchmarks;

/// <summary>A text file of rows: a name, the word tiny where it is, then a case as check writes it; what follows # is a comment.</summary>
internal static class RowFile
{
    private const string Rule = "a row is a name and a case, such as \"first conv n2 c6 h9 w12 o8 k3\"";

    /// <summary>The rows that come with the program.</summary>
    public static IReadOnlyList<BenchmarkRow> BuiltIn() => Resource("rows.txt");

    /// <summary>Rows with images so large that anything kept for each pixel shows in the memory.</summary>
    public static IReadOnlyList<BenchmarkRow> Large() => Resource("memory-rows.txt");

    /// <summary>The rows of a user's file.</summary>
    /// <exception cref="UsageException">The file cannot be read, or a line of it; the sentence names file and line.</exception>
    public static IReadOnlyList<BenchmarkRow> Read(FileInfo file)
    {
        try
        {
            using var reader = file.OpenText();
            var rows = Read(reader, file.ToString());
            return rows.Count > 0 ? rows : throw new UsageException($"{file}: holds no row; {Rule}.");
        }
        catch (Exception exception) when (FileFault.IsRefusal(exception))
        {
            throw new UsageException($"--rows {file}: cannot be read: {FileFault.Reason(file.FullName, exception, writes: false)}.");
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
            string[] words = text.Split((char[])[' ', '\t'], StringSplitOptions.RemoveEmptyEntries);
            UsageException Wrong(string what) => new($"{source}, line {number}: {what}.");
            if (HasNoName(words)) throw Wrong($"\"{text}\": the name is missing; {Rule}");
            bool tiny = words.Length > 1 && words[1] == BenchmarkRow.Tiny;
            string name = words[0], line = string.Join(' ', words[(tiny ? 2 : 1)..]);
            if (line.Length == 0) throw Wrong($"\"{text}\": the case is missing; {Rule}");
            if (rows.Any(row => row.Name == name)) throw Wrong($"\"{name}\": the name of an earlier row");
            try
            {
                var @case = CaseWords.Parse(line);
                if (KnownFaults.ReasonToSkip(@case) is { } fault) throw Wrong(fault);
                if (!@case.IsReal) throw Wrong($"\"{line}\": bench takes floating-point types only");
                string[] missing = [.. Needed(@case.Kind).Where(word => !HasSize(line, word.Letter)).Select(word => word.Words)];
                if (missing.Length > 0) throw Wrong($"\"{line}\": {string.Join(", ", missing)} must be said; {Rule}");
                rows.Add(new(name, @case, tiny));
            }
            catch (FormatException exception)
            {
                throw Wrong(exception.Message.TrimEnd('.'));
            }
        }
        return rows;
    }

    // What a time depends on most: nobody means the defaults of check, which are small.
    private static (char Letter, string Words)[] Needed(LayerKind kind) =>
    [
        ('h', "the height (h)"), ('w', "the width (w)"),
        .. kind == LayerKind.Conv ? [('o', "the filters (o)")] : Array.Empty<(char, string)>(),
        .. kind == LayerKind.Adaptive ? Array.Empty<(char, string)>() : [('k', "the kernel (k)")],
    ];

    private static bool HasSize(string line, char letter) =>
        line.Split(' ').Any(word => word.Length > 1 && word[0] == letter && char.IsAsciiDigit(word[1]));

    // A row may be called conv: then a case follows all the same.
    private static bool HasNoName(string[] words) =>
        BeginsCase(words[0]) && !(words.Length > 1 && (BeginsCase(words[1]) || words[1] == BenchmarkRow.Tiny));

    private static bool BeginsCase(string word) =>
        Enum.GetNames<LayerKind>().Select(kind => kind.ToLowerInvariant()).Contains(word);

    private static IReadOnlyList<BenchmarkRow> Resource(string name)
    {
        using var reader = new StreamReader(typeof(RowFile).Assembly.GetManifestResourceStream($"benchmarks/{name}")!);
        return Read(reader, name);
    }
}
