namespace Cnn.Reference.Loading;

/// <summary>A symbol version such as GLIBCXX_3.4.32: its kind, and its number, which can be compared.</summary>
internal sealed record SymbolVersion(string Kind, Version Number)
{
    /// <summary>What the C library and GNU's C++ library call theirs.</summary>
    public static readonly IReadOnlyList<string> Kinds = ["GLIBC", "GLIBCXX", "CXXABI"];

    /// <summary>Reads a name; null where it is of another kind, or has no number, as GLIBC_PRIVATE.</summary>
    public static SymbolVersion? Parse(string name)
    {
        if (name.Split('_', 2) is not [var kind, var number] || !Kinds.Contains(kind)) return null;
        return Version.TryParse(number.Contains('.') ? number : $"{number}.0", out var version) ? new(kind, version) : null;
    }

    /// <summary>The highest of a kind; null where there is none.</summary>
    public static SymbolVersion? Highest(IEnumerable<string> names, string kind) =>
        names.Select(Parse).Where(version => version?.Kind == kind).MaxBy(version => version!.Number);

    /// <inheritdoc/>
    public override string ToString() => $"{Kind}_{Number}";
}
