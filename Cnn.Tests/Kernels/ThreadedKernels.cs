using System.Numerics;
using Cnn.Layers.Geometry;
using Cnn.Layers.Kernels;

namespace Cnn.Tests.Kernels;

/// <summary>While it lasts, kernels called from this thread share calls of any size among threads.</summary>
internal sealed class SharesAll : IDisposable
{
    private static readonly Lock gate = new(); // our own threads serve one call at a time: a second one would be computed alone

    public SharesAll(int threads)
    {
        gate.Enter();
        (Threads.Count, Threads.SharesAll) = (threads, true);
    }

    public void Dispose()
    {
        (Threads.Count, Threads.SharesAll) = (1, false);
        gate.Exit();
    }
}

/// <summary>A kernel that shares calls of any size.</summary>
internal sealed class ThreadedConv2D<T>(IConv2DKernel<T> kernel, int threads) : IConv2DKernel<T>
    where T : unmanaged, IFloatingPointIeee754<T>
{
    public string? Refusal(in Conv2DGeometry geometry) => kernel.Refusal(geometry);

    public void Forward(
        in Conv2DGeometry geometry, ReadOnlyNchwSpan<T> input, ReadOnlyNchwSpan<T> weight, ReadOnlySpan<T> bias, NchwSpan<T> output)
    {
        using var shares = new SharesAll(threads);
        kernel.Forward(geometry, input, weight, bias, output);
    }

    public void GradInput(in Conv2DGeometry geometry, ReadOnlyNchwSpan<T> gradOutput, ReadOnlyNchwSpan<T> weight, NchwSpan<T> gradInput)
    {
        using var shares = new SharesAll(threads);
        kernel.GradInput(geometry, gradOutput, weight, gradInput);
    }

    public void GradWeight(in Conv2DGeometry geometry, ReadOnlyNchwSpan<T> gradOutput, ReadOnlyNchwSpan<T> input, NchwSpan<T> gradWeight)
    {
        using var shares = new SharesAll(threads);
        kernel.GradWeight(geometry, gradOutput, input, gradWeight);
    }

    public void GradBias(in Conv2DGeometry geometry, ReadOnlyNchwSpan<T> gradOutput, Span<T> gradBias)
    {
        using var shares = new SharesAll(threads);
        kernel.GradBias(geometry, gradOutput, gradBias);
    }

    public void GradWeightAndBias(
        in Conv2DGeometry geometry, ReadOnlyNchwSpan<T> gradOutput, ReadOnlyNchwSpan<T> input, NchwSpan<T> gradWeight, Span<T> gradBias)
    {
        using var shares = new SharesAll(threads);
        kernel.GradWeightAndBias(geometry, gradOutput, input, gradWeight, gradBias);
    }
}

/// <inheritdoc cref="ThreadedConv2D{T}"/>
internal sealed class ThreadedMaxPool2D<T>(IMaxPool2DKernel<T> kernel, int threads) : IMaxPool2DKernel<T> where T : unmanaged, INumber<T>
{
    public string? Refusal(in Pool2DGeometry geometry) => kernel.Refusal(geometry);

    public void Forward(in Pool2DGeometry geometry, ReadOnlyNchwSpan<T> input, NchwSpan<T> output, NchwSpan<long> indices)
    {
        using var shares = new SharesAll(threads);
        kernel.Forward(geometry, input, output, indices);
    }

    public void GradInput(
        in Pool2DGeometry geometry, ReadOnlyNchwSpan<T> gradOutput, ReadOnlyNchwSpan<long> indices, NchwSpan<T> gradInput)
    {
        using var shares = new SharesAll(threads);
        kernel.GradInput(geometry, gradOutput, indices, gradInput);
    }

    public void TakeWinners(
        in Pool2DGeometry geometry, ReadOnlyNchwSpan<T> values, ReadOnlyNchwSpan<long> indices, NchwSpan<T> output)
    {
        using var shares = new SharesAll(threads);
        kernel.TakeWinners(geometry, values, indices, output);
    }
}

/// <inheritdoc cref="ThreadedConv2D{T}"/>
internal sealed class ThreadedAvgPool2D<T>(IAvgPool2DKernel<T> kernel, int threads) : IAvgPool2DKernel<T>
    where T : unmanaged, IFloatingPointIeee754<T>
{
    public string? Refusal(in Pool2DGeometry geometry) => kernel.Refusal(geometry);

    public void Forward(in Pool2DGeometry geometry, ReadOnlyNchwSpan<T> input, NchwSpan<T> output)
    {
        using var shares = new SharesAll(threads);
        kernel.Forward(geometry, input, output);
    }

    public void GradInput(in Pool2DGeometry geometry, ReadOnlyNchwSpan<T> gradOutput, NchwSpan<T> gradInput)
    {
        using var shares = new SharesAll(threads);
        kernel.GradInput(geometry, gradOutput, gradInput);
    }
}

/// <inheritdoc cref="ThreadedConv2D{T}"/>
internal sealed class ThreadedAdaptiveAvgPool2D<T>(IAdaptiveAvgPool2DKernel<T> kernel, int threads) : IAdaptiveAvgPool2DKernel<T>
    where T : unmanaged, IFloatingPointIeee754<T>
{
    public string? Refusal(in AdaptivePool2DGeometry geometry) => kernel.Refusal(geometry);

    public void Forward(in AdaptivePool2DGeometry geometry, ReadOnlyNchwSpan<T> input, NchwSpan<T> output)
    {
        using var shares = new SharesAll(threads);
        kernel.Forward(geometry, input, output);
    }

    public void GradInput(in AdaptivePool2DGeometry geometry, ReadOnlyNchwSpan<T> gradOutput, NchwSpan<T> gradInput)
    {
        using var shares = new SharesAll(threads);
        kernel.GradInput(geometry, gradOutput, gradInput);
    }
}
