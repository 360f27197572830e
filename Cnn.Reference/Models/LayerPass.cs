using Cnn.Reference.Comparison;
using Cnn.Reference.Networks;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Cnn.Reference.Models;

/// <summary>One pass of one layer by itself, forward and, where a gradient comes back, backward: its results by name.</summary>
internal sealed class LayerPass : IDisposable
{
    /// <summary>What a layer's result is called in every table.</summary>
    public const string Output = "output", InputGradient = "gradient of input", NewInput = Fresh + "input";

    private const string Fresh = "new ";

    private readonly List<(string What, Tensor Tensor)> results = [];

    private LayerPass()
    {
    }

    /// <summary>The results: output, gradient of input, gradient of each parameter.</summary>
    public IReadOnlyList<(string What, Tensor Tensor)> Results => results;

    /// <summary>What the gradient of a parameter is called.</summary>
    public static string GradientOf(string parameter) => $"gradient of {parameter}";

    /// <summary>
    /// What is called "new weight", "new running_mean": what the layer has made of a tensor of its own, or of its input; there only
    /// where it has changed it.
    /// </summary>
    public static bool IsChange(string what) => what.StartsWith(Fresh, StringComparison.Ordinal);

    /// <summary>Runs a layer on numbers that are not its own; it is left as it was.</summary>
    /// <param name="layer">The layer.</param>
    /// <param name="input">What goes in.</param>
    /// <param name="outputGradient">What comes back; null for nothing.</param>
    /// <param name="seed">Where its random numbers come from.</param>
    /// <param name="convert">What is made of its parameters and buffers first.</param>
    public static LayerPass Of(
        nn.Module<Tensor, Tensor> layer, Tensor input, Tensor? outputGradient, int seed, Func<Tensor, Tensor>? convert = null)
    {
        using var scope = NewDisposeScope();
        using var generator = new SeededGenerator(seed);
        using var substitution = new TensorSubstitution([layer], convert ?? (tensor => tensor.clone()));
        using var grad = enable_grad(outputGradient is not null);
        var pass = new LayerPass();
        var leaf = input.detach().clone();
        if (outputGradient is not null && leaf.is_floating_point()) leaf.requires_grad_();
        var before = State(layer).Select(entry => entry.Tensor.detach().clone()).ToList();
        var fed = leaf.clone();
        var output = layer.forward(fed);
        pass.Keep(Output, output);
        foreach (var ((name, now), was) in State(layer).Zip(before)) pass.KeepChange(name, was, now);
        if (!Same(fed, output)) pass.KeepChange("input", leaf, fed); // a layer that works in place gives what it has changed
        if (outputGradient is null || !output.requires_grad || !output.shape.SequenceEqual(outputGradient.shape)) return pass;
        autograd.backward([output], [outputGradient.to(output.dtype)]); // autograd.grad would end the process where something is wrong
        if (leaf.grad is { } inputGradient) pass.Keep(InputGradient, inputGradient);
        foreach (var (name, parameter) in layer.named_parameters())
            if (parameter.grad is { } gradient) pass.Keep(GradientOf(name), gradient);
        return pass;
    }

    /// <summary>A result by name; null where there is none.</summary>
    public Tensor? Find(string what) => results.FirstOrDefault(result => result.What == what).Tensor;

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var (_, tensor) in results) tensor.Dispose();
    }

    private static IEnumerable<(string Name, Tensor Tensor)> State(nn.Module layer) =>
    [
        .. layer.named_parameters().Select(pair => (pair.name, (Tensor)pair.parameter)),
        .. layer.named_buffers().Select(pair => (pair.name, pair.buffer)),
    ];

    private static bool Same(Tensor one, Tensor other) =>
        one.dtype == other.dtype && one.shape.SequenceEqual(other.shape) && (one.Equals(other) || Deviation.Of(one, other).Largest == 0);

    private void KeepChange(string name, Tensor was, Tensor now)
    {
        if (!Same(was, now)) Keep(Fresh + name, now);
    }

    private void Keep(string what, Tensor tensor) => results.Add((what, tensor.detach().clone().DetachFromDisposeScope()!));
}
