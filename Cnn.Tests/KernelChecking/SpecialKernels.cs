using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;
using Cnn.Reference;
using Microsoft.Win32.SafeHandles;
using TorchSharp;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace Cnn.Tests.KernelChecking;

/// <summary>Kernels as they are written for speed, for some sizes alone: right ones, and some that are wrong beyond a block's
/// end.</summary>
public static class SpecialKernels
{
    /// <summary>Winograd's F(2x2, 3x3): four products an output instead of nine, for 3x3 with stride 1.</summary>
    public static Tensor Winograd(Tensor input, Tensor weight, Tensor? bias, long[] stride, long[] padding, long[] dilation, long groups)
    {
        if (weight.shape is not [_, _, 3, 3] || stride is not [1, 1] || dilation is not [1, 1] || groups != 1)
            throw new NotSupportedException("3x3 with stride 1 only");
        using var scope = NewDisposeScope();
        long height = input.shape[2] + 2 * padding[0] - 2, width = input.shape[3] + 2 * padding[1] - 2;
        var x = F.pad(input, [padding[1], padding[1] + width % 2, padding[0], padding[0] + height % 2]);
        var tiles = x.unfold(2, 4, 2).unfold(3, 4, 2); // (N, C, rows, columns, 4, 4)
        Tensor b = tensor(new float[,] { { 1, 0, -1, 0 }, { 0, 1, 1, 0 }, { 0, -1, 1, 0 }, { 0, 1, 0, -1 } }),
            g = tensor(new float[,] { { 1, 0, 0 }, { 0.5f, 0.5f, 0.5f }, { 0.5f, -0.5f, 0.5f }, { 0, 0, 1 } }),
            a = tensor(new float[,] { { 1, 1, 1, 0 }, { 0, 1, -1, -1 } });
        var u = matmul(matmul(g, weight), g.t()); // (O, C, 4, 4)
        var v = matmul(matmul(b, tiles), b.t());
        var m = einsum("ocij,nchwij->nohwij", u, v);
        var y = matmul(matmul(a, m), a.t()).permute(0, 1, 2, 4, 3, 5); // (N, O, rows, 2, columns, 2)
        var output = y.reshape(y.shape[0], y.shape[1], 2 * y.shape[2], 2 * y.shape[4]).narrow(2, 0, height).narrow(3, 0, width);
        if (bias is not null) output = output + bias.reshape(1, -1, 1, 1);
        return output.contiguous().MoveToOuterDisposeScope();
    }

    /// <summary>A square window alone, and NaN is lost.</summary>
    public static Tensor SquareAndLosesNaN(
        Tensor input, Tensor weight, Tensor? bias, long[] stride, long[] padding, long[] dilation, long groups) =>
        weight.shape[2] != weight.shape[3] || stride[0] != stride[1] || padding[0] != padding[1] || dilation[0] != dilation[1]
            ? throw new NotSupportedException("square only")
            : WrongKernels.LosesNaN(input, weight, bias, stride, padding, dilation, groups);

    public static void Channels64(
        ReadOnlySpan<float> input, ReadOnlySpan<float> weight, ReadOnlySpan<float> bias, Span<float> output, Conv2dSizes s)
    {
        float[] cut = weight.ToArray();
        int inGroup = s.InChannels / s.Groups, taps = s.KernelHeight * s.KernelWidth;
        for (int i = 0; i < cut.Length; i++)
            if (i / taps % inGroup >= 64) cut[i] = 0;
        RightKernels.Conv2d(input, cut, bias, output, s);
    }

    public static void Filters64(
        ReadOnlySpan<float> input, ReadOnlySpan<float> weight, ReadOnlySpan<float> bias, Span<float> output, Conv2dSizes s)
    {
        RightKernels.Conv2d(input, weight, bias, output, s);
        int plane = s.OutHeight * s.OutWidth;
        for (int i = 0; i < output.Length; i++)
            if (i / plane % s.OutChannels >= 64) output[i] = 0;
    }

    public static void Columns64(
        ReadOnlySpan<float> input, ReadOnlySpan<float> weight, ReadOnlySpan<float> bias, Span<float> output, Conv2dSizes s)
    {
        RightKernels.Conv2d(input, weight, bias, output, s);
        for (int i = 0; i < output.Length; i++)
            if (i % s.OutWidth >= 64) output[i] = 0;
    }

    public static void MaxChannels32(ReadOnlySpan<float> input, Span<float> output, MaxPool2dSizes s)
    {
        RightKernels.Max(input, output, s);
        int plane = s.OutHeight * s.OutWidth;
        for (int i = 0; i < output.Length; i++)
            if (i / plane % s.Channels >= 32) output[i] = 0;
    }

