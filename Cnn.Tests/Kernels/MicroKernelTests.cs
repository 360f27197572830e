using Cnn.Layers.Kernels.Fast;

namespace Cnn.Tests.Kernels;

/// <summary>What is read ahead while the sums of tiles run.</summary>
public class MicroKernelTests
{
    [Theory]
    [InlineData(100, 10, 32, 10)] // ten tiles of one piece each
    [InlineData(100, 10, 33, 5)] // of two
    [InlineData(101, 10, 32, 11)]
    [InlineData(7, 0, 9, 7)]
    [InlineData(64, 0, 64, 32)] // less than a tile is one as well
    [InlineData(5, 3, 0, 2)] // sums of nothing, beside a stride
    [InlineData(0, 3, 9, 0)]
    public void LinesAreSpreadOverTiles(int lines, int tiles, int terms, int ofAPiece) =>
        Assert.Equal(ofAPiece, MicroKernelArguments<float>.LinesAPrefetch(lines, tiles, terms));
}
