namespace Cnn.Reference.Data;

/// <summary>Loads training and test images from a folder of IDX files, each plain or gzipped (".gz").</summary>
public static class IdxFolder
{
    private const string EmnistPrefix = "emnist-";

    /// <summary>
    /// Loads the dataset whose files the folder holds: of MNIST's names, or of one EMNIST split. Names alone cannot tell
    /// MNIST from Fashion-MNIST, so the classes are then called by their labels; a file "classes.txt" in the folder, one
    /// name a line, calls them something else.
    /// </summary>
    /// <param name="directory">The folder, or "folder/emnist-letters" for one of several splits in it.</param>
    /// <exception cref="DatasetException">The folder or one of its files is not as it should be.</exception>
    public static (ImageDataset Train, ImageDataset Test) Load(string directory)
    {
        (string folder, IdxLayout layout) = SplitAt(directory) ?? (directory, FindLayout(directory));
        return Load(new FolderNames(folder), folder, layout, "classes.txt");
    }

    /// <inheritdoc cref="Load(string)"/>
    /// <summary>Loads the dataset whose files are named as <paramref name="layout"/> says.</summary>
    public static (ImageDataset Train, ImageDataset Test) Load(string directory, IdxLayout layout)
    {
        ArgumentNullException.ThrowIfNull(layout);
        return Load(new FolderNames(directory), directory, layout, namesFile: null);
    }

    /// <summary>Whether any file in the folder is named as one of MNIST's or EMNIST's.</summary>
    internal static bool HoldsNames(FolderNames names) =>
        IdxLayout.Emnist.Values.Prepend(IdxLayout.Mnist).Any(layout => HoldsAny(names, layout));

    /// <summary>What "folder/emnist-letters" stands for; null if the path is a folder itself, or no files begin as it does.</summary>
    internal static (string Folder, IdxLayout Layout)? SplitAt(string path)
    {
        if (Directory.Exists(path)) return null;
        string folder = Path.GetDirectoryName(path) is { Length: > 0 } parent ? parent : ".", name = Path.GetFileName(path);
        foreach ((string split, IdxLayout layout) in IdxLayout.Emnist)
            if (name == EmnistPrefix + split && Directory.Exists(folder) && HoldsAny(new FolderNames(folder), layout))
                return (folder, layout);
        return null;
    }

    private static IdxLayout FindLayout(string directory)
    {
        var names = new FolderNames(directory);
        string[] splits = [.. IdxLayout.Emnist.Keys.Where(split => HoldsAny(names, IdxLayout.Emnist[split]))];
        return (HoldsAny(names, IdxLayout.Mnist), splits) switch
        {
            (true, []) => IdxLayout.Mnist,
            (true, _) => throw new DatasetException(directory,
                $"holds MNIST's files beside EMNIST's ({string.Join(", ", splits)}), and each dataset needs a folder of its own"),
            (_, [var split]) => IdxLayout.Emnist[split],
            (_, []) => throw new DatasetException(
                directory, $"holds no IDX dataset: no file is named as {IdxLayout.ImagesName("train")}, or as " +
                $"{IdxLayout.ImagesName("emnist-letters-train")}, plain or .gz"),
            _ => throw new DatasetException(
                directory, $"holds several EMNIST splits ({string.Join(", ", splits)}), and one must be named, as in " +
                $"'{Path.Combine(directory, EmnistPrefix + splits[0])}'"),
        };
    }

    /// <param name="namesFile">The file that may name the classes; null for none.</param>
    private static (ImageDataset Train, ImageDataset Test) Load(FolderNames names, string directory, IdxLayout layout, string? namesFile)
    {
        Part train = ReadPart(names, directory, layout.TrainPrefix), test = ReadPart(names, directory, layout.TestPrefix);
        if ((train.Height, train.Width) != (test.Height, test.Width))
            throw new DatasetException(directory,
                $"holds training images of {train.Height} x {train.Width} pixels, but test images of {test.Height} x {test.Width}");

        int lastLabel = layout.FirstLabel + (layout.ClassNames?.Count ?? byte.MaxValue + 1) - 1;
        RequireLabels(train, layout.FirstLabel, lastLabel, "labels");
        int last = train.Labels.Data.Max();
        RequireLabels(test, layout.FirstLabel, lastLabel, "labels");
        RequireLabels(test, layout.FirstLabel, last, "those of the training images");
        // As many classes as the training images have: of a part of a dataset, there are fewer than of the whole.
        int count = last - layout.FirstLabel + 1;
        IReadOnlyList<string> classes = (namesFile is null ? null : ClassNamesFile.ReadIfPresent(names.Find(namesFile), count))
            ?? [.. layout.ClassNames?.Take(count) ?? Enumerable.Range(0, count).Select(label => $"{label}")];
        return (DatasetOf(train, layout, classes), DatasetOf(test, layout, classes));
    }

