using System.Numerics;
using Cnn.Layers.Geometry;

namespace Cnn.Layers.Kernels;

/// <summary>The loops of a max pool and of its derivatives.</summary>
/// <remarks>
/// Loop indices: n c oh ow kh kw ih iw, as in <see cref="IConv2DKernel{T}"/>; c is a channel of input and output.
/// Outputs are overwritten: what they held before does not matter. Inputs are not changed.
/// </remarks>
/// <typeparam name="T">float, double, or (forward only) any integer.</typeparam>
internal interface IMaxPool2DKernel<T> : IKernel<Pool2DGeometry> where T : unmanaged, INumber<T>
{
    /// <summary>output[n, c, oh, ow] = max over kh, kw of input[n, c, ih, iw].</summary>
    /// <remarks>
    /// <para>
    /// The index of the winner counts ih * W + iw in its plane. The first maximum in the order for kh, for kw wins; a NaN
    /// beats every number, and the last NaN wins. Padding is never read: it counts as the lowest value of the type.
    /// </para>
    /// <para>
    /// A window of nothing but padding (dilation makes it possible) gives the lowest value, and the index of the cell
    /// where its first tap at or beyond row 0 and column 0 would be: an index that may lie outside the plane, or name another
    /// row's cell. libtorch gives the same index.
    /// </para>
    /// </remarks>
    /// <param name="geometry">Sizes, stride, padding, dilation, ceil mode.</param>
    /// <param name="input">(N, C, H, W).</param>
    /// <param name="output">(N, C, oH, oW), written.</param>
    /// <param name="indices">(N, C, oH, oW), written; an empty span where nobody asks for them.</param>
    void Forward(in Pool2DGeometry geometry, ReadOnlyNchwSpan<T> input, NchwSpan<T> output, NchwSpan<long> indices);

    /// <summary>gradInput[n, c, index] = sum over the windows (oh, ow) that this cell has won of gradOutput[n, c, oh, ow].</summary>
    /// <remarks>Order: for oh, for ow, from +0. An index outside the plane receives nothing.</remarks>
    /// <param name="geometry">As in the forward pass.</param>
    /// <param name="gradOutput">(N, C, oH, oW).</param>
    /// <param name="indices">(N, C, oH, oW), from the forward pass.</param>
    /// <param name="gradInput">(N, C, H, W), written.</param>
    void GradInput(
        in Pool2DGeometry geometry, ReadOnlyNchwSpan<T> gradOutput, ReadOnlyNchwSpan<long> indices, NchwSpan<T> gradInput);

    /// <summary>
    /// output[n, c, oh, ow] = values[n, c, index]: what each winner holds in another tensor. The derivative of
    /// <see cref="GradInput"/>, once the winners are fixed.
    /// </summary>
    /// <remarks>An index outside the plane gives zero.</remarks>
    /// <param name="geometry">As in the forward pass.</param>
    /// <param name="values">(N, C, H, W).</param>
    /// <param name="indices">(N, C, oH, oW), from the forward pass.</param>
    /// <param name="output">(N, C, oH, oW), written.</param>
    void TakeWinners(
        in Pool2DGeometry geometry, ReadOnlyNchwSpan<T> values, ReadOnlyNchwSpan<long> indices, NchwSpan<T> output);
}

/// <summary>The loops of an average pool and of its gradient.</summary>
/// <remarks>Loop indices and buffers as in <see cref="IMaxPool2DKernel{T}"/>.</remarks>
/// <typeparam name="T">float or double.</typeparam>
internal interface IAvgPool2DKernel<T> : IKernel<Pool2DGeometry> where T : unmanaged, IFloatingPointIeee754<T>
{
    /// <summary>output[n, c, oh, ow] = (sum over kh, kw of input[n, c, ih, iw]) / divisor(oh, ow).</summary>
    /// <remarks>Order: for kh, for kw, from +0, over the cells of the input; one division at the end. No such cell: zero.</remarks>
    /// <param name="geometry">Sizes, stride, padding, ceil mode, and what the divisor is.</param>
    /// <param name="input">(N, C, H, W).</param>
    /// <param name="output">(N, C, oH, oW), written.</param>
    void Forward(in Pool2DGeometry geometry, ReadOnlyNchwSpan<T> input, NchwSpan<T> output);

    /// <summary>gradInput[n, c, ih, iw] = sum over the windows (oh, ow) that read this cell of gradOutput[n, c, oh, ow] / divisor(oh,
    /// ow).</summary>
    /// <remarks>Order: for oh, for ow, from +0; each term is divided (and rounded) before it is added.</remarks>
    /// <param name="geometry">As in the forward pass.</param>
    /// <param name="gradOutput">(N, C, oH, oW).</param>
    /// <param name="gradInput">(N, C, H, W), written.</param>
    void GradInput(in Pool2DGeometry geometry, ReadOnlyNchwSpan<T> gradOutput, NchwSpan<T> gradInput);
}
