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

/// <summary>A normalisation whose output is right, and what it leaves behind is not.</summary>
internal sealed class TamperedNorm : nn.Module<Tensor, Tensor>
{
    private readonly nn.Module<Tensor, Tensor> norm;
    private readonly string bug;

    public TamperedNorm(nn.Module<Tensor, Tensor> norm, string bug) : base(nameof(TamperedNorm))
    {
        (this.norm, this.bug) = (norm, bug);
        foreach (var (name, parameter) in norm.named_parameters()) register_parameter(name, parameter);
        foreach (var (name, buffer) in norm.named_buffers()) register_buffer(name, buffer, persistent: true);
    }

    public override Tensor forward(Tensor input)
    {
        var before = norm.named_buffers().Select(pair => pair.buffer.clone()).ToList();
        var given = bug == "changes its input" ? input.clone() : input;
        var output = nn.functional.batch_norm(
            given, get_buffer("running_mean")!, get_buffer("running_var")!, get_parameter("weight")!.clone(),
            get_parameter("bias")!, training);
        using var silent = no_grad();
        get_buffer("num_batches_tracked")!.add_(bug == "counted twice" ? 2 : 1);
        if (bug == "changes its input") input.fill_(3);
        if (bug == "changes its weight") get_parameter("weight")!.add_(1);
        if (bug != "not updated") return output;
        foreach (var (name, was) in norm.named_buffers().Select(pair => pair.name).Zip(before)) get_buffer(name)!.copy_(was);
        return output;
    }
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
