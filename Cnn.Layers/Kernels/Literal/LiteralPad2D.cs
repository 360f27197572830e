using System.Numerics;
using Cnn.Layers.Geometry;

namespace Cnn.Layers.Kernels.Literal;

/// <summary>The padding by copies and its gradient as their formulas are written.</summary>
/// <inheritdoc cref="IPad2DKernel{T}" path="/remarks"/>
internal sealed class LiteralPad2D<T> : IPad2DKernel<T> where T : unmanaged, INumber<T>
{
    /// <inheritdoc/>
    public void Forward(in Pad2DGeometry geometry, ReadOnlyNchwSpan<T> input, NchwSpan<T> output)
    {
        var (height, width) = (geometry.Height, geometry.Width);
        for (long n = 0; n < geometry.Batch; n++)
            for (long c = 0; c < geometry.Channels; c++)
                for (long oh = 0; oh < height.Out; oh++)
                    for (long ow = 0; ow < width.Out; ow++)
                        output[n, c, oh, ow] = input[n, c, height.InputIndex(oh), width.InputIndex(ow)];
    }

    /// <inheritdoc/>
    public void GradInput(in Pad2DGeometry geometry, ReadOnlyNchwSpan<T> gradOutput, NchwSpan<T> gradInput)
    {
        var (height, width) = (geometry.Height, geometry.Width);
        gradInput.Clear();
        for (long n = 0; n < geometry.Batch; n++)
            for (long c = 0; c < geometry.Channels; c++)
                for (long oh = 0; oh < height.Out; oh++)
                    for (long ow = 0; ow < width.Out; ow++)
                        gradInput[n, c, height.InputIndex(oh), width.InputIndex(ow)] += gradOutput[n, c, oh, ow];
    }
}
