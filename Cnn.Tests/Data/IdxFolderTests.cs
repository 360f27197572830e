using Cnn.Reference.Data;

namespace Cnn.Tests.Data;

public sealed class IdxFolderTests : IDisposable
{
    private readonly IdxSamples samples = new();

    public void Dispose() => samples.Dispose();

    [Theory]
    [InlineData("")]
    [InlineData(".gz")]
    public void LoadsFilesOfMnistsNames(string suffix)
    {
        samples.WriteDataset("train", "t10k", suffix);

        (ImageDataset train, ImageDataset test) = IdxFolder.Load(samples.Folder);

        Assert.Equal((3, 1, 2, 3), (train.Count, train.Channels, train.Height, train.Width));
        Assert.Equal(IdxSamples.Counting(18), train.Pixels);
        Assert.Equal([0, 1, 2], train.Labels);
        Assert.Equal((2, 1, 2, 3), (test.Count, test.Channels, test.Height, test.Width));
        Assert.Equal(IdxSamples.Counting(12), test.Pixels);
        Assert.Equal([0, 1], test.Labels);
        Assert.Equal(["0", "1", "2"], test.ClassNames);
    }

    /// <summary>Some archives unpack to names with a dot where others have a hyphen.</summary>
    [Theory]
    [InlineData("")]
    [InlineData(".gz")]
    public void ADotMayStandBeforeTheRank(string suffix)
    {
        samples.WriteDataset("train", "t10k", suffix);
        foreach (string path in Directory.GetFiles(samples.Folder)) File.Move(path, path.Replace("s-idx", "s.idx"));

        Assert.Equal([0, 1, 2], IdxFolder.Load(samples.Folder).Train.Labels);
    }

