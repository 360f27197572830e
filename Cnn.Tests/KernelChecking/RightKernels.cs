using System.Numerics;
using Cnn.Reference;
using TorchSharp;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace Cnn.Tests.KernelChecking;

/// <summary>Kernels that are right: nobody may accuse them.</summary>
public static class RightKernels
{
    /// <summary>libtorch's own.</summary>
    public static Tensor Libtorch(Tensor input, Tensor weight, Tensor? bias, long[] stride, long[] padding, long[] dilation, long groups) =>
        F.conv2d(input, weight, bias, stride, padding, dilation, groups);

    /// <summary>libtorch's own gradients.</summary>
    public static (Tensor, Tensor, Tensor?) LibtorchGradients(
        Tensor gradOutput, Tensor input, Tensor weight, bool bias, long[] stride, long[] padding, long[] dilation, long groups)
    {
        using var recording = enable_grad();
        Tensor x = input.detach().requires_grad_(), w = weight.detach().requires_grad_();
        var b = bias ? zeros([weight.shape[0]], weight.dtype).requires_grad_() : null;
        var output = F.conv2d(x, w, b, stride, padding, dilation, groups);
        autograd.backward([output], [gradOutput]);
        return (x.grad!, w.grad!, b?.grad);
    }

    /// <summary>libtorch's own max pool.</summary>
    public static Tensor LibtorchMax(Tensor input, long[] kernel_size, long[] stride, long[] padding, long[] dilation, bool ceil_mode) =>
        F.max_pool2d(input, kernel_size, stride, padding, dilation, ceil_mode);

    /// <summary>libtorch's own average pool, in float64.</summary>
    public static Tensor WideAverage(
        Tensor input, long[] kernel_size, long[] stride, long[] padding, bool ceil_mode, bool count_include_pad, long? divisor_override)
    {
        using var wide = input.to(ScalarType.Float64);
        using var average = F.avg_pool2d(wide, kernel_size, stride, padding, ceil_mode, count_include_pad, divisor_override);
        return average.to(input.dtype, copy: true);
    }

    /// <summary>im2col: the windows side by side, and one product of matrices a group. Sums in whatever order matmul takes.</summary>
    public static Tensor Im2Col(Tensor input, Tensor weight, Tensor? bias, long[] stride, long[] padding, long[] dilation, long groups)
    {
        using var scope = NewDisposeScope();
        var images = input.dim() == 3 ? input.unsqueeze(0) : input;
        long n = images.shape[0], outputs = weight.shape[0];
        long height = Out(images.shape[2], weight.shape[2], 0), width = Out(images.shape[3], weight.shape[3], 1);
        // In float32, where 16 bits would be too few for the sums.
        var type = input.dtype is ScalarType.Float16 or ScalarType.BFloat16 ? ScalarType.Float32 : input.dtype;
        var padded = F.pad(images.to(type), [padding[1], padding[1], padding[0], padding[0]]);
        var taps = new List<Tensor>();
        for (long kh = 0; kh < weight.shape[2]; kh++)
            for (long kw = 0; kw < weight.shape[3]; kw++)
                taps.Add(padded
                    .slice(2, kh * dilation[0], kh * dilation[0] + (height - 1) * stride[0] + 1, stride[0])
                    .slice(3, kw * dilation[1], kw * dilation[1] + (width - 1) * stride[1] + 1, stride[1]));
        var columns = stack(taps, 2).reshape(n, groups, images.shape[1] / groups * taps.Count, height * width);
        var filters = weight.to(type).reshape(1, groups, outputs / groups, columns.shape[2]);
        var output = matmul(filters, columns).reshape(n, outputs, height, width);
        if (bias is not null) output = output + bias.to(type).reshape(1, outputs, 1, 1);
        output = output.to(input.dtype);
        return (input.dim() == 3 ? output.squeeze(0) : output).MoveToOuterDisposeScope();

        long Out(long size, long kernel, int axis) => (size + 2 * padding[axis] - dilation[axis] * (kernel - 1) - 1) / stride[axis] + 1;
    }

