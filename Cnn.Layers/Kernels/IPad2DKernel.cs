using System.Numerics;
using Cnn.Layers.Geometry;

namespace Cnn.Layers.Kernels;

/// <summary>The loops that pad an image with copies of its own cells (reflect, replicate, circular), and their gradient.</summary>
/// <remarks>
/// Loop indices: n c oh ow ih iw; (oh, ow) is a cell of the padded image, (ih, iw) the cell it copies. Zero padding needs
/// no copy: the convolution reads zeros there.
/// </remarks>
/// <typeparam name="T">float or double.</typeparam>
internal interface IPad2DKernel<T> where T : unmanaged, INumber<T>
{
    /// <summary>output[n, c, oh, ow] = input[n, c, ih, iw].</summary>
    /// <param name="geometry">Sizes, padding, and what the border copies.</param>
    /// <param name="input">(N, C, H, W).</param>
    /// <param name="output">(N, C, padded H, padded W), written.</param>
    void Forward(in Pad2DGeometry geometry, ReadOnlyNchwSpan<T> input, NchwSpan<T> output);

    /// <summary>gradInput[n, c, ih, iw] = sum over the cells (oh, ow) that copy it of gradOutput[n, c, oh, ow].</summary>
    /// <remarks>Order: for oh, for ow, from +0.</remarks>
    /// <param name="geometry">As in the forward pass.</param>
    /// <param name="gradOutput">(N, C, padded H, padded W).</param>
    /// <param name="gradInput">(N, C, H, W), written.</param>
    void GradInput(in Pad2DGeometry geometry, ReadOnlyNchwSpan<T> gradOutput, NchwSpan<T> gradInput);
}