    [Fact]
    public void ThePixelsAreHeldOnce()
    {
        byte[] data = new byte[2000 * 784];
        new Random(1).NextBytes(data);
        samples.WriteDataset("emnist-digits-train", "emnist-digits-test", ".gz");
        samples.Write("emnist-digits-train-images-idx3-ubyte.gz", IdxSamples.Gzip(IdxSamples.Array(0x08, [2000, 28, 28], data)));
        samples.Write("emnist-digits-train-labels-idx1-ubyte.gz", IdxSamples.Gzip(IdxSamples.Array(0x08, [2000], [1, .. new byte[1999]])));
        samples.Write("emnist-digits-test-images-idx3-ubyte.gz", IdxSamples.Gzip(IdxSamples.Array(0x08, [2, 28, 28], data[..1568])));
        IdxFolder.Load(samples.Folder);

        long before = GC.GetAllocatedBytesForCurrentThread();
        IdxFolder.Load(samples.Folder);

        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, data.Length, data.Length + 100_000);
    }

    [Theory]
    [InlineData("")]
    [InlineData(".gz")]
    public void EmnistImagesAreTurnedUprightAndLettersCountFromZero(string suffix)
    {
        samples.WriteDataset("emnist-letters-train", "emnist-letters-test", suffix, firstLabel: 1);

        (ImageDataset train, ImageDataset test) = IdxFolder.Load(samples.Folder);

        // Stored as 1 2 3 / 4 5 6, and so on; upright it is 1 4 / 2 5 / 3 6.
        Assert.Equal((3, 1, 3, 2), (train.Count, train.Channels, train.Height, train.Width));
        Assert.Equal([1, 4, 2, 5, 3, 6, 7, 10, 8, 11, 9, 12, 13, 16, 14, 17, 15, 18], train.Pixels);
        Assert.Equal([0, 1, 2], train.Labels);
        Assert.Equal("c", train.ClassNames[train.Labels[2]]);
        Assert.Equal([1, 4, 2, 5, 3, 6, 7, 10, 8, 11, 9, 12], test.Pixels);
    }

    [Fact]
    public void EmnistSplitsHaveTheClassesOfTheirPaper()
    {
        Assert.Equal(
            [("balanced", 47), ("byclass", 62), ("bymerge", 47), ("digits", 10), ("letters", 26), ("mnist", 10)],
            IdxLayout.Emnist.Select(split => (split.Key, split.Value.ClassNames!.Count)));
        Assert.Equal("t", IdxLayout.Emnist["balanced"].ClassNames![46]);
        Assert.Equal("a", IdxLayout.Emnist["byclass"].ClassNames![36]);
    }

    [Fact]
    public void OfSeveralSplitsTheWantedOneMustBeSaid()
    {
        samples.WriteDataset("emnist-letters-train", "emnist-letters-test", firstLabel: 1);
        samples.WriteDataset("emnist-digits-train", "emnist-digits-test", firstLabel: 4);

        AssertFault(samples.Folder,
            $"holds several EMNIST splits (digits, letters), and one must be named, as in '{samples.PathOf("emnist-digits")}'");
        Assert.Equal([4, 5, 6], IdxFolder.Load(samples.Folder, IdxLayout.Emnist["digits"]).Train.Labels);
    }

    [Fact]
    public void AFolderWithoutADatasetIsNamed()
    {
        AssertFault(samples.Folder, "holds no IDX dataset: no file is named as train-images-idx3-ubyte, or as emnist-letters-train-images-idx3-ubyte, plain or .gz");

        string missing = samples.PathOf("missing");
        Assert.Equal($"'{missing}' does not exist.", Assert.Throws<DatasetException>(() => IdxFolder.Load(missing)).Message);
        Assert.Equal(
            $"'{missing}' does not exist.", Assert.Throws<DatasetException>(() => IdxFolder.Load(missing, IdxLayout.Mnist)).Message);

        string file = samples.Write("file", [1]);
        Assert.Equal($"'{file}' is a file, not a folder.", Assert.Throws<DatasetException>(() => IdxFolder.Load(file)).Message);
    }

    [Theory]
    [InlineData("train-images-idx3-ubyte")]
    [InlineData("train-labels-idx1-ubyte")]
    [InlineData("t10k-images-idx3-ubyte")]
    [InlineData("t10k-labels-idx1-ubyte")]
    public void EachMissingFileIsNamed(string name)
    {
        samples.WriteDataset("train", "t10k");
        File.Delete(samples.PathOf(name));

        AssertFault(samples.PathOf(name), "does not exist, plain or .gz");
    }

    [Theory]
    [InlineData("train")]
    [InlineData("t10k")]
    public void CountsThatDisagreeAreNamed(string prefix)
    {
        samples.WriteDataset("train", "t10k");
        string labels = samples.Write($"{prefix}-labels-idx1-ubyte", IdxSamples.Array(0x08, [5], new byte[5]));
        int images = prefix == "train" ? 3 : 2;

        AssertFault(labels, $"holds 5 labels, but '{samples.PathOf($"{prefix}-images-idx3-ubyte")}' holds {images} images");
    }

    [Fact]
    public void ALabelOutOfRangeIsNamed()
    {
        samples.WriteDataset("train", "t10k");
        string labels = samples.Write("t10k-labels-idx1-ubyte", IdxSamples.Array(0x08, [2], [2, 3]));

        AssertFault(labels, "has the label 3 at index 1, and those of the training images run from 0 to 2");
    }

    [Theory]
    [InlineData(0)]
    [InlineData(27)]
    public void ALabelOutsideTheLettersIsNamed(byte label)
    {
        samples.WriteDataset("emnist-letters-train", "emnist-letters-test", firstLabel: 1);
        string labels = samples.Write("emnist-letters-train-labels-idx1-ubyte", IdxSamples.Array(0x08, [3], [26, 1, label]));

        AssertFault(labels, $"has the label {label} at index 2, and labels run from 1 to 26");
    }

    [Fact]
    public void ImagesAndLabelsOfAnotherRankAreNamed()
    {
        samples.WriteDataset("train", "t10k");
        string labels = samples.Write("train-labels-idx1-ubyte", IdxSamples.Array(0x08, [3, 1], new byte[3]));
        AssertFault(labels, "has rank 2 (3 x 1), and labels (count) have rank 1");

        string images = samples.Write("train-images-idx3-ubyte", IdxSamples.Array(0x08, [3, 6], new byte[18]));
        AssertFault(images, "has rank 2 (3 x 6), and images (count, rows, columns) have rank 3");
    }

    [Fact]
    public void ImagesWithoutPixelsAreNamed()
    {
        samples.WriteDataset("train", "t10k");
        string images = samples.Write("train-images-idx3-ubyte", IdxSamples.Array(0x08, [3, 0, 3], []));

        AssertFault(images, "holds no pixels: its size is 3 x 0 x 3");
    }

    [Fact]
    public void TrainingAndTestImagesOfDifferentSizesAreNamed()
    {
        samples.WriteDataset("train", "t10k");
        samples.Write("t10k-images-idx3-ubyte", IdxSamples.Array(0x08, [2, 3, 2], new byte[12]));

        AssertFault(samples.Folder, "holds training images of 2 x 3 pixels, but test images of 3 x 2");
    }

    private void AssertFault(string path, string fault) =>
        Assert.Equal($"'{path}' {fault}.", Assert.Throws<DatasetException>(() => IdxFolder.Load(samples.Folder)).Message);
}
