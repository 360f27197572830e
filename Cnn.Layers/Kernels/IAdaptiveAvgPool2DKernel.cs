using System.Numerics;
using Cnn.Layers.Geometry;

namespace Cnn.Layers.Kernels;

/// <summary>The loops of an adaptive average pool and of its gradient.</summary>
/// <remarks>Loop indices and buffers as in <see cref="IMaxPool2DKernel{T}"/>.</remarks>
/// <typeparam name="T">float or double.</typeparam>
internal interface IAdaptiveAvgPool2DKernel<T> : IKernel<AdaptivePool2DGeometry> where T : unmanaged, IFloatingPointIeee754<T>
{
    /// <summary>output[n, c, oh, ow] = (sum over the cells ih, iw of the window of input[n, c, ih, iw]) / their number.</summary>
    /// <remarks>
    /// Order: a row of the window is summed up for iw; <see cref="AdaptivePool2DGeometry.PieceRows"/> rows, for ih, make a piece; the
    /// pieces are summed up from the first row on; each sum starts from +0. At the end the divisions of
    /// <see cref="AdaptivePool2DGeometry.Divisors"/>, by rows and by columns.
    /// </remarks>
    /// <param name="geometry">Sizes of input and output.</param>
    /// <param name="input">(N, C, H, W).</param>
    /// <param name="output">(N, C, oH, oW), written.</param>
    void Forward(in AdaptivePool2DGeometry geometry, ReadOnlyNchwSpan<T> input, NchwSpan<T> output);

    /// <summary>
    /// gradInput[n, c, ih, iw] = sum over the windows (oh, ow) that read this cell of gradOutput[n, c, oh, ow] / their number of cells.
    /// </summary>
    /// <remarks>Order: for oh, for ow, from +0; each term is divided (and rounded, as forward) before it is added.</remarks>
    /// <param name="geometry">As in the forward pass.</param>
    /// <param name="gradOutput">(N, C, oH, oW).</param>
    /// <param name="gradInput">(N, C, H, W), written.</param>
    void GradInput(in AdaptivePool2DGeometry geometry, ReadOnlyNchwSpan<T> gradOutput, NchwSpan<T> gradInput);
}
