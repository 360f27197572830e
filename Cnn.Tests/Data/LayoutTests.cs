using Cnn.Reference.Data;

namespace Cnn.Tests.Data;

/// <summary>Folders as archives unpack and programs leave them.</summary>
public sealed class LayoutTests : IDisposable
{
    private static readonly ImageFolderOptions Defaults = new();
    private readonly ImageSamples samples = new();
    private byte next = 1;

    public void Dispose() => samples.Dispose();

    [Theory]
    [InlineData("train", "test")]
    [InlineData("train", "val")]
    [InlineData("train", "valid")]
    [InlineData("train", "validation")]
    [InlineData("Training", "TEST")]
    public void TrainingAndTestImagesMayLieApart(string train, string test)
    {
        byte[] cats = Write($"{train}/cats", 3), dogs = Write($"{train}/dogs", 2), newDogs = Write($"{test}/dogs", 1),
        newCats = Write($"{test}/cats", 4);

        Dataset dataset = Open();

        Assert.Equal(["cats", "dogs"], dataset.Train.ClassNames);
        Assert.Equal(cats.Concat(dogs).Order(), dataset.Train.Pixels.Order());
        Assert.Equal(newCats.Concat(newDogs).Order(), dataset.Test.Pixels.Order());
        Assert.Equal(dataset.Train.Pixels.Select(value => dogs.Contains(value) ? 1 : 0), dataset.Train.Labels);
        Assert.Equal(dataset.Test.Pixels.Select(value => newDogs.Contains(value) ? 1 : 0), dataset.Test.Labels);
        Assert.Equal(Path.GetFileName(samples.Folder), dataset.Name);
        Assert.Null(dataset.LeftOut);
    }

    [Fact]
    public void OfTestAndValidationImagesTheFormerAreTheTest()
    {
        foreach (string name in new[] { "train/a", "train/b", "val/a", "val/b" }) Write(name, 2);
        byte[] test = [.. Write("test/a", 1), .. Write("test/b", 3)];

        Dataset dataset = Open();

        Assert.Equal(test.Order(), dataset.Test.Pixels.Order());
        Assert.Equal("the folder 'val'", dataset.LeftOut);
    }

    /// <summary>Competitions keep the classes of their test images to themselves.</summary>
    [Fact]
    public void TestImagesWithoutClassesAreLeftOut()
    {
        byte[] train = [.. Write("train/a", 10), .. Write("train/b", 10)];
        Write("test", 5);

        Dataset dataset = Open();

        Assert.Equal((16, 4), (dataset.Train.Count, dataset.Test.Count));
        Assert.Equal(train.Order(), dataset.Train.Pixels.Concat(dataset.Test.Pixels).Order());
        Assert.Equal("the folder 'test'", dataset.LeftOut);
    }

    [Fact]
    public void PartsWithoutClassesAreNoClasses()
    {
        Write("train", 4);
        Write("test", 4);

        AssertFault("", "holds the parts 'test' and 'train', whose images lie in no folder of their class");
    }

    [Fact]
    public void PartsThatDoNotFitAreNamed()
    {
        Write("train/a", 2);
        Write("train/b", 2);
        Write("test/a", 2);
        Write("test/c", 2);
        AssertFault("test/c", "is a class that the training images do not have");

        Directory.Delete(samples.PathOf("test/c"), recursive: true);
        var fault = Assert.Throws<DatasetException>(() => Dataset.Open(samples.Folder, Defaults with { TestShare = 0.5 }));
        Assert.Equal($"'{samples.Folder}' has test images of its own, in 'test', and --test-share has nothing to divide.", fault.Message);

        Directory.CreateDirectory(samples.PathOf("train/d"));
        AssertFault("train/d", "holds no readable image, and a class needs at least 1 to train on");
        Directory.Delete(samples.PathOf("train/d"));
        File.WriteAllBytes(Directory.GetFiles(samples.PathOf("test/a"))[0], []);
        File.WriteAllBytes(Directory.GetFiles(samples.PathOf("test/a"))[1], []);
        Assert.Equal("holds no readable image to test on",
            Assert.Throws<DatasetException>(() => Dataset.Open(samples.Folder, Defaults with { SkipBad = true })).Fault);
    }

