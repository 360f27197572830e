using System.Numerics;
using Cnn.Layers.Geometry;
using Cnn.Layers.Kernels.Lanes;

namespace Cnn.Layers.Kernels.Fast;

/// <summary>The convolution and its gradients, many outputs at a time: the sums of the literal loops, in their order.</summary>
internal readonly unsafe struct FastConv2D<T, TLanes> : IConv2DKernel<T>
    where T : unmanaged, IFloatingPointIeee754<T>
    where TLanes : struct, ILanes<TLanes, T>
{
    /// <inheritdoc/>
    public static string? Refusal(in Conv2DGeometry geometry) => Budget.Refusal<T>(geometry);

    /// <inheritdoc/>
    public static void Forward(
        in Conv2DGeometry geometry, ReadOnlyNchwSpan<T> input, ReadOnlyNchwSpan<T> weight, ReadOnlySpan<T> bias, NchwSpan<T> output)
    {
        if (output.IsEmpty) return;
        fixed (T* from = input, filters = weight, to = output, constants = bias)
        {
            var x = Windows(geometry, from, input.Strides, filters, weight.Strides, to, output.Strides);
            x.Bias = constants;
            Correlate<T, TLanes>.Run(x);
        }
    }

    /// <inheritdoc/>
    public static void GradInput(
        in Conv2DGeometry geometry, ReadOnlyNchwSpan<T> gradOutput, ReadOnlyNchwSpan<T> weight, NchwSpan<T> gradInput)
    {
        if (gradInput.IsEmpty) return;
        var (height, width) = (geometry.Height, geometry.Width);
        fixed (T* from = gradOutput, filters = weight, to = gradInput)
            for (long rh = 0; rh < Math.Min(height.Stride, height.In); rh++) // remainder of ih
                for (long rw = 0; rw < Math.Min(width.Stride, width.In); rw++)
                    Correlate<T, TLanes>.Run(new()
                    {
                        Images = geometry.Batch,
                        Groups = geometry.Groups,
                        Channels = geometry.OutChannelsPerGroup,
                        Filters = checked((int)geometry.InChannelsPerGroup),
                        Height = CellsOf(height, rh),
                        Width = CellsOf(width, rw),
                        Source = from,
                        SourceStrides = gradOutput.Strides,
                        Weights = filters,
                        WeightGroup = geometry.OutChannelsPerGroup * weight.Strides.N,
                        WeightFilter = weight.Strides.C,
                        WeightChannel = weight.Strides.N,
                        WeightRow = weight.Strides.H,
                        WeightColumn = weight.Strides.W,
                        Output = to + rh * gradInput.Strides.H + rw * gradInput.Strides.W,
                        OutputStrides = gradInput.Strides with { H = height.Stride * gradInput.Strides.H, W = width.Stride * gradInput.Strides.W },
                    });

        // The input's cells r, r + stride, ...: windows over the upstream gradient, whose taps are those that reach them.
        static PlaneAxis CellsOf(in WindowAxis axis, long r)
        {
            var taps = new List<AxisTap>();
            for (long k = 0; k < axis.Kernel; k++)
                if (axis.TryOutputIndex(r, k, out long o)) taps.Add(new(o, k));
            return new(axis.Out, WindowAxis.CeilDiv(axis.In - r, axis.Stride), 1, [.. taps]);
        }
    }

    /// <inheritdoc/>
    public static void GradWeight(
        in Conv2DGeometry geometry, ReadOnlyNchwSpan<T> gradOutput, ReadOnlyNchwSpan<T> input, NchwSpan<T> gradWeight)
    {
        if (gradWeight.IsEmpty) return;
        fixed (T* up = gradOutput, from = input, to = gradWeight)
            WeightSums<T, TLanes>.Run(Windows(geometry, from, input.Strides, to, gradWeight.Strides, up, gradOutput.Strides));
    }

    /// <inheritdoc/>
    public static void GradBias(in Conv2DGeometry geometry, ReadOnlyNchwSpan<T> gradOutput, Span<T> gradBias)
    {
        const int Channels = 8; // sums side by side: one addition waits four cycles for the one before it
        var (batch, outH, outW) = (geometry.Batch, geometry.Height.Out, geometry.Width.Out);
        var strides = gradOutput.Strides;
        T* acc = stackalloc T[Channels];
        fixed (T* up = gradOutput)
            for (int oc = 0; oc < gradBias.Length; oc += Channels)
            {
                int channels = Math.Min(Channels, gradBias.Length - oc);
                new Span<T>(acc, Channels).Clear();
                for (long n = 0; n < batch; n++)
                    for (long oh = 0; oh < outH; oh++)
                    {
                        T* row = up + n * strides.N + oc * strides.C + oh * strides.H;
                        for (long ow = 0; ow < outW; ow++)
                            for (int c = 0; c < channels; c++) acc[c] += row[c * strides.C + ow * strides.W];
                    }
                new Span<T>(acc, channels).CopyTo(gradBias[oc..]);
            }
    }

    // The windows of the forward pass.
    private static Correlation<T> Windows(
        in Conv2DGeometry geometry, T* input, Shape4 inputStrides, T* weight, Shape4 weightStrides, T* output, Shape4 outputStrides)
    {
        return new()
        {
            Images = geometry.Batch,
            Groups = geometry.Groups,
            Channels = geometry.InChannelsPerGroup,
            Filters = checked((int)geometry.OutChannelsPerGroup),
            Height = WindowsOf(geometry.Height),
            Width = WindowsOf(geometry.Width),
            Source = input,
            SourceStrides = inputStrides,
            Weights = weight,
            WeightGroup = geometry.OutChannelsPerGroup * weightStrides.N,
            WeightFilter = weightStrides.N,
            WeightChannel = weightStrides.C,
            WeightRow = weightStrides.H,
            WeightColumn = weightStrides.W,
            Output = output,
            OutputStrides = outputStrides,
        };

        static PlaneAxis WindowsOf(in WindowAxis axis)
        {
            var taps = new AxisTap[axis.Kernel];
            for (long k = 0; k < axis.Kernel; k++) taps[k] = new(axis.InputIndex(0, k), k);
            return new(axis.In, axis.Out, axis.Stride, taps);
        }
    }
}
