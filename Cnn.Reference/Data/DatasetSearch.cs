namespace Cnn.Reference.Data;

/// <summary>Finds the dataset that a folder holds: in itself, or, as archives unpack, in one folder below it.</summary>
internal static class DatasetSearch
{
    private const int Depth = 3;
    private const int MostFolders = 1000; // a folder with more below it is no dataset's
    private const int MostNamed = 6;
    private const string Nothing =
        "holds no dataset: neither IDX files (train-images-idx3-ubyte), nor CIFAR-10's batches (data_batch_1.bin), " +
        "nor a sub-folder of images for each class";

    /// <summary>Where the dataset lies, and of which kind it is.</summary>
    /// <exception cref="DatasetException">Nothing that can be read, or several things.</exception>
    public static (string Folder, DatasetKind Kind) Find(string directory)
    {
        if (IdxFolder.SplitAt(directory) is not null) return (directory, DatasetKind.Idx);
        int looked = 0;
        Found[] found = [.. Below(directory, Depth)];
        Found[] readable = [.. found.Where(one => one.Kind is not null)];
        if (readable is [var only]) return (only.Folder, only.Kind!.Value);
        if (readable.Length > 1)
            throw new DatasetException(directory, $"holds several datasets ({Names(directory, readable)}), and one must be named");
        if (found is [{ Fault: { } fault } first, ..]) throw new DatasetException(first.Folder, fault);
        string there = LeftOut.Of(directory).ToString();
        throw new DatasetException(directory, $"{Nothing}; {(there == "" ? "it is empty" : $"it holds {there}")}");

        IEnumerable<Found> Below(string folder, int depth)
        {
            var names = new FolderNames(folder);
            if (Here(folder, names) is { } here) return [here];
            if (depth == 0 || (looked += names.Folders.Length) > MostFolders) return [];
            return names.Folders.SelectMany(name => Below(Path.Combine(folder, name), depth - 1));
        }
    }

    /// <summary>What lies in the folder itself; null for nothing.</summary>
    private static Found? Here(string folder, FolderNames names) => (IdxFolder.HoldsNames(names), CifarFolder.HoldsNames(names)) switch
    {
        (true, true) => new(folder, null, "holds IDX files and CIFAR-10's batches, and each dataset needs a folder of its own"),
        (true, _) => new(folder, DatasetKind.Idx, null),
        (_, true) => new(folder, DatasetKind.Cifar, null),
        _ when CifarFolder.OtherForm(names) is { } form => new(folder, null, form),
        _ when ImageFolderLayout.IsAt(folder, names) => new(folder, DatasetKind.Images, null),
        _ => null,
    };

    private static string Names(string directory, Found[] several)
    {
        var names = several.Take(MostNamed).Select(one => $"'{Path.GetRelativePath(directory, one.Folder)}'");
        return string.Join(", ", several.Length > MostNamed ? names.Append("...") : names);
    }

    private sealed record Found(string Folder, DatasetKind? Kind, string? Fault);
}
