using Cnn.Reference.Cases;
using TorchSharp;
using static TorchSharp.torch;

namespace Cnn.Reference.Oracle;

/// <summary>One implementation of the three layers, as a user calls it: tensors in, tensors out, recorded by autograd.</summary>
internal interface ILayer
{
    /// <summary>What to call it in a report.</summary>
    string Name { get; }

    /// <summary>Runs the layer that <paramref name="case"/> describes.</summary>
    /// <param name="case">The layer and its settings.</param>
    /// <param name="input">(N, C, H, W) or (C, H, W).</param>
    /// <param name="weight">Convolution: the filters.</param>
    /// <param name="bias">Convolution: one value a filter, or null.</param>
    /// <returns>The output, and for a max pool the winners.</returns>
    (Tensor Output, Tensor? Indices) Forward(Case @case, Tensor input, Tensor? weight, Tensor? bias);
}
