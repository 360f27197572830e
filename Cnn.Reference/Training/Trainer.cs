using System.Diagnostics;
using Cnn.Reference.Data;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace Cnn.Reference.Training;

/// <summary>How weights follow their gradients.</summary>
internal enum Optimizer
{
    /// <summary>Stochastic gradient descent with momentum 0.9.</summary>
    Sgd,

    /// <summary>Adam, with TorchSharp's defaults but for the learning rate.</summary>
    Adam,
}

/// <summary>What an epoch has come to, or what of it is done.</summary>
/// <param name="Images">Images trained on.</param>
/// <param name="Loss">Mean cross-entropy over them, each at the weights of its time.</param>
/// <param name="Accuracy">Part of them that was classified rightly, likewise.</param>
/// <param name="Seconds">Time taken.</param>
internal readonly record struct EpochProgress(int Images, double Loss, double Accuracy, double Seconds)
{
    /// <summary>Images a second.</summary>
    public double Rate => Images / Seconds;
}

/// <summary>Trains a network on batches of images, in an order that the seed and the epoch alone decide.</summary>
internal sealed class Trainer : IDisposable
{
    private readonly Sequential network;
    private readonly Dataset data;
    private readonly int batch, seed;
    private readonly optim.Optimizer optimizer;

    /// <summary>Trains this network, which stays the caller's.</summary>
    public Trainer(Sequential network, Dataset data, int batch, Optimizer optimizer, double rate, int seed)
    {
        (this.network, this.data, this.batch, this.seed) = (network, data, batch, seed);
        this.optimizer = optimizer == Optimizer.Adam
            ? optim.Adam(network.parameters(), rate)
            : optim.SGD(network.parameters(), rate, momentum: 0.9);
    }

    /// <summary>The batches of an epoch: indices of training images, each image once.</summary>
    public IReadOnlyList<int[]> Batches(int epoch)
    {
        int[] order = [.. Enumerable.Range(0, data.Train.Count)];
        new Random(unchecked(seed * 1_000_003 + epoch)).Shuffle(order);
        return [.. order.Chunk(batch)];
    }

    /// <summary>Trains on batches one by one, and says after each how far it is.</summary>
    public IEnumerable<EpochProgress> Epoch(IEnumerable<int[]> batches)
    {
        var watch = Stopwatch.StartNew();
        double loss = 0;
        long right = 0;
        int images = 0;
        network.train();
        foreach (int[] indices in batches)
        {
            var step = Step(indices);
            (loss, right, images) = (loss + step.Loss * indices.Length, right + step.Right, images + indices.Length);
            yield return new(images, loss / images, (double)right / images, watch.Elapsed.TotalSeconds);
        }
    }

    /// <summary>The part of the test images that is classified rightly; null if stopped.</summary>
    public double? TestAccuracy(CancellationToken cancel)
    {
        long right = 0;
        network.eval();
        using var noGradients = no_grad();
        for (int first = 0; first < data.Test.Count; first += batch)
        {
            if (cancel.IsCancellationRequested) return null;
            using var scope = NewDisposeScope();
            var (images, labels) = data.Test.Batch(first, Math.Min(batch, data.Test.Count - first));
            right += Right(network.forward(images), labels);
        }
        return (double)right / data.Test.Count;
    }

    /// <inheritdoc/>
    public void Dispose() => optimizer.Dispose();

    private (double Loss, long Right) Step(int[] indices)
    {
        using var scope = NewDisposeScope();
        var (images, labels) = data.Train.Batch(indices);
        optimizer.zero_grad();
        var scores = network.forward(images);
        var loss = F.cross_entropy(scores, labels);
        loss.backward();
        optimizer.step();
        return (loss.item<float>(), Right(scores, labels));
    }

    private static long Right(Tensor scores, Tensor labels) => scores.argmax(1).eq(labels).sum().item<long>();
}
