using TorchSharp;
using static TorchSharp.torch;

namespace Cnn.Reference.Mistakes;

/// <summary>Right results by libtorch's own kernels and its autograd.</summary>
internal static class RightLibtorch
{
    /// <summary>Computes a call.</summary>
    /// <param name="call">The call; of several equal maxima, libtorch's first gets the gradient.</param>
    /// <param name="type">The type in which is computed.</param>
    public static Results Of(Call call, ScalarType type)
    {
        using var recording = enable_grad();
        var input = call.Input.to(type, copy: true).requires_grad_();
        var weight = call.Weight?.to(type, copy: true).requires_grad_();
        var bias = call.IsConv ? (call.Bias ?? zeros(call.Weight!.shape[0])).to(type, copy: true).requires_grad_() : null;
        if (call.WithIndices) return WithIndices(call, input);
        var output = Forward(call, input, weight, bias);
        if (call.Operation is Operation.ZeroPad || (!call.IsBackward && call.Operation != Operation.Mask))
            return new() { Output = output.detach() };
        output.backward([call.GradOutput?.to(type) ?? ones_like(output)]);
        return call.Operation is Operation.Mask or Operation.Distribute
            ? new() { Output = input.grad }
            : new() { GradInput = input.grad, GradWeight = weight?.grad, GradBias = bias?.grad };
    }

    private static Results WithIndices(Call call, Tensor input)
    {
        var w = call.Windows;
        var (output, indices) = nn.functional.max_pool2d_with_indices(
            input, [w.Kernel.H, w.Kernel.W], [w.Stride.H, w.Stride.W], [w.Padding.H, w.Padding.W], [w.Dilation.H, w.Dilation.W],
            w.CeilMode);
        return new() { Output = output.detach(), Indices = indices };
    }

    private static Tensor Forward(Call call, Tensor input, Tensor? weight, Tensor? bias)
    {
        var w = call.Windows;
        long[] kernel = [w.Kernel.H, w.Kernel.W], stride = [w.Stride.H, w.Stride.W], padding = [w.Padding.H, w.Padding.W];
        long[] dilation = [w.Dilation.H, w.Dilation.W];
        return call.Operation switch
        {
            Operation.ZeroPad => nn.functional.pad(input, [w.Padding.W, w.Padding.W, w.Padding.H, w.Padding.H]),
            _ when call.IsConv && (w.Circular || w.MoreBehind != (0, 0)) =>
                nn.functional.conv2d(Padded(w, input), weight!, bias, stride, [0, 0], dilation, w.Groups),
            _ when call.IsConv => nn.functional.conv2d(input, weight!, bias, stride, padding, dilation, w.Groups),
            Operation.MaxForward or Operation.MaxBackward or Operation.Mask =>
                nn.functional.max_pool2d(input, kernel, stride, padding, dilation, w.CeilMode),
            _ => nn.functional.avg_pool2d(input, kernel, stride, padding, w.CeilMode, w.CountIncludePad, w.DivisorOverride),
        };
    }

    private static Tensor Padded(Windows w, Tensor input) => nn.functional.pad(
        input, [w.Padding.W, w.PaddingBehind.W, w.Padding.H, w.PaddingBehind.H],
        w.Circular ? PaddingModes.Circular : PaddingModes.Constant);
}