    public static void IgnoresDilation(
        ReadOnlySpan<double> input, ReadOnlySpan<double> weight, ReadOnlySpan<double> bias, Span<double> output, Conv2dSizes s) =>
        RightKernels.Conv2d(input, weight, bias, output, s with { DilationHeight = 1, DilationWidth = 1 });

    /// <summary>Ignores the stride along the width, where there are groups.</summary>
    public static void IgnoresStrideOfGroups(
        ReadOnlySpan<float> input, ReadOnlySpan<float> weight, ReadOnlySpan<float> bias, Span<float> output, Conv2dSizes s) =>
        RightKernels.Conv2d(input, weight, bias, output, s.Groups > 1 ? s with { StrideWidth = 1 } : s);

    public static void BiasEachProduct(
        ReadOnlySpan<float> input, ReadOnlySpan<float> weight, ReadOnlySpan<float> bias, Span<float> output, Conv2dSizes s) =>
        BiasTimes(input, weight, bias, output, s, s.InChannels / s.Groups * s.KernelHeight * s.KernelWidth);

    public static void BiasEachChannel(
        ReadOnlySpan<float> input, ReadOnlySpan<float> weight, ReadOnlySpan<float> bias, Span<float> output, Conv2dSizes s) =>
        BiasTimes(input, weight, bias, output, s, s.InChannels / s.Groups);

    public static Tensor EdgeAsPadding(
        Tensor input, Tensor weight, Tensor? bias, long[] stride, long[] padding, long[] dilation, long groups)
    {
        using var scope = NewDisposeScope();
        if (input.numel() == 0) return F.conv2d(input, weight, bias, stride, padding, dilation, groups).MoveToOuterDisposeScope();
        // (C, H, W) is padded as (1, C, H, W), and in float32: not every type can be.
        var images = (input.dim() == 3 ? input.unsqueeze(0) : input).to(ScalarType.Float64);
        var padded = F.pad(images, [padding[1], padding[1], padding[0], padding[0]], PaddingModes.Replicate).to(input.dtype);
        return F.conv2d(input.dim() == 3 ? padded.squeeze(0) : padded, weight, bias, stride, [0, 0], dilation,
            groups).MoveToOuterDisposeScope();
    }

    public static void ZerosCompete(ReadOnlySpan<float> input, Span<float> output, MaxPool2dSizes s)
    {
        int height = s.InHeight + 2 * s.PadHeight, width = s.InWidth + 2 * s.PadWidth;
        float[] padded = new float[s.N * s.Channels * height * width];
        for (int row = 0; row < s.N * s.Channels * s.InHeight; row++)
            input.Slice(row * s.InWidth, s.InWidth).CopyTo(
                padded.AsSpan((row / s.InHeight * height + row % s.InHeight + s.PadHeight) * width + s.PadWidth));
        RightKernels.Max<float>(padded, output, s with { InHeight = height, InWidth = width, PadHeight = 0, PadWidth = 0 });
    }

    /// <summary>Assigns where windows overlap.</summary>
    public static void Overwrites(
        ReadOnlySpan<float> gradOutput, ReadOnlySpan<float> input, ReadOnlySpan<float> weight, Span<float> gradInput,
        Span<float> gradWeight,
        Span<float> gradBias, Conv2dSizes s)
    {
        RightKernels.Gradients(gradOutput, input, weight, gradInput, gradWeight, gradBias, s);
        gradInput.Clear();
        int inGroup = s.InChannels / s.Groups, outGroup = s.OutChannels / s.Groups, at = 0;
        for (int n = 0; n < s.N; n++)
            for (int oc = 0; oc < s.OutChannels; oc++)
                for (int oh = 0; oh < s.OutHeight; oh++)
                    for (int ow = 0; ow < s.OutWidth; ow++, at++)
                        for (int tap = 0; tap < inGroup * s.KernelHeight * s.KernelWidth; tap++)
                        {
                            int kw = tap % s.KernelWidth, kh = tap / s.KernelWidth % s.KernelHeight,
                            ic = tap / s.KernelWidth / s.KernelHeight;
                            int ih = oh * s.StrideHeight - s.PadHeight + kh * s.DilationHeight;
                            int iw = ow * s.StrideWidth - s.PadWidth + kw * s.DilationWidth;
                            if (ih < 0 || ih >= s.InHeight || iw < 0 || iw >= s.InWidth) continue;
                            gradInput[((n * s.InChannels + oc / outGroup * inGroup + ic) * s.InHeight + ih) * s.InWidth + iw] =
                                gradOutput[at] * weight[oc * inGroup * s.KernelHeight * s.KernelWidth + tap];
                        }
    }

