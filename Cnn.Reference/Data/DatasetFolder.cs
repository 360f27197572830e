namespace Cnn.Reference.Data;

/// <summary>What all loaders ask of the folder they are given.</summary>
internal static class DatasetFolder
{
    public static void Require(string directory)
    {
        if (!Directory.Exists(directory))
            throw new DatasetException(directory, File.Exists(directory) ? "is a file, not a folder" : "does not exist");
    }

    /// <summary>Refuses a folder in a file's place, of which the operating system says no more than that access is denied.</summary>
    public static void RequireFile(string path)
    {
        if (Directory.Exists(path)) throw new DatasetException(path, "is a folder, not a file");
    }

    /// <summary>The folder's own name, however the path to it is written, and the way from there to where the dataset is.</summary>
    public static string NameOf(string directory, string dataset)
    {
        string name = new DirectoryInfo(directory).Name, below = Path.GetRelativePath(directory, dataset);
        return below == "." ? name : $"{name}/{below.Replace(Path.DirectorySeparatorChar, '/')}";
    }

    /// <summary>Pixels of one part are one array, whose length has a limit.</summary>
    /// <param name="part">"training" or "test".</param>
    public static void RequireRoom(string directory, string part, long count, int channels, int height, int width)
    {
        Int128 bytes = (Int128)count * channels * height * width;
        if (bytes > Array.MaxLength)
            throw new DatasetException(
                directory, $"holds {count} {part} images of {channels} x {height} x {width} = {bytes} bytes in all, which is more " +
                $"than an array can have ({Array.MaxLength})");
    }
}
