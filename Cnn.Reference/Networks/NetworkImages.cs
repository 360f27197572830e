using Cnn.Reference.Data;
using TorchSharp;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace Cnn.Reference.Networks;

/// <summary>
/// Real images (Fashion-MNIST, value / 255) in the form that a network takes: enlarged to its size, grey in every channel.
/// </summary>
internal static class NetworkImages
{
    /// <summary>Some images, drawn at random, the same for the same seed; and their labels.</summary>
    /// <param name="network">Whose channels.</param>
    /// <param name="size">Height and width.</param>
    /// <param name="count">How many.</param>
    /// <param name="seed">Which.</param>
    public static (Tensor Images, Tensor Labels) Draw(Network network, long size, int count, int seed)
    {
        using var scope = NewDisposeScope();
        var random = new Random(seed);
        var train = FashionMnist.LoadSample().Train;
        var (grey, labels) = train.Batch([.. Enumerable.Range(0, count).Select(_ => random.Next(train.Count))]);
        var sized = grey.shape[2] == size
            ? grey
            : F.interpolate(grey, [size, size], mode: InterpolationMode.Bilinear, align_corners: false);
        return (sized.expand(count, network.Channels, size, size).contiguous().MoveToOuterDisposeScope(), labels.MoveToOuterDisposeScope());
    }
}