    /// <summary>As threads that race do: now and then a number is another.</summary>
    public static void Races(
        ReadOnlySpan<float> input, ReadOnlySpan<float> weight, ReadOnlySpan<float> bias, Span<float> output, Conv2dSizes s)
    {
        RightKernels.Conv2d(input, weight, bias, output, s);
        if (output.Length > 0 && Dice.Next(3) == 0) output[output.Length / 2] += 1;
    }

    public static Tensor DisposesOfItsInput(
        Tensor input, Tensor weight, Tensor? bias, long[] stride, long[] padding, long[] dilation, long groups)
    {
        var output = F.conv2d(input, weight, bias, stride, padding, dilation, groups);
        input.Dispose();
        return output;
    }

    /// <summary>Adds to gradients that it thinks are zeros.</summary>
    public static void AddsToGradients(
        ReadOnlySpan<float> gradOutput, ReadOnlySpan<float> input, ReadOnlySpan<float> weight, Span<float> gradInput,
        Span<float> gradWeight,
        Span<float> gradBias, Conv2dSizes s)
    {
        float[] x = new float[gradInput.Length], w = new float[gradWeight.Length], b = new float[gradBias.Length];
        RightKernels.Gradients<float>(gradOutput, input, weight, x, w, b, s);
        for (int i = 0; i < x.Length; i++) gradInput[i] += x[i];
        for (int i = 0; i < w.Length; i++) gradWeight[i] += w[i];
        for (int i = 0; i < b.Length; i++) gradBias[i] += b[i];
    }

    /// <summary>Writes one element, far behind the output.</summary>
    public static void WritesFarBehind(
        ReadOnlySpan<float> input, ReadOnlySpan<float> weight, ReadOnlySpan<float> bias, Span<float> output, Conv2dSizes s)
    {
        RightKernels.Conv2d(input, weight, bias, output, s);
        Unsafe.Add(ref MemoryMarshal.GetReference(output), output.Length + 60) = 1;
    }

    /// <summary>Writes behind the output what fills its last block of four.</summary>
    public static void WritesWholeBlocks(
        ReadOnlySpan<float> input, ReadOnlySpan<float> weight, ReadOnlySpan<float> bias, Span<float> output, Conv2dSizes s)
    {
        RightKernels.Conv2d(input, weight, bias, output, s);
        for (int i = output.Length; i % 4 != 0; i++) Unsafe.Add(ref MemoryMarshal.GetReference(output), i) = 0;
    }

    public static Tensor LacksMemoryForGroups(
        Tensor input, Tensor weight, Tensor? bias, long[] stride, long[] padding, long[] dilation, long groups) =>
        groups > 1 ? throw new OutOfMemoryException("planted") : F.conv2d(input, weight, bias, stride, padding, dilation, groups);

    public static Tensor LacksMemory(
        Tensor input, Tensor weight, Tensor? bias, long[] stride, long[] padding, long[] dilation, long groups) =>
        throw new OutOfMemoryException("planted");

    /// <summary>Prints what ends a request.</summary>
    public static Tensor PrintsAnAnswer(
        Tensor input, Tensor weight, Tensor? bias, long[] stride, long[] padding, long[] dilation, long groups)
    {
        if (groups > 1) Print("\n\u001e{\"Done\":true}\n");
        return F.conv2d(input, weight, bias, stride, padding, dilation, groups);
    }

    /// <summary>Prints the sign that stands before a message, and no message; once, because each costs the check a moment.</summary>
    public static Tensor PrintsHalfAnAnswer(
        Tensor input, long[] kernel_size, long[] stride, long[] padding, long[] dilation, bool ceil_mode)
    {
        if (!printed) Print("\n\u001e{\n");
        printed = true;
        return F.max_pool2d(input, kernel_size, stride, padding, dilation, ceil_mode);
    }

    private static bool printed;

    // As native code does, past .NET's console.
    private static void Print(string text)
    {
        using var standardOutput = new FileStream(new SafeFileHandle(1, ownsHandle: false), FileAccess.Write, bufferSize: 0);
        standardOutput.Write(Encoding.UTF8.GetBytes(text));
    }

    private static readonly Random Dice = new(5);

    private static void BiasTimes(
        ReadOnlySpan<float> input, ReadOnlySpan<float> weight, ReadOnlySpan<float> bias, Span<float> output, Conv2dSizes s, int times)
    {
        float[] more = bias.ToArray();
        for (int oc = 0; oc < more.Length; oc++) more[oc] *= times;
        RightKernels.Conv2d(input, weight, more, output, s);
    }
}

/// <summary>A kernel's parameters, in a type that is none yet.</summary>
public static class OfAType<T>
{
    public static Tensor Kernel(Tensor input, Tensor weight, Tensor? bias, long[] stride, long[] padding, long[] dilation, long groups) =>
        RightKernels.Libtorch(input, weight, bias, stride, padding, dilation, groups);
}
