using System.Diagnostics;
using Cnn.Reference.Data;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace Cnn.Reference.Training;

/// <summary>How weights follow their gradients.</summary>
internal enum OptimizerKind
{
    /// <summary>Stochastic gradient descent with momentum 0.9.</summary>
    Sgd,

    /// <summary>Adam, with TorchSharp's defaults but for the learning rate.</summary>
    Adam,
}

/// <summary>Trains a network on batches of images, in an order that the seed and the epoch alone decide.</summary>
internal sealed class Trainer : IDisposable
{
    private readonly Dataset data;
    private readonly int batch, seed;

    /// <summary>Trains this network, which stays the caller's.</summary>
    public Trainer(Sequential network, Dataset data, int batch, OptimizerKind optimizer, double rate, int seed)
    {
        (Network, this.data, this.batch, this.seed) = (network, data, batch, seed);
        Optimizer = optimizer == OptimizerKind.Adam
            ? optim.Adam(network.parameters(), rate)
            : optim.SGD(network.parameters(), rate, momentum: 0.9);
    }

    /// <summary>The network.</summary>
    public Sequential Network { get; }

    /// <summary>What moves its weights.</summary>
    public OptimizerHelper Optimizer { get; }

    /// <summary>The batches of an epoch: indices of training images, each image once.</summary>
    public IReadOnlyList<int[]> Batches(int epoch)
    {
        int[] order = [.. Enumerable.Range(0, data.Train.Count)];
        new Random(unchecked(seed * 1_000_003 + epoch)).Shuffle(order);
        return [.. order.Chunk(batch)];
    }

    /// <summary>Sets how fast weights follow their gradients from now on.</summary>
    public void SetLearningRate(double rate)
    {
        foreach (var group in Optimizer.ParamGroups) group.LearningRate = rate;
    }

    /// <summary>Trains on one batch.</summary>
    /// <param name="indices">Which training images.</param>
    /// <param name="inspect">Looks at what went through the network, before the weights move; its time is not the step's.</param>
    public EpochProgress Step(int[] indices, Action<RecordedStep>? inspect = null)
    {
        using var scope = NewDisposeScope();
        var watch = Stopwatch.StartNew();
        var (images, labels) = data.Train.Batch(indices);
        Network.train();
        Optimizer.zero_grad();
        Tensor[] outputs = inspect is null ? [Network.forward(images)] : [.. Outputs(images)];
        var loss = F.cross_entropy(outputs[^1], labels);
        loss.backward();
        if (inspect is not null)
        {
            watch.Stop();
            inspect(new(images, labels, outputs, loss));
            watch.Start();
        }
        Optimizer.step();
        double value = loss.item<float>();
        return new(indices.Length, value * indices.Length, Right(outputs[^1], labels), watch.Elapsed.TotalSeconds);
    }

    /// <summary>What the network makes of the test images; null if stopped.</summary>
    public Score? Test(CancellationToken cancel)
    {
        double loss = 0;
        long right = 0;
        Network.eval();
        using var noGradients = no_grad();
        for (int first = 0; first < data.Test.Count; first += batch)
        {
            if (cancel.IsCancellationRequested) return null;
            using var scope = NewDisposeScope();
            var (images, labels) = data.Test.Batch(first, Math.Min(batch, data.Test.Count - first));
            var scores = Network.forward(images);
            loss += F.cross_entropy(scores, labels, reduction: nn.Reduction.Sum).item<float>();
            right += Right(scores, labels);
        }
        return new(loss / data.Test.Count, (double)right / data.Test.Count);
    }

    /// <inheritdoc/>
    public void Dispose() => Optimizer.Dispose();

    private IEnumerable<Tensor> Outputs(Tensor features)
    {
        foreach (var (_, layer) in Network.named_children())
        {
            features = ((nn.Module<Tensor, Tensor>)layer).forward(features);
            if (features.requires_grad) features.retain_grad(); // before the first weights nothing has a gradient
            yield return features;
        }
    }

    private static long Right(Tensor scores, Tensor labels) => scores.argmax(1).eq(labels).sum().item<long>();
}
