namespace Cnn.Reference.Cases;

/// <summary>The case files of the project: smoke (one of each kind), ci (every option and corner), regression (every bug that was
/// fixed).</summary>
internal static class Corpus
{
    /// <summary>The names of the files.</summary>
    public static IReadOnlyList<string> Names { get; } = ["smoke", "ci", "regression"];

    /// <summary>The cases of one file, in its order.</summary>
    public static IEnumerable<Case> Read(string name)
    {
        using var stream = typeof(Corpus).Assembly.GetManifestResourceStream($"corpus/{name}.txt")
            ?? throw new ArgumentException($"name = {name}: must be {string.Join(", ", Names)}.", nameof(name));
        using var reader = new StreamReader(stream);
        foreach (var (_, text) in CaseLines.Read(reader)) yield return CaseWords.Parse(text);
    }

    /// <summary>The cases of every file, each once.</summary>
    public static IEnumerable<Case> All() => Names.SelectMany(Read).Distinct();
}
