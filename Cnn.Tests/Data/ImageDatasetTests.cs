using Cnn.Reference.Data;
using TorchSharp;
using static TorchSharp.torch;

namespace Cnn.Tests.Data;

public class ImageDatasetTests
{
    /// <summary>Four images of 2 x 8 x 4 that hold every byte value once, so a wrong index cannot give a right value.</summary>
    private static readonly ImageDataset EveryByte = new(
        [.. Enumerable.Range(0, 256).Select(v => (byte)v)], [2, 0, 1, 2], channels: 2, height: 8, width: 4, ["x", "y", "z"]);

    [Fact]
    public void ABatchIsThePixelsDividedBy255InTheOrderAsked()
    {
        using var scope = NewDisposeScope();
        (Tensor images, Tensor labels) = EveryByte.Batch([3, 0, 0, 2]);

        Assert.Equal(ScalarType.Float32, images.dtype);
        Assert.Equal([4, 2, 8, 4], images.shape);
        int[] firstByte = [192, 0, 0, 128];
        for (int n = 0; n < 4; n++)
            for (int c = 0; c < 2; c++)
                for (int h = 0; h < 8; h++)
                    for (int w = 0; w < 4; w++)
                        Assert.Equal((firstByte[n] + c * 32 + h * 4 + w) / 255f, images[n, c, h, w].item<float>());

        Assert.Equal(ScalarType.Int64, labels.dtype);
        Assert.Equal([2, 2, 2, 1], labels.data<long>().ToArray());
    }

    [Fact]
    public void ARangeIsTheBatchOfItsIndices()
    {
        using var scope = NewDisposeScope();
        (Tensor images, Tensor labels) = EveryByte.Batch(first: 1, count: 3);

        Assert.Equal(Enumerable.Range(64, 192).Select(v => v / 255f), images.data<float>().ToArray());
        Assert.Equal([0, 1, 2], labels.data<long>().ToArray());
    }

    [Fact]
    public void ABatchOfNothingIsEmpty()
    {
        using var scope = NewDisposeScope();
        (Tensor images, Tensor labels) = EveryByte.Batch([]);

        Assert.Equal([0, 2, 8, 4], images.shape);
        Assert.Equal([0], labels.shape);
        Assert.Equal(ScalarType.Int64, labels.dtype);
    }

    [Fact]
    public void IndicesOutsideTheDatasetAreRefused()
    {
        Assert.Contains("4", Assert.Throws<ArgumentOutOfRangeException>(() => EveryByte.Batch([0, 4])).Message);
        Assert.Throws<ArgumentOutOfRangeException>(() => EveryByte.Batch([-1]));
        Assert.Contains("Images 2 to 4 ", Assert.Throws<ArgumentOutOfRangeException>(() => EveryByte.Batch(2, 3)).Message);
        Assert.Throws<ArgumentOutOfRangeException>(() => EveryByte.Batch(-1, 2));
        Assert.Throws<ArgumentOutOfRangeException>(() => EveryByte.Batch(int.MaxValue, int.MaxValue));
        Assert.Throws<ArgumentOutOfRangeException>(() => EveryByte.Batch(0, -1));
    }

    [Fact]
    public void ABatchLargerThanASpanIsRefused()
    {
        var large = new ImageDataset(new byte[1 << 24], [0], channels: 1, height: 1 << 12, width: 1 << 12, ["only"]);

        Assert.Contains("2 GiB", Assert.Throws<ArgumentException>(() => large.Batch(new int[32])).Message);
    }

    [Fact]
    public void ADatasetThatDoesNotAddUpIsRefused()
    {
        Assert.Equal("pixels", Assert.Throws<ArgumentException>(() => new ImageDataset(new byte[5], [0], 1, 2, 3, ["a"])).ParamName);
        Assert.Equal("labels", Assert.Throws<ArgumentException>(() => new ImageDataset(new byte[6], [1], 1, 2, 3, ["a"])).ParamName);
        Assert.Equal("labels", Assert.Throws<ArgumentException>(() => new ImageDataset(new byte[6], [-1], 1, 2, 3, ["a"])).ParamName);
        Assert.Equal("height", Assert.Throws<ArgumentOutOfRangeException>(() => new ImageDataset([], [0], 1, 0, 3, ["a"])).ParamName);
    }
}
