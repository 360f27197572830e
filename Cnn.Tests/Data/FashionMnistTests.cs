using System.IO.Compression;
using Cnn.Reference.Data;
using TorchSharp;
using static TorchSharp.torch;

namespace Cnn.Tests.Data;

public class FashionMnistTests
{
    private static readonly (ImageDataset Train, ImageDataset Test) Sample = FashionMnist.LoadSample();

    [Fact]
    public void TheSampleHasItsCountsAndSizes()
    {
        Assert.Equal((6000, 1, 28, 28), (Sample.Train.Count, Sample.Train.Channels, Sample.Train.Height, Sample.Train.Width));
        Assert.Equal((1000, 1, 28, 28), (Sample.Test.Count, Sample.Test.Channels, Sample.Test.Height, Sample.Test.Width));
    }

    [Fact]
    public void TheFirstLabelsAreTheDatasets()
    {
        Assert.Equal([9, 0, 0, 3, 0, 2, 7, 2, 5, 5], Sample.Train.Labels[..10]);
        Assert.Equal([9, 2, 1, 1, 6, 1, 4, 6, 5, 7], Sample.Test.Labels[..10]);
        Assert.Equal("Ankle boot", Sample.Train.ClassNames[Sample.Train.Labels[0]]);
        Assert.Equal("Pullover", Sample.Test.ClassNames[Sample.Test.Labels[1]]);
    }

    [Fact]
    public void TheClassesAreAsFrequentAsTheReadmeSays()
    {
        Assert.Equal([560, 643, 608, 612, 584, 594, 590, 617, 590, 602], Histogram(Sample.Train));
        Assert.Equal([107, 105, 111, 93, 115, 87, 97, 95, 95, 95], Histogram(Sample.Test));
    }

    [Fact]
    public void ThePixelsAddUpToTheDatasets()
    {
        Assert.Equal(342_670_278, Sum(Sample.Train.Pixels));
        Assert.Equal(58_034_149, Sum(Sample.Test.Pixels));
        Assert.Equal(76_247, Sum(Sample.Train.Pixels.AsSpan(0, 784)));
        Assert.Equal(33_456, Sum(Sample.Test.Pixels.AsSpan(0, 784)));
    }

    [Fact]
    public void ABatchRunsFromZeroToOneAndIsThePixelsDividedBy255()
    {
        using var scope = NewDisposeScope();
        (Tensor images, Tensor labels) = Sample.Test.Batch(990, 10);

        Assert.Equal([10, 1, 28, 28], images.shape);
        Assert.Equal(0f, images.min().item<float>());
        Assert.Equal(1f, images.max().item<float>());
        Assert.Equal(Sample.Test.Pixels[(990 * 784)..].Select(v => v / 255f), images.data<float>().ToArray());
        Assert.Equal(Sample.Test.Labels[990..].Select(l => (long)l), labels.data<long>().ToArray());
    }

    [Fact]
    public void LoadingTwiceGivesTheSame()
    {
        (ImageDataset train, ImageDataset test) = FashionMnist.LoadSample();

        Assert.NotSame(Sample.Train.Pixels, train.Pixels);
        Assert.True(train.Pixels.AsSpan().SequenceEqual(Sample.Train.Pixels));
        Assert.True(test.Pixels.AsSpan().SequenceEqual(Sample.Test.Pixels));
        Assert.Equal(Sample.Train.Labels, train.Labels);
        Assert.Equal(Sample.Test.Labels, test.Labels);
    }

    [Fact]
    public void UnpackedFilesGiveTheSame()
    {
        using var samples = new IdxSamples();
        foreach (string packed in Directory.GetFiles(Path.Combine(AppContext.BaseDirectory, "Data", "fashion-mnist"), "*.gz"))
        {
            using var source = new GZipStream(File.OpenRead(packed), CompressionMode.Decompress);
            using FileStream target = File.Create(samples.PathOf(Path.GetFileNameWithoutExtension(packed)));
            source.CopyTo(target);
        }

        (ImageDataset train, ImageDataset test) = IdxFolder.Load(samples.Folder, FashionMnist.Layout);

        Assert.True(train.Pixels.AsSpan().SequenceEqual(Sample.Train.Pixels));
        Assert.True(test.Pixels.AsSpan().SequenceEqual(Sample.Test.Pixels));
        Assert.Equal(Sample.Train.Labels, train.Labels);
        Assert.Equal(Sample.Test.Labels, test.Labels);
    }

    [Fact]
    public void TheLicenceTravelsWithTheSample() =>
        Assert.Contains(
            "Copyright (c) 2017 Zalando SE", File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Data", "fashion-mnist", "LICENSE")));

    private static IEnumerable<int> Histogram(ImageDataset images) =>
        Enumerable.Range(0, 10).Select(label => images.Labels.Count(l => l == label));

    private static long Sum(ReadOnlySpan<byte> pixels)
    {
        long sum = 0;
        foreach (byte pixel in pixels) sum += pixel;
        return sum;
    }
}
