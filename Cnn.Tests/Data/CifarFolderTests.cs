using Cnn.Reference.Data;

namespace Cnn.Tests.Data;

public sealed class CifarFolderTests : IDisposable
{
    private const int RecordBytes = 3073;
    private readonly IdxSamples samples = new();

    public void Dispose() => samples.Dispose();

    [Fact]
    public void LoadsTheBatchesOneAfterTheOther()
    {
        samples.Write("data_batch_1.bin", Records(3, 0));
        samples.Write("data_batch_2.bin", Records(9));
        samples.Write("test_batch.bin", Records(1, 8, 2));

        (ImageDataset train, ImageDataset test) = CifarFolder.Load(samples.Folder);

        Assert.Equal((3, 3, 32, 32), (train.Count, train.Channels, train.Height, train.Width));
        Assert.Equal([3, 0, 9], train.Labels);
        Assert.Equal((3, 3, 32, 32), (test.Count, test.Channels, test.Height, test.Width));
        Assert.Equal([1, 8, 2], test.Labels);
        Assert.Equal(["airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck"], train.ClassNames);
        Assert.Equal(train.ClassNames, test.ClassNames);
        Assert.Equal([.. Records(3)[1..], .. Records(0)[1..], .. Records(9)[1..]], train.Pixels);
    }

    [Fact]
    public void APixelLiesInItsPlaneRowAndColumn()
    {
        byte[] record = new byte[RecordBytes];
        record[1 + 0 * 1024 + 3 * 32 + 30] = 11;
        record[1 + 1 * 1024 + 30 * 32 + 3] = 22;
        record[1 + 2 * 1024 + 0 * 32 + 31] = 33;
        samples.Write("data_batch_1.bin", [.. Records(0), .. record]);
        samples.Write("test_batch.bin", Records(0));

        (ImageDataset train, _) = CifarFolder.Load(samples.Folder);
        (TorchSharp.torch.Tensor images, TorchSharp.torch.Tensor labels) = train.Batch(1, 1);
        using (images)
        using (labels)
        {
            Assert.Equal(11 / 255f, images[0, 0, 3, 30].item<float>());
            Assert.Equal(22 / 255f, images[0, 1, 30, 3].item<float>());
            Assert.Equal(33 / 255f, images[0, 2, 0, 31].item<float>());
            Assert.Equal(3, images.count_nonzero().item<long>());
        }
    }

    [Fact]
    public void TheMetaFileNamesTheClasses()
    {
        WriteDataset();
        File.WriteAllText(samples.PathOf("batches.meta.txt"), "a\nb\nc\r\nd\ne\nf\ng\nh\ni\nship of the line\n\n\n");

        (ImageDataset train, ImageDataset test) = CifarFolder.Load(samples.Folder);

        Assert.Equal(["a", "b", "c", "d", "e", "f", "g", "h", "i", "ship of the line"], train.ClassNames);
        Assert.Equal(train.ClassNames, test.ClassNames);
    }

    [Theory]
    [InlineData("a\nb\nc\n", "holds 3 class names, and there are 10 classes")]
    [InlineData("a\nb\n\nd\ne\nf\ng\nh\ni\nj", "has no class name on line 3")]
    [InlineData("a\nb\nc\nd\ne\nf\na\nh\ni\nj", "has the class name 'a' twice")]
    [InlineData("", "holds 0 class names, and there are 10 classes")]
    public void AMetaFileThatDoesNotFitIsNamed(string content, string fault)
    {
        WriteDataset();
        File.WriteAllText(samples.PathOf("batches.meta.txt"), content);

        AssertFault(samples.PathOf("batches.meta.txt"), fault);
    }

    [Fact]
    public void MissingFilesAreNamed()
    {
        AssertFault(samples.PathOf("data_batch_1.bin"), "does not exist");

        samples.Write("data_batch_1.bin", Records(0));
        AssertFault(samples.PathOf("test_batch.bin"), "does not exist");

        samples.Write("data_batch_4.bin", Records(0));
        AssertFault(samples.PathOf("data_batch_2.bin"), "does not exist, but data_batch_4.bin does");

        string missing = samples.PathOf("missing");
        Assert.Equal($"'{missing}' does not exist.", Assert.Throws<DatasetException>(() => CifarFolder.Load(missing)).Message);
    }

