using TorchSharp;
using static TorchSharp.torch;

namespace Cnn.Reference.Models;

/// <summary>Stands in a layer's place, runs it, and notes what went in and what came out.</summary>
internal sealed class Recorder : nn.Module<Tensor, Tensor>
{
    /// <summary>Will run <paramref name="layer"/>, which stands at <paramref name="path"/>.</summary>
    public Recorder(string path, nn.Module<Tensor, Tensor> layer) : base(nameof(Recorder)) => (Path, Layer, Own) = (path, layer, layer);

    /// <summary>Where the layer stands, as in the state_dict.</summary>
    public string Path { get; }

    /// <summary>Whether the layer is registered in the model, so that its parameters are the model's.</summary>
    public required bool IsRegistered { get; init; }

    /// <summary>The layer that the model has there.</summary>
    public nn.Module<Tensor, Tensor> Own { get; }

    /// <summary>The layer that is run: the model's own, or its twin.</summary>
    public nn.Module<Tensor, Tensor> Layer { get; set; }

    /// <summary>Who notes; null for nobody.</summary>
    public RecordedRun? Run { get; set; }

    /// <inheritdoc/>
    public override Tensor forward(Tensor input) => Run is null ? Layer.forward(input) : Run.Record(this, input);
}
