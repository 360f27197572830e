using System.Diagnostics;
using Cnn.Reference.Networks;
using TorchSharp;
using static TorchSharp.torch;

namespace Cnn.Reference.Models;

/// <summary>Everything that is tried with a network, on real images.</summary>
internal static class NetworkCheck
{
    /// <summary>The most steps that a check has, each of which is told when it is done.</summary>
    public const int Steps = 1 + TrainingPlan.Steps + PropagatedTraining.Trainings + 1;

    private const int Images = 2; // at a time

    /// <summary>Checks a network.</summary>
    /// <param name="network">Which.</param>
    /// <param name="size">Height and width of its images.</param>
    /// <param name="seed">Where its weights, the images and the gradient come from.</param>
    /// <param name="advance">Is told each step that is done; null for nobody.</param>
    public static NetworkResult Run(Network network, long size, int seed, Action<string>? advance = null)
    {
        var watch = Stopwatch.StartNew();
        using var scope = NewDisposeScope();
        using var model = network.Create(seed);
        var (images, _) = NetworkImages.Draw(network, size, Images, seed);
        var report = ModelCheck.Swapped(model, images, new() { Seed = seed });
        Done("layers");
        var findings = new List<NetworkFinding>
        {
            IsolatedTraining.Run(network, size, seed, TwinLayers.Of, Done),
            PropagatedTraining.Run(network, size, seed, Done),
            SwapAndBack.Run(model, images),
        };
        Done("swap and back");
        return new(network, size, report, findings, watch.Elapsed.TotalSeconds);

        void Done(string step) => advance?.Invoke($"{network.Name}: {step}");
    }
}
