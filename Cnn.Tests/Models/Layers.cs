using Cnn.Layers.Swapping;
using TorchSharp;
using static TorchSharp.torch;

namespace Cnn.Tests.Models;

/// <summary>A layer made of a function.</summary>
internal sealed class FunctionLayer(Func<Tensor, Tensor> function) : nn.Module<Tensor, Tensor>(nameof(FunctionLayer))
{
    /// <summary>The layer whose parameters the function uses.</summary>
    public nn.Module Parameters
    {
        init
        {
            foreach (var (name, parameter) in value.named_parameters()) register_parameter(name, parameter);
        }
    }

    public override Tensor forward(Tensor input) => function(input);
}

/// <summary>A layer whose result, or what goes into it, is tampered with.</summary>
internal sealed class TamperedLayer : nn.Module<Tensor, Tensor>
{
    private readonly nn.Module<Tensor, Tensor> layer;
    private readonly Func<Tensor, Tensor> before, after;

    public TamperedLayer(nn.Module<Tensor, Tensor> layer, Func<Tensor, Tensor>? before = null, Func<Tensor, Tensor>? after = null)
        : base(nameof(TamperedLayer))
    {
        (this.layer, this.before, this.after) = (layer, before ?? (x => x), after ?? (x => x));
        foreach (var (name, parameter) in layer.named_parameters()) register_parameter(name, parameter);
    }

    public override Tensor forward(Tensor input) => after(layer.forward(before(input)));
}

/// <summary>A model made of layers and of what its forward does with them.</summary>
internal sealed class Model : nn.Module<Tensor, Tensor>
{
    private readonly Dictionary<string, nn.Module<Tensor, Tensor>> layers;
    private readonly Func<Model, Tensor, Tensor> run;

    public Model(Func<Model, Tensor, Tensor> run, params (string Name, nn.Module<Tensor, Tensor> Layer)[] layers) : base(nameof(Model))
    {
        (this.run, this.layers) = (run, layers.ToDictionary(layer => layer.Name, layer => layer.Layer));
        foreach (var (name, layer) in layers) register_module(name, layer);
    }

    public nn.Module<Tensor, Tensor> this[string name] => layers[name];

    public override Tensor forward(Tensor input) => run(this, input);
}

/// <summary>Puts another layer into a model.</summary>
internal static class Surgery
{
    public static void Replace(nn.Module model, string path, Func<nn.Module, nn.Module> with)
    {
        var place = ModulePlaces.Find(model).Single(placed => placed.Path == path);
        place.Replace(with(place.Module));
    }
}
