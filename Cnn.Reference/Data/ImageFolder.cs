using System.Text;
using Cnn.Reference.Printing;

namespace Cnn.Reference.Data;

/// <summary>A file that was left out, and why: "is empty".</summary>
public sealed record SkippedImage(string Path, string Reason);

/// <param name="Skipped">The damaged files, by class and name; none unless skipping them was asked for.</param>
public sealed record ImageFolderResult(ImageDataset Train, ImageDataset Test, IReadOnlyList<SkippedImage> Skipped);

/// <summary>
/// Loads PNG and JPEG files that lie in one sub-folder a class, whose name is the class'. Other files, hidden files and
/// folders, and folders within a class' folder are passed over.
/// </summary>
public static class ImageFolder
{
    private const int DefaultSide = 64;
    private const double DefaultTestShare = 0.2;
    private static readonly string[] Extensions = [".png", ".jpg", ".jpeg"];
    private static readonly EnumerationOptions Seen = new() { AttributesToSkip = FileAttributes.Hidden, IgnoreInaccessible = false };

    /// <summary>
    /// Loads the folder. Each class is split into training and test images by a hash of "class/file", so the split depends
    /// on the names alone. Both parts are in the order of that hash, which mixes the classes. The pixels are decoded
    /// straight into the two final arrays, on all processors.
    /// </summary>
    /// <exception cref="DatasetException">The folder or one of its files is not as it should be.</exception>
    /// <exception cref="ArgumentOutOfRangeException">An option makes no sense.</exception>
    /// <exception cref="OperationCanceledException">The user has stopped it.</exception>
    public static ImageFolderResult Load(string directory, ImageFolderOptions options, CancellationToken cancel = default)
    {
        options.Validate();
        DatasetFolder.Require(directory);
        string[] classes = FindClasses(directory);
        List<LabelledFile> files = FindFiles(directory, classes);
        List<SkippedImage> skipped = Inspect(files, options.SkipBad, cancel);
        (List<LabelledFile> train, List<LabelledFile> test) = Split(directory, classes, files, options.TestShare ?? DefaultTestShare);

        Shape shape = ChooseShape(files, options);
        DatasetFolder.RequireRoom(directory, "training", train.Count, shape.Channels, shape.Height, shape.Width);
        DatasetFolder.RequireRoom(directory, "test", test.Count, shape.Channels, shape.Height, shape.Width);
        return new ImageFolderResult(LoadPart(train, shape, classes, cancel), LoadPart(test, shape, classes, cancel), skipped);
    }

    /// <summary>Whether the folder has sub-folders that could be classes.</summary>
    internal static bool HoldsClasses(string directory) => SeenNames(directory, Directory.EnumerateDirectories).Length > 0;

    private static string[] FindClasses(string directory)
    {
        string[] classes = SeenNames(directory, Directory.EnumerateDirectories);
        return classes.Length switch
        {
            0 => throw new DatasetException(directory, "holds no sub-folders, and each class needs one"),
            1 => throw new DatasetException(directory, $"has one class only ('{classes[0]}'), and at least two are needed"),
            _ => classes,
        };
    }

    private static List<LabelledFile> FindFiles(string directory, string[] classes)
    {
        var files = new List<LabelledFile>();
        for (int label = 0; label < classes.Length; label++)
        {
            string folder = Path.Combine(directory, classes[label]);
            foreach (string name in SeenNames(folder, Directory.EnumerateFiles))
                if (Extensions.Contains(Path.GetExtension(name), StringComparer.OrdinalIgnoreCase))
                    files.Add(new LabelledFile(Path.Combine(folder, name), label, Hash: Fnv1a($"{classes[label]}/{name}")));
        }
        if (files.Count == 0)
            throw new DatasetException(directory, "holds no images: no .png, .jpg or .jpeg file lies directly in one of its sub-folders");
        return files;
    }

    /// <summary>Gives each file its header and, if the bad are to be skipped, takes those from the list and returns them.</summary>
    private static List<SkippedImage> Inspect(List<LabelledFile> files, bool skipBad, CancellationToken cancel)
    {
        var headers = new ImageFile.Header[files.Count];
        DatasetException?[] faults = ForEach(files, skipBad, cancel, n =>
            headers[n] = skipBad ? ImageFile.ReadHeaderAndCheckPixels(files[n].Path) : ImageFile.ReadHeader(files[n].Path));

        LabelledFile[] readable = [.. files.Select((file, n) => file with { Header = headers[n] }).Where((_, n) => faults[n] is null)];
        files.Clear();
        files.AddRange(readable);
        return [.. faults.OfType<DatasetException>().Select(fault => new SkippedImage(fault.Path, fault.Fault))];
    }

