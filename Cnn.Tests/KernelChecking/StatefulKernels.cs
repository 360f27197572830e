using Cnn.Reference;
using TorchSharp;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace Cnn.Tests.KernelChecking;

/// <summary>Kernels whose faults depend on the calls before, and other kinds that one call does not show.</summary>
public static class StatefulKernels
{
    private static readonly Dictionary<(int, int, int, int), float[]> Packed = [];
    private static int calls;

    /// <summary>Packs the filters of a shape once, and keeps them though there are others.</summary>
    public static void KeepsFilters(
        ReadOnlySpan<float> input, ReadOnlySpan<float> weight, ReadOnlySpan<float> bias, Span<float> output, Conv2dSizes s)
    {
        var key = (s.OutChannels, weight.Length, s.KernelHeight, s.KernelWidth);
        if (!Packed.TryGetValue(key, out float[]? packed)) Packed[key] = packed = weight.ToArray();
        RightKernels.Conv2d(input, packed, bias, output, s);
    }

    public static void EverySeventhCall(
        ReadOnlySpan<float> input, ReadOnlySpan<float> weight, ReadOnlySpan<float> bias, Span<float> output, Conv2dSizes s)
    {
        RightKernels.Conv2d(input, weight, bias, output, s);
        if (++calls % 7 == 0 && output.Length > 0) output[0] += 1;
    }

    /// <summary>Calls what lies in another assembly.</summary>
    public static Tensor NeedsXunit(Tensor input, long[] kernel_size, long[] stride, long[] padding, long[] dilation, bool ceil_mode)
    {
        Assert.NotNull(kernel_size);
        return F.max_pool2d(input, kernel_size, stride, padding, dilation, ceil_mode);
    }

    /// <summary>Two kinds of fault in the same level.</summary>
    public static Tensor ThrowsAndTurns(
        Tensor input, Tensor weight, Tensor? bias, long[] stride, long[] padding, long[] dilation, long groups)
    {
        if (groups > 1) throw new NotSupportedException("one group only");
        var output = F.conv2d(input, weight, bias, stride, padding, dilation, groups);
        return dilation[0] > 1 ? output.unsqueeze(0) : output;
    }

    /// <summary>Reads what it should skip, and multiplies it by 0: the cell at the border is not the image's.</summary>
    public static void MultipliesPaddingByZero(
        ReadOnlySpan<float> input, ReadOnlySpan<float> weight, ReadOnlySpan<float> bias, Span<float> output, Conv2dSizes s)
    {
        RightKernels.Conv2d(input, weight, bias, output, s);
        if (s.PadWidth > 0 && input.Length > 0)
            for (int i = 0; i < output.Length; i++) output[i] += 0 * input[0];
    }

    /// <summary>No kernel: a stride is two numbers.</summary>
    internal static Tensor IntStride(Tensor input, long[] kernel_size, int stride, long[] padding, long[] dilation, bool ceil_mode) =>
        F.max_pool2d(input, kernel_size, [stride, stride], padding, dilation, ceil_mode);
}