    [Theory]
    [InlineData("data_batch_6.bin")]
    [InlineData("data_batch_0.bin")]
    [InlineData("data_batch_01.bin")]
    [InlineData("data_batch_2 (copy).bin")]
    public void ABatchThatCifarDoesNotHaveIsNamed(string name)
    {
        WriteDataset();

        AssertFault(
            samples.Write(name, Records(0)), "is none of CIFAR-10's training files, which are called data_batch_1.bin to data_batch_5.bin");
    }

    [Fact]
    public void FilesOfTheWrongLengthAreNamed()
    {
        WriteDataset();
        AssertFault(samples.Write("test_batch.bin", []), "is empty");
        AssertFault(
            samples.Write("test_batch.bin", Records(1, 2)[..^1]), "has 6145 bytes, which is not a multiple of the 3073 of one record");
        AssertFault(
            samples.Write("data_batch_1.bin", [.. Records(1), 0]), "has 3074 bytes, which is not a multiple of the 3073 of one record");

        File.Delete(samples.PathOf("test_batch.bin"));
        Directory.CreateDirectory(samples.PathOf("test_batch.bin"));
        samples.Write("data_batch_1.bin", Records(1));
        AssertFault(samples.PathOf("test_batch.bin"), "is a folder, not a file of CIFAR-10");
    }

    [Fact]
    public void ALabelOutOfRangeIsNamed()
    {
        WriteDataset();

        AssertFault(samples.Write("data_batch_1.bin", Records(1, 9, 10)), "has the label 10 at index 2, and labels run from 0 to 9");
        samples.Write("data_batch_1.bin", Records(1));
        AssertFault(samples.Write("test_batch.bin", Records(255)), "has the label 255 at index 0, and labels run from 0 to 9");
    }

    [Fact]
    public void MoreThanAnArrayCanHaveIsRefusedBeforeAnythingIsRead()
    {
        WriteDataset();
        using (FileStream file = File.Create(samples.PathOf("data_batch_2.bin")))
            file.SetLength(RecordBytes * 700_000L);

        AssertFault(samples.Folder,
            "holds 700001 training images of 3 x 32 x 32 = 2150403072 bytes in all, which is more than an array can have (2147483591)");
    }

    [Fact]
    public void AHeldFileIsNamed()
    {
        WriteDataset();
        using FileStream held = new(samples.PathOf("test_batch.bin"), FileMode.Open, FileAccess.ReadWrite, FileShare.None);

        Assert.StartsWith($"'{samples.PathOf("test_batch.bin")}' cannot be read (",
            Assert.Throws<DatasetException>(() => CifarFolder.Load(samples.Folder)).Message);
    }

    [Fact]
    public void ThePixelsAreHeldOnce()
    {
        samples.Write("data_batch_1.bin", Records([.. Enumerable.Repeat((byte)1, 2000)]));
        samples.Write("test_batch.bin", Records(0));
        CifarFolder.Load(samples.Folder);

        long before = GC.GetAllocatedBytesForCurrentThread();
        CifarFolder.Load(samples.Folder);

        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 2000 * 3072, 2000 * 3072 + 100_000);
    }

    private void WriteDataset()
    {
        samples.Write("data_batch_1.bin", Records(0));
        samples.Write("test_batch.bin", Records(0));
    }

    /// <summary>A record for each label, whose pixels differ from place to place and from label to label.</summary>
    private static byte[] Records(params byte[] labels) =>
        [.. labels.SelectMany(label => Enumerable.Range(0, RecordBytes - 1).Select(i => (byte)(i * 7 + i / 256 + label)).Prepend(label))];

    private void AssertFault(string path, string fault) =>
        Assert.Equal($"'{path}' {fault}.", Assert.Throws<DatasetException>(() => CifarFolder.Load(samples.Folder)).Message);
}
