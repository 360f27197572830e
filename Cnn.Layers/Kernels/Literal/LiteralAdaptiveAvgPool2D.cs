using System.Numerics;
using Cnn.Layers.Geometry;

namespace Cnn.Layers.Kernels.Literal;

/// <summary>The adaptive average pool and its gradient as their formulas are written.</summary>
/// <inheritdoc cref="IAdaptiveAvgPool2DKernel{T}" path="/remarks"/>
internal sealed class LiteralAdaptiveAvgPool2D<T> : IAdaptiveAvgPool2DKernel<T> where T : unmanaged, IFloatingPointIeee754<T>
{
    /// <inheritdoc/>
    public void Forward(in AdaptivePool2DGeometry geometry, ReadOnlyNchwSpan<T> input, NchwSpan<T> output)
    {
        var (height, width) = (geometry.Height, geometry.Width);
        for (long n = 0; n < geometry.Batch; n++)
            for (long c = 0; c < geometry.Channels; c++)
                for (long oh = 0; oh < height.Out; oh++)
                    for (long ow = 0; ow < width.Out; ow++)
                    {
                        var (firstRow, endRow) = height.Cells(oh);
                        var (firstColumn, endColumn) = width.Cells(ow);
                        T acc = T.Zero;
                        for (long start = firstRow; start < endRow; start += AdaptivePool2DGeometry.PieceRows)
                        {
                            T piece = T.Zero;
                            for (long ih = start; ih < Math.Min(start + AdaptivePool2DGeometry.PieceRows, endRow); ih++)
                            {
                                T row = T.Zero;
                                for (long iw = firstColumn; iw < endColumn; iw++)
                                    row += input[n, c, ih, iw];
                                piece += row;
                            }
                            acc += piece;
                        }
                        var (first, second) = geometry.Divisors(endRow - firstRow, endColumn - firstColumn);
                        output[n, c, oh, ow] = acc / T.CreateChecked(first) / T.CreateChecked(second);
                    }
    }

    /// <inheritdoc/>
    public void GradInput(in AdaptivePool2DGeometry geometry, ReadOnlyNchwSpan<T> gradOutput, NchwSpan<T> gradInput)
    {
        var (height, width) = (geometry.Height, geometry.Width);
        gradInput.Clear();
        for (long n = 0; n < geometry.Batch; n++)
            for (long c = 0; c < geometry.Channels; c++)
                for (long oh = 0; oh < height.Out; oh++)
                    for (long ow = 0; ow < width.Out; ow++)
                    {
                        var (firstRow, endRow) = height.Cells(oh);
                        var (firstColumn, endColumn) = width.Cells(ow);
                        var (first, second) = geometry.Divisors(endRow - firstRow, endColumn - firstColumn);
                        for (long ih = firstRow; ih < endRow; ih++)
                            for (long iw = firstColumn; iw < endColumn; iw++)
                                gradInput[n, c, ih, iw] += gradOutput[n, c, oh, ow] / T.CreateChecked(first) / T.CreateChecked(second);
                    }
    }
}
