using Cnn.Layers;
using Cnn.Reference.Data;
using Cnn.Reference.Training;
using static TorchSharp.torch;

namespace Cnn.Tests.Training;

[Collection(Alone.Name)] // initial weights are drawn from libtorch's random numbers, which belong to the process
public class TrainerTests
{
    [Fact]
    public void EveryImageIsSeenOnceAnEpoch()
    {
        using var trainer = Trainer(Halves.Of(37), out var network);
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
            using var trainer = Trainer(Halves.Of(40), out var network, algorithm);
            using (network)
            {
                for (int epoch = 1; epoch <= 6; epoch++) Assert.Equal(40, Epoch(trainer, epoch).Images);
                Assert.Equal(1, Epoch(trainer, 7).Score.Accuracy);
                Assert.Equal(0.25, trainer.Test(default)!.Value.Accuracy);
                return network.parameters().SelectMany(parameter => parameter.data<float>().ToArray()).ToArray();
            }
        }).ToArray();
        Assert.Equal(results[0], results[1]);
    }

    /// <summary>With weights that stand still, an epoch's loss and accuracy are those of all its images at once.</summary>
    [Fact]
    public void AnEpochsFiguresAreMeansOverImages()
    {
        var data = Halves.Of(37);
        using var trainer = Trainer(data, out var network, rate: 1e-30);
        using (network)
        {
            var (images, labels) = data.Train.Batch(0, 37);
            var scores = network.forward(images);
            var last = Epoch(trainer, 1).Score;
            Assert.Equal(nn.functional.cross_entropy(scores, labels).item<float>(), last.Loss, tolerance: 1e-6);
            Assert.Equal(scores.argmax(1).eq(labels).sum().item<long>() / 37.0, last.Accuracy);
            (images, labels) = data.Test.Batch(0, 37);
            Assert.Equal(nn.functional.cross_entropy(network.forward(images), labels).item<float>(), trainer.Test(default)!.Value.Loss,
                tolerance: 1e-6);
        }
    }

    /// <summary>The first step: SGD goes rate times the gradient, Adam very nearly the rate, whatever the gradient.</summary>
    [Theory]
    [InlineData(nameof(OptimizerKind.Sgd))]
    [InlineData(nameof(OptimizerKind.Adam))]
    public void TheOptimizerIsTheOneAskedFor(string name)
    {
        const double Rate = 0.25;
        var optimizer = Enum.Parse<OptimizerKind>(name);
        var data = Halves.Of(37);
        using var trainer = Trainer(data, out var network, rate: Rate, optimizer: optimizer);
        using (network)
        {
            var batch = trainer.Batches(1)[0];
            var (images, labels) = data.Train.Batch(batch);
            nn.functional.cross_entropy(network.forward(images), labels).backward();
            var bias = network.parameters().Last();
            var (before, gradient) = (bias.detach().clone(), bias.grad!.clone());
            trainer.Step(batch);
            var wanted = optimizer == OptimizerKind.Sgd ? before - Rate * gradient : before - Rate * gradient.sign();
            Assert.True((bias - wanted).abs().max().item<float>() < 1e-5,
                $"{string.Join(" ", wanted.data<float>())}: {string.Join(" ", bias.data<float>())}");
        }
    }

    [Theory]
    [InlineData(nameof(OptimizerKind.Sgd))]
    [InlineData(nameof(OptimizerKind.Adam))]
    public void TheLearningRateCanBeSet(string optimizer)
    {
        using var trainer = Trainer(Halves.Of(8), out var network, optimizer: Enum.Parse<OptimizerKind>(optimizer));
        using (network)
        {
            trainer.Step([0, 1, 2]);
            var before = network.parameters().Select(parameter => parameter.data<float>().ToArray()).ToArray();
            trainer.SetLearningRate(1e-30);
            trainer.Step([3, 4, 5]);
            Assert.Equal(before, network.parameters().Select(parameter => parameter.data<float>().ToArray()));
        }
    }

    [Fact]
    public void AStoppedTestHasNoResult()
    {
        using var trainer = Trainer(Halves.Of(8), out var network);
        using (network) Assert.Null(trainer.Test(new CancellationToken(canceled: true)));
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(2, 0.062)] // rounded
    [InlineData(5, 0.5)]
    [InlineData(10, 0.735)]
    [InlineData(100, 0.9724)]
    [InlineData(100_000, 0.9999723)]
    public void TheLastEpochHasASixteenthOfTheRate(int epochs, double decay)
    {
        Assert.Equal(decay, RunSettings.DecayFor(epochs));
        if (epochs > 1) Assert.Equal(1 / 16.0, Math.Pow(decay, epochs - 1), 0.002);
    }

    private static EpochProgress Epoch(Trainer trainer, int epoch) =>
        trainer.Batches(epoch).Aggregate(default(EpochProgress), (sum, batch) => sum + trainer.Step(batch));

    private static Trainer Trainer(Dataset data, out TorchSharp.Modules.Sequential network, Algorithm algorithm = Algorithm.Fast,
        double rate = 0.02, OptimizerKind optimizer = OptimizerKind.Adam)
    {
        random.manual_seed(7);
        network = new NetworkPlan(LayerWords.Parse("conv 3 3 pad same, relu, pool 2, flatten, fc 2"), new(1, 8, 6),
            classes: 2).Build(algorithm);
        return new(network, data, batch: 5, optimizer, rate, seed: 7);
    }
}
