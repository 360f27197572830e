using System.Globalization;
using Cnn.Layers;
using Cnn.Reference.Comparison;
using Cnn.Reference.Networks;
using TorchSharp;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace Cnn.Reference.Models;

/// <summary>
/// Trains a network with our layers, and the same network with libtorch's, from the same weights on the same images: their losses
/// keep together as closely as rounding lets them.
/// </summary>
/// <remarks>
/// Training magnifies a rounding step by step, each network in its own measure. So the measure is taken: libtorch's network is trained
/// twice more, from weights that are changed by up to 4 eps of themselves, at random. Up to each step, our loss may be 8 times as far
/// from libtorch's as the further of the two has been.
/// </remarks>
internal static class TrainingBeside
{
    private const int Steps = 20, Images = 4;
    private const double Times = 8, Noise = 4, LearningRate = 0.005;

    /// <summary>Trains, and compares the losses.</summary>
    public static NetworkFinding Run(Network network, long size, int seed)
    {
        double[] expected = Train(network, size, seed, _ => { });
        double[] actual = Train(network, size, seed, model => model.UseCnnLayers());
        double[][] moved = [.. Enumerable.Range(1, 2).Select(number => Train(network, size, seed, model => Disturb(model, seed + number)))];

        double reach = 0, worst = 0;
        for (int step = 0; step < Steps; step++)
        {
            reach = Math.Max(reach, Times * moved.Max(losses => Math.Abs(losses[step] - expected[step])));
            double roundings = Times * TensorComparison.EpsilonOf(ScalarType.Float32) * Math.Abs(expected[step]); // of the loss itself
            double ratio = Math.Abs(actual[step] - expected[step]) / Math.Max(reach, roundings);
            worst = Math.Max(worst, double.IsNaN(ratio) ? double.PositiveInfinity : ratio);
        }
        string text = ModelReport.Ratio(worst);
        return new("losses", worst <= 1, text, string.Create(
            CultureInfo.InvariantCulture,
            $"In {Steps} steps of training the loss went from {expected[0]:G4} to {expected[^1]:G4}, and with our layers to {actual[^1]:G4}: never further apart than {text} of what rounding does to it."));
    }

    private static double[] Train(Network network, long size, int seed, Action<nn.Module> prepare)
    {
        using var scope = NewDisposeScope();
        using var generator = new SeededGenerator(seed);
        using var model = network.Create(seed);
        prepare(model);
        using var optimizer = optim.SGD(model.parameters(), LearningRate, momentum: 0.9);
        double[] losses = new double[Steps];
        for (int step = 0; step < Steps; step++)
        {
            using var ofStep = NewDisposeScope();
            var (images, labels) = NetworkImages.Draw(network, size, Images, seed + step);
            optimizer.zero_grad();
            var loss = F.cross_entropy(model.forward(images), labels);
            loss.backward();
            optimizer.step();
            losses[step] = loss.item<float>();
        }
        return losses;
    }

    private static void Disturb(nn.Module model, int seed)
    {
        using var silent = no_grad();
        using var noise = new Generator((ulong)seed);
        foreach (var parameter in model.parameters())
        {
            using var scope = NewDisposeScope();
            parameter.mul_(1 + Noise * TensorComparison.EpsilonOf(parameter.dtype) * (2 * rand(parameter.shape, parameter.dtype, generator: noise) - 1));
        }
    }
}
