namespace Cnn.Reference.Data;

/// <summary>Loads training and test images from a folder of IDX files, each plain or gzipped (".gz").</summary>
public static class IdxFolder
{
    private const string EmnistPrefix = "emnist-";

    /// <summary>
    /// Loads the dataset whose files the folder holds: of MNIST's names, or of one EMNIST split. Names alone cannot tell
    /// MNIST from Fashion-MNIST, so the classes are then called "0" to "9"; a file "classes.txt" in the folder, one name a
    /// line, calls them something else.
    /// </summary>
    /// <param name="directory">The folder, or "folder/emnist-letters" for one of several splits in it.</param>
    /// <exception cref="DatasetException">The folder or one of its files is not as it should be.</exception>
    public static (ImageDataset Train, ImageDataset Test) Load(string directory)
    {
        (string folder, IdxLayout layout) = SplitAt(directory) ?? (directory, FindLayout(directory));
        IReadOnlyList<string>? names = ClassNamesFile.ReadIfPresent(Path.Combine(folder, "classes.txt"), layout.ClassNames.Count);
        return Load(folder, names is null ? layout : layout with { ClassNames = names });
    }

    /// <inheritdoc cref="Load(string)"/>
    /// <summary>Loads the dataset whose files are named as <paramref name="layout"/> says.</summary>
    public static (ImageDataset Train, ImageDataset Test) Load(string directory, IdxLayout layout)
    {
        DatasetFolder.Require(directory);
        ImageDataset train = LoadPart(directory, layout.TrainPrefix, layout);
        ImageDataset test = LoadPart(directory, layout.TestPrefix, layout);
        if ((train.Height, train.Width) != (test.Height, test.Width))
            throw new DatasetException(directory, $"holds training images of {train.Height} x {train.Width} pixels, but test images of {test.Height} x {test.Width}");
        return (train, test);
    }

    /// <summary>Whether any file in the folder is named as one of MNIST's or EMNIST's.</summary>
    internal static bool HoldsNames(string directory) =>
        IdxLayout.Emnist.Values.Prepend(IdxLayout.Mnist).Any(layout => HoldsAny(directory, layout));

    /// <summary>What "folder/emnist-letters" stands for; null if the path is a folder itself, or no files begin as it does.</summary>
    internal static (string Folder, IdxLayout Layout)? SplitAt(string path)
    {
        if (Directory.Exists(path)) return null;
        string folder = Path.GetDirectoryName(path) is { Length: > 0 } parent ? parent : ".", name = Path.GetFileName(path);
        foreach ((string split, IdxLayout layout) in IdxLayout.Emnist)
            if (name == EmnistPrefix + split && HoldsAny(folder, layout)) return (folder, layout);
        return null;
    }

    private static IdxLayout FindLayout(string directory)
    {
        DatasetFolder.Require(directory);
        string[] splits = [.. IdxLayout.Emnist.Keys.Where(split => HoldsAny(directory, IdxLayout.Emnist[split]))];
        return (HoldsAny(directory, IdxLayout.Mnist), splits) switch
        {
            (true, []) => IdxLayout.Mnist,
            (true, _) => throw new DatasetException(directory, $"holds MNIST's files beside EMNIST's ({string.Join(", ", splits)}), and each dataset needs a folder of its own"),
            (_, [var split]) => IdxLayout.Emnist[split],
            (_, []) => throw new DatasetException(directory, $"holds no IDX dataset: no file is named as {IdxLayout.ImagesName("train")}, or as {IdxLayout.ImagesName("emnist-letters-train")}, plain or .gz"),
            _ => throw new DatasetException(directory, $"holds several EMNIST splits ({string.Join(", ", splits)}), and one must be named, as in '{Path.Combine(directory, EmnistPrefix + splits[0])}'"),
        };
    }

    private static ImageDataset LoadPart(string directory, string prefix, IdxLayout layout)
    {
        IdxFile images = Find(directory, IdxLayout.ImagesName(prefix), rank: 3, "images (count, rows, columns)");
        IdxFile labels = Find(directory, IdxLayout.LabelsName(prefix), rank: 1, "labels (count)");

        int count = images.Dimensions[0];
        if (images.Data.Length == 0)
            throw new DatasetException(images.Path, $"holds no pixels: its size is {string.Join(" x ", images.Dimensions)}");
        if (labels.Data.Length != count)
            throw new DatasetException(labels.Path, $"holds {labels.Data.Length} labels, but '{images.Path}' holds {count} images");

        (int height, int width) = (images.Dimensions[1], images.Dimensions[2]);
        if (layout.Transposed)
        {
            TransposeEach(images.Data, height, width);
            (height, width) = (width, height);
        }
        return new ImageDataset(images.Data, ClassIndices(labels, layout), channels: 1, height, width, layout.ClassNames);
    }

    private static int[] ClassIndices(IdxFile labels, IdxLayout layout)
    {
        int lastLabel = layout.FirstLabel + layout.ClassNames.Count - 1;
        var indices = new int[labels.Data.Length];
        for (int n = 0; n < indices.Length; n++)
        {
            int label = labels.Data[n];
            if (label < layout.FirstLabel || label > lastLabel)
                throw new DatasetException(labels.Path, $"has the label {label} at index {n}, and labels run from {layout.FirstLabel} to {lastLabel}");
            indices[n] = label - layout.FirstLabel;
        }
        return indices;
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

    private static IdxFile Find(string directory, string name, int rank, string what)
    {
        string path = PlainOrGzipped(directory, name)
            ?? throw new DatasetException(Path.Combine(directory, name), "does not exist, plain or .gz");
        IdxFile file = IdxFile.Read(path);
        if (file.Dimensions.Count != rank)
            throw new DatasetException(path, $"has rank {file.Dimensions.Count} ({string.Join(" x ", file.Dimensions)}), and {what} have rank {rank}");
        return file;
    }

    private static bool HoldsAny(string directory, IdxLayout layout) =>
        new[] { layout.TrainPrefix, layout.TestPrefix }
            .SelectMany(prefix => new[] { IdxLayout.ImagesName(prefix), IdxLayout.LabelsName(prefix) })
            .Any(name => PlainOrGzipped(directory, name) is not null);

    /// <summary>Some archives unpack to "train-images.idx3-ubyte".</summary>
    private static string? PlainOrGzipped(string directory, string name) =>
        new[] { name, name + ".gz", name.Replace("-idx", ".idx"), name.Replace("-idx", ".idx") + ".gz" }
            .Select(candidate => Path.Combine(directory, candidate))
            .FirstOrDefault(File.Exists);
}
