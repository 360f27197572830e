using System.Numerics;
using Cnn.Layers.Geometry;
using Cnn.Layers.Kernels;
using Cnn.Layers.Kernels.Fast;
using Cnn.Layers.Kernels.Lanes;
using Cnn.Layers.Kernels.Literal;
using Cnn.Reference.Cases;

namespace Cnn.Tests.Kernels;

/// <summary>
/// What every adaptive average pool kernel owes: the sums of <see cref="IAdaptiveAvgPool2DKernel{T}"/> in their order, bit for bit,
/// at every size, from any memory to any other, on any number of threads.
/// </summary>
public abstract class AdaptiveAvgPool2DKernelContract<T> where T : unmanaged, IFloatingPointIeee754<T>
{
    private readonly IAdaptiveAvgPool2DKernel<T> kernel;

    internal AdaptiveAvgPool2DKernelContract(IAdaptiveAvgPool2DKernel<T> kernel) => this.kernel = kernel;

    [Fact]
    public void AtEverySizeOfInputAndOutput()
    {
        for (long size = 1; size <= 9; size++)
            for (long windows = 0; windows <= 9; windows++)
            {
                Check(new(2, 3, size, 5), (windows, 2), Layout.Contiguous, Layout.Contiguous);
                Check(new(1, 19, 4, size), (3, windows), Layout.ChannelsLast, Layout.ChannelsLast);
            }
    }

    [Fact]
    public void AtEveryNumberOfChannels()
    {
        for (long channels = 1; channels <= 2 * 16 + 1; channels++)
            foreach (var layout in new[] { Layout.Contiguous, Layout.ChannelsLast }) Check(new(2, channels, 7, 5), (3, 2), layout, layout);
    }

    [Fact]
    public void SmallPlanesOfSeveralPieces()
    {
        foreach (long channels in new[] { 17, 64, 70, 97 })
            foreach (long rows in new[] { 15, 16, 17, 32, 33, 50 })
                Check(new(1, channels, rows, 3), (1, 1), Layout.Contiguous, Layout.Contiguous);
    }

