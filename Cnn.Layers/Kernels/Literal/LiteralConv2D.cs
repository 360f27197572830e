using System.Numerics;
using Cnn.Layers.Geometry;

namespace Cnn.Layers.Kernels.Literal;

/// <summary>The convolution and its gradients as their formulas are written: one nest of loops each, no tricks.</summary>
/// <remarks>
/// <para>
/// How its names meet the exercise's: <c>vert_start</c> is <see cref="WindowAxis.InputIndex"/>(oh, 0), <c>horiz_start</c> the same of ow;
/// <c>A_prev_pad</c> is no array, but <c>AtOrZero</c>, which gives 0 outside of the image; <c>h, w, c</c> are oh, ow, oc.
/// </para>
/// <para>
/// The exercise scatters the input gradient: each window adds its share to all cells it has read. Here it is gathered: each cell sums over
/// the windows that have read it (<see cref="WindowAxis.TryOutputIndex"/> finds them). The terms are the same. But each sum stands alone,
/// which fixes its order, and lets threads share the cells.
/// </para>
/// </remarks>
internal sealed class LiteralConv2D<T> : IConv2DKernel<T> where T : unmanaged, IFloatingPointIeee754<T>
{
    /// <inheritdoc/>
    public void Forward(
        in Conv2DGeometry geometry, ReadOnlyNchwSpan<T> input, ReadOnlyNchwSpan<T> weight, ReadOnlySpan<T> bias, NchwSpan<T> output)
    {
        var (height, width) = (geometry.Height, geometry.Width);
        for (long n = 0; n < geometry.Batch; n++)
            for (long oc = 0; oc < geometry.OutChannels; oc++)
            {
                long groupStart = oc / geometry.OutChannelsPerGroup * geometry.InChannelsPerGroup; // the group's first input channel
                for (long oh = 0; oh < height.Out; oh++)
                    for (long ow = 0; ow < width.Out; ow++)
                    {
                        var sum = new BlockedSum<T>();
                        for (long ic = 0; ic < geometry.InChannelsPerGroup; ic++)
                        {
                            for (long kh = 0; kh < height.Kernel; kh++)
                                for (long kw = 0; kw < width.Kernel; kw++)
                                {
                                    long ih = height.InputIndex(oh, kh);
                                    long iw = width.InputIndex(ow, kw);
                                    sum.MultiplyAdd(input.AtOrZero(n, groupStart + ic, ih, iw), weight[oc, ic, kh, kw]);
                                }
                            if (geometry.PartialSums.EndsWith(ic, geometry.InChannelsPerGroup)) sum.EndPartialSum();
                        }
                        output[n, oc, oh, ow] = bias.IsEmpty ? sum.Total : sum.Total + bias[checked((int)oc)];
                    }
            }
    }

    /// <inheritdoc/>
    public void GradInput(
        in Conv2DGeometry geometry, ReadOnlyNchwSpan<T> gradOutput, ReadOnlyNchwSpan<T> weight, NchwSpan<T> gradInput)
    {
        var (height, width) = (geometry.Height, geometry.Width);
        for (long n = 0; n < geometry.Batch; n++)
            for (long g = 0; g < geometry.Groups; g++)
                for (long ic = 0; ic < geometry.InChannelsPerGroup; ic++)
                    for (long ih = 0; ih < height.In; ih++)
                        for (long iw = 0; iw < width.In; iw++)
                        {
                            var sum = new BlockedSum<T>();
                            for (long c = 0; c < geometry.OutChannelsPerGroup; c++)
                            {
                                long oc = g * geometry.OutChannelsPerGroup + c;
                                for (long kh = 0; kh < height.Kernel; kh++)
                                    for (long kw = 0; kw < width.Kernel; kw++)
                                        if (height.TryOutputIndex(ih, kh, out long oh) && width.TryOutputIndex(iw, kw, out long ow))
                                            sum.MultiplyAdd(gradOutput.AtOrZero(n, oc, oh, ow), weight[oc, ic, kh, kw]);
                                if (geometry.PartialSums.EndsWith(c, geometry.OutChannelsPerGroup)) sum.EndPartialSum();
                            }
                            gradInput[n, g * geometry.InChannelsPerGroup + ic, ih, iw] = sum.Total;
                        }
    }

    /// <inheritdoc/>
    public void GradWeight(
        in Conv2DGeometry geometry, ReadOnlyNchwSpan<T> gradOutput, ReadOnlyNchwSpan<T> input, NchwSpan<T> gradWeight)
    {
        var (height, width) = (geometry.Height, geometry.Width);
        for (long oc = 0; oc < geometry.OutChannels; oc++)
        {
            long groupStart = oc / geometry.OutChannelsPerGroup * geometry.InChannelsPerGroup; // the group's first input channel
            for (long ic = 0; ic < geometry.InChannelsPerGroup; ic++)
                for (long kh = 0; kh < height.Kernel; kh++)
                    for (long kw = 0; kw < width.Kernel; kw++)
                    {
                        var sum = new BlockedSum<T>();
                        for (long n = 0; n < geometry.Batch; n++)
                            for (long oh = 0; oh < height.Out; oh++)
                                for (long ow = 0; ow < width.Out; ow++)
                                {
                                    long ih = height.InputIndex(oh, kh);
                                    long iw = width.InputIndex(ow, kw);
                                    sum.MultiplyAdd(gradOutput[n, oc, oh, ow], input.AtOrZero(n, groupStart + ic, ih, iw));
                                    if (geometry.PartialSums.EndsWith(n, oh, ow, gradOutput.Shape)) sum.EndPartialSum();
                                }
                        gradWeight[oc, ic, kh, kw] = sum.Total;
                    }
        }
    }

    /// <inheritdoc/>
    public void GradBias(in Conv2DGeometry geometry, ReadOnlyNchwSpan<T> gradOutput, Span<T> gradBias)
    {
        for (long oc = 0; oc < geometry.OutChannels; oc++)
        {
            var sum = new BlockedSum<T>();
            for (long n = 0; n < geometry.Batch; n++)
                for (long oh = 0; oh < geometry.Height.Out; oh++)
                    for (long ow = 0; ow < geometry.Width.Out; ow++)
                    {
                        sum.Add(gradOutput[n, oc, oh, ow]);
                        if (geometry.PartialSums.EndsWith(n, oh, ow, gradOutput.Shape)) sum.EndPartialSum();
                    }
            gradBias[checked((int)oc)] = sum.Total;
        }
    }
}
