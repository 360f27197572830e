using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Cnn.Reference;
using TorchSharp;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace Cnn.Tests.KernelChecking;

/// <summary>Kernels with one planted mistake each.</summary>
public static class WrongKernels
{
    private static int calls;
    private static float[] reused = [];
    private static Tensor? kept;
    private static readonly Dictionary<string, Tensor> ofShape = [];

    public static Tensor OnlyTheFirstImage(
        Tensor input, Tensor weight, Tensor? bias, long[] stride, long[] padding, long[] dilation, long groups)
    {
        var output = F.conv2d(input, weight, bias, stride, padding, dilation, groups);
        if (output.dim() < 4 || output.shape[0] < 2) return output;
        using var first = output[0].unsqueeze(0);
        return first.expand(output.shape).clone();
    }

    public static Tensor LosesNaN(Tensor input, Tensor weight, Tensor? bias, long[] stride, long[] padding, long[] dilation, long groups)
    {
        using var output = F.conv2d(input, weight, bias, stride, padding, dilation, groups);
        return output.nan_to_num(0, double.PositiveInfinity, double.NegativeInfinity);
    }

    public static Tensor ChangesItsInput(
        Tensor input, Tensor weight, Tensor? bias, long[] stride, long[] padding, long[] dilation, long groups)
    {
        var output = F.conv2d(input, weight, bias, stride, padding, dilation, groups);
        if (input.numel() > 1) input.relu_();
        return output;
    }

    public static Tensor ReturnsItsInput(
        Tensor input, long[] kernel_size, long[] stride, long[] padding, bool ceil_mode, bool count_include_pad, long? divisor_override) =>
        kernel_size is [1, 1] && stride is [1, 1] && divisor_override is null
            ? input
            : F.avg_pool2d(input, kernel_size, stride, padding, ceil_mode, count_include_pad, divisor_override);

    public static Tensor AView(Tensor input, long[] kernel_size, long[] stride, long[] padding, long[] dilation, bool ceil_mode) =>
        kernel_size is [1, 1] && stride is [1, 1] ? input.alias() : F.max_pool2d(input, kernel_size, stride, padding, dilation, ceil_mode);

    public static Tensor TheBiasOfAnotherFilter(
        Tensor input, Tensor weight, Tensor? bias, long[] stride, long[] padding, long[] dilation, long groups)
    {
        using var turned = bias?.flip(0);
        return F.conv2d(input, weight, turned, stride, padding, dilation, groups);
    }

    public static Tensor SwapsStride(
        Tensor input, Tensor weight, Tensor? bias, long[] stride, long[] padding, long[] dilation, long groups) =>
        F.conv2d(input, weight, bias, [stride[1], stride[0]], padding, dilation, groups);

    public static Tensor InDouble(Tensor input, Tensor weight, Tensor? bias, long[] stride, long[] padding, long[] dilation, long groups)
    {
        using var output = F.conv2d(input, weight, bias, stride, padding, dilation, groups);
        return output.to(ScalarType.Float64, copy: true);
    }

    public static Tensor NoBatchAxis(
        Tensor input, Tensor weight, Tensor? bias, long[] stride, long[] padding, long[] dilation, long groups) =>
        input.dim() == 3
            ? F.conv2d(input.unsqueeze(0), weight, bias, stride, padding, dilation, groups)
            : F.conv2d(input, weight, bias, stride, padding, dilation, groups);

    /// <summary>Reads memory as if it were row-major.</summary>
    public static Tensor IgnoresStrides(
        Tensor input, Tensor weight, Tensor? bias, long[] stride, long[] padding, long[] dilation, long groups)
    {
        using var rows = zeros_like(input).contiguous();
        // An expanded view is too short to be read so.
        if (input.storage_offset() > 0 || input.stride(0) < rows.stride(0))
            return F.conv2d(input, weight, bias, stride, padding, dilation, groups);
        using var read = input.as_strided(input.shape, rows.stride(), 0);
        return F.conv2d(read, weight, bias, stride, padding, dilation, groups);
    }

    /// <summary>Right for small integers.</summary>
    public static Tensor RoundsOnTheWay(
        Tensor input, Tensor weight, Tensor? bias, long[] stride, long[] padding, long[] dilation, long groups)
    {
        using var narrow = input.to(ScalarType.Float16);
        using var back = narrow.to(input.dtype);
        return F.conv2d(back, weight, bias, stride, padding, dilation, groups);
    }

