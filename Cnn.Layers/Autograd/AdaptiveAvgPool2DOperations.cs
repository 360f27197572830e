using Cnn.Layers.Geometry;
using Cnn.Layers.Kernels;
using TorchSharp;
using static TorchSharp.torch;

namespace Cnn.Layers.Autograd;

/// <inheritdoc cref="IAdaptiveAvgPool2DKernel{T}.Forward"/>
internal sealed class AdaptiveAvgPool2DForward(AdaptivePool2DGeometry geometry, Algorithm algorithm) : LinearOperation(geometry.OutputShape)
{
    /// <inheritdoc/>
    protected override void Run<T>(NchwSpan<T> input, NchwSpan<T> output, Tensor?[] inputs) =>
        KernelDispatch.AdaptiveAvgPool2DForward(algorithm, geometry, input, output);

    /// <inheritdoc/>
    protected override Operation Transpose => new AdaptiveAvgPool2DGradInput(geometry, algorithm);
}

/// <inheritdoc cref="IAdaptiveAvgPool2DKernel{T}.GradInput"/>
internal sealed class AdaptiveAvgPool2DGradInput(AdaptivePool2DGeometry geometry, Algorithm algorithm) : LinearOperation(geometry.InputShape)
{
    /// <inheritdoc/>
    protected override void Run<T>(NchwSpan<T> input, NchwSpan<T> output, Tensor?[] inputs) =>
        KernelDispatch.AdaptiveAvgPool2DGradInput(algorithm, geometry, input, output);

    /// <inheritdoc/>
    protected override Operation Transpose => new AdaptiveAvgPool2DForward(geometry, algorithm);
}
