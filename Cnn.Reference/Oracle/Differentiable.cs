using TorchSharp;
using static TorchSharp.torch;

namespace Cnn.Reference.Oracle;

/// <summary>Gradients that can be differentiated again.</summary>
internal static class Differentiable
{
    /// <summary>The gradients of <paramref name="output"/> as part of the graph; zeros where it does not depend on a leaf.</summary>
    public static Tensor[] Gradients(Tensor output, Tensor[] leaves, Tensor gradOutput)
    {
        if (!output.requires_grad) return [.. leaves.Select(leaf => zeros_like(leaf))];
        // Without allow_unused, a leaf that the output does not depend on would end the process.
        var gradients = autograd.grad([output], leaves, [gradOutput], retain_graph: true, create_graph: true, allow_unused: true);
        return [.. gradients.Select((gradient, i) => gradient.IsInvalid ? zeros_like(leaves[i]) : gradient)];
    }
}
