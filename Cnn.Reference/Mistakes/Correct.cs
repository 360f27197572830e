using System.Runtime.InteropServices;
using Cnn.Layers.Geometry;
using Cnn.Layers.Kernels;
using Cnn.Layers.Kernels.Literal;
using Cnn.Reference.Tensors;
using TorchSharp;
using static TorchSharp.torch;

namespace Cnn.Reference.Mistakes;

/// <summary>Every operation as it should be, by the literal kernels: what each mistake is a small change of.</summary>
internal static class Correct
{
    /// <summary>Computes a call.</summary>
    /// <exception cref="ArgumentException">A size breaks a rule.</exception>
    public static Results Of(Call call) => call.Operation switch
    {
        Operation.ZeroPad => new() { Output = Pad(call.Input, call.Windows.Padding, call.Windows.Border) },
        Operation.SingleStep or Operation.ConvForward => new() { Output = ConvForward(call) },
        Operation.ConvBackward => ConvBackward(call),
        Operation.MaxForward => MaxForward(call) is var (output, indices) && call.WithIndices
            ? new() { Output = output, Indices = indices } : new() { Output = output },
        Operation.AverageForward => new() { Output = AverageForward(call) },
        Operation.Mask => new() { Output = MaxBackward(call with { GradOutput = ones(1, 1, 1, 1, ScalarType.Float64) }) },
        Operation.Distribute => new() { Output = AverageBackward(call) },
        Operation.MaxBackward => new() { GradInput = MaxBackward(call) },
        Operation.AverageBackward => new() { GradInput = AverageBackward(call) },
        _ => throw new ArgumentOutOfRangeException(nameof(call), call.Operation, null),
    };

    /// <summary>The input with a border around each image.</summary>
    public static Tensor Pad(Tensor input, (long H, long W) padding, double value = 0) =>
        nn.functional.pad(input, [padding.W, padding.W, padding.H, padding.H], PaddingModes.Constant, value);

    // The same call on an image that has the cells of the opposite edge around it; and back.
    private static (Call Wrapped, Pad2DGeometry Geometry) Wrapped(Call call)
    {
        var input = call.Input.shape;
        var geometry = Pad2DGeometry.Create(
            new(input[0], input[1], input[2], input[3]), call.Windows.Padding, call.Windows.PaddingBehind, Border.Circular);
        var padded = New(geometry.OutputShape);
        new LiteralPad2D<double>().Forward(geometry, View(call.Input), View(padded));
        return (call with { Input = padded, Windows = call.Windows.WithoutPadding() }, geometry);
    }

    private static Tensor ConvForward(Call call)
    {
        if (call.Windows.Circular) return ConvForward(Wrapped(call).Wrapped);
        var geometry = call.ConvGeometry();
        var output = New(geometry.OutputShape);
        var bias = call.Bias is null ? default : Numbers(call.Bias);
        new LiteralConv2D<double>().Forward(geometry, View(call.Input), View(call.Weight!), bias, View(output));
        return output;
    }

    private static Results ConvBackward(Call call)
    {
        if (call.Windows.Circular) return ConvBackwardWrapped(call);
        var geometry = call.ConvGeometry();
        var gradOutput = View(call.GradOutput!);
        Tensor gradInput = New(geometry.InputShape), gradWeight = New(geometry.WeightShape);
        var gradBias = zeros(geometry.OutChannels, ScalarType.Float64);
        new LiteralConv2D<double>().GradInput(geometry, gradOutput, View(call.Weight!), View(gradInput));
        new LiteralConv2D<double>().GradWeight(geometry, gradOutput, View(call.Input), View(gradWeight));
        new LiteralConv2D<double>().GradBias(geometry, gradOutput, Numbers(gradBias));
        return new() { GradInput = gradInput, GradWeight = gradWeight, GradBias = gradBias };
    }

    private static Results ConvBackwardWrapped(Call call)
    {
        var (wrapped, around) = Wrapped(call);
        var results = ConvBackward(wrapped);
        var gradInput = New(around.InputShape);
        new LiteralPad2D<double>().GradInput(around, View(results.GradInput!), View(gradInput));
        return results with { GradInput = gradInput };
    }

