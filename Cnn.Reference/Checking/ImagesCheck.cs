using Cnn.Layers;
using Cnn.Reference.Cases;
using Cnn.Reference.Checking.Levels;
using Cnn.Reference.Comparison;
using Cnn.Reference.Data;
using Cnn.Reference.Oracle;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;
using F = TorchSharp.torch.nn.functional;

namespace Cnn.Reference.Checking;

/// <summary>
/// Real images (Fashion-MNIST, value / 255) through the exercise's network, CONV -> RELU -> POOL -> CONV -> RELU -> POOL ->
/// FLATTEN -> FC, with our layers and with libtorch's, from the same weights.
/// </summary>
/// <remarks>
/// Twice, because rounding moves through a network: a maximum that is nearly tied may go to another cell, and its gradient
/// with it. In float32 each of our layers gets what libtorch's layer got in libtorch's run, image and upstream gradient, so
/// that its own output and gradients can be held to the bound of one layer. In float64, where rounding is nine digits
/// smaller, the two networks run end to end.
/// </remarks>
internal sealed class ImagesCheck(IReadOnlyList<CnnLayer> layers, int seed)
{
    /// <summary>What a filter is matched with, and what runs this check alone.</summary>
    public const string Line = "images";

    private const int Images = 16; // half from the training set, half from the test set
    private static readonly Case FirstConv =
        new() { Kind = LayerKind.Conv, N = Images, H = 28, W = 28, O = 32, Kernel = (3, 3), Padding = (1, 1) };

    private static readonly Case FirstPool =
        new() { Kind = LayerKind.Max, N = Images, C = 32, H = 28, W = 28, Kernel = (2, 2), Stride = (2, 2) };

    private const double EndToEnd = 1e-12; // of a tensor's largest value; float64 leaves about 1e-15 a layer, a wrong index 1e-2

    /// <summary>The rows of the report.</summary>
    public static IReadOnlyList<string> Parts { get; } = ["images forward", "images gradients", "images end to end"];

    /// <summary>The network's layers that are ours, in order, as cases.</summary>
    public static IReadOnlyList<Case> Cases { get; } =
        [FirstConv, FirstPool, FirstConv with { C = 32, H = 14, W = 14, O = 64 }, FirstPool with { C = 64, H = 14, W = 14 }];

    /// <summary>Runs the check.</summary>
    public IEnumerable<Finding> Run()
    {
        using var scope = NewDisposeScope();
        random.manual_seed(seed);
        var (images, labels) = Batch();
        var weights = new Weights();
        return [.. LayerByLayer(images, labels, weights), .. WholeNetwork(images, labels, weights)];
    }

    private IEnumerable<Finding> LayerByLayer(Tensor images, Tensor labels, Weights weights)
    {
        Step.Enter(LibtorchLayer.LayerName, "whole network", order: 1);
        Tensor[] steps = weights.Libtorch(images.detach().requires_grad_(), ScalarType.Float32);
        var upstream = autograd.grad([F.cross_entropy(steps[^1], labels)], steps);
        foreach (var (at, @case, weight, bias) in weights.Ours())
        {
            var input = at == 0 ? images : steps[at - 1];
            using var problem = new Problem(@case, input.detach(), weight, bias, upstream[at]);
            foreach (var finding in new RealLevel().Run(problem, layers, Limits.None))
                yield return finding with { Part = finding.Part.Replace("real", "images", StringComparison.Ordinal) };
        }
    }

