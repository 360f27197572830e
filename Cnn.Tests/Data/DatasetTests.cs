using Cnn.Reference.Data;

namespace Cnn.Tests.Data;

public sealed class DatasetTests : IDisposable
{
    private static readonly ImageFolderOptions Defaults = new();
    private readonly IdxSamples idx = new();
    private readonly ImageSamples images = new();

    public void Dispose()
    {
        idx.Dispose();
        images.Dispose();
    }

    [Fact]
    public void WithoutAFolderItIsTheSample()
    {
        Dataset dataset = Dataset.Open(null, Defaults);

        Assert.Equal("Fashion-MNIST (sample)", dataset.Name);
        Assert.Equal((6000, 1000), (dataset.Train.Count, dataset.Test.Count));
        Assert.Equal("Ankle boot", dataset.Test.ClassNames[9]);
        Assert.Empty(dataset.Skipped);
    }

    [Theory]
    [InlineData("train", "t10k", "")]
    [InlineData("train", "t10k", ".gz")]
    [InlineData("emnist-digits-train", "emnist-digits-test", ".gz")]
    public void AFolderOfIdxFilesIsRead(string train, string test, string suffix)
    {
        idx.WriteDataset(train, test, suffix);

        Dataset dataset = Dataset.Open(idx.Folder, Defaults);

        Assert.Equal(Path.GetFileName(idx.Folder), dataset.Name);
        Assert.Equal([0, 1, 2], dataset.Train.Labels);
        Assert.Equal([0, 1], dataset.Test.Labels);
        Assert.Equal(["0", "1", "2"], dataset.Train.ClassNames);
    }

    [Fact]
    public void AFileNamesTheClassesOfIdxFiles()
    {
        idx.WriteDataset("train", "t10k");
        string path = idx.Write("classes.txt", "T-shirt/top\r\nb\nAnkle boot\n"u8.ToArray());
        Dataset dataset = Dataset.Open(idx.Folder, Defaults);
        Assert.Equal(["T-shirt/top", "b", "Ankle boot"], dataset.Train.ClassNames);
        Assert.Equal(dataset.Train.ClassNames, dataset.Test.ClassNames);

        File.WriteAllText(path, "a\nb\n");
        AssertFault(idx.Folder, path, "holds 2 class names, and there are 3 classes");
    }

    /// <summary>EMNIST's own archive unpacks to one folder of all splits.</summary>
    [Fact]
    public void OfSeveralEmnistSplitsTheFolderAndTheSplitNameOne()
    {
        idx.WriteDataset("emnist-letters-train", "emnist-letters-test", ".gz", firstLabel: 1);
        idx.WriteDataset("emnist-digits-train", "emnist-digits-test", ".gz", firstLabel: 4);

        AssertFault(idx.Folder, idx.Folder,
            $"holds several EMNIST splits (digits, letters), and one must be named, as in '{idx.PathOf("emnist-digits")}'");
        Dataset letters = Dataset.Open(idx.PathOf("emnist-letters"), Defaults);
        Assert.Equal("emnist-letters", letters.Name);
        Assert.Equal("c", letters.Train.ClassNames[letters.Train.Labels[2]]);
        Assert.Equal([4, 5, 6], Dataset.Open(idx.PathOf("emnist-digits"), Defaults).Train.Labels);
        AssertFault(idx.PathOf("emnist-balanced"), idx.PathOf("emnist-balanced"), "does not exist");
    }

    [Fact]
    public void FilesOfTwoDatasetsInOneFolderAreNamed()
    {
        idx.WriteDataset("emnist-digits-train", "emnist-digits-test");
        idx.WriteDataset("train", "t10k");
        AssertFault(idx.Folder, idx.Folder, "holds MNIST's files beside EMNIST's (digits), and each dataset needs a folder of its own");

        idx.Write("data_batch_1.bin", new byte[3073]);
        AssertFault(idx.Folder, idx.Folder, "holds IDX files and CIFAR-10's batches, and each dataset needs a folder of its own");
    }

    [Theory]
    [InlineData("train.bin", "holds CIFAR-100 (train.bin), which is not read; CIFAR-10 is")]
    [InlineData("data_batch_1", "holds CIFAR-10's version for Python (data_batch_1), and the binary one (data_batch_1.bin) is read")]
    public void CifarInOtherFormsIsNamed(string name, string fault)
    {
        idx.Write(name, new byte[3074]);
        AssertFault(idx.Folder, idx.Folder, fault);
    }

