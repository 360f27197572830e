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
    private readonly TorchSharp.Modules.Parameter weight, bias;
    private readonly Tensor running_mean, running_var, num_batches_tracked;
    private readonly string bug;
    private readonly object kept; // whose parameters these are: collected, it would dispose them

    public TamperedNorm(nn.Module<Tensor, Tensor> norm, string bug) : base(nameof(TamperedNorm))
    {
        this.bug = bug;
        (weight, bias) = (norm.get_parameter("weight")!, norm.get_parameter("bias")!);
        (running_mean, running_var) = (norm.get_buffer("running_mean")!, norm.get_buffer("running_var")!);
        num_batches_tracked = norm.get_buffer("num_batches_tracked")!;
        RegisterComponents();
        kept = norm; // behind that, or it would be a child
    }

    public override Tensor forward(Tensor input)
    {
        bool updates = bug != "not updated";
        var given = bug == "changes its input" ? input.clone() : input;
        var (mean, variance) = updates ? (running_mean, running_var) : (running_mean.clone(), running_var.clone());
        var output = nn.functional.batch_norm(given, mean, variance, weight.clone(), bias, training);
        GC.KeepAlive(kept);
        using var silent = no_grad();
        if (updates) num_batches_tracked.add_(bug == "counted twice" ? 2 : 1);
        if (bug == "changes its input") input.fill_(3);
        if (bug == "changes its weight") weight.add_(1);
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
