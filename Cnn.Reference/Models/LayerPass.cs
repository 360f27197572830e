using Cnn.Reference.Networks;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Cnn.Reference.Models;

/// <summary>One pass of one layer by itself, forward and, where a gradient comes back, backward: its results by name.</summary>
internal sealed class LayerPass : IDisposable
{
    /// <summary>What a layer's result is called in every table.</summary>
    public const string Output = "output", InputGradient = "gradient of input";

    private readonly List<(string What, Tensor Tensor)> results = [];

    private LayerPass()
    {
    }

    /// <summary>The results: output, gradient of input, gradient of each parameter.</summary>
    public IReadOnlyList<(string What, Tensor Tensor)> Results => results;

    /// <summary>What the gradient of a parameter is called.</summary>
    public static string GradientOf(string parameter) => $"gradient of {parameter}";

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
        var output = layer.forward(leaf.clone());
        pass.Keep(Output, output);
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

    private void Keep(string what, Tensor tensor) => results.Add((what, tensor.detach().clone().DetachFromDisposeScope()!));
}
