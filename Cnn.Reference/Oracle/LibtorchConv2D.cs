using System.Numerics;
using Cnn.Layers.Geometry;
using Cnn.Layers.Kernels;
using TorchSharp;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace Cnn.Reference.Oracle;

/// <summary>The oracle for convolution kernels: conv2d of libtorch, and its gradients by autograd.</summary>
internal sealed class LibtorchConv2D<T> : IConv2DKernel<T> where T : unmanaged, IFloatingPointIeee754<T>
{
    /// <inheritdoc/>
    public void Forward(
        in Conv2DGeometry geometry, ReadOnlyNchwSpan<T> input, ReadOnlyNchwSpan<T> weight, ReadOnlySpan<T> bias, NchwSpan<T> output)
    {
        using var scope = NewDisposeScope();
        using var silent = no_grad();
        Convolve(geometry, input.ToTensor(), weight.ToTensor(), bias.IsEmpty ? null : bias.ToTensor()).CopyTo(output);
    }

    /// <inheritdoc/>
    public void GradInput(
        in Conv2DGeometry geometry, ReadOnlyNchwSpan<T> gradOutput, ReadOnlyNchwSpan<T> weight, NchwSpan<T> gradInput)
    {
        using var scope = NewDisposeScope();
        var (sizes, filters) = (geometry, weight.ToTensor());
        var leaf = LibtorchMemory.Zeros<T>(geometry.InputShape);
        LibtorchMemory.Gradient(leaf, gradOutput.ToTensor(), images => Convolve(sizes, images, filters, null)).CopyTo(gradInput);
    }

    /// <inheritdoc/>
    public void GradWeight(
        in Conv2DGeometry geometry, ReadOnlyNchwSpan<T> gradOutput, ReadOnlyNchwSpan<T> input, NchwSpan<T> gradWeight)
    {
        using var scope = NewDisposeScope();
        var (sizes, images) = (geometry, input.ToTensor());
        var leaf = LibtorchMemory.Zeros<T>(geometry.WeightShape);
        LibtorchMemory.Gradient(leaf, gradOutput.ToTensor(), filters => Convolve(sizes, images, filters, null)).CopyTo(gradWeight);
    }

    /// <inheritdoc/>
    public void GradBias(in Conv2DGeometry geometry, ReadOnlyNchwSpan<T> gradOutput, Span<T> gradBias)
    {
        using var scope = NewDisposeScope();
        var (sizes, images, filters) =
            (geometry, LibtorchMemory.Zeros<T>(geometry.InputShape), LibtorchMemory.Zeros<T>(geometry.WeightShape));
        var leaf = LibtorchMemory.Zeros<T>(geometry.OutChannels);
        LibtorchMemory.Gradient(leaf, gradOutput.ToTensor(), bias => Convolve(sizes, images, filters, bias)).CopyTo(gradBias);
    }

    /// <inheritdoc/>
    public void GradWeightAndBias(
        in Conv2DGeometry geometry, ReadOnlyNchwSpan<T> gradOutput, ReadOnlyNchwSpan<T> input, NchwSpan<T> gradWeight, Span<T> gradBias)
    {
        GradWeight(geometry, gradOutput, input, gradWeight);
        GradBias(geometry, gradOutput, gradBias);
    }

    private static Tensor Convolve(Conv2DGeometry geometry, Tensor input, Tensor weight, Tensor? bias)
    {
        var (height, width) = (geometry.Height, geometry.Width);
        long[] stride = [height.Stride, width.Stride], padding = [height.PadBefore, width.PadBefore],
            dilation = [height.Dilation, width.Dilation];
        if (height.PadBefore != height.PadAfter || width.PadBefore != width.PadAfter)
        {
            // conv2d pads both sides alike.
            input = F.pad(input, [width.PadBefore, width.PadAfter, height.PadBefore, height.PadAfter], PaddingModes.Constant);
            padding = [0, 0];
        }
        return F.conv2d(input, weight, bias, stride, padding, dilation, geometry.Groups);
    }
}