    private static (List<LabelledFile> Train, List<LabelledFile> Test) Split(string directory, string[] classes, List<LabelledFile> files, double testShare)
    {
        var counts = new int[classes.Length];
        foreach (LabelledFile file in files) counts[file.Label]++;
        for (int label = 0; label < classes.Length; label++)
            if (counts[label] < 2)
                throw new DatasetException(Path.Combine(directory, classes[label]), $"holds {Figures.Count(counts[label], "readable image")}, and a class needs at least 2: one to train on and one to test on");

        int[] wanted = [.. counts.Select(count => Math.Clamp((int)Math.Round(testShare * count, MidpointRounding.AwayFromZero), 1, count - 1))];
        var (train, test) = (new List<LabelledFile>(), new List<LabelledFile>());
        // The order is stable: should two hashes be the same, the names decide.
        foreach (LabelledFile file in files.OrderBy(file => file.Hash))
            (wanted[file.Label]-- > 0 ? test : train).Add(file);
        return (train, test);
    }

    private static Shape ChooseShape(List<LabelledFile> files, ImageFolderOptions options)
    {
        ImageFile.Header first = files[0].Header;
        bool sameSize = files.All(file => (file.Header.Height, file.Header.Width) == (first.Height, first.Width));
        (int height, int width) = (options.Height, options.Width) switch
        {
            (null, null) => sameSize ? (first.Height, first.Width) : (DefaultSide, DefaultSide),
            (int h, null) => (h, h),
            (null, int w) => (w, w),
            (int h, int w) => (h, w),
        };
        return new Shape(options.Channels ?? (files.All(file => file.Header.Grey) ? 1 : 3), height, width);
    }

    private static ImageDataset LoadPart(List<LabelledFile> files, Shape shape, string[] classes, CancellationToken cancel)
    {
        int imageSize = shape.Channels * shape.Height * shape.Width;
        var pixels = new byte[files.Count * imageSize];
        ForEach(files, skipBad: false, cancel, n =>
            ImageFile.ReadPixels(files[n].Path, pixels.AsSpan(n * imageSize, imageSize), shape.Channels, shape.Height, shape.Width));
        return new ImageDataset(pixels, [.. files.Select(file => file.Label)], shape.Channels, shape.Height, shape.Width, classes);
    }

    /// <summary>
    /// Runs <paramref name="read"/> for each file on all processors, and gives each file's fault or null. If the bad are not
    /// skipped, the fault of the first bad file is thrown: the files before it are all read still when one is found.
    /// </summary>
    private static DatasetException?[] ForEach(List<LabelledFile> files, bool skipBad, CancellationToken cancel, Action<int> read)
    {
        var faults = new DatasetException?[files.Count];
        // Unless told, more threads join while the first are busy, and each holds an image as large as it is stored.
        var options = new ParallelOptions { CancellationToken = cancel, MaxDegreeOfParallelism = Environment.ProcessorCount };
        Parallel.For(0, files.Count, options, (n, loop) =>
        {
            try
            {
                read(n);
            }
            catch (DatasetException fault)
            {
                faults[n] = fault;
                if (!skipBad) loop.Break();
            }
        });
        if (!skipBad && faults.FirstOrDefault(fault => fault is not null) is { } first)
            throw new DatasetException(first.Path, $"{first.Fault}; --skip-bad leaves such files out", first);
        return faults;
    }

    /// <summary>The names of what is not hidden, in an order that no file system and no language has a say in.</summary>
    private static string[] SeenNames(string directory, Func<string, string, EnumerationOptions, IEnumerable<string>> enumerate)
    {
        try
        {
            return [.. enumerate(directory, "*", Seen).Select(path => Path.GetFileName(path)).Where(name => !name.StartsWith('.')).Order(StringComparer.Ordinal)];
        }
        catch (Exception e) when (DatasetException.IsRefusal(e))
        {
            throw DatasetException.Refused(directory, e);
        }
    }

    /// <summary>FNV-1a in 64 bits. String's own hash code differs from one run to the next.</summary>
    private static ulong Fnv1a(string text)
    {
        ulong hash = 14695981039346656037;
        foreach (byte value in Encoding.UTF8.GetBytes(text))
            hash = (hash ^ value) * 1099511628211;
        return hash;
    }

    private sealed record LabelledFile(string Path, int Label, ulong Hash, ImageFile.Header Header = default);

    private readonly record struct Shape(int Channels, int Height, int Width);
}
