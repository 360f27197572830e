using Cnn.Reference.Files;

namespace Cnn.Reference.Data;

/// <summary>
/// What lies in a folder, read once, in an order that no file system and no language has a say in. Hidden things are not
/// seen, nor what macOS adds to archives.
/// </summary>
internal sealed class FolderNames
{
    private static readonly EnumerationOptions Seen = new() { AttributesToSkip = FileAttributes.Hidden, IgnoreInaccessible = false };
    private readonly string directory;

    /// <exception cref="DatasetException">The folder is missing or unreadable.</exception>
    public FolderNames(string directory)
    {
        this.directory = directory;
        DatasetFolder.Require(directory);
        try
        {
            Folders = Sorted(Directory.EnumerateDirectories(directory, "*", Seen));
            Files = Sorted(Directory.EnumerateFiles(directory, "*", Seen));
        }
        catch (Exception e) when (FileFault.IsRefusal(e))
        {
            throw DatasetException.Refused(directory, e);
        }
    }

    /// <summary>The names of sub-folders.</summary>
    public string[] Folders { get; }

    /// <summary>The names of files.</summary>
    public string[] Files { get; }

    /// <summary>The path of the file or folder of this name; where there is none, of one that differs in capitals only.</summary>
    public string? Find(string name) => PathOf(Files, name) ?? PathOf(Folders, name);

    /// <summary>As <see cref="Find"/>, but of a file.</summary>
    public string? FindFile(string name) => PathOf(Files, name);

    /// <summary>As <see cref="Find"/>, but of a folder.</summary>
    public string? FindFolder(string name) => PathOf(Folders, name);

    private string? PathOf(string[] names, string wanted)
    {
        string? found = Array.Find(names, name => name == wanted)
            ?? Array.Find(names, name => string.Equals(name, wanted, StringComparison.OrdinalIgnoreCase));
        return found is null ? null : Path.Combine(directory, found);
    }

    private static string[] Sorted(IEnumerable<string> paths) =>
        [
            .. paths.Select(path => Path.GetFileName(path))
                .Where(name => !name.StartsWith('.') && name != "__MACOSX")
                .Order(StringComparer.Ordinal),
        ];
}