    [Fact]
    public void TheKindOfAFolderIsToldByItsNames()
    {
        Assert.Equal(DatasetKind.Sample, Dataset.KindOf(null));
        images.Write("a/1.png", []);
        Assert.Equal(DatasetKind.Images, Dataset.KindOf(images.Folder));
        images.Write("data_batch_1.bin", []);
        Assert.Equal(DatasetKind.Cifar, Dataset.KindOf(images.Folder));
        idx.Write("t10k-images-idx3-ubyte.gz", []);
        Assert.Equal(DatasetKind.Idx, Dataset.KindOf(idx.Folder));
        idx.Write("emnist-mnist-test-images-idx3-ubyte", []);
        Assert.Equal(DatasetKind.Idx, Dataset.KindOf(idx.PathOf("emnist-mnist")));
    }

    [Fact]
    public void LoadingStopsWhenTheUserDoes()
    {
        foreach (string name in new[] { "a/1.png", "a/2.png", "b/1.png", "b/2.png" })
            images.Write(name, ImageSamples.GreyPng(1, 5));

        Assert.ThrowsAny<OperationCanceledException>(() => Dataset.Open(images.Folder, Defaults, new CancellationToken(canceled: true)));
        Assert.ThrowsAny<OperationCanceledException>(() => Dataset.Open(null, Defaults, new CancellationToken(canceled: true)));
    }

    [Fact]
    public void AFolderOfCifarsBatchesIsRead()
    {
        byte[] records = new byte[2 * 3073];
        records[3073] = 4;
        idx.Write("data_batch_1.bin", records);
        AssertFault(idx.Folder, idx.PathOf("test_batch.bin"), "does not exist");

        idx.Write("test_batch.bin", records);
        Dataset dataset = Dataset.Open(idx.Folder + Path.DirectorySeparatorChar, Defaults);

        Assert.Equal(Path.GetFileName(idx.Folder), dataset.Name);
        Assert.Equal([0, 4], dataset.Train.Labels);
        Assert.Equal("deer", dataset.Test.ClassNames[4]);
    }

    [Fact]
    public void AFolderOfImagesIsReadAsTheOptionsSay()
    {
        foreach (string name in new[] { "a/1.png", "a/2.png", "a/3.png", "b/1.png", "b/2.png" })
            images.Write(name, ImageSamples.GreyPng(1, 5));
        string bad = images.Write("b/3.png", []);

        AssertFault(images.Folder, bad, "is empty; --skip-bad leaves such files out");
        Dataset dataset = Dataset.Open(images.Folder, Defaults with { SkipBad = true, Height = 2, Width = 3, Channels = 3 });

        Assert.Equal(Path.GetFileName(images.Folder), dataset.Name);
        Assert.Equal((3, 3, 2, 3), (dataset.Train.Count, dataset.Train.Channels, dataset.Train.Height, dataset.Train.Width));
        Assert.Equal(2, dataset.Test.Count);
        Assert.Equal([new SkippedImage(bad, "is empty")], dataset.Skipped);
    }

    [Fact]
    public void OneClassIsNotEnough()
    {
        idx.WriteDataset("train", "t10k");
        idx.Write("train-labels-idx1-ubyte", IdxSamples.Array(0x08, [3], [7, 7, 7]));
        AssertFault(idx.Folder, idx.Folder, "has one class only ('7') among its training images, and at least two are needed");

        images.Write("cats/1.png", ImageSamples.GreyPng(1, 5));
        AssertFault(images.Folder, images.Folder, "has one class only ('cats'), and at least two are needed");
    }

    [Fact]
    public void AFolderWithoutADatasetIsNamed()
    {
        images.Write("loose.png", ImageSamples.GreyPng(1, 5));
        images.Write(".hidden/1.png", ImageSamples.GreyPng(1, 5));
        AssertFault(images.Folder, images.Folder, "holds no dataset: neither IDX files (train-images-idx3-ubyte), nor CIFAR-10's batches (data_batch_1.bin), nor a sub-folder of images for each class; it holds 1 PNG image");

        AssertFault(images.PathOf("missing"), images.PathOf("missing"), "does not exist");
        AssertFault(images.PathOf("loose.png"), images.PathOf("loose.png"), "is a file, not a folder");
    }

    [Fact]
    public void OptionsThatMakeNoSenseAreRefusedForEveryDataset() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => Dataset.Open(null, Defaults with { Channels = 2 }));

    private static void AssertFault(string directory, string path, string fault) =>
        Assert.Equal($"'{path}' {fault}.", Assert.Throws<DatasetException>(() => Dataset.Open(directory, Defaults)).Message);
}
