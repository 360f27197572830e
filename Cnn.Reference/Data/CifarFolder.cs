using Cnn.Reference.Files;

namespace Cnn.Reference.Data;

/// <summary>
/// Loads CIFAR-10's binary version: colour images of 32 x 32 in ten classes. A file is a row of records, each one byte of
/// label and 3,072 of pixels: the red plane, the green and the blue, each along the rows.
/// </summary>
public static class CifarFolder
{
    private const int Channels = 3;
    private const int Side = 32;
    private const int ImageBytes = Channels * Side * Side;
    private const int RecordBytes = 1 + ImageBytes;
    private const int MostTrainingFiles = 5;
    private const string TestName = "test_batch.bin";

    private static readonly string[] StandardNames =
        ["airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck"];

    /// <summary>
    /// Loads data_batch_1.bin to data_batch_5.bin, or as many of them as there are without a gap, and test_batch.bin. The
    /// classes are called as "batches.meta.txt" says, if there is one.
    /// </summary>
    /// <exception cref="DatasetException">The folder or one of its files is not as it should be.</exception>
    public static (ImageDataset Train, ImageDataset Test) Load(string directory)
    {
        var folder = new FolderNames(directory);
        IReadOnlyList<string> names = ClassNamesFile.ReadIfPresent(folder.Find("batches.meta.txt"), StandardNames.Length) ?? StandardNames;
        ImageDataset train = LoadPart(directory, "training", TrainingFiles(folder, directory), names);
        ImageDataset test = LoadPart(directory, "test", [folder.Find(TestName) ?? Path.Combine(directory, TestName)], names);
        return (train, test);
    }

    /// <summary>Whether any file in the folder is named as CIFAR's batches are.</summary>
    internal static bool HoldsNames(FolderNames names) =>
        names.Files.Any(name => name.Contains("_batch", StringComparison.OrdinalIgnoreCase) && IsBinary(name));

    /// <summary>What is wrong with a folder of CIFAR that holds none of these batches; null if it does not look like one.</summary>
    internal static string? OtherForm(FolderNames names) =>
        names.FindFile("train.bin") is not null ? "holds CIFAR-100 (train.bin), which is not read; CIFAR-10 is"
        : names.FindFile("data_batch_1") is not null
            ? "holds CIFAR-10's version for Python (data_batch_1), and the binary one (data_batch_1.bin) is read"
        : null;

    private static bool IsBinary(string name) => name.EndsWith(".bin", StringComparison.OrdinalIgnoreCase);

    private static string[] TrainingFiles(FolderNames names, string directory)
    {
        string PathOf(int number) => names.Find($"data_batch_{number}.bin") ?? Path.Combine(directory, $"data_batch_{number}.bin");
        bool IsBatch(string name) => name.StartsWith("data_batch_", StringComparison.OrdinalIgnoreCase) && IsBinary(name);

        string[] all = [.. Enumerable.Range(1, MostTrainingFiles).Select(PathOf)];
        if (names.Files.Where(IsBatch).Select(name => Path.Combine(directory, name)).Except(all).FirstOrDefault() is { } other)
            throw new DatasetException(
                other, $"is none of CIFAR-10's training files, which are called data_batch_1.bin to data_batch_{MostTrainingFiles}.bin");
        int last = Enumerable.Range(1, MostTrainingFiles).LastOrDefault(number => File.Exists(PathOf(number)), defaultValue: 1);
        for (int number = 1; number < last; number++)
            if (!File.Exists(PathOf(number)))
                throw new DatasetException(PathOf(number), $"does not exist, but data_batch_{last}.bin does");
        return [.. Enumerable.Range(1, last).Select(PathOf)];
    }

    /// <summary>The array is made when all lengths are known, and the files are read straight into it.</summary>
    private static ImageDataset LoadPart(string directory, string part, string[] paths, IReadOnlyList<string> names)
    {
        int[] counts = [.. paths.Select(CountRecords)];
        long count = counts.Sum(n => (long)n);
        DatasetFolder.RequireRoom(directory, part, count, Channels, Side, Side);

        var pixels = new byte[count * ImageBytes];
        var labels = new int[count];
        int first = 0;
        for (int n = 0; n < paths.Length; n++)
        {
            ReadRecords(paths[n], labels.AsSpan(first, counts[n]), pixels.AsSpan(first * ImageBytes, counts[n] * ImageBytes));
            first += counts[n];
        }
        return new ImageDataset(pixels, labels, Channels, Side, Side, names);
    }

    private static int CountRecords(string path)
    {
        if (Directory.Exists(path)) throw new DatasetException(path, "is a folder, not a file of CIFAR-10");
        var file = new FileInfo(path);
        if (!file.Exists) throw new DatasetException(path, "does not exist");
        if (file.Length == 0) throw new DatasetException(path, "is empty");
        if (file.Length % RecordBytes != 0)
            throw new DatasetException(path, $"has {file.Length} bytes, which is not a multiple of the {RecordBytes} of one record");
        return (int)Math.Min(file.Length / RecordBytes, int.MaxValue);
    }

    private static void ReadRecords(string path, Span<int> labels, Span<byte> pixels)
    {
        try
        {
            using FileStream file = File.OpenRead(path);
            for (int n = 0; n < labels.Length; n++)
            {
                int label = file.ReadByte();
                if (label >= StandardNames.Length)
                    throw new DatasetException(
                        path, $"has the label {label} at index {n}, and labels run from 0 to {StandardNames.Length - 1}");
                labels[n] = label;
                file.ReadExactly(pixels.Slice(n * ImageBytes, ImageBytes));
            }
        }
        catch (Exception e) when (FileFault.IsRefusal(e))
        {
            throw DatasetException.Refused(path, e);
        }
    }
}
