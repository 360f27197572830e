using Cnn.Reference.Networks;
using TorchSharp;
using static TorchSharp.torch;

namespace Cnn.Reference.Models;

/// <summary>How a network is trained to be compared: some steps of SGD, on a few real images each.</summary>
internal static class TrainingPlan
{
    /// <summary>How many steps.</summary>
    public const int Steps = 20;

    /// <summary>The ordinary learning rate.</summary>
    public const double LearningRate = 0.001;

    /// <summary>A step whose loss rounding alone may move by more than this part of it proves nothing.</summary>
    public const double MostReach = 0.01;

    private const int Images = 4; // at a time
    private const long LargestTrained = 10_000_000; // numbers

    /// <summary>
    /// The network to train. Its largest matrices (those of AlexNet and VGG) stay as they are: both networks run the same fully
    /// connected layer there, whose steps would take most of the time.
    /// </summary>
    public static nn.Module<Tensor, Tensor> Create(Network network, int seed, ScalarType dtype)
    {
        var model = network.Create(seed).to(dtype);
        foreach (var parameter in model.parameters().Where(parameter => parameter.numel() > LargestTrained))
            parameter.requires_grad_(false);
        return model;
    }

    /// <summary>The images of a step, and their labels.</summary>
    public static (Tensor Images, Tensor Labels) Draw(Network network, long size, int seed, int step) =>
        NetworkImages.Draw(network, size, Images, seed + step);
}
