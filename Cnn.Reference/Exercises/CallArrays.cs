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

    /// <summary>The numbers that are not tensors, as numpy would have them: without axes, or in a row.</summary>
    public static IReadOnlyList<(string Name, Tensor Tensor)> Numbers(Call call) => call.Operation switch
    {
        Operation.ZeroPad => [("pad", tensor(call.Windows.Padding.H))],
        Operation.SingleStep or Operation.Mask => [],
        Operation.ConvForward or Operation.ConvBackward =>
            [("stride", tensor(call.Windows.Stride.H)), ("pad", tensor(call.Windows.Padding.H))],
        Operation.Distribute =>
            [("dz", call.GradOutput!.reshape([])), ("shape", tensor([call.Windows.Kernel.H, call.Windows.Kernel.W]))],
        _ => [("f", tensor(call.Windows.Kernel.H)), ("stride", tensor(call.Windows.Stride.H))],
    };

    /// <summary>What is a text: the mode of a pool.</summary>
    public static IReadOnlyList<(string Name, string Text)> Texts(Call call) => call.Operation switch
    {
        Operation.MaxForward or Operation.MaxBackward => [("mode", "max")],
        Operation.AverageForward or Operation.AverageBackward => [("mode", "average")],
        _ => [],
    };

    /// <summary>Where check.py notes that a call has raised something.</summary>
    public const string Raised = "raised";

    /// <summary>All names that a file with calls of an exercise and their results may have.</summary>
    public static IReadOnlyList<string> NamesOf(Exercise exercise)
    {
        using var scope = NewDisposeScope();
        var call = exercise.Cases[0].ToCall();
        return
        [
            .. Tensors(call).Concat(Numbers(call)).Select(each => each.Name), .. Texts(call).Select(each => each.Name),
            .. exercise.Outputs.Select(output => output.Name), Raised,
        ];
    }

    /// <summary>The stride, and the pad or f.</summary>
    public static HParameters Parameters(Call call) => call.IsConv
        ? new(call.Windows.Stride.H, call.Windows.Padding.H)
        : new(call.Windows.Stride.H, 0, call.Windows.Kernel.H);

    /// <summary>The mode of a pool.</summary>
    public static PoolMode Mode(Call call) =>
        call.Operation is Operation.MaxForward or Operation.MaxBackward ? PoolMode.Max : PoolMode.Average;

    // Backwards no bias is used, and a saved call may lack it; it has a shape, which is that of its gradient.
    private static IReadOnlyList<(string Name, Tensor Tensor)> Convolution(Call call)
    {
        var bias = call.Bias ?? zeros(call.Weight!.shape[0], ScalarType.Float64);
        return [("A_prev", Nhwc.FromNchw(call.Input)), ("W", Nhwc.FromFilters(call.Weight!)), ("b", bias.reshape(1, 1, 1, -1))];
    }
}
