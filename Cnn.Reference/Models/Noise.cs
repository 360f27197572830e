using Cnn.Reference.Comparison;
using Cnn.Reference.Tensors;
using TorchSharp;
using static TorchSharp.torch;

namespace Cnn.Reference.Models;

/// <summary>Changes of the size of a rounding.</summary>
internal static class Noise
{
    /// <summary>A factor next to 1 for every element of a tensor.</summary>
    /// <param name="tensor">Whose.</param>
    /// <param name="size">The most that a factor is away from 1, in eps of the tensor's type.</param>
    /// <param name="generator">Where it comes from.</param>
    public static Tensor Factors(Tensor tensor, double size, Generator generator)
    {
        using var silent = no_grad();
        double most = size * TensorComparison.EpsilonOf(tensor.dtype);
        using Tensor span = torch.tensor(2 * most), least = torch.tensor(1 - most);
        return rand(tensor.shape, tensor.dtype, generator: generator).mul(span).Plus(least);
    }
}
