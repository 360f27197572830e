using System.Numerics;
using Cnn.Layers.Geometry;

namespace Cnn.Layers.Kernels;

/// <summary>
/// The loops of a convolution and of its three gradients. Whoever implements this (the literal loops, the fast ones,
/// libtorch as the oracle) takes the same arguments and means the same sums.
/// </summary>
/// <remarks>
/// <para>Loop indices are the same letters everywhere:</para>
/// <code>
///   n        image of the batch                 g        group of channels
///   oc       output channel, 0 .. C_out         ic       input channel within its group, 0 .. C_in / groups
///   oh ow    row and column of the output       kh kw    row and column of the kernel
///   ih iw    row and column of the input: ih = oh * stride - padding + kh * dilation, likewise iw
/// </code>
/// <para>
/// The order of summation is part of the contract, because it decides the bits. Every output element is one sum that
/// starts at +0 and takes its terms one by one in the order stated at each member; a product is added with a fused
/// multiply-add (rounded once). Padding cells are real zeros that take part in the sum, as in the exercise, which pads
/// first: an infinite weight over padding gives NaN.
/// </para>
/// <para>Outputs are overwritten: what they held before does not matter. Inputs are not changed.</para>
/// </remarks>
/// <typeparam name="T">float or double.</typeparam>
internal interface IConv2DKernel<T> : IKernel<Conv2DGeometry> where T : unmanaged, IFloatingPointIeee754<T>
{
    /// <summary>
    /// output[n, oc, oh, ow] = bias[oc] + sum over ic, kh, kw of input[n, g, ic, ih, iw] * weight[oc, ic, kh, kw].
    /// </summary>
    /// <remarks>Order: for ic, for kh, for kw; the bias is added once, at the end.</remarks>
    /// <param name="geometry">Sizes, stride, padding, dilation, groups.</param>
    /// <param name="input">(N, C_in, H, W).</param>
    /// <param name="weight">(C_out, C_in / groups, kH, kW).</param>
    /// <param name="bias">C_out values, or empty for none.</param>
    /// <param name="output">(N, C_out, oH, oW), written.</param>
    void Forward(
        in Conv2DGeometry geometry, ReadOnlyNchwSpan<T> input, ReadOnlyNchwSpan<T> weight, ReadOnlySpan<T> bias, NchwSpan<T> output);

    /// <summary>
    /// gradInput[n, g, ic, ih, iw] = sum over oc, kh, kw of gradOutput[n, oc, oh, ow] * weight[oc, ic, kh, kw],
    /// where (oh, ow) is the window whose tap (kh, kw) reads (ih, iw).
    /// </summary>
    /// <remarks>
    /// Order: for oc (of the group), for kh, for kw. A tap that the stride keeps from this cell adds nothing; a window before
    /// the first or behind the last has a gradient of zero, which takes part as the zeros of the padding do.
    /// </remarks>
    /// <param name="geometry">As in the forward pass.</param>
    /// <param name="gradOutput">(N, C_out, oH, oW).</param>
    /// <param name="weight">(C_out, C_in / groups, kH, kW).</param>
    /// <param name="gradInput">(N, C_in, H, W), written.</param>
    void GradInput(
        in Conv2DGeometry geometry, ReadOnlyNchwSpan<T> gradOutput, ReadOnlyNchwSpan<T> weight, NchwSpan<T> gradInput);

    /// <summary>
    /// gradWeight[oc, ic, kh, kw] = sum over n, oh, ow of gradOutput[n, oc, oh, ow] * input[n, g, ic, ih, iw].
    /// </summary>
    /// <remarks>Order: for n, for oh, for ow.</remarks>
    /// <param name="geometry">As in the forward pass.</param>
    /// <param name="gradOutput">(N, C_out, oH, oW).</param>
    /// <param name="input">(N, C_in, H, W).</param>
    /// <param name="gradWeight">(C_out, C_in / groups, kH, kW), written.</param>
    void GradWeight(
        in Conv2DGeometry geometry, ReadOnlyNchwSpan<T> gradOutput, ReadOnlyNchwSpan<T> input, NchwSpan<T> gradWeight);

    /// <summary>gradBias[oc] = sum over n, oh, ow of gradOutput[n, oc, oh, ow].</summary>
    /// <remarks>Order: for n, for oh, for ow.</remarks>
    /// <param name="geometry">As in the forward pass.</param>
    /// <param name="gradOutput">(N, C_out, oH, oW).</param>
    /// <param name="gradBias">C_out values, written.</param>
    void GradBias(in Conv2DGeometry geometry, ReadOnlyNchwSpan<T> gradOutput, Span<T> gradBias);

    /// <summary>Both <see cref="GradWeight"/> and <see cref="GradBias"/>: they read the same gradient.</summary>
    /// <param name="geometry">As in the forward pass.</param>
    /// <param name="gradOutput">(N, C_out, oH, oW).</param>
    /// <param name="input">(N, C_in, H, W).</param>
    /// <param name="gradWeight">(C_out, C_in / groups, kH, kW), written.</param>
    /// <param name="gradBias">C_out values, written.</param>
    void GradWeightAndBias(
        in Conv2DGeometry geometry, ReadOnlyNchwSpan<T> gradOutput, ReadOnlyNchwSpan<T> input, NchwSpan<T> gradWeight, Span<T> gradBias)
    {
        GradWeight(geometry, gradOutput, input, gradWeight);
        GradBias(geometry, gradOutput, gradBias);
    }
}