    [Theory]
    [InlineData("MNIST/raw", "train", "t10k", "")]
    [InlineData("MNIST/raw", "train", "t10k", ".gz")]
    [InlineData("gzip", "emnist-letters-train", "emnist-letters-test", ".gz")]
    public void TheOneDatasetBelowAFolderIsFound(string folder, string train, string test, string suffix)
    {
        WriteIdx(folder, train, test, suffix);

        Dataset dataset = Open();

        Assert.Equal([0, 1, 2], dataset.Train.Labels);
        Assert.Equal($"{Path.GetFileName(samples.Folder)}/{folder}", dataset.Name);
        Assert.Equal(DatasetKind.Idx, Dataset.KindOf(samples.Folder));
    }

    [Fact]
    public void CifarIsFoundInItsParent()
    {
        byte[] records = new byte[2 * 3073];
        records[3073] = 4;
        samples.Write("cifar-10-batches-bin/data_batch_1.bin", records);
        samples.Write("cifar-10-batches-bin/test_batch.bin", records);
        samples.Write("cifar-10-binary.tar.gz", [1, 2, 3]);

        Assert.Equal([0, 4], Open().Train.Labels);

        samples.Write("cifar-10-batches-py/data_batch_1", [1]); // what cannot be read beside what can
        Assert.Equal([0, 4], Open().Train.Labels);

        Directory.Delete(samples.PathOf("cifar-10-batches-bin"), recursive: true);
        AssertFault(
            "cifar-10-batches-py", "holds CIFAR-10's version for Python (data_batch_1), and the binary one (data_batch_1.bin) is read");
    }

    [Fact]
    public void ImagesAreFoundBelowAFolder()
    {
        Write("flowers/photos/daisy", 5);
        Write("flowers/photos/rose", 5);
        samples.Write("flowers/LICENSE.txt", [1]);

        Assert.Equal(["daisy", "rose"], Open().Train.ClassNames);
    }

    [Fact]
    public void SeveralDatasetsBelowAFolderAreNamed()
    {
        WriteIdx("MNIST/raw", "train", "t10k");
        WriteIdx("FashionMNIST/raw", "train", "t10k");

        AssertFault("", "holds several datasets ('FashionMNIST/raw', 'MNIST/raw'), and one must be named");
    }

    /// <summary>Some archives unpack each file into a folder of its name.</summary>
    [Theory]
    [InlineData("train-images-idx3-ubyte", "train-images-idx3-ubyte")]
    [InlineData("train-images-idx3-ubyte", "train-images.idx3-ubyte")]
    [InlineData("train-images.idx3-ubyte", "train-images-idx3-ubyte")]
    public void EachIdxFileMayHaveAFolder(string folder, string name)
    {
        WriteIdx("", "train", "t10k");
        foreach (string path in Directory.GetFiles(samples.Folder))
        {
            string old = Path.GetFileName(path), content = Convert.ToBase64String(File.ReadAllBytes(path));
            File.Delete(path);
            string Renamed(string text) =>
                text.Replace("train-images", old.Split("-idx")[0]).Replace("idx3", old.Contains("labels") ? "idx1" : "idx3");
            samples.Write($"{Renamed(folder)}/{Renamed(name)}", Convert.FromBase64String(content));
        }

        Assert.Equal([0, 1, 2], Open().Train.Labels);
    }

    [Fact]
    public void NamesMayBeInCapitals()
    {
        WriteIdx("", "train", "t10k", ".gz");
        foreach (string path in Directory.GetFiles(samples.Folder)) File.Move(
            path, Path.Combine(samples.Folder, Path.GetFileName(path).ToUpperInvariant()));
        samples.Write("Classes.TXT", "a\nb\nc"u8.ToArray());

        Assert.Equal(["a", "b", "c"], Open().Train.ClassNames);
    }

