using System.Globalization;
using Cnn.Layers;

namespace Cnn.Reference.Training;

/// <summary>Which epochs have a twin of libtorch's layers beside them.</summary>
internal enum TwinEpochs
{
    /// <summary>The first.</summary>
    First,

    /// <summary>All.</summary>
    All,

    /// <summary>None.</summary>
    None,
}

/// <summary>What decides the weights that a run ends with: what the same settings leave is the same, bit for bit.</summary>
/// <param name="Layers">The network, in words.</param>
/// <param name="Batch">Images a step.</param>
/// <param name="Optimizer">How weights follow their gradients.</param>
/// <param name="LearningRate">How fast, in the first epoch.</param>
/// <param name="Decay">What the learning rate is multiplied with after each epoch.</param>
/// <param name="Seed">Where the first weights and the order of the images come from.</param>
/// <param name="Algorithm">Our loops.</param>
/// <param name="Threads">How many threads.</param>
internal sealed record RunSettings(
    string Layers, int Batch, OptimizerKind Optimizer, double LearningRate, double Decay, int Seed, Algorithm Algorithm, int Threads)
{
    /// <summary>The most that a run may ask for.</summary>
    public const int MostBatch = 65_536, MostEpochs = 100_000, MostThreads = 1024;

    /// <summary>The highest learning rate.</summary>
    public const double MostRate = 100;

    private const double LastRate = 1.0 / 16; // of the first: steps so small that the weights come to rest

    /// <summary>Why a batch of such images is too large; null where it is not.</summary>
    public string? BatchFault(Features image) => (double)Batch * image.Count * sizeof(float) is > int.MaxValue and var bytes
        ? string.Create(CultureInfo.InvariantCulture, $"so many images of {image} take {bytes / (1 << 30):F1} GiB; a batch has at most 2")
        : null;

    /// <summary>The decay with which the last of so many epochs has a sixteenth of the first one's learning rate.</summary>
    /// <remarks>Rounded, to be read: with more digits, the more often it is multiplied with.</remarks>
    public static double DecayFor(int epochs) =>
        epochs == 1 ? 1 : Math.Round(Math.Pow(LastRate, 1.0 / (epochs - 1)), 2 + (int)Math.Ceiling(Math.Log10(epochs)));
}
