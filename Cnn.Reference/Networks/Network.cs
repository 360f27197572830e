using TorchSharp;
using static TorchSharp.torch;

namespace Cnn.Reference.Networks;

/// <summary>A network by name, of libtorch's own layers: what swaps, checks and timings are tried on.</summary>
/// <param name="Name">Its name, in lower case; torchvision's own for torchvision's networks.</param>
/// <param name="Channels">Channels of an image.</param>
/// <param name="Size">Height and width of an image as the network is used.</param>
/// <param name="SmallSize">Height and width that every layer of it can still work on: enough to compare layers.</param>
/// <param name="Build">Makes it, with weights from torch's generator.</param>
internal sealed record Network(string Name, long Channels, long Size, long SmallSize, Func<nn.Module<Tensor, Tensor>> Build)
{
    /// <summary>
    /// Makes the network for the CPU, in training mode. The same seed gives the same weights; torch's generator stays as it is.
    /// </summary>
    public nn.Module<Tensor, Tensor> Create(int seed = 1)
    {
        using var scope = NewDisposeScope();
        using var generator = new SeededGenerator(seed);
        return Build();
    }
}
