using System.Text;
using Cnn.Reference.Data.Pictures;
using Cnn.Reference.Printing;

namespace Cnn.Reference.Data;

/// <summary>A file that was left out, and why.</summary>
/// <param name="Path">The file.</param>
/// <param name="Reason">The rest of the sentence, without its full stop: "is empty".</param>
public sealed record SkippedImage(string Path, string Reason);

/// <summary>The images of a folder.</summary>
/// <param name="Train">The images to train on.</param>
/// <param name="Test">The images to test on.</param>
/// <param name="Skipped">The damaged files, by class and name; none unless skipping them was asked for.</param>
public sealed record ImageFolderResult(ImageDataset Train, ImageDataset Test, IReadOnlyList<SkippedImage> Skipped)
{
    /// <summary>What is no image that is read, by kind and count; null for nothing.</summary>
    public string? LeftOut { get; init; }
}

/// <summary>
/// Loads image files that lie in one sub-folder a class, whose name is the class'; or in two such folders, one to train on
/// and one to test on. Other files, and folders within a class' folder, are left out and counted; what is hidden is not seen.
/// </summary>
public static class ImageFolder
{
    private const int DefaultSide = 64;
    private const double DefaultTestShare = 0.2;
    private const int MostLookedAt = 100; // to see that a folder holds images

    /// <summary>
    /// Loads the folder. Unless it has both parts, each class is split into training and test images by a hash of
    /// "class/file", so the split depends on the names alone. Both parts are in the order of that hash, which mixes the
    /// classes. The pixels are decoded straight into the two final arrays, on all processors.
    /// </summary>
    /// <exception cref="DatasetException">The folder or one of its files is not as it should be.</exception>
    /// <exception cref="ArgumentOutOfRangeException">An option makes no sense.</exception>
    /// <exception cref="OperationCanceledException">The user has stopped it.</exception>
    public static ImageFolderResult Load(string directory, ImageFolderOptions options, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        var layout = ImageFolderLayout.Of(directory);
        if (layout.Test is not null && options.TestShare is not null)
        {
            string part = Path.GetFileName(layout.Test);
            throw new DatasetException(directory, $"has test images of its own, in '{part}', and --test-share has nothing to divide");
        }
        string[] classes = FindClasses(layout.Train);
        if (layout.Test is not null && new FolderNames(layout.Test).Folders.Except(classes).FirstOrDefault() is { } other)
            throw new DatasetException(Path.Combine(layout.Test, other), "is a class that the training images do not have");

        var leftOut = new LeftOut();
        List<LabelledFile> files = FindFiles(layout, classes, leftOut);
        List<SkippedImage> skipped = Inspect(files, leftOut, options.SkipBad, cancel);
        string? sentence = layout.Describe(leftOut);
        if (files.Count + skipped.Count == 0)
            throw TooFew(directory, $"holds no images: no {PictureKinds.ReadAny} lies directly in one of its sub-folders", sentence);
        (List<LabelledFile> train, List<LabelledFile> test) = layout.Test is null
            ? Split(layout.Train, classes, files, options.TestShare ?? DefaultTestShare, sentence)
            : Divide(layout.Train, layout.Test, classes, files, sentence);

        Shape shape = ChooseShape(files, options);
        DatasetFolder.RequireRoom(directory, "training", train.Count, shape.Channels, shape.Height, shape.Width);
        DatasetFolder.RequireRoom(directory, "test", test.Count, shape.Channels, shape.Height, shape.Width);
        (ImageDataset trainImages, ImageDataset testImages) =
            (LoadPart(train, shape, classes, cancel), LoadPart(test, shape, classes, cancel));
        return new ImageFolderResult(trainImages, testImages, skipped) { LeftOut = sentence };
    }

    /// <summary>Whether images lie directly in the folder, even of formats that are not read. One that cannot be read holds none.</summary>
    internal static bool HoldsImages(string directory)
    {
        try
        {
            return new FolderNames(directory).Files.Take(MostLookedAt).Any(name =>
                PictureSignature.IsNameOfPicture(name)
                    || PictureSignature.OfFile(Path.Combine(directory, name)) is not (null or PictureKind.Unknown));
        }
        catch (DatasetException)
        {
            return false; // such as lost+found
        }
    }

    private static string[] FindClasses(string directory)
    {
        string[] classes = new FolderNames(directory).Folders;
        return classes.Length switch
        {
            0 => throw new DatasetException(directory, "holds no sub-folders, and each class needs one"),
            1 => throw new DatasetException(directory, $"has one class only ('{classes[0]}'), and at least two are needed"),
            _ => classes,
        };
    }

