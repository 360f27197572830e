using System.Numerics;
using Cnn.Layers.Geometry;

namespace Cnn.Layers.Kernels.Literal;

/// <summary>The average pool and its gradient as their formulas are written.</summary>
/// <inheritdoc cref="IAvgPool2DKernel{T}" path="/remarks"/>
internal sealed class LiteralAvgPool2D<T> : IAvgPool2DKernel<T> where T : unmanaged, IFloatingPointIeee754<T>
{
    /// <inheritdoc/>
    public void Forward(in Pool2DGeometry geometry, ReadOnlyNchwSpan<T> input, NchwSpan<T> output)
    {
        var (height, width) = (geometry.Height, geometry.Width);
        for (long n = 0; n < geometry.Batch; n++)
            for (long c = 0; c < geometry.Channels; c++)
                for (long oh = 0; oh < height.Out; oh++)
                    for (long ow = 0; ow < width.Out; ow++)
                    {
                        var (firstRow, endRow) = height.InputTaps(oh);
                        var (firstColumn, endColumn) = width.InputTaps(ow);
                        T acc = T.Zero;
                        for (long kh = firstRow; kh < endRow; kh++)
                            for (long kw = firstColumn; kw < endColumn; kw++)
                                acc += input[n, c, height.InputIndex(oh, kh), width.InputIndex(ow, kw)];
                        bool hasCells = firstRow < endRow && firstColumn < endColumn;
                        output[n, c, oh, ow] = hasCells ? acc / T.CreateChecked(geometry.Divisor(oh, ow)) : T.Zero;
                    }
    }

    /// <inheritdoc/>
    public void GradInput(in Pool2DGeometry geometry, ReadOnlyNchwSpan<T> gradOutput, NchwSpan<T> gradInput)
    {
        var (height, width) = (geometry.Height, geometry.Width);
        gradInput.Clear();
        for (long n = 0; n < geometry.Batch; n++)
            for (long c = 0; c < geometry.Channels; c++)
                for (long oh = 0; oh < height.Out; oh++)
                    for (long ow = 0; ow < width.Out; ow++)
                    {
                        var (firstRow, endRow) = height.InputTaps(oh);
                        var (firstColumn, endColumn) = width.InputTaps(ow);
                        for (long kh = firstRow; kh < endRow; kh++)
                            for (long kw = firstColumn; kw < endColumn; kw++)
                                gradInput[n, c, height.InputIndex(oh, kh), width.InputIndex(ow, kw)] +=
                                    gradOutput[n, c, oh, ow] / T.CreateChecked(geometry.Divisor(oh, ow));
                    }
    }
}
