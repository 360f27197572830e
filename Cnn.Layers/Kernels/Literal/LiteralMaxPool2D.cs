using System.Numerics;
using Cnn.Layers.Geometry;

namespace Cnn.Layers.Kernels.Literal;

/// <summary>The max pool and its derivatives as their formulas are written.</summary>
/// <inheritdoc cref="IMaxPool2DKernel{T}" path="/remarks"/>
internal sealed class LiteralMaxPool2D<T> : IMaxPool2DKernel<T> where T : unmanaged, INumber<T>
{
    /// <inheritdoc/>
    public void Forward(in Pool2DGeometry geometry, ReadOnlyNchwSpan<T> input, NchwSpan<T> output, NchwSpan<long> indices)
    {
        var (height, width) = (geometry.Height, geometry.Width);
        T lowest = T.CreateSaturating(double.NegativeInfinity); // -infinity, or the least integer
        for (long n = 0; n < geometry.Batch; n++)
            for (long c = 0; c < geometry.Channels; c++)
                for (long oh = 0; oh < height.Out; oh++)
                    for (long ow = 0; ow < width.Out; ow++)
                    {
                        var (firstRow, endRow) = height.InputTaps(oh);
                        var (firstColumn, endColumn) = width.InputTaps(ow);
                        T max = lowest;
                        // Where nothing exceeds the lowest value, the window's first cell has won.
                        long winner = height.InputIndex(oh, firstRow) * width.In + width.InputIndex(ow, firstColumn);
                        for (long kh = firstRow; kh < endRow; kh++)
                            for (long kw = firstColumn; kw < endColumn; kw++)
                            {
                                long ih = height.InputIndex(oh, kh);
                                long iw = width.InputIndex(ow, kw);
                                T x = input[n, c, ih, iw];
                                if (x > max || T.IsNaN(x))
                                {
                                    max = x;
                                    winner = ih * width.In + iw;
                                }
                            }
                        output[n, c, oh, ow] = max;
                        if (!indices.IsEmpty) indices[n, c, oh, ow] = winner;
                    }
    }

    /// <inheritdoc/>
    public void GradInput(
        in Pool2DGeometry geometry, ReadOnlyNchwSpan<T> gradOutput, ReadOnlyNchwSpan<long> indices, NchwSpan<T> gradInput)
    {
        var (height, width) = (geometry.Height, geometry.Width);
        gradInput.Clear();
        for (long n = 0; n < geometry.Batch; n++)
            for (long c = 0; c < geometry.Channels; c++)
                for (long oh = 0; oh < height.Out; oh++)
                    for (long ow = 0; ow < width.Out; ow++)
                    {
                        long winner = indices[n, c, oh, ow];
                        long ih = winner / width.In;
                        long iw = winner % width.In;
                        if (height.IsInput(ih))
                            gradInput[n, c, ih, iw] += gradOutput[n, c, oh, ow]; // windows overlap: a cell may win more than once
                    }
    }

    /// <inheritdoc/>
    public void TakeWinners(
        in Pool2DGeometry geometry, ReadOnlyNchwSpan<T> values, ReadOnlyNchwSpan<long> indices, NchwSpan<T> output)
    {
        var (height, width) = (geometry.Height, geometry.Width);
        for (long n = 0; n < geometry.Batch; n++)
            for (long c = 0; c < geometry.Channels; c++)
                for (long oh = 0; oh < height.Out; oh++)
                    for (long ow = 0; ow < width.Out; ow++)
                    {
                        long winner = indices[n, c, oh, ow];
                        long ih = winner / width.In;
                        long iw = winner % width.In;
                        output[n, c, oh, ow] = height.IsInput(ih) ? values[n, c, ih, iw] : T.Zero;
                    }
    }
}