    private static List<LabelledFile> FindFiles(ImageFolderLayout layout, string[] classes, LeftOut leftOut)
    {
        var files = new List<LabelledFile>();
        foreach (string part in new[] { layout.Train, layout.Test }.OfType<string>())
            for (int label = 0; label < classes.Length; label++)
            {
                string folder = Path.Combine(part, classes[label]);
                if (part == layout.Test && !Directory.Exists(folder)) continue; // a class need not be tested
                var names = new FolderNames(folder);
                leftOut.AddFolders(names.Folders.Length);
                foreach (string name in names.Files)
                    files.Add(new LabelledFile(Path.Combine(folder, name), label, part == layout.Test, Fnv1a($"{classes[label]}/{name}")));
            }
        return files;
    }

    /// <summary>
    /// Gives each image its header. Takes from the list what is none, and counts it; and, if the bad are to be skipped, takes
    /// those too and returns them.
    /// </summary>
    private static List<SkippedImage> Inspect(List<LabelledFile> files, LeftOut leftOut, bool skipBad, CancellationToken cancel)
    {
        var headers = new ImageFile.Header[files.Count];
        var others = new PictureKind?[files.Count];
        DatasetException?[] faults = ForEach(files, skipBad, cancel, n =>
        {
            string path = files[n].Path;
            PictureKind? kind = PictureSignature.OfFile(path);
            // What is called a picture and is none is damaged; what cannot be read says why when it is opened.
            if (kind is { } known && known.IsRead() || kind is null or PictureKind.Unknown && PictureSignature.IsNameOfPicture(path))
                headers[n] = skipBad ? ImageFile.ReadHeaderAndCheckPixels(path, cancel) : ImageFile.ReadHeader(path, cancel);
            else
                others[n] = kind ?? PictureKind.Unknown;
        });

        for (int n = 0; n < others.Length; n++)
            if (others[n] is { } kind) leftOut.Add(files[n].Path, kind);
        LabelledFile[] readable = [
            .. files.Select((file, n) => file with { Header = headers[n] }).Where((_, n) => faults[n] is null && others[n] is null)];
        files.Clear();
        files.AddRange(readable);
        return [.. faults.OfType<DatasetException>().Select(fault => new SkippedImage(fault.Path, fault.Fault))];
    }

    /// <summary>The parts, as the folders give them.</summary>
    private static (List<LabelledFile> Train, List<LabelledFile> Test) Divide(
        string trainFolder, string testFolder, string[] classes, List<LabelledFile> files, string? leftOut)
    {
        List<LabelledFile> train = [.. files.Where(file => !file.IsTest).OrderBy(file => file.Hash)];
        List<LabelledFile> test = [.. files.Where(file => file.IsTest).OrderBy(file => file.Hash)];
        int empty = Enumerable.Range(0, classes.Length).FirstOrDefault(label => train.All(file => file.Label != label), defaultValue: -1);
        if (empty >= 0)
            throw TooFew(
                Path.Combine(trainFolder, classes[empty]), "holds no readable image, and a class needs at least 1 to train on", leftOut);
        if (test.Count == 0) throw TooFew(testFolder, "holds no readable image to test on", leftOut);
        return (train, test);
    }

    private static (List<LabelledFile> Train, List<LabelledFile> Test) Split(
        string directory, string[] classes, List<LabelledFile> files, double testShare, string? leftOut)
    {
        var counts = new int[classes.Length];
        foreach (LabelledFile file in files) counts[file.Label]++;
        for (int label = 0; label < classes.Length; label++)
            if (counts[label] < 2)
            {
                string few = Figures.Count(counts[label], "readable image"), folder = Path.Combine(directory, classes[label]);
                throw TooFew(folder, $"holds {few}, and a class needs at least 2: one to train on and one to test on", leftOut);
            }

        int[] wanted = [
            .. counts.Select(count => Math.Clamp((int)Math.Round(testShare * count, MidpointRounding.AwayFromZero), 1, count - 1))];
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
            ImageFile.ReadPixels(
                files[n].Path, pixels.AsSpan(n * imageSize, imageSize), shape.Channels, shape.Height, shape.Width, cancel));
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

    /// <param name="leftOut">What may be the cause; null for nothing.</param>
    private static DatasetException TooFew(string path, string fault, string? leftOut) =>
        new(path, leftOut is null ? fault : $"{fault}; left out: {leftOut}");

    /// <summary>FNV-1a in 64 bits. String's own hash code differs from one run to the next.</summary>
    private static ulong Fnv1a(string text)
    {
        ulong hash = 14695981039346656037;
        foreach (byte value in Encoding.UTF8.GetBytes(text))
            hash = (hash ^ value) * 1099511628211;
        return hash;
    }

    private sealed record LabelledFile(string Path, int Label, bool IsTest, ulong Hash, ImageFile.Header Header = default);

    private readonly record struct Shape(int Channels, int Height, int Width);
}