    [Fact]
    public void CifarsNamesMayBeInCapitals()
    {
        byte[] records = new byte[2 * 3073];
        records[3073] = 4;
        samples.Write("DATA_BATCH_1.BIN", records);
        samples.Write("Data_Batch_2.bin", records);
        samples.Write("TEST_BATCH.bin", records);
        samples.Write("Batches.Meta.txt", "a\nb\nc\nd\ne\nf\ng\nh\ni\nj"u8.ToArray());

        Dataset dataset = Open();

        Assert.Equal([0, 4, 0, 4], dataset.Train.Labels);
        Assert.Equal("e", dataset.Train.ClassNames[4]);
    }

    [Fact]
    public void WhatWasFoundInsteadIsSaid()
    {
        const string wanted = "holds no dataset: neither IDX files (train-images-idx3-ubyte), nor CIFAR-10's batches (data_batch_1.bin), nor a sub-folder of images for each class";
        AssertFault("", $"{wanted}; it is empty");

        Write("", 3);
        samples.Write("notes.txt", [1]);
        AssertFault("", $"{wanted}; it holds 3 PNG images and 1 .txt file");

        Directory.CreateDirectory(samples.PathOf("MNIST"));
        AssertFault("", $"{wanted}; it holds 3 PNG images, 1 .txt file and 1 folder");
    }

    /// <summary>A folder of a home, or of the whole disk, was never meant.</summary>
    [Fact]
    public void TheSearchEnds()
    {
        for (int n = 0; n < 40; n++)
            for (int m = 0; m < 30; m++) Directory.CreateDirectory(samples.PathOf($"{n}/{m}/deep/deeper/a"));

        Assert.StartsWith("holds no dataset: ", Assert.Throws<DatasetException>(Open).Fault, StringComparison.Ordinal);
    }

    /// <summary>Labels 0 to 2 are three classes.</summary>
    [Fact]
    public void TheClassesOfIdxFilesAreThoseOfTheirLabels()
    {
        WriteIdx("", "train", "t10k");
        Assert.Equal(["0", "1", "2"], Open().Train.ClassNames);

        samples.Write("train-labels-idx1-ubyte", IdxSamples.Array(0x08, [3], [0, 12, 3]));
        Assert.Equal(13, Open().Train.ClassNames.Count);

        samples.Write("t10k-labels-idx1-ubyte", IdxSamples.Array(0x08, [2], [12, 13]));
        AssertFault("t10k-labels-idx1-ubyte", "has the label 13 at index 1, and those of the training images run from 0 to 12");
    }

    [Fact]
    public void AFolderInPlaceOfTheClassNamesIsNamed()
    {
        WriteIdx("", "train", "t10k");
        Directory.CreateDirectory(samples.PathOf("classes.txt"));

        AssertFault("classes.txt", "is a folder, not a file");
    }

    private Dataset Open() => Dataset.Open(samples.Folder, Defaults);

    private void AssertFault(string name, string fault) =>
        Assert.Equal($"'{(name == "" ? samples.Folder : samples.PathOf(name))}' {fault}.", Assert.Throws<DatasetException>(Open).Message);

    /// <summary>Images of one grey pixel, of which no two in a test are alike; the values.</summary>
    private byte[] Write(string folder, int count)
    {
        byte[] values = [.. Enumerable.Range(next, count).Select(value => (byte)value)];
        next += (byte)count;
        foreach (byte value in values) samples.Write($"{folder}/{value}.png".TrimStart('/'), ImageSamples.GreyPng(1, value));
        return values;
    }

    private void WriteIdx(string folder, string train, string test, string suffix = "")
    {
        using var idx = new IdxSamples();
        idx.WriteDataset(train, test, suffix, firstLabel: (byte)(train.Contains("letters") ? 1 : 0));
        foreach (string path in Directory.GetFiles(idx.Folder)) samples.Write(
            $"{folder}/{Path.GetFileName(path)}".TrimStart('/'), File.ReadAllBytes(path));
    }
}
