using Cnn.Layers;
using Cnn.Reference.Mistakes;
using static TorchSharp.torch;

namespace Cnn.Reference.Exercises;

/// <summary>Checks what is beyond the exercise, as <see cref="ExerciseCheck"/> checks the exercise.</summary>
internal static class FurtherCheck
{
    /// <summary>A convolution whose windows have gaps.</summary>
    /// <param name="yours">A_prev, W, b, hparameters (stride and pad), dilation -> Z.</param>
    public static ExerciseResult DilatedConvForward(Func<Tensor, Tensor, Tensor, HParameters, long, Tensor> yours) =>
        new Marking(FurtherTable.DilatedConvForward, call => new(
            CallArrays.Tensors(call),
            given => [yours(given[0], given[1], given[2], CallArrays.Parameters(call), call.Windows.Dilation.H)])).Result();

    /// <summary>A convolution whose filters see some of the channels.</summary>
    /// <param name="yours">A_prev, W (f, f, n_C_prev / groups, n_C), b, hparameters (stride and pad), groups -> Z.</param>
    public static ExerciseResult GroupedConvForward(Func<Tensor, Tensor, Tensor, HParameters, long, Tensor> yours) =>
        new Marking(FurtherTable.GroupedConvForward, call => new(
            CallArrays.Tensors(call),
            given => [yours(given[0], given[1], given[2], CallArrays.Parameters(call), call.Windows.Groups)])).Result();

    /// <summary>Every window, laid flat.</summary>
    /// <param name="yours">A_prev, f, hparameters (stride and pad) -> columns.</param>
    public static ExerciseResult Im2Col(Func<Tensor, long, HParameters, Tensor> yours) =>
        new Marking(FurtherTable.Im2Col, call => new(
            [CallArrays.Tensors(call)[0]],
            given => [yours(given[0], call.Windows.Kernel.H, CallArrays.Parameters(call))])).Result();

    /// <summary>The gradient of the input, one cell of it at a time.</summary>
    /// <param name="yours">dZ, W, hparameters (stride and pad), shape (n_H_prev, n_W_prev) -> dA_prev.</param>
    public static ExerciseResult ConvBackwardByGather(Func<Tensor, Tensor, HParameters, (long n_H_prev, long n_W_prev), Tensor> yours) =>
        new Marking(FurtherTable.ConvBackwardByGather, call => new(
            [("dZ", Nhwc.FromNchw(call.GradOutput!)), ("W", Nhwc.FromFilters(call.Weight!))],
            given => [yours(given[0], given[1], CallArrays.Parameters(call), (call.Input.shape[2], call.Input.shape[3]))])).Result();
}
