using Cnn.Layers.Geometry;
using Cnn.Reference.Cases;
using Cnn.Reference.Oracle;
using TorchSharp;

namespace Cnn.Tests.Kernels;

/// <summary>The oracle itself: what the contracts cannot see by comparing with it.</summary>
public sealed class LibtorchKernelTests
{
    /// <summary>Thousands of comparisons must not pile up memory that no collector sees.</summary>
    [Fact]
    public void EveryTensorIsDisposed()
    {
        var conv = Conv2DGeometry.Create(new(2, 4, 5, 6), new(6, 2, 2, 3), (2, 1), (1, 0), (0, 2), (1, 2), 2);
        var (input, weight, bias, output) = (Zeros(conv.InputShape), Zeros(conv.WeightShape), new float[6], Zeros(conv.OutputShape));
        var pool = Pool2DGeometry.Create(conv.InputShape, (2, 3), (2, 1), (1, 1), (1, 1), ceilMode: true);
        var (pooled, indices) = (Zeros(pool.OutputShape), StridedArray<long>.Of(pool.OutputShape, Layout.Contiguous, () => 0));
        var pad = Pad2DGeometry.Create(conv.InputShape, (1, 2), (3, 0), Border.Reflect);
        var padded = Zeros(pad.OutputShape);
        long before = DisposeScopeManager.Statistics.TensorStatistics.ThreadTotalLiveCount;

        new LibtorchConv2D<float>().Forward(conv, input.Span, weight.Span, bias, output.Span);
        new LibtorchConv2D<float>().GradInput(conv, output.Span, weight.Span, input.Span);
        new LibtorchConv2D<float>().GradWeight(conv, output.Span, input.Span, weight.Span);
        new LibtorchConv2D<float>().GradBias(conv, output.Span, bias);
        new LibtorchConv2D<float>().GradWeightAndBias(conv, output.Span, input.Span, weight.Span, bias);
        new LibtorchMaxPool2D<float>().Forward(pool, input.Span, pooled.Span, indices.Span);
        new LibtorchMaxPool2D<float>().GradInput(pool, pooled.Span, indices.Span, input.Span);
        LibtorchMaxPool2D<float>.GradInputOf(pool, pooled.Span, input.Span, input.Span);
        new LibtorchMaxPool2D<float>().TakeWinners(pool, input.Span, indices.Span, pooled.Span);
        new LibtorchAvgPool2D<float>().Forward(pool, input.Span, pooled.Span);
        new LibtorchAvgPool2D<float>().GradInput(pool, pooled.Span, input.Span);
        new LibtorchPad2D<float>().Forward(pad, input.Span, padded.Span);
        new LibtorchPad2D<float>().GradInput(pad, padded.Span, input.Span);

        Assert.Equal(before, DisposeScopeManager.Statistics.TensorStatistics.ThreadTotalLiveCount);
    }

    /// <summary>Whoever has switched recording off still gets gradients.</summary>
    [Fact]
    public void GradientsDoNotDependOnTheCallersMode()
    {
        var geometry = Pool2DGeometry.Create(new(1, 1, 1, 2), (1, 2), (1, 1), (0, 0), (1, 1), ceilMode: false);
        var gradInput = Zeros(geometry.InputShape);
        using (torch.no_grad())
            new LibtorchAvgPool2D<float>().GradInput(geometry, StridedArray<float>.Of(geometry.OutputShape, 6).Span, gradInput.Span);

        Assert.Equal([3, 3], gradInput.Elements());
    }

    private static StridedArray<float> Zeros(Shape4 shape) => StridedArray<float>.Of(shape, Layout.Contiguous, () => 0);
}
