using Cnn.Layers;
using Cnn.Reference.Data;
using Cnn.Reference.Training;
using static TorchSharp.torch;

namespace Cnn.Tests.Training;

public class TrainerTests
{
    // Two classes that anyone can tell apart: bright above, or bright below.
    private static Dataset Halves(int images)
    {
        var pixels = new byte[images * 8 * 6];
        var labels = new int[images];
        var dots = new Random(3);
        dots.NextBytes(pixels);
        for (int n = 0; n < images; n++)
        {
            labels[n] = n % 2;
            foreach (ref byte pixel in pixels.AsSpan((n * 8 + 4 * labels[n]) * 6, 4 * 6)) pixel = (byte)(pixel / 4 + 192);
        }
        var set = new ImageDataset(pixels, labels, channels: 1, height: 8, width: 6, ["above", "below"]);
        return new("halves", set, set, []);
    }

    [Fact]
    public void EveryImageIsSeenOnceAnEpoch()
    {
        using var trainer = Trainer(Halves(37), out var network);
        using (network)
        {
            Assert.Equal(Enumerable.Range(0, 37), trainer.Batches(2).SelectMany(batch => batch).Order());
            Assert.Equal([5, 5, 5, 5, 5, 5, 5, 2], trainer.Batches(2).Select(batch => batch.Length));
            Assert.Equal(trainer.Batches(2), trainer.Batches(2));
            Assert.NotEqual(trainer.Batches(1)[0], trainer.Batches(2)[0]);
        }
    }

    /// <summary>It learns, and both algorithms leave the same bits.</summary>
    [Fact]
    public void BothAlgorithmsLearnTheSame()
    {
        var results = new[] { Algorithm.Fast, Algorithm.Literal }.Select(algorithm =>
        {
            using var trainer = Trainer(Halves(40), out var network, algorithm);
            using (network)
            {
                for (int epoch = 1; epoch <= 6; epoch++) Assert.Equal(40, trainer.Epoch(trainer.Batches(epoch)).Last().Images);
                Assert.Equal(1, trainer.TestAccuracy(default));
                return network.parameters().SelectMany(parameter => parameter.data<float>().ToArray()).ToArray();
            }
        }).ToArray();
        Assert.Equal(results[0], results[1]);
    }

    [Fact]
    public void AStoppedTestHasNoResult()
    {
        using var trainer = Trainer(Halves(8), out var network);
        using (network) Assert.Null(trainer.TestAccuracy(new CancellationToken(canceled: true)));
    }

    private static Trainer Trainer(Dataset data, out TorchSharp.Modules.Sequential network, Algorithm algorithm = Algorithm.Fast)
    {
        random.manual_seed(7);
        network = new NetworkPlan(LayerWords.Parse("conv 3 3 pad same, relu, pool 2, flatten, fc 2"), new(1, 8, 6), classes: 2).Build(algorithm);
        return new(network, data, batch: 5, Optimizer.Adam, rate: 0.02, seed: 7);
    }
}
