using Cnn.Layers;
using Cnn.Reference.Cases;
using Cnn.Reference.Data;
using Cnn.Reference.Printing;
using Cnn.Reference.Training;
using Cnn.Reference.Training.Checkpoints;
using TorchSharp;
using static TorchSharp.torch;

namespace Cnn.Reference.Explaining;

/// <summary>A layer of a trained network, on what reaches it of a real image.</summary>
internal static class TrainedInput
{
    /// <summary>Puts an image through a network up to a layer.</summary>
    /// <param name="checkpoint">The network.</param>
    /// <param name="number">Which layer, counted from 1 as <c>train</c> does; it must be a convolution or a pool.</param>
    /// <param name="image">An image file; null for the first test image of the run's own data.</param>
    /// <param name="cancel">Stops the reading.</param>
    /// <exception cref="ArgumentException">There is no such layer, or it is of another kind.</exception>
    /// <exception cref="DatasetException">The image, or the run's data, cannot be read.</exception>
    public static (Problem Problem, Bilingual Note) Of(Checkpoint checkpoint, int number, string? image, CancellationToken cancel)
    {
        var (run, plan) = (checkpoint.Run, checkpoint.Run.Plan());
        var shown = plan.Layers.Select((layer, i) => (layer.Spec, Number: i + 1)).Where(each => each.Spec is ConvSpec or PoolSpec).ToList();
        if (!shown.Exists(each => each.Number == number))
        {
            string which = string.Join(", ", shown.Select(each => $"{each.Number} (\"{each.Spec.Words}\")"));
            throw new ArgumentException($"must be a convolution or a pool of the network: {which}");
        }
        using var network = plan.Build(Algorithm.Fast);
        TrainerState.LoadWeights(network, TrainingRun.Ours, checkpoint.Tensors);
        network.eval();
        using var silent = no_grad();
        using var scope = NewDisposeScope();
        var features = image is null
            ? Dataset.Open(run.Data, run.Images, cancel).Test.Batch(0, 1).Images
            : Read(image, run, cancel);
        var modules = network.children().Cast<nn.Module<Tensor, Tensor>>().ToList();
        foreach (var module in modules.Take(number - 1)) features = module.forward(features);
        var layer = plan.Layers[number - 1];
        var conv = modules[number - 1] as Conv2D;
        var problem = new Problem(
            CaseOf(layer), Own(features), conv is null ? null : Own(conv.weight!), conv?.bias is null ? null : Own(conv.bias),
            gradOutput: null);
        string file = image is null ? "" : $", {Path.GetFileName(image)}";
        var source = image is null
            ? new Bilingual("the first test image", "la primera imagen de prueba") : new($"a picture{file}", $"una imagen{file}");
        return (problem, new(
            $"Layer {number} of the network (\"{layer.Spec.Words}\"), on {source.English}. "
            + "Gradients begin with whole numbers drawn at random, so that they can be followed.",
            $"Capa {number} de la red (\"{layer.Spec.Words}\"), con {source.Spanish}. "
            + "Los gradientes empiezan con números enteros al azar, para poder seguirlos."));
    }

    private static Tensor Own(Tensor tensor) => tensor.detach().contiguous().clone().DetachFromDisposeScope()!;

    private static Tensor Read(string image, RunDescription run, CancellationToken cancel)
    {
        var pixels = new byte[run.Channels * run.Height * run.Width];
        ImageFile.ReadPixels(image, pixels, run.Channels, run.Height, run.Width, cancel);
        return new ImageDataset(pixels, [0], run.Channels, run.Height, run.Width, run.ClassNames).Batch(0, 1).Images;
    }

    private static Case CaseOf(PlannedLayer layer)
    {
        var @case = new Case { N = 1, C = layer.Input.C, H = layer.Input.H, W = layer.Input.W };
        return layer.Spec switch
        {
            ConvSpec conv => @case with
            {
                Kind = LayerKind.Conv,
                O = conv.Filters,
                Kernel = conv.Kernel,
                Stride = conv.Stride,
                Padding = conv.Pad ?? (0, 0),
                Same = conv.Pad is null,
                Dilation = conv.Dilation,
                Groups = conv.Groups,
                Bias = conv.HasBias,
            },
            PoolSpec pool => @case with
            {
                Kind = pool.Mode == PoolMode.Max ? LayerKind.Max : LayerKind.Avg,
                Kernel = pool.Kernel,
                Stride = pool.Stride,
                Padding = pool.Pad,
            },
            _ => throw new ArgumentOutOfRangeException(nameof(layer), layer, null),
        };
    }
}