    [Fact]
    public void EveryMemoryLayoutGivesTheSameBits()
    {
        var layouts = Enum.GetValues<Layout>().Where(layout => layout != Layout.Unbatched);
        foreach (var (from, to) in from i in layouts from o in layouts where o != Layout.Expanded select (i, o))
        {
            Check(new(2, 17, 7, 6), (3, 4), from, to);
            Check(new(2, 17, 7, 6), (1, 1), from, to);
            Check(new(2, 5, 3, 4), (7, 9), from, to); // more windows than cells
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(7)]
    public void AtAnyNumberOfThreads(int threads)
    {
        Threads.Count = threads;
        try
        {
            Check(new(3, 130, 31, 29), (7, 5), Layout.Contiguous, Layout.Contiguous);
            Check(new(2, 500, 14, 14), (1, 1), Layout.Contiguous, Layout.ChannelsLast);
            Check(new(2, 19, 53, 9), (2, 2), Layout.ChannelsLast, Layout.Contiguous); // windows of more than one piece
        }
        finally
        {
            Threads.Count = 1;
        }
    }

    private void Check(Shape4 inputShape, (long, long) outputSize, Layout from, Layout to)
    {
        var geometry = AdaptivePool2DGeometry.Create(inputShape, outputSize);
        Assert.Null(kernel.Refusal(geometry));
        string name = $"{inputShape} to {geometry.OutputShape}, {from} to {to}, {Threads.Count} threads";
        var random = new Random((int)(inputShape.Elements + geometry.OutputShape.Elements));
        var input = StridedArray<T>.Of(inputShape, from, random.Reals<T>());
        var up = StridedArray<T>.Of(geometry.OutputShape, from, random.Reals<T>());

        var output = StridedArray<T>.ForOutput(geometry.OutputShape, to);
        kernel.Forward(geometry, input.Span, output.Span);
        input.AssertUnchanged("input", name);
        output.AssertNothingElseWritten("output", name);
        KernelAssert.SameBits(name, "output", output, (n, c, oh, ow) =>
        {
            var (rows, columns) = (Window(oh, geometry.Height), Window(ow, geometry.Width));
            T acc = T.Zero;
            for (long start = rows.First; start < rows.End; start += 16)
            {
                T piece = T.Zero;
                for (long ih = start; ih < Math.Min(start + 16, rows.End); ih++)
                {
                    T row = T.Zero;
                    for (long iw = columns.First; iw < columns.End; iw++) row += input[n, c, ih, iw];
                    piece += row;
                }
                acc += piece;
            }
            return Average(acc, rows, columns, outputSize);
        });

        var gradInput = StridedArray<T>.ForOutput(inputShape, to);
        kernel.GradInput(geometry, up.Span, gradInput.Span);
        up.AssertUnchanged("gradOutput", name);
        gradInput.AssertNothingElseWritten("gradInput", name);
        KernelAssert.SameBits(name, "gradInput", gradInput, (n, c, ih, iw) =>
        {
            T acc = T.Zero;
            for (long oh = 0; oh < geometry.Height.Out; oh++)
                for (long ow = 0; ow < geometry.Width.Out; ow++)
                {
                    var (rows, columns) = (Window(oh, geometry.Height), Window(ow, geometry.Width));
                    if (ih >= rows.First && ih < rows.End && iw >= columns.First && iw < columns.End)
                        acc += Average(up[n, c, oh, ow], rows, columns, outputSize);
                }
            return acc;
        });
    }

    // Written out here, and not by the geometry's members, which are under test as well.
    private static (long First, long End) Window(long o, AdaptiveAxis axis) =>
        ((long)Math.Floor(o * axis.In / (double)axis.Out), (long)Math.Ceiling((o + 1) * axis.In / (double)axis.Out));

    // libtorch divides twice, but a global average once.
    private static T Average(T sum, (long First, long End) rows, (long First, long End) columns, (long, long) outputSize) =>
        outputSize == (1, 1)
        ? sum / T.CreateChecked(Count(rows) * Count(columns))
        : sum / T.CreateChecked(Count(rows)) / T.CreateChecked(Count(columns));

    private static long Count((long First, long End) window) => window.End - window.First;
}

public sealed class LiteralAdaptiveAvgPool2DFloat() : AdaptiveAvgPool2DKernelContract<float>(
    new LiteralAdaptiveAvgPool2D<float>());
public sealed class LiteralAdaptiveAvgPool2DDouble() : AdaptiveAvgPool2DKernelContract<double>(
    new LiteralAdaptiveAvgPool2D<double>());
public sealed class FastAdaptiveAvgPool2DFloat1() : AdaptiveAvgPool2DKernelContract<float>(
    new FastAdaptiveAvgPool2D<float, Lanes1<float>>());
public sealed class FastAdaptiveAvgPool2DFloat128() : AdaptiveAvgPool2DKernelContract<float>(
    new FastAdaptiveAvgPool2D<float, Lanes128<float>>());
public sealed class FastAdaptiveAvgPool2DFloat256() : AdaptiveAvgPool2DKernelContract<float>(
    new FastAdaptiveAvgPool2D<float, Lanes256<float>>());
public sealed class FastAdaptiveAvgPool2DFloat512() : AdaptiveAvgPool2DKernelContract<float>(
    new FastAdaptiveAvgPool2D<float, Lanes512<float>>());
public sealed class FastAdaptiveAvgPool2DDouble128() : AdaptiveAvgPool2DKernelContract<double>(
    new FastAdaptiveAvgPool2D<double, Lanes128<double>>());
public sealed class FastAdaptiveAvgPool2DDouble256() : AdaptiveAvgPool2DKernelContract<double>(
    new FastAdaptiveAvgPool2D<double, Lanes256<double>>());
public sealed class FastAdaptiveAvgPool2DDouble512() : AdaptiveAvgPool2DKernelContract<double>(
    new FastAdaptiveAvgPool2D<double, Lanes512<double>>());
