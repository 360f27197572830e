using System.Numerics;
using Cnn.Layers.Geometry;
using Cnn.Layers.Kernels;
using Cnn.Reference.Tensors;
using TorchSharp;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace Cnn.Reference.Oracle;

/// <summary>The oracle for max pool kernels: max_pool2d of libtorch, and gather for what depends on the winners alone.</summary>
internal sealed class LibtorchMaxPool2D<T> : IMaxPool2DKernel<T> where T : unmanaged, INumber<T>
{
    /// <inheritdoc/>
    public void Forward(in Pool2DGeometry geometry, ReadOnlyNchwSpan<T> input, NchwSpan<T> output, NchwSpan<long> indices)
    {
        using var scope = NewDisposeScope();
        using var silent = no_grad();
        var (values, winners) = Pool(geometry, input.ToTensor());
        values.CopyTo(output);
        winners.CopyTo(indices);
    }

    /// <inheritdoc/>
    public void GradInput(
        in Pool2DGeometry geometry, ReadOnlyNchwSpan<T> gradOutput, ReadOnlyNchwSpan<long> indices, NchwSpan<T> gradInput)
    {
        using var scope = NewDisposeScope();
        var winners = indices.ToTensor();
        LibtorchMemory.Gradient(LibtorchMemory.Zeros<T>(geometry.InputShape), gradOutput.ToTensor(), values => Take(values, winners))
            .CopyTo(gradInput);
    }

    /// <summary>The gradient as libtorch computes it from the input, with winners of its own.</summary>
    /// <param name="geometry">As in the forward pass; no window may hold padding only.</param>
    /// <param name="gradOutput">(N, C, oH, oW).</param>
    /// <param name="input">(N, C, H, W).</param>
    /// <param name="gradInput">(N, C, H, W), written.</param>
    public static void GradInputOf(
        in Pool2DGeometry geometry, ReadOnlyNchwSpan<T> gradOutput, ReadOnlyNchwSpan<T> input, NchwSpan<T> gradInput)
    {
        using var scope = NewDisposeScope();
        var sizes = geometry;
        LibtorchMemory.Gradient(input.ToTensor(), gradOutput.ToTensor(), images => Pool(sizes, images).Values).CopyTo(gradInput);
    }

    /// <inheritdoc/>
    public void TakeWinners(
        in Pool2DGeometry geometry, ReadOnlyNchwSpan<T> values, ReadOnlyNchwSpan<long> indices, NchwSpan<T> output)
    {
        using var scope = NewDisposeScope();
        using var silent = no_grad();
        Take(values.ToTensor(), indices.ToTensor()).CopyTo(output);
    }

    private static (Tensor Values, Tensor Indices) Pool(Pool2DGeometry geometry, Tensor input)
    {
        var (height, width) = (geometry.Height, geometry.Width);
        return F.max_pool2d_with_indices(
            input, [height.Kernel, width.Kernel], [height.Stride, width.Stride], [height.PadBefore, width.PadBefore],
            [height.Dilation, width.Dilation], height.CeilMode);
    }

    private static Tensor Take(Tensor values, Tensor winners)
    {
        // gather refuses an index outside of the plane, where a window of nothing but padding has put its winner.
        long plane = values.shape[2] * values.shape[3];
        var flat = winners.flatten(2);
        var inside = flat.IsBelow(plane);
        var taken = values.flatten(2).gather(2, flat.NoLargerThan(plane - 1));
        return where(inside, taken, zeros_like(taken)).reshape(winners.shape);
    }
}

/// <summary>The oracle for average pool kernels: avg_pool2d of libtorch, and its gradient by autograd.</summary>
internal sealed class LibtorchAvgPool2D<T> : IAvgPool2DKernel<T> where T : unmanaged, IFloatingPointIeee754<T>
{
    /// <inheritdoc/>
    public void Forward(in Pool2DGeometry geometry, ReadOnlyNchwSpan<T> input, NchwSpan<T> output)
    {
        using var scope = NewDisposeScope();
        using var silent = no_grad();
        Pool(geometry, input.ToTensor()).CopyTo(output);
    }

    /// <inheritdoc/>
    public void GradInput(in Pool2DGeometry geometry, ReadOnlyNchwSpan<T> gradOutput, NchwSpan<T> gradInput)
    {
        using var scope = NewDisposeScope();
        var sizes = geometry;
        LibtorchMemory.Gradient(LibtorchMemory.Zeros<T>(geometry.InputShape), gradOutput.ToTensor(), images => Pool(sizes, images))
            .CopyTo(gradInput);
    }

    private static Tensor Pool(Pool2DGeometry geometry, Tensor input)
    {
        var (height, width) = (geometry.Height, geometry.Width);
        return F.avg_pool2d(
            input, [height.Kernel, width.Kernel], [height.Stride, width.Stride], [height.PadBefore, width.PadBefore],
            height.CeilMode, geometry.CountIncludePad, geometry.DivisorOverride);
    }
}
