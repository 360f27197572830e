using Cnn.Layers.Geometry;
using Cnn.Layers.Kernels;
using static TorchSharp.torch;

namespace Cnn.Layers.Autograd;

/// <inheritdoc cref="IPad2DKernel{T}.Forward"/>
internal sealed class Pad2DForward(Pad2DGeometry geometry) : LinearOperation(geometry.OutputShape)
{
    /// <inheritdoc/>
    protected override void Run<T>(NchwSpan<T> input, NchwSpan<T> output, Tensor?[] inputs) =>
        KernelDispatch.Pad2DForward(geometry, input, output);

    /// <inheritdoc/>
    protected override Operation Transpose => new Pad2DGradInput(geometry);
}

/// <inheritdoc cref="IPad2DKernel{T}.GradInput"/>
internal sealed class Pad2DGradInput(Pad2DGeometry geometry) : LinearOperation(geometry.InputShape)
{
    /// <inheritdoc/>
    protected override void Run<T>(NchwSpan<T> input, NchwSpan<T> output, Tensor?[] inputs) =>
        KernelDispatch.Pad2DGradInput(geometry, input, output);

    /// <inheritdoc/>
    protected override Operation Transpose => new Pad2DForward(geometry);
}