    public static Tensor Nothing(Tensor input, Tensor weight, Tensor? bias, long[] stride, long[] padding, long[] dilation, long groups) =>
        groups > 1 ? null! : F.conv2d(input, weight, bias, stride, padding, dilation, groups);

    public static Tensor Disposed(Tensor input, Tensor weight, Tensor? bias, long[] stride, long[] padding, long[] dilation, long groups)
    {
        var output = F.conv2d(input, weight, bias, stride, padding, dilation, groups);
        output.Dispose();
        return output;
    }

    public static Tensor ThrowsOnGroups(
        Tensor input, Tensor weight, Tensor? bias, long[] stride, long[] padding, long[] dilation, long groups) =>
        groups > 1
            ? throw new NotSupportedException("one group only")
            : F.conv2d(input, weight, bias, stride, padding, dilation, groups);

    /// <summary>Allocates and does not fill the last row.</summary>
    public static Tensor LeavesARow(Tensor input, Tensor weight, Tensor? bias, long[] stride, long[] padding, long[] dilation, long groups)
    {
        using var right = F.conv2d(input, weight, bias, stride, padding, dilation, groups);
        var output = empty(right.shape, right.dtype);
        long axis = right.dim() - 2, rows = right.shape[axis];
        if (rows < 2) return output.copy_(right);
        using var part = output.narrow(axis, 0, rows - 1);
        using var given = right.narrow(axis, 0, rows - 1);
        part.copy_(given);
        return output;
    }

    /// <summary>The same tensor again for the same shape.</summary>
    public static Tensor TheSameTensorAgain(
        Tensor input, long[] kernel_size, long[] stride, long[] padding, long[] dilation, bool ceil_mode)
    {
        using var right = F.max_pool2d(input, kernel_size, stride, padding, dilation, ceil_mode);
        if (kept is null || kept.numel() < right.numel() || kept.dtype != right.dtype)
            kept = zeros([Math.Max(right.numel(), 4096)], right.dtype).DetachFromDisposeScope()!;
        return kept.narrow(0, 0, right.numel()).copy_(right.flatten()).view(right.shape);
    }

    /// <summary>A tensor for each shape, which every call with that shape gives out.</summary>
    public static Tensor OneTensorAShape(Tensor input, long[] kernel_size, long[] stride, long[] padding, long[] dilation, bool ceil_mode)
    {
        using var right = F.max_pool2d(input, kernel_size, stride, padding, dilation, ceil_mode);
        string key = $"{right.dtype} {string.Join(' ', right.shape)}";
        if (!ofShape.TryGetValue(key, out var one)) ofShape[key] = one = zeros_like(right).DetachFromDisposeScope()!;
        return one.copy_(right);
    }

    public static Tensor SometimesAnother(Tensor input, long[] kernel_size, long[] stride, long[] padding, long[] dilation, bool ceil_mode)
    {
        var output = F.max_pool2d(input, kernel_size, stride, padding, dilation, ceil_mode);
        return ++calls % 2 == 0 ? output + 1 : output;
    }

    public static (Tensor, Tensor, Tensor?) WrongForStrideTwo(
        Tensor gradOutput, Tensor input, Tensor weight, bool bias, long[] stride, long[] padding, long[] dilation, long groups)
    {
        var (gradInput, gradWeight, gradBias) = RightKernels.LibtorchGradients(
            gradOutput, input, weight, bias, stride, padding, dilation, groups);
        return (stride[0] == 2 ? gradInput * 2 : gradInput, gradWeight, gradBias);
    }

    public static (Tensor, Tensor, Tensor?) WithoutPadding(
        Tensor gradOutput, Tensor input, Tensor weight, bool bias, long[] stride, long[] padding, long[] dilation, long groups)
    {
        var (gradInput, gradWeight, gradBias) = RightKernels.LibtorchGradients(
            gradOutput, input, weight, bias, stride, padding, dilation, groups);
        return (gradInput, padding[1] > 0 ? gradWeight.flip(3) : gradWeight, gradBias);
    }

    public static Tensor CountsWhatOverhangs(
        Tensor input, long[] kernel_size, long[] stride, long[] padding, bool ceil_mode, bool count_include_pad, long? divisor_override) =>
        F.avg_pool2d(input, kernel_size, stride, padding, ceil_mode, count_include_pad,
            divisor_override ?? (count_include_pad ? kernel_size[0] * kernel_size[1] : null));

    /// <summary>Ignores dilation, but for the output's size.</summary>
    public static void IgnoresDilation(
        ReadOnlySpan<float> input, ReadOnlySpan<float> weight, ReadOnlySpan<float> bias, Span<float> output, Conv2dSizes s) =>
        RightKernels.Conv2d(input, weight, bias, output, s with { DilationHeight = 1, DilationWidth = 1 });

