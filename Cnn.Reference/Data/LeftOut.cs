using System.Globalization;
using Cnn.Reference.Data.Pictures;
using Cnn.Reference.Printing;

namespace Cnn.Reference.Data;

/// <summary>Counts what is not read, by kind: pictures by their format, other files by the end of their name.</summary>
internal sealed class LeftOut
{
    private const int MostEndings = 3; // the others are counted together
    private readonly Dictionary<PictureKind, int> pictures = [];
    private readonly Dictionary<string, int> endings = [];
    private int folders;

    /// <summary>Counts a file.</summary>
    public void Add(string name, PictureKind kind)
    {
        if (kind == PictureKind.Unknown) Count(endings, Path.GetExtension(name).ToLower(CultureInfo.InvariantCulture));
        else Count(pictures, kind);
    }

    /// <summary>Counts sub-folders.</summary>
    public void AddFolders(int count) => folders += count;

    /// <summary>Everything that lies in a folder.</summary>
    public static LeftOut Of(string directory)
    {
        var (names, all) = (new FolderNames(directory), new LeftOut());
        foreach (string name in names.Files) all.Add(name, PictureSignature.OfFile(Path.Combine(directory, name)) ?? PictureKind.Unknown);
        all.AddFolders(names.Folders.Length);
        return all;
    }

    /// <summary>"3 HEIC images, 2 .txt files and 1 folder"; empty for nothing.</summary>
    public override string ToString()
    {
        var named = endings.Where(ending => ending.Key != "")
            .OrderByDescending(ending => ending.Value).ThenBy(ending => ending.Key, StringComparer.Ordinal)
            .Take(MostEndings).ToList();
        int others = endings.Values.Sum() - named.Sum(ending => ending.Value);
        string[] parts =
        [
            .. pictures.OrderByDescending(picture => picture.Value).ThenBy(picture => picture.Key)
                .Select(picture => Figures.Count(picture.Value, picture.Key.Noun())),
            .. named.Select(ending => Figures.Count(ending.Value, $"{ending.Key} file")),
            .. others > 0 ? [Figures.Count(others, "other file")] : Array.Empty<string>(),
            .. folders > 0 ? [Figures.Count(folders, "folder")] : Array.Empty<string>(),
        ];
        return parts.Length < 2 ? string.Concat(parts) : $"{string.Join(", ", parts[..^1])} and {parts[^1]}";
    }

    private static void Count<T>(Dictionary<T, int> counts, T what) where T : notnull => counts[what] = counts.GetValueOrDefault(what) + 1;
}