    /// <summary>The literal loops, which add backwards and in double: another order, and another width.</summary>
    public static void Conv2d<T>(ReadOnlySpan<T> input, ReadOnlySpan<T> weight, ReadOnlySpan<T> bias, Span<T> output, Conv2dSizes s)
        where T : unmanaged, INumber<T>
    {
        int inGroup = s.InChannels / s.Groups, outGroup = s.OutChannels / s.Groups, at = 0;
        for (int n = 0; n < s.N; n++)
            for (int oc = 0; oc < s.OutChannels; oc++)
                for (int oh = 0; oh < s.OutHeight; oh++)
                    for (int ow = 0; ow < s.OutWidth; ow++)
                    {
                        double sum = bias.IsEmpty ? 0 : double.CreateChecked(bias[oc]);
                        for (int ic = inGroup - 1; ic >= 0; ic--)
                            for (int kh = 0; kh < s.KernelHeight; kh++)
                                for (int kw = 0; kw < s.KernelWidth; kw++)
                                {
                                    int ih = oh * s.StrideHeight - s.PadHeight + kh * s.DilationHeight;
                                    int iw = ow * s.StrideWidth - s.PadWidth + kw * s.DilationWidth;
                                    if (ih < 0 || ih >= s.InHeight || iw < 0 || iw >= s.InWidth) continue;
                                    int c = oc / outGroup * inGroup + ic;
                                    sum += double.CreateChecked(input[((n * s.InChannels + c) * s.InHeight + ih) * s.InWidth + iw])
                                        * double.CreateChecked(weight[((oc * inGroup + ic) * s.KernelHeight + kh) * s.KernelWidth + kw]);
                                }
                        output[at++] = T.CreateChecked(sum);
                    }
    }

    /// <summary>The gradients of the literal loops, scattered.</summary>
    public static void Gradients<T>(
        ReadOnlySpan<T> gradOutput, ReadOnlySpan<T> input, ReadOnlySpan<T> weight, Span<T> gradInput, Span<T> gradWeight, Span<T> gradBias,
        Conv2dSizes s) where T : unmanaged, INumber<T>
    {
        double[] x = new double[gradInput.Length], w = new double[gradWeight.Length], b = new double[s.OutChannels];
        int inGroup = s.InChannels / s.Groups, outGroup = s.OutChannels / s.Groups, at = 0;
        for (int n = 0; n < s.N; n++)
            for (int oc = 0; oc < s.OutChannels; oc++)
                for (int oh = 0; oh < s.OutHeight; oh++)
                    for (int ow = 0; ow < s.OutWidth; ow++)
                    {
                        double g = double.CreateChecked(gradOutput[at++]);
                        b[oc] += g;
                        for (int ic = 0; ic < inGroup; ic++)
                            for (int kh = 0; kh < s.KernelHeight; kh++)
                                for (int kw = 0; kw < s.KernelWidth; kw++)
                                {
                                    int ih = oh * s.StrideHeight - s.PadHeight + kh * s.DilationHeight;
                                    int iw = ow * s.StrideWidth - s.PadWidth + kw * s.DilationWidth;
                                    if (ih < 0 || ih >= s.InHeight || iw < 0 || iw >= s.InWidth) continue;
                                    int i = ((n * s.InChannels + oc / outGroup * inGroup + ic) * s.InHeight + ih) * s.InWidth + iw;
                                    int k = ((oc * inGroup + ic) * s.KernelHeight + kh) * s.KernelWidth + kw;
                                    x[i] += g * double.CreateChecked(weight[k]);
                                    w[k] += g * double.CreateChecked(input[i]);
                                }
                    }
        for (int i = 0; i < x.Length; i++) gradInput[i] = T.CreateChecked(x[i]);
        for (int i = 0; i < w.Length; i++) gradWeight[i] = T.CreateChecked(w[i]);
        for (int i = 0; i < gradBias.Length; i++) gradBias[i] = T.CreateChecked(b[i]);
    }

