using System.Runtime.InteropServices;
using Cnn.Layers.Geometry;
using Cnn.Layers.Kernels;
using Cnn.Layers.Kernels.Literal;
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
        Operation.ZeroPad => new() { Output = Pad(call.Input, call.Windows.Padding) },
        Operation.SingleStep or Operation.ConvForward => new() { Output = ConvForward(call) },
        Operation.ConvBackward => ConvBackward(call),
        Operation.MaxForward => new() { Output = MaxForward(call).Output },
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

    private static Tensor ConvForward(Call call)
    {
        var geometry = call.ConvGeometry();
        var output = New(geometry.OutputShape);
        var bias = call.Bias is null ? default : Numbers(call.Bias);
        LiteralConv2D<double>.Forward(geometry, View(call.Input), View(call.Weight!), bias, View(output));
        return output;
    }

    private static Results ConvBackward(Call call)
    {
        var geometry = call.ConvGeometry();
        var gradOutput = View(call.GradOutput!);
        Tensor gradInput = New(geometry.InputShape), gradWeight = New(geometry.WeightShape);
        var gradBias = zeros(geometry.OutChannels, ScalarType.Float64);
        LiteralConv2D<double>.GradInput(geometry, gradOutput, View(call.Weight!), View(gradInput));
        LiteralConv2D<double>.GradWeight(geometry, gradOutput, View(call.Input), View(gradWeight));
        LiteralConv2D<double>.GradBias(geometry, gradOutput, Numbers(gradBias));
        return new() { GradInput = gradInput, GradWeight = gradWeight, GradBias = gradBias };
    }

    private static (Tensor Output, Tensor Indices) MaxForward(Call call)
    {
        var geometry = call.PoolGeometry();
        var output = New(geometry.OutputShape);
        var indices = zeros(output.shape, ScalarType.Int64);
        LiteralMaxPool2D<double>.Forward(
            geometry, View(call.Input), View(output), Indices(indices, geometry.OutputShape));
        return (output, indices);
    }

    private static Tensor MaxBackward(Call call)
    {
        var geometry = call.PoolGeometry();
        var (output, indices) = MaxForward(call);
        if (call.Windows.EveryMaximum) return ToEveryMaximum(call, output);
        var gradInput = New(geometry.InputShape);
        LiteralMaxPool2D<double>.GradInput(
            geometry, View(call.GradOutput!), Indices(indices, geometry.OutputShape), View(gradInput));
        return gradInput;
    }

    // The exercise's mask, for one cell of all windows at a time: what equals its window's maximum gets the window's gradient.
    private static Tensor ToEveryMaximum(Call call, Tensor output)
    {
        var ((sh, sw), (ph, pw), (dh, dw)) = (call.Windows.Stride, call.Windows.Padding, call.Windows.Dilation);
        var ((oh, ow), (kh, kw)) = (call.Outputs(), call.Windows.Kernel);
        // With ceil_mode, a last window may reach beyond the padding.
        long below = Math.Max(ph, (oh - 1) * sh + (kh - 1) * dh + 1 - ph - call.Input.shape[2]);
        long right = Math.Max(pw, (ow - 1) * sw + (kw - 1) * dw + 1 - pw - call.Input.shape[3]);
        var input = nn.functional.pad(call.Input, [pw, right, ph, below], PaddingModes.Constant, double.NegativeInfinity);
        var gradInput = zeros_like(input);
        for (long h = 0; h < kh; h++)
            for (long w = 0; w < kw; w++)
                Cells(gradInput, h, w).add_((Cells(input, h, w) == output) * call.GradOutput!);
        return Crop(gradInput, (ph, pw), (call.Input.shape[2], call.Input.shape[3]));

        Tensor Cells(Tensor plane, long h, long w) => plane
            .slice(2, h * dh, h * dh + (oh - 1) * sh + 1, sh)
            .slice(3, w * dw, w * dw + (ow - 1) * sw + 1, sw);
    }

    private static Tensor AverageForward(Call call)
    {
        var geometry = call.PoolGeometry();
        var output = New(geometry.OutputShape);
        LiteralAvgPool2D<double>.Forward(geometry, View(call.Input), View(output));
        return output;
    }

    private static Tensor AverageBackward(Call call)
    {
        var geometry = call.PoolGeometry();
        var gradInput = New(geometry.InputShape);
        LiteralAvgPool2D<double>.GradInput(geometry, View(call.GradOutput!), View(gradInput));
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
