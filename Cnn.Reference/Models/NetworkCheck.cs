using System.Diagnostics;
using Cnn.Reference.Networks;
using TorchSharp;
using static TorchSharp.torch;

namespace Cnn.Reference.Models;

/// <summary>Everything that is tried with a network, on real images.</summary>
internal static class NetworkCheck
{
    private const int Images = 2; // at a time

    /// <summary>Checks a network.</summary>
    /// <param name="network">Which.</param>
    /// <param name="size">Height and width of its images.</param>
    /// <param name="seed">Where its weights, the images and the gradient come from.</param>
    public static NetworkResult Run(Network network, long size, int seed)
    {
        var watch = Stopwatch.StartNew();
        using var scope = NewDisposeScope();
        using var model = network.Create(seed);
        var (images, _) = NetworkImages.Draw(network, size, Images, seed);
        var report = ModelCheck.Swapped(model, images, new() { Seed = seed });
        NetworkFinding[] findings = [TrainingBeside.Run(network, size, seed), SwapAndBack.Run(model, images)];
        return new(network, size, report, findings, watch.Elapsed.TotalSeconds);
    }
}