    private static Part ReadPart(FolderNames names, string directory, string prefix)
    {
        IdxFile images = Find(names, directory, IdxLayout.ImagesName(prefix), rank: 3, "images (count, rows, columns)");
        IdxFile labels = Find(names, directory, IdxLayout.LabelsName(prefix), rank: 1, "labels (count)");

        int count = images.Dimensions[0];
        if (images.Data.Length == 0)
            throw new DatasetException(images.Path, $"holds no pixels: its size is {string.Join(" x ", images.Dimensions)}");
        if (labels.Data.Length != count)
            throw new DatasetException(labels.Path, $"holds {labels.Data.Length} labels, but '{images.Path}' holds {count} images");
        return new Part(images, labels);
    }

    private static void RequireLabels(Part part, int first, int last, string which)
    {
        byte[] labels = part.Labels.Data;
        int wrong = Array.FindIndex(labels, label => label < first || label > last);
        if (wrong >= 0)
            throw new DatasetException(
                part.Labels.Path, $"has the label {labels[wrong]} at index {wrong}, and {which} run from {first} to {last}");
    }

    private static ImageDataset DatasetOf(Part part, IdxLayout layout, IReadOnlyList<string> classes)
    {
        (int height, int width) = (part.Height, part.Width);
        if (layout.Transposed)
        {
            TransposeEach(part.Images.Data, height, width);
            (height, width) = (width, height);
        }
        int[] labels = [.. part.Labels.Data.Select(label => label - layout.FirstLabel)];
        return new ImageDataset(part.Images.Data, labels, channels: 1, height, width, classes);
    }

    /// <summary>Mirrors every image about its diagonal, where it lies: (rows, columns) becomes (columns, rows).</summary>
    private static void TransposeEach(byte[] pixels, int rows, int columns)
    {
        var stored = new byte[rows * columns];
        for (int start = 0; start < pixels.Length; start += stored.Length)
        {
            Span<byte> image = pixels.AsSpan(start, stored.Length);
            image.CopyTo(stored);
            for (int row = 0; row < rows; row++)
                for (int column = 0; column < columns; column++)
                    image[column * rows + row] = stored[row * columns + column];
        }
    }

    private static IdxFile Find(FolderNames names, string directory, string name, int rank, string what)
    {
        string path = PlainOrGzipped(names, name)
            ?? throw new DatasetException(Path.Combine(directory, name), "does not exist, plain or .gz");
        IdxFile file = IdxFile.Read(path);
        if (file.Dimensions.Count != rank)
            throw new DatasetException(
                path, $"has rank {file.Dimensions.Count} ({string.Join(" x ", file.Dimensions)}), and {what} have rank {rank}");
        return file;
    }

    private static bool HoldsAny(FolderNames names, IdxLayout layout) =>
        new[] { layout.TrainPrefix, layout.TestPrefix }
            .SelectMany(prefix => new[] { IdxLayout.ImagesName(prefix), IdxLayout.LabelsName(prefix) })
            .Any(name => PlainOrGzipped(names, name) is not null);

    /// <summary>Some archives unpack to "train-images.idx3-ubyte", and some to a folder for each file.</summary>
    private static string? PlainOrGzipped(FolderNames names, string name)
    {
        string dotted = name.Replace("-idx", ".idx");
        string[] candidates = [name, $"{name}.gz", dotted, $"{dotted}.gz"];
        IEnumerable<string> folders = candidates.Select(names.FindFolder).OfType<string>();
        return FileIn(names) ?? folders.Select(folder => FileIn(new FolderNames(folder))).FirstOrDefault(file => file is not null);

        string? FileIn(FolderNames there) => candidates.Select(there.FindFile).FirstOrDefault(file => file is not null);
    }

    private sealed record Part(IdxFile Images, IdxFile Labels)
    {
        public int Height => Images.Dimensions[1];

        public int Width => Images.Dimensions[2];
    }
}