    public static void SwapsPadding(
        ReadOnlySpan<float> input, ReadOnlySpan<float> weight, ReadOnlySpan<float> bias, Span<float> output, Conv2dSizes s) =>
        RightKernels.Conv2d(input, weight, bias, output, s with { PadHeight = s.PadWidth, PadWidth = s.PadHeight });

    /// <summary>Vectors of four, and no tail.</summary>
    public static void ForgetsTheTail(
        ReadOnlySpan<float> input, ReadOnlySpan<float> weight, ReadOnlySpan<float> bias, Span<float> output, Conv2dSizes s)
    {
        float[] right = new float[output.Length];
        RightKernels.Conv2d(input, weight, bias, right, s);
        right.AsSpan(0, output.Length / 4 * 4).CopyTo(output);
    }

    /// <summary>Adds to what is there.</summary>
    public static void Accumulates(
        ReadOnlySpan<float> input, ReadOnlySpan<float> weight, ReadOnlySpan<float> bias, Span<float> output, Conv2dSizes s)
    {
        float[] right = new float[output.Length];
        RightKernels.Conv2d(input, weight, bias, right, s);
        for (int i = 0; i < right.Length; i++) output[i] += right[i];
    }

    /// <summary>A buffer that is kept, and never cleared: padding holds what an earlier image left.</summary>
    public static void DirtyBuffer(
        ReadOnlySpan<float> input, ReadOnlySpan<float> weight, ReadOnlySpan<float> bias, Span<float> output, Conv2dSizes s)
    {
        int height = s.InHeight + 2 * s.PadHeight, width = s.InWidth + 2 * s.PadWidth, size = s.N * s.InChannels * height * width;
        if (reused.Length < size) Array.Resize(ref reused, size);
        for (int plane = 0; plane < s.N * s.InChannels; plane++)
            for (int ih = 0; ih < s.InHeight; ih++)
                input.Slice((plane * s.InHeight + ih) * s.InWidth, s.InWidth).CopyTo(
                    reused.AsSpan((plane * height + ih + s.PadHeight) * width + s.PadWidth));
        RightKernels.Conv2d(
            reused.AsSpan(0, size), weight, bias, output, s with { InHeight = height, InWidth = width, PadHeight = 0, PadWidth = 0 });
    }

    /// <summary>Writes one element behind the output.</summary>
    public static void WritesBehind(
        ReadOnlySpan<float> input, ReadOnlySpan<float> weight, ReadOnlySpan<float> bias, Span<float> output, Conv2dSizes s)
    {
        RightKernels.Conv2d(input, weight, bias, output, s);
        if (s.PadWidth > 0) Unsafe.Add(ref MemoryMarshal.GetReference(output), output.Length) = 1;
    }

    /// <summary>Reads one element behind the input.</summary>
    public static void ReadsBehind(
        ReadOnlySpan<float> input, ReadOnlySpan<float> weight, ReadOnlySpan<float> bias, Span<float> output, Conv2dSizes s)
    {
        RightKernels.Conv2d(input, weight, bias, output, s);
        if (s.PadWidth > 0 && output.Length > 0)
            output[0] += 0 * Math.Min(1, Math.Abs(Unsafe.Add(ref MemoryMarshal.GetReference(input), input.Length)));
    }

    public static void NeverReturns(
        ReadOnlySpan<float> input, ReadOnlySpan<float> weight, ReadOnlySpan<float> bias, Span<float> output, Conv2dSizes s)
    {
        RightKernels.Conv2d(input, weight, bias, output, s);
        if (s.StrideWidth > 2) Thread.Sleep(Timeout.Infinite);
    }

    public static void EndsTheProcess(
        ReadOnlySpan<float> input, ReadOnlySpan<float> weight, ReadOnlySpan<float> bias, Span<float> output, Conv2dSizes s)
    {
        if (s.Groups > 1) Environment.FailFast("planted");
        RightKernels.Conv2d(input, weight, bias, output, s);
    }

    public static Tensor OverflowsTheStack(
        Tensor input, Tensor weight, Tensor? bias, long[] stride, long[] padding, long[] dilation, long groups)
    {
        if (dilation[0] > 1) stride = [Deep(1), Deep(2)];
        return F.conv2d(input, weight, bias, stride, padding, dilation, groups);
    }

    private static long Deep(long level) => 1 + Deep(level + 1) % 7;
}