    private static (Tensor Output, Tensor Indices) MaxForward(Call call)
    {
        var geometry = call.PoolGeometry();
        var output = New(geometry.OutputShape);
        var indices = zeros(output.shape, ScalarType.Int64);
        new LiteralMaxPool2D<double>().Forward(
            geometry, View(call.Input), View(output), Indices(indices, geometry.OutputShape));
        return (output, indices);
    }

    private static Tensor MaxBackward(Call call)
    {
        var geometry = call.PoolGeometry();
        var (output, indices) = MaxForward(call);
        if (call.Windows.EveryMaximum) return ToEveryMaximum(call, output);
        var gradInput = New(geometry.InputShape);
        new LiteralMaxPool2D<double>().GradInput(
            geometry, View(call.GradOutput!), Indices(indices, geometry.OutputShape), View(gradInput));
        return gradInput;
    }

    // The exercise's mask, for one cell of all windows at a time: what equals its window's maximum gets the window's gradient.
    private static Tensor ToEveryMaximum(Call call, Tensor output)
    {
        var input = PaddedForWindows(call, call.Input, double.NegativeInfinity);
        var gradInput = zeros_like(input);
        for (long kh = 0; kh < call.Windows.Kernel.H; kh++)
            for (long kw = 0; kw < call.Windows.Kernel.W; kw++)
                CellOfWindows(call, gradInput, kh, kw).Add((CellOfWindows(call, input, kh, kw) == output) * call.GradOutput!);
        return Crop(gradInput, call.Windows.Padding, (call.Input.shape[2], call.Input.shape[3]));
    }

    /// <summary>
    /// The images with as much around them that every window of a call lies inside: with ceil_mode, more than the padding.
    /// </summary>
    public static Tensor PaddedForWindows(Call call, Tensor images, double value)
    {
        var ((sh, sw), (ph, pw), (dh, dw)) = (call.Windows.Stride, call.Windows.Padding, call.Windows.Dilation);
        var ((oh, ow), (kh, kw)) = (call.Outputs(), call.Windows.Kernel);
        long below = Math.Max(ph, (oh - 1) * sh + (kh - 1) * dh + 1 - ph - images.shape[2]);
        long right = Math.Max(pw, (ow - 1) * sw + (kw - 1) * dw + 1 - pw - images.shape[3]);
        return nn.functional.pad(images, [pw, right, ph, below], PaddingModes.Constant, value);
    }

    /// <summary>One cell of every window, as a view of images that are padded for them.</summary>
    public static Tensor CellOfWindows(Call call, Tensor padded, long kh, long kw)
    {
        var ((sh, sw), (dh, dw), (oh, ow)) = (call.Windows.Stride, call.Windows.Dilation, call.Outputs());
        return padded
            .slice(2, kh * dh, kh * dh + (oh - 1) * sh + 1, sh)
            .slice(3, kw * dw, kw * dw + (ow - 1) * sw + 1, sw);
    }

    private static Tensor AverageForward(Call call)
    {
        var geometry = call.PoolGeometry();
        var output = New(geometry.OutputShape);
        new LiteralAvgPool2D<double>().Forward(geometry, View(call.Input), View(output));
        return output;
    }

    private static Tensor AverageBackward(Call call)
    {
        var geometry = call.PoolGeometry();
        var gradInput = New(geometry.InputShape);
        new LiteralAvgPool2D<double>().GradInput(geometry, View(call.GradOutput!), View(gradInput));
        return gradInput;
    }

    /// <summary>A part of each image.</summary>
    /// <param name="images">(N, C, H, W).</param>
    /// <param name="from">Its first row and column.</param>
    /// <param name="size">Its rows and columns.</param>
    public static Tensor Crop(Tensor images, (long H, long W) from, (long H, long W) size) =>
        images.narrow(2, from.H, size.H).narrow(3, from.W, size.W);

    private static Tensor New(Shape4 shape) => zeros(shape.N, shape.C, shape.H, shape.W, ScalarType.Float64);

    private static NchwSpan<double> View(Tensor tensor)
    {
        var rows = tensor.contiguous(); // itself, where it is row-major already
        return new(Numbers(rows), new(rows.shape[0], rows.shape[1], rows.shape[2], rows.shape[3]));
    }

    private static NchwSpan<long> Indices(Tensor rows, Shape4 shape) => new(MemoryMarshal.Cast<byte, long>(rows.bytes), shape);

    private static Span<double> Numbers(Tensor rows) => MemoryMarshal.Cast<byte, double>(rows.contiguous().bytes);
}