    /// <summary>A max pool of literal loops.</summary>
    public static void Max<T>(ReadOnlySpan<T> input, Span<T> output, MaxPool2dSizes s) where T : unmanaged, INumber<T>, IMinMaxValue<T> =>
        Pool(input, output, s, window =>
        {
            var most = T.IsInteger(T.MinValue) && !T.IsNegative(T.MinValue) || T.IsInteger(T.One / (T.One + T.One)) ? T.MinValue
                : -T.One / T.Zero;
            foreach (var value in window)
                if (value > most || T.IsNaN(value)) most = value;
            return most;
        });

    /// <summary>An average pool of literal loops.</summary>
    public static void Average<T>(ReadOnlySpan<T> input, Span<T> output, AvgPool2dSizes s) where T : unmanaged, INumber<T>
    {
        int at = 0;
        for (int plane = 0; plane < s.N * s.Channels; plane++)
            for (int oh = 0; oh < s.OutHeight; oh++)
                for (int ow = 0; ow < s.OutWidth; ow++)
                {
                    int top = oh * s.StrideHeight - s.PadHeight, left = ow * s.StrideWidth - s.PadWidth;
                    int bottom = Math.Min(top + s.KernelHeight, s.InHeight + s.PadHeight),
                    right = Math.Min(left + s.KernelWidth, s.InWidth + s.PadWidth);
                    int padded = (bottom - top) * (right - left);
                    (top, left, bottom, right) = (
                        Math.Max(top, 0), Math.Max(left, 0), Math.Min(bottom, s.InHeight), Math.Min(right, s.InWidth));
                    double sum = 0;
                    for (int ih = top; ih < bottom; ih++)
                        for (int iw = left; iw < right; iw++)
                            sum += double.CreateChecked(input[(plane * s.InHeight + ih) * s.InWidth + iw]);
                    int divisor = s.DivisorOverride ?? (s.CountIncludePad ? padded : (bottom - top) * (right - left));
                    output[at++] = T.CreateChecked(sum / divisor);
                }
    }

    /// <summary>The same, multiplied by a reciprocal instead of divided: rounded twice.</summary>
    public static void AverageByReciprocal(ReadOnlySpan<float> input, Span<float> output, AvgPool2dSizes s)
    {
        Average(input, output, s with { DivisorOverride = 1 });
        float[] cells = new float[input.Length], divisors = new float[output.Length];
        Array.Fill(cells, 1);
        Average(cells, divisors, s);
        if (s.DivisorOverride is { } divisor) Array.Fill(divisors, divisor);
        else
        {
            float[] counts = new float[output.Length];
            Average(cells, counts, s with { DivisorOverride = 1 });
            for (int i = 0; i < divisors.Length; i++) divisors[i] = MathF.Round(counts[i] / divisors[i]); // cells / (cells / divisor)
        }
        for (int i = 0; i < output.Length; i++) output[i] *= 1 / divisors[i];
    }

    private static void Pool<T>(ReadOnlySpan<T> input, Span<T> output, MaxPool2dSizes s, Func<List<T>, T> reduce) where T : unmanaged
    {
        int at = 0;
        for (int plane = 0; plane < s.N * s.Channels; plane++)
            for (int oh = 0; oh < s.OutHeight; oh++)
                for (int ow = 0; ow < s.OutWidth; ow++)
                {
                    var window = new List<T>();
                    for (int kh = 0; kh < s.KernelHeight; kh++)
                        for (int kw = 0; kw < s.KernelWidth; kw++)
                        {
                            int ih = oh * s.StrideHeight - s.PadHeight + kh * s.DilationHeight;
                            int iw = ow * s.StrideWidth - s.PadWidth + kw * s.DilationWidth;
                            if (ih < 0 || ih >= s.InHeight || iw < 0 || iw >= s.InWidth) continue;
                            window.Add(input[(plane * s.InHeight + ih) * s.InWidth + iw]);
                        }
                    output[at++] = reduce(window);
                }
    }
}
