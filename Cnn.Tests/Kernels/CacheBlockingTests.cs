using Cnn.Layers.Kernels;
using Cnn.Layers.Kernels.Fast;

namespace Cnn.Tests.Kernels;

/// <summary>How outputs are cut into blocks.</summary>
public class CacheBlockingTests
{
    /// <summary>Images of 56 x 56 windows, three by three, of which a block may hold 1,024.</summary>
    [Theory]
    [InlineData(1, 1, 16)] // the fewest registers half empty
    [InlineData(1, 2, 14)] // 16 + 16 rows for one thread and 16 + 8 for the other would be waited for
    [InlineData(1, 3, 10)]
    [InlineData(1, 4, 14)]
    [InlineData(50, 4, 16)] // so many blocks share themselves
    public void FewBlocksAreSharedEvenly(long images, int threads, long rows)
    {
        PolyphaseAxis axis = new(56, 56, 1, [new(-1, 0), new(0, 1), new(1, 2)]);
        var x = new ConvProblem<float>
        {
            Images = images,
            Groups = 1,
            Channels = 8,
            PartialChannels = 32,
            Filters = 64,
            Height = axis,
            Width = axis,
        };
        int before = Threads.Count;
        Threads.Count = threads;
        try
        {
            var block = CacheBlocking.Block(x, axis, windows: 1024, channels: 8, blocks: 1, lanes: 16);
            Assert.Equal((rows, 56), (block.H, block.W));
        }
        finally
        {
            Threads.Count = before;
        }
    }
}
