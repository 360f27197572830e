using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Cnn.Reference.Models;

/// <summary>Two models to compare, with a recorder in the place of every layer.</summary>
/// <param name="Expected">The model that is right.</param>
/// <param name="Actual">The other: the same one, where it is compared with its twins.</param>
/// <param name="Layers">Their layers, in the order in which they are registered.</param>
internal sealed record ModelPair(RecordedModel Expected, RecordedModel Actual, IReadOnlyList<LayerPair> Layers)
{
    /// <summary>Runs the expected model.</summary>
    public RecordedRun RunExpected(Tensor input, ModelRunSettings settings)
    {
        foreach (var layer in Layers) layer.Expected.Layer = layer.ExpectedLayer;
        return RecordedRun.Of(Expected, input, settings);
    }

    /// <summary>Runs the other.</summary>
    public RecordedRun RunActual(Tensor input, ModelRunSettings settings)
    {
        foreach (var layer in Layers) layer.Actual.Layer = layer.ActualLayer;
        return RecordedRun.Of(Actual, input, settings);
    }

    /// <summary>The tensors of a run of the expected model, by what they are.</summary>
    public IReadOnlyDictionary<TensorKey, Tensor> OfExpected(RecordedRun run) =>
        Tensors(run, Expected, Layers.ToDictionary(layer => layer.Expected), layer => layer.ExpectedLayer);

    /// <summary>The tensors of a run of the other, by what they are in the expected one.</summary>
    public IReadOnlyDictionary<TensorKey, Tensor> OfActual(RecordedRun run) =>
        Tensors(run, Actual, Layers.ToDictionary(layer => layer.Actual), layer => layer.ActualLayer);

    private static Dictionary<TensorKey, Tensor> Tensors(
        RecordedRun run, RecordedModel model, Dictionary<Recorder, LayerPair> layers, Func<LayerPair, TorchSharp.torch.nn.Module> layerOf)
    {
        var tensors = new Dictionary<TensorKey, Tensor>();
        foreach (var call in run.Calls)
        {
            string path = layers[call.Recorder].Path;
            tensors[new(path, call.Number, LayerPass.Output)] = call.Output;
            if (call.InputGradient is { } gradient) tensors[new(path, call.Number, LayerPass.InputGradient)] = gradient;
        }
        foreach (var layer in layers.Values) Add(layer.Path, layerOf(layer).named_parameters());
        Add(TensorKey.Model, model.Root.named_parameters()); // of blocks: the recorders hide those of layers
        if (run.Output is { } output) tensors[new(TensorKey.Model, 0, LayerPass.Output)] = output;
        if (run.InputGradient is { } inputGradient) tensors[new(TensorKey.Model, 0, LayerPass.InputGradient)] = inputGradient;
        return tensors;

        void Add(string path, IEnumerable<(string Name, Parameter Parameter)> parameters)
        {
            foreach (var (name, parameter) in parameters)
                if (run.Gradients.TryGetValue(parameter, out var gradient)) tensors[new(path, 0, LayerPass.GradientOf(name))] = gradient;
        }
    }
}

/// <summary>What a tensor of a run is.</summary>
/// <param name="Path">Where its layer stands; <see cref="Model"/> for the model's own.</param>
/// <param name="Call">The how many-eth call of the layer, from 0; 0 for a parameter's gradient, which is that of all calls.</param>
/// <param name="What">"output", "gradient of ...".</param>
internal readonly record struct TensorKey(string Path, int Call, string What)
{
    /// <summary>Stands for the whole model.</summary>
    public const string Model = "(model)";

    /// <summary>What a model that is one layer is called.</summary>
    public const string Root = "(root)";

    /// <summary>Whether each call of a layer has one of its own; a parameter's gradient is that of all calls.</summary>
    public bool IsOfCall => What is LayerPass.Output or LayerPass.InputGradient;

    /// <summary>Whether it is computed on the way back.</summary>
    public bool IsGradient => What != LayerPass.Output;
}
