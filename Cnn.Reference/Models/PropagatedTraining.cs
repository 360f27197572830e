using System.Globalization;
using Cnn.Layers;
using Cnn.Reference.Comparison;
using Cnn.Reference.Networks;
using Cnn.Reference.Printing;
using TorchSharp;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace Cnn.Reference.Models;

/// <summary>
/// Trains a network with our layers, and the same network with libtorch's, from the same weights on the same images, each by itself:
/// their losses keep together as closely as rounding lets them.
/// </summary>
/// <remarks>
/// Training magnifies a rounding step by step, each network in its own measure. So the measure is taken: libtorch's network is trained
/// twice more, with its filters and biases changed before every step by up to 4 eps of themselves, at random. Up to each step, our
/// loss may be 8 times as far from libtorch's as the further of the two has been. A step from which on that is more than a hundredth of
/// the loss (a normalisation over few numbers magnifies that much) proves nothing. Where one of the steps does not, or our loss is
/// further away (a single ReLU that decided otherwise can do it), the steps are taken in float64, and are smaller: at the ordinary rate
/// some networks double a rounding until it is the loss itself, in float64 as well. There the network that is changed is the one with
/// our layers: libtorch's grouped convolutions take minutes in float64.
/// </remarks>
internal static class PropagatedTraining
{
    /// <summary>What it is called in a table.</summary>
    public const string Name = "losses";

    /// <summary>The most networks that are trained.</summary>
    public const int Trainings = 2 * (2 + Noises);

    private const int Steps = TrainingPlan.Steps, Noises = 2;
    private const double Times = 8, Noise = 4, SmallRate = 0.00001;

    /// <summary>Trains, and compares the losses.</summary>
    /// <param name="network">The network.</param>
    /// <param name="size">Height and width of its images.</param>
    /// <param name="seed">Where weights, images and masks come from.</param>
    /// <param name="advance">Is told each training that is done.</param>
    public static NetworkFinding Run(Network network, long size, int seed, Action<string> advance)
    {
        var narrow = Compare(network, size, seed, ScalarType.Float32, advance);
        if (narrow.Passed && narrow.Proven == Steps) return Found(narrow, "");
        string how = $" (small ones, in float64; in float32 the two come to be {Two(narrow.Apart(Steps))} apart, "
            + $"and rounding alone takes libtorch's up to {Two(narrow.Reach / Times)} away)";
        return Found(Compare(network, size, seed, ScalarType.Float64, advance), how);
    }

    private static NetworkFinding Found(Losses losses, string how)
    {
        string text = ModelReport.Ratio(losses.Worst);
        string proven = losses.Proven == Steps ? ""
            : losses.Proven == 0 ? ": rounding alone takes it too far to prove anything"
            : $", up to step {losses.Proven}: from there on rounding alone takes it too far to prove anything";
        string way = string.Create(CultureInfo.InvariantCulture, $"{losses.Expected[0]:G6} to {losses.Expected[^1]:G6}");
        return new(
            Name, losses.Passed, $"{text} ({losses.Proven})",
            $"Training, both free: in {Steps} steps{how} the loss went from {way}; with our layers it was "
            + (losses.Worst == 0 ? "the same"
                : $"never further away than {Two(losses.Apart(losses.Proven))}, {text} of what rounding explains")
            + $"{proven}.");
    }

    private static string Two(double number) => number.ToString("G2", CultureInfo.InvariantCulture);

    private static Losses Compare(Network network, long size, int seed, ScalarType dtype, Action<string> advance)
    {
        bool isWide = dtype == ScalarType.Float64;
        double[] expected = Train(swapped: false);
        double[] actual = Train(swapped: true);
        double[] still = isWide ? actual : expected;
        double[][] moved = [.. Enumerable.Range(seed + 1, Noises).Select(noise => Train(swapped: isWide, noise))];

        double reach = 0, worst = 0;
        int proven = 0;
        for (int step = 0; step < Steps; step++)
        {
            reach = Math.Max(reach, Times * moved.Max(losses => Math.Abs(losses[step] - still[step])));
            if (!(reach <= TrainingPlan.MostReach * Math.Abs(expected[step]))) break;
            proven++;
            double roundings = Times * TensorComparison.EpsilonOf(dtype) * Math.Abs(expected[step]); // of the loss itself
            double ratio = Math.Abs(actual[step] - expected[step]) / Math.Max(reach, roundings);
            worst = Math.Max(worst, double.IsNaN(ratio) ? double.PositiveInfinity : ratio);
        }
        return new(expected, actual, reach, worst, proven);

        double[] Train(bool swapped, int? noise = null)
        {
            double[] losses = PropagatedTraining.Train(network, size, seed, dtype, swapped, noise);
            advance($"free training in {dtype}");
            return losses;
        }
    }

    private static double[] Train(Network network, long size, int seed, ScalarType dtype, bool swapped, int? noiseSeed)
    {
        using var scope = NewDisposeScope();
        using var generator = new SeededGenerator(seed);
        using var noise = noiseSeed is { } start ? new Generator((ulong)start) : null;
        using var model = TrainingPlan.Create(network, seed, dtype);
        if (swapped) model.UseCnnLayers();
        using var optimizer = optim.SGD(model.parameters(), dtype == ScalarType.Float64 ? SmallRate : TrainingPlan.LearningRate);
        double[] losses = new double[Steps];
        for (int step = 0; step < Steps; step++)
        {
            using var ofStep = NewDisposeScope();
            if (noise is not null) Disturb(model, noise);
            var (images, labels) = TrainingPlan.Draw(network, size, seed, step);
            optimizer.zero_grad();
            var loss = F.cross_entropy(model.forward(images.to(dtype)), labels);
            loss.backward();
            optimizer.step();
            losses[step] = loss.to(ScalarType.Float64).item<double>();
        }
        return losses;
    }

    private static void Disturb(nn.Module model, Generator noise)
    {
        using var silent = no_grad();
        // The matrices of fully connected layers have millions of elements, and both networks run the same layers there.
        foreach (var parameter in model.parameters().Where(parameter => parameter.dim() != 2))
        {
            using var scope = NewDisposeScope();
            parameter.mul_(Models.Noise.Factors(parameter, Noise, noise));
        }
    }

    /// <summary>What two trainings came to.</summary>
    /// <param name="Expected">libtorch's losses, step by step.</param>
    /// <param name="Actual">Ours.</param>
    /// <param name="Reach">How far apart they may be in the end.</param>
    /// <param name="Worst">How far apart they were, in parts of that.</param>
    /// <param name="Proven">How many steps there are before rounding alone takes the loss too far to prove anything.</param>
    private sealed record Losses(double[] Expected, double[] Actual, double Reach, double Worst, int Proven)
    {
        public double Apart(int steps) =>
            Expected.Zip(Actual, (one, two) => Math.Abs(one - two)).Take(steps).DefaultIfEmpty(0).Max();

        public bool Passed => Worst <= 1 && Proven > 0;
    }
}
