using Cnn.Layers;
using Cnn.Reference.Mistakes;
using static TorchSharp.torch;

namespace Cnn.Reference.Exercises;

/// <summary>What a call gives to a function of the exercise: by the exercise's names, in its order, with its axes.</summary>
internal static class CallArrays
{
    /// <summary>The tensors.</summary>
    public static IReadOnlyList<(string Name, Tensor Tensor)> Tensors(Call call) => call.Operation switch
    {
        Operation.ZeroPad => [("X", Nhwc.FromNchw(call.Input))],
        Operation.SingleStep =>
        [
            ("a_slice_prev", Nhwc.FromNchw(call.Input)[0]),
            ("W", Nhwc.FromFilters(call.Weight!)[.., .., .., 0]),
            ("b", call.Bias!.reshape(1, 1, 1)),
        ],
        Operation.ConvForward => Convolution(call),
        Operation.ConvBackward => [("dZ", Nhwc.FromNchw(call.GradOutput!)), .. Convolution(call)],
        Operation.MaxForward or Operation.AverageForward => [("A_prev", Nhwc.FromNchw(call.Input))],
        Operation.Mask => [("x", call.Input[0, 0].clone())],
        Operation.Distribute => [],
        _ => [("dA", Nhwc.FromNchw(call.GradOutput!)), ("A_prev", Nhwc.FromNchw(call.Input))],
    };

    /// <summary>The stride, and the pad or f.</summary>
    public static HParameters Parameters(Call call) => call.IsConv
        ? new(call.Windows.Stride.H, call.Windows.Padding.H)
        : new(call.Windows.Stride.H, 0, call.Windows.Kernel.H);

    /// <summary>The mode of a pool.</summary>
    public static PoolMode Mode(Call call) =>
        call.Operation is Operation.MaxForward or Operation.MaxBackward ? PoolMode.Max : PoolMode.Average;

    // Backwards no bias is used; it has a shape, which is that of its gradient.
    private static IReadOnlyList<(string Name, Tensor Tensor)> Convolution(Call call)
    {
        var bias = call.Bias ?? zeros(call.Weight!.shape[0], ScalarType.Float64);
        return [("A_prev", Nhwc.FromNchw(call.Input)), ("W", Nhwc.FromFilters(call.Weight!)), ("b", bias.reshape(1, 1, 1, -1))];
    }
}
