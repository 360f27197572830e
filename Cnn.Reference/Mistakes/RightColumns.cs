using Cnn.Reference.Tensors;
using TorchSharp;
using static TorchSharp.torch;

namespace Cnn.Reference.Mistakes;

/// <summary>
/// Right results by im2col: the cells of all windows as one tensor (N, C, kH, kW, oH, oW), of which a convolution makes a product of
/// matrices, a pool its maximum or sum; backwards, every cell's share is added to where it was read.
/// </summary>
internal static class RightColumns
{
    /// <summary>Computes a call.</summary>
    /// <param name="call">The call.</param>
    /// <param name="type">The type in which is computed.</param>
    public static Results Of(Call call, ScalarType type) => call.Operation switch
    {
        Operation.ZeroPad => new() { Output = Padded(call, type) },
        Operation.SingleStep or Operation.ConvForward => new() { Output = ConvForward(call, type) },
        Operation.ConvBackward => ConvBackward(call, type),
        Operation.MaxForward => new() { Output = Columns(call, call.Input.to(type), double.NegativeInfinity).amax([2, 3]) },
        Operation.AverageForward => new() { Output = Columns(call, call.Input.to(type)).sum([2, 3]) / Divisors(call, type) },
        Operation.Mask => new() { Output = ToMaxima(call, ones(1, 1, 1, 1, type), type) },
        Operation.MaxBackward => new() { GradInput = ToMaxima(call, call.GradOutput!.to(type), type) },
        Operation.Distribute => new() { Output = ToAll(call, type) },
        _ => new() { GradInput = ToAll(call, type) },
    };

    private static Tensor Padded(Call call, ScalarType type)
    {
        var ((ph, pw), shape) = (call.Windows.Padding, call.Input.shape);
        var output = zeros([shape[0], shape[1], shape[2] + 2 * ph, shape[3] + 2 * pw], type);
        Correct.Crop(output, (ph, pw), (shape[2], shape[3])).copy_(call.Input);
        return output;
    }

    private static Tensor ConvForward(Call call, ScalarType type)
    {
        var (height, width) = call.Outputs();
        var output = matmul(Filters(call, type), Matrix(call, type)).reshape(call.Input.shape[0], -1, height, width);
        return call.Bias is null ? output : output.Plus(call.Bias.to(type).reshape(-1, 1, 1));
    }

    private static Results ConvBackward(Call call, ScalarType type)
    {
        var (height, width) = call.Outputs();
        var gradOutput = call.GradOutput!.to(type).reshape(call.Input.shape[0], call.Windows.Groups, -1, height * width);
        var columns = matmul(Filters(call, type).transpose(-1, -2), gradOutput);
        var (kh, kw) = call.Windows.Kernel;
        return new()
        {
            GradInput = Back(call, columns.reshape(call.Input.shape[0], call.Input.shape[1], kh, kw, height, width)),
            GradWeight = matmul(gradOutput, Matrix(call, type).transpose(-1, -2)).sum([0]).reshape(call.Weight!.shape),
            GradBias = call.GradOutput.to(type).sum([0, 2, 3]),
        };
    }

    // (1, groups, filters of a group, products of a window).
    private static Tensor Filters(Call call, ScalarType type) =>
        call.Weight!.to(type).reshape(1, call.Windows.Groups, call.Weight.shape[0] / call.Windows.Groups, -1);

    // (N, groups, products of a window, windows).
    private static Tensor Matrix(Call call, ScalarType type)
    {
        var (height, width) = call.Outputs();
        return Columns(call, call.Input.to(type)).reshape(call.Input.shape[0], call.Windows.Groups, -1, height * width);
    }

    private static Tensor ToMaxima(Call call, Tensor gradOutput, ScalarType type)
    {
        var columns = Columns(call, call.Input.to(type), double.NegativeInfinity);
        var isMaximum = (columns == columns.amax([2, 3], keepdim: true)).flatten(2, 3);
        if (!call.Windows.EveryMaximum) isMaximum &= isMaximum.cumsum(2).Is(1); // the first
        return Back(call, isMaximum.reshape(columns.shape) * gradOutput.unsqueeze(2).unsqueeze(3));
    }

    private static Tensor ToAll(Call call, ScalarType type)
    {
        var share = (call.GradOutput!.to(type) / Divisors(call, type)).unsqueeze(2).unsqueeze(3);
        var (kh, kw) = call.Windows.Kernel;
        return Back(call, share.expand(share.shape[0], share.shape[1], kh, kw, share.shape[4], share.shape[5]));
    }

    // Ones where a cell counts, added up.
    private static Tensor Divisors(Call call, ScalarType type)
    {
        var windows = call.Windows;
        var counted = ones(1, 1, call.Input.shape[2], call.Input.shape[3], type);
        if (windows.DivisorOverride is { } divisor) return tensor(divisor, type).reshape(1, 1, 1, 1);
        // Padding counts or not; what lies beyond it never does.
        var ((ph, pw), inside) = (windows.Padding, Correct.PaddedForWindows(call, counted, 0));
        if (windows.CountIncludePad)
            inside = nn.functional.pad(
                Correct.Pad(counted, windows.Padding, 1),
                [0, inside.shape[3] - counted.shape[3] - 2 * pw, 0, inside.shape[2] - counted.shape[2] - 2 * ph]);
        return View(call, inside.contiguous()).sum([2, 3]);
    }

    // A view, in which one cell of the padded image may stand several times.
    private static Tensor Columns(Call call, Tensor input, double padding = 0) =>
        View(call, Correct.PaddedForWindows(call, input, padding).contiguous());

    private static Tensor View(Call call, Tensor padded)
    {
        var (w, stride, outputs) = (call.Windows, padded.stride(), call.Outputs());
        return padded.as_strided(
            [padded.shape[0], padded.shape[1], w.Kernel.H, w.Kernel.W, outputs.H, outputs.W],
            [stride[0], stride[1], w.Dilation.H * stride[2], w.Dilation.W, w.Stride.H * stride[2], w.Stride.W]);
    }

    private static Tensor Back(Call call, Tensor columns)
    {
        var padded = zeros_like(Correct.PaddedForWindows(call, call.Input, 0)).to(columns.dtype);
        var places = View(call, HeldNumbers.UpTo(padded.numel()).reshape(padded.shape));
        var sums = padded.reshape(-1).IndexAdd(0, places.reshape(-1), columns.reshape(-1)).reshape(padded.shape);
        return Correct.Crop(sums, call.Windows.Padding, (call.Input.shape[2], call.Input.shape[3]));
    }
}
