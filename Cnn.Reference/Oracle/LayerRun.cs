using Cnn.Reference.Cases;
using TorchSharp;
using static TorchSharp.torch;

namespace Cnn.Reference.Oracle;

/// <summary>Everything a layer gives for one problem, by name: output, indices, gradients, second derivatives.</summary>
internal sealed class LayerRun : IDisposable
{
    private readonly List<(string Name, Tensor Tensor)> results = [];

    /// <summary>The results, in the order in which they were computed.</summary>
    public IReadOnlyList<(string Name, Tensor Tensor)> Results => results;

    /// <summary>Runs <paramref name="layer"/> forward, and as far backward as asked.</summary>
    /// <param name="layer">Which implementation.</param>
    /// <param name="problem">Case and tensors; the run works on views of them.</param>
    /// <param name="order">0: forward; 1: gradients as well; 2: second derivatives as well; less where the case allows less.</param>
    /// <param name="convert">Applied to every tensor of the problem first: another type, or magnitudes.</param>
    public static LayerRun Of(ILayer layer, Problem problem, int order = 2, Func<Tensor, Tensor>? convert = null)
    {
        var run = new LayerRun();
        run.Run(layer, problem, Math.Min(order, KnownFaults.MostOrder(problem.Case)), convert ?? (tensor => tensor.alias()));
        Step.Leave();
        return run;
    }

    private void Run(ILayer layer, Problem problem, int order, Func<Tensor, Tensor> convert)
    {
        using var scope = NewDisposeScope();
        using var grad = enable_grad(order > 0);
        Tensor? Leaf(Tensor? tensor) => tensor is null ? null : convert(tensor).detach().requires_grad_(order > 0);
        var (input, weight, bias) = (Leaf(problem.Input)!, Leaf(problem.Weight), Leaf(problem.Bias));
        Step.Enter(layer.Name, "forward", order: 0);
        var (output, indices) = layer.Forward(problem.Case, input, weight, bias);
        Keep("output", output);
        if (indices is not null) Keep("indices", indices);
        if (order == 0) return;

        var gradOutput = convert(problem.Direction("output", output)).detach().requires_grad_(order > 1);
        var leaves = new List<(string Name, Tensor Leaf)> { ("input", input) };
        if (weight is not null) leaves.Add(("weight", weight));
        if (bias is not null) leaves.Add(("bias", bias));
        // backward() throws where something is wrong; autograd.grad() would end the process. So it goes first, and alone
        // where no second derivative is wanted.
        Step.Enter(layer.Name, "gradients", order: 1);
        autograd.backward([output], [gradOutput], retain_graph: order > 1);
        foreach (var (name, leaf) in leaves) KeepGradient($"grad {name}", leaf);
        if (order == 1) return;

        Step.Enter(layer.Name, "second derivatives", order: 2);
        var gradients = Differentiable.Gradients(output, [.. leaves.Select(leaf => leaf.Leaf)], gradOutput);
        var pairs = leaves.Select((leaf, i) =>
            (Gradient: gradients[i], Direction: convert(problem.Direction(leaf.Name, gradients[i])).detach()))
            .Where(pair => pair.Gradient.requires_grad).ToList();
        if (pairs.Count > 0) autograd.backward([.. pairs.Select(pair => pair.Gradient)], [.. pairs.Select(pair => pair.Direction)]);
        KeepGradient("second grad output", gradOutput);
        foreach (var (name, leaf) in leaves) KeepGradient($"second grad {name}", leaf);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var (_, tensor) in results) tensor.Dispose();
    }

    /// <summary>Takes the gradient off a leaf; a leaf that nothing depends on has none, which means zeros.</summary>
    private void KeepGradient(string name, Tensor leaf)
    {
        Keep(name, leaf.grad ?? zeros_like(leaf));
        leaf.grad = null;
    }

    private void Keep(string name, Tensor tensor) => results.Add((name, tensor.detach().DetachFromDisposeScope()!));
}
