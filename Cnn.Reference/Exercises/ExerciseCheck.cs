using Cnn.Layers;
using Cnn.Reference.Exercises;
using Cnn.Reference.Mistakes;
using static TorchSharp.torch;

namespace Cnn.Reference;

/// <summary>
/// Checks the functions of the exercise, "Convolutional Neural Networks: Step by Step", written by somebody else, and says what is
/// wrong: the mistake by its name where it is a known one, and the first wrong cell as a sum that can be worked by hand.
/// </summary>
/// <remarks>
/// Tensors are float64, images (m, n_H, n_W, n_C), filters (f, f, n_C_prev, n_C), biases (1, 1, 1, n_C), as in <see cref="StepByStep"/>.
/// A function that throws, returns nothing, another shape or type, or changes its inputs is told so.
/// </remarks>
public static class ExerciseCheck
{
    /// <summary>Zero padding (exercise, section 3.1).</summary>
    /// <param name="yours">X, pad -> X_pad.</param>
    /// <exception cref="ArgumentNullException">There is no function.</exception>
    public static ExerciseResult ZeroPad(Func<Tensor, long, Tensor> yours) => Check(
        yours, ExerciseTable.ZeroPad, call => new(
            CallArrays.Tensors(call),
            given => [yours(given[0], call.Windows.Padding.H)]));

    /// <summary>A single step of convolution (exercise, section 3.2).</summary>
    /// <param name="yours">a_slice_prev (f, f, n_C_prev), W alike, b (1, 1, 1) -> a number, as a tensor without axes.</param>
    /// <inheritdoc cref="ZeroPad" path="/exception"/>
    public static ExerciseResult ConvSingleStep(Func<Tensor, Tensor, Tensor, Tensor> yours) => Check(
        yours, ExerciseTable.ConvSingleStep, call => new(
            CallArrays.Tensors(call),
            given => [yours(given[0], given[1], given[2])]));

    /// <summary>The forward pass of a convolution (exercise, section 3.3).</summary>
    /// <param name="yours">A_prev, W, b, hparameters (stride and pad) -> Z.</param>
    /// <inheritdoc cref="ZeroPad" path="/exception"/>
    public static ExerciseResult ConvForward(Func<Tensor, Tensor, Tensor, HParameters, Tensor> yours) => Check(
        yours, ExerciseTable.ConvForward, call => new(
            CallArrays.Tensors(call),
            given => [yours(given[0], given[1], given[2], CallArrays.Parameters(call))]));

    /// <summary>The gradients of a convolution (exercise, section 2).</summary>
    /// <param name="yours">dZ, A_prev, W, b, hparameters (stride and pad) -> dA_prev, dW, db.</param>
    /// <inheritdoc cref="ZeroPad" path="/exception"/>
    public static ExerciseResult ConvBackward(
        Func<Tensor, Tensor, Tensor, Tensor, HParameters, (Tensor dA_prev, Tensor dW, Tensor db)> yours) => Check(
        yours, ExerciseTable.ConvBackward, call => new(
            CallArrays.Tensors(call),
            given =>
            {
                var (dA_prev, dW, db) = yours(given[0], given[1], given[2], given[3], CallArrays.Parameters(call));
                return [dA_prev, dW, db];
            }));

    /// <summary>The forward pass of both pools (exercise, section 4.1).</summary>
    /// <param name="yours">A_prev, hparameters (stride and f), mode -> A.</param>
    /// <inheritdoc cref="ZeroPad" path="/exception"/>
    public static ExerciseResult PoolForward(Func<Tensor, HParameters, PoolMode, Tensor> yours) => Check(
        yours, ExerciseTable.PoolForward, call => new(
            CallArrays.Tensors(call),
            given => [yours(given[0], CallArrays.Parameters(call), CallArrays.Mode(call))]));

    /// <summary>Where the maximum of a window is (exercise, section 2).</summary>
    /// <param name="yours">x (f, f) or another rectangle -> mask, of type bool; each of several equal maxima is marked.</param>
    /// <inheritdoc cref="ZeroPad" path="/exception"/>
    public static ExerciseResult CreateMaskFromWindow(Func<Tensor, Tensor> yours) => Check(
        yours, ExerciseTable.CreateMaskFromWindow, call => new(
            CallArrays.Tensors(call),
            given => [yours(given[0])]));

    /// <summary>A value, spread evenly over a window (exercise, section 2).</summary>
    /// <param name="yours">dz, shape (n_H, n_W) -> the window.</param>
    /// <inheritdoc cref="ZeroPad" path="/exception"/>
    public static ExerciseResult DistributeValue(Func<double, (long n_H, long n_W), Tensor> yours) => Check(
        yours, ExerciseTable.DistributeValue, call => new(
            CallArrays.Tensors(call),
            _ => [yours(call.GradOutput!.item<double>(), call.Windows.Kernel)]));

    /// <summary>The gradients of both pools (exercise, section 2).</summary>
    /// <param name="yours">dA, A_prev, hparameters (stride and f), mode -> dA_prev.</param>
    /// <inheritdoc cref="ZeroPad" path="/exception"/>
    public static ExerciseResult PoolBackward(Func<Tensor, Tensor, HParameters, PoolMode, Tensor> yours) => Check(
        yours, ExerciseTable.PoolBackward, call => new(
            CallArrays.Tensors(call),
            given => [yours(given[0], given[1], CallArrays.Parameters(call), CallArrays.Mode(call))]));

    private static ExerciseResult Check(Delegate yours, Exercise exercise, Func<Call, Question> ask)
    {
        ArgumentNullException.ThrowIfNull(yours);
        return new Marking(exercise, ask).Result();
    }
}