    private IEnumerable<Finding> WholeNetwork(Tensor images, Tensor labels, Weights weights)
    {
        Step.Enter(LibtorchLayer.LayerName, "whole network", order: 1);
        var theirs = Gradients(input => weights.Libtorch(input, ScalarType.Float64));
        foreach (var layer in layers)
        {
            Step.Enter(layer.Name, "whole network", order: 1);
            using var network = weights.Network(layer.Algorithm);
            var ours = Gradients(input => [.. Steps(network, input)], network.parameters());
            for (int i = 0; i < theirs.Count; i++)
                yield return new(Parts[2], layer.Name, TensorComparison.Near(theirs[i].Name, theirs[i].Tensor, ours[i].Tensor, EndToEnd));
        }

        List<(string Name, Tensor Tensor)> Gradients(Func<Tensor, Tensor[]> forward, IEnumerable<Parameter>? parameters = null)
        {
            var input = images.to(ScalarType.Float64).requires_grad_();
            var steps = forward(input);
            var loss = F.cross_entropy(steps[^1], labels);
            loss.backward();
            var gradients = (parameters ?? weights.Wide).Select(parameter => parameter.grad!);
            return
            [
                .. steps.Select((step, i) => ($"output of layer {i}", step.detach())), ("loss", loss.detach()),
                ("grad images", input.grad!),
                .. gradients.Select((gradient, i) => ($"grad parameter {i}", gradient.clone())),
            ];
        }
    }

    private static IEnumerable<Tensor> Steps(Sequential network, Tensor input)
    {
        foreach (var (_, module) in network.named_children()) yield return input = ((Module<Tensor, Tensor>)module).forward(input);
    }

    private (Tensor Images, Tensor Labels) Batch()
    {
        var random = new Random(seed);
        var (train, test) = FashionMnist.LoadSample();
        var (trainImages, trainLabels) = train.Batch(Draw(train.Count));
        var (testImages, testLabels) = test.Batch(Draw(test.Count));
        return (cat([trainImages, testImages]), cat([trainLabels, testLabels]));

        int[] Draw(int count) => [.. Enumerable.Range(0, Images / 2).Select(_ => random.Next(count))];
    }

    /// <summary>One set of weights for every network here.</summary>
    private sealed class Weights
    {
        private readonly Sequential libtorch = Sequential(
            Conv2d(1, 32, 3, Padding.Same), ReLU(), MaxPool2d(2), Conv2d(32, 64, 3, Padding.Same), ReLU(), MaxPool2d(2), Flatten(),
            Linear(64 * 7 * 7, 10));

        private readonly Tensor[] narrow;

        public Weights()
        {
            narrow = [.. libtorch.parameters().Select(parameter => parameter.detach())];
            Wide = [.. narrow.Select(tensor => new Parameter(tensor.to(ScalarType.Float64)))];
        }

        /// <summary>The weights in float64, where libtorch's whole network leaves its gradients.</summary>
        public Parameter[] Wide { get; }

        /// <summary>The output of every layer of libtorch's network.</summary>
        public Tensor[] Libtorch(Tensor input, ScalarType type)
        {
            Tensor[] w = type == ScalarType.Float32 ? narrow : Wide;
            var conv1 = F.conv2d(input, w[0], w[1], padding: [1, 1]);
            var relu1 = F.relu(conv1);
            var pool1 = F.max_pool2d(relu1, [2, 2]);
            var conv2 = F.conv2d(pool1, w[2], w[3], padding: [1, 1]);
            var relu2 = F.relu(conv2);
            var pool2 = F.max_pool2d(relu2, [2, 2]);
            var flat = pool2.flatten(1);
            return [conv1, relu1, pool1, conv2, relu2, pool2, flat, F.linear(flat, w[4], w[5])];
        }

        /// <summary>The layers that are ours: where they stand, as a case, and their weights.</summary>
        public IEnumerable<(int At, Case Case, Tensor? Weight, Tensor? Bias)> Ours() =>
        [
            (0, Cases[0], narrow[0], narrow[1]), (2, Cases[1], null, null),
            (3, Cases[2], narrow[2], narrow[3]), (5, Cases[3], null, null),
        ];

        /// <summary>The network with our layers, as a user writes it, with these weights in float64.</summary>
        public Sequential Network(Algorithm algorithm)
        {
            var network = Sequential(
                new Conv2D(1, 32, 3, Padding.Same) { algorithm = algorithm }, ReLU(), new Pool2D(PoolMode.Max, 2) { algorithm = algorithm },
                new Conv2D(32, 64, 3, Padding.Same) { algorithm = algorithm }, ReLU(),
                new Pool2D(PoolMode.Max, 2) { algorithm = algorithm },
                Flatten(), Linear(64 * 7 * 7, 10));
            network.load_state_dict(libtorch.state_dict());
            return network.to(ScalarType.Float64);
        }
    }
}
