using TorchSharp;
using static TorchSharp.torch;

namespace Cnn.Layers;

/// <summary>
/// The eight functions of the exercise "Convolutional Neural Networks: Step by Step", named and composed as there.
/// </summary>
/// <remarks>
/// <para>
/// Images are (m, n_H, n_W, n_C): examples, height, width, channels. Tensors are float64 or float32, on the CPU, with any
/// strides; results have the dtype of the input, belong to the caller (or to the caller's dispose scope) and carry no
/// autograd history.
/// </para>
/// <para>
/// Every argument is checked first: a null is an <see cref="ArgumentNullException"/>; a tensor that is disposed, on
/// another device, or of a dtype or shape that does not fit, and a hyperparameter out of its range, is an
/// <see cref="ArgumentException"/> whose sentence names the argument, its value and the rule.
/// </para>
/// <para>
/// The loops visit one output at a time, to be read and stepped through; a model wants a layer, not these functions.
/// </para>
/// </remarks>
public static partial class StepByStep
{
    /// <summary>Surrounds every image of X with zeros (exercise, section 3.1).</summary>
    /// <param name="X">Images, (m, n_H, n_W, n_C).</param>
    /// <param name="pad">How many zeros on each side of the height and of the width, at least 0.</param>
    /// <returns>X_pad, (m, n_H + 2 pad, n_W + 2 pad, n_C): never X itself, even when pad is 0.</returns>
    /// <exception cref="ArgumentException">X is not float64 or float32 of rank 4 on the CPU, or pad is negative.</exception>
    public static Tensor ZeroPad(Tensor X, long pad)
    {
        CheckTensor(X, nameof(X), 4, "(m, n_H, n_W, n_C)");
        CheckPad(pad, nameof(pad), X);
        using var noGrad = no_grad();

        // Pairs (before, after) from the last axis to the first: n_C, n_W, n_H; m is left alone.
        var (m, n_H, n_W, n_C) = Shape(X);
        return Allocate(nameof(pad), () => nn.functional.pad(X, [0, 0, pad, pad, pad, pad]), m, n_H + 2 * pad, n_W + 2 * pad, n_C);
    }

    /// <summary>Applies one filter at one position (exercise, section 3.2): Z = sum(a_slice_prev * W) + b.</summary>
    /// <param name="a_slice_prev">The window of the input, (f, f, n_C_prev).</param>
    /// <param name="W">One filter, of the same shape.</param>
    /// <param name="b">Its bias, a single element: (1, 1, 1).</param>
    /// <returns>Z, a 0-d tensor.</returns>
    /// <exception cref="ArgumentException">
    /// An argument is not float64 or float32 on the CPU, the dtypes differ, a_slice_prev has no rank of 3, W has another
    /// shape, or b has other than one element.
    /// </exception>
    public static Tensor ConvSingleStep(Tensor a_slice_prev, Tensor W, Tensor b)
    {
        CheckSingleStep(a_slice_prev, W, b);
        using var noGrad = no_grad();
        using var scope = NewDisposeScope();

        var s = a_slice_prev * W;
        var Z = sum(s) + b.squeeze();
        return Z.MoveToOuterDisposeScope();
    }

    /// <summary>Convolves the images with n_C filters (exercise, section 3.3).</summary>
    /// <remarks>
    /// <c>Z[i, h, w, c] = sum(a_slice_prev * W[:, :, :, c]) + b[:, :, :, c]</c>, where a_slice_prev is the f x f window of
    /// the padded image i that starts at row <c>h * stride</c> and column <c>w * stride</c>, and
    /// <c>n_H = floor((n_H_prev - f + 2 pad) / stride) + 1</c>, n_W alike. Rows and columns past the last whole window are
    /// not read.
    /// </remarks>
    /// <param name="A_prev">The output of the previous layer, (m, n_H_prev, n_W_prev, n_C_prev).</param>
    /// <param name="W">The filters, (f, f, n_C_prev, n_C).</param>
    /// <param name="b">The biases, (1, 1, 1, n_C).</param>
    /// <param name="hparameters">The stride and the pad; f is that of W.</param>
    /// <param name="activation">
    /// The exercise's <c>A[i, h, w, c] = activation(Z[i, h, w, c])</c>, or null for none. Given one, the tensor that comes
    /// back is A, and Z is not kept: to go back through the activation, call without it and apply it to Z afterwards,
    /// since ConvBackward wants <c>dZ = dA * activation'(Z)</c>.
    /// </param>
    /// <returns>Z (or A), (m, n_H, n_W, n_C), and the cache for <see cref="ConvBackward"/>.</returns>
    /// <exception cref="ArgumentException">
    /// A tensor is not float64 or float32 on the CPU, dtypes or shapes disagree, W is not square, the stride is below 1 or
    /// the pad below 0, or the window is larger than the padded image.
    /// </exception>
    public static (Tensor Z, ConvCache cache) ConvForward(
        Tensor A_prev, Tensor W, Tensor b, HParameters hparameters, Func<double, double>? activation = null)
    {
        CheckConvolution(A_prev, W, b, hparameters);
        using var noGrad = no_grad();
        using var scope = NewDisposeScope();

        var (m, n_H_prev, n_W_prev, _) = Shape(A_prev);
        var (f, _, _, n_C) = Shape(W);
        var (stride, pad) = checked(((int)hparameters.stride, (int)hparameters.pad));

        var n_H = OutputSize(n_H_prev, f, pad, stride);
        var n_W = OutputSize(n_W_prev, f, pad, stride);

        var Z = Allocate(nameof(hparameters), () => A_prev.new_zeros(m, n_H, n_W, n_C), m, n_H, n_W, n_C);
        var A_prev_pad = ZeroPad(A_prev, pad);

        for (var i = 0; i < m; i++)
        {
            var a_prev_pad = A_prev_pad[i];
            for (var h = 0; h < n_H; h++)
                for (var w = 0; w < n_W; w++)
                    for (var c = 0; c < n_C; c++)
                    {
                        using var step = NewDisposeScope();

                        // h and w index the output; the corners index the padded input.
                        var vert_start = h * stride;
                        var vert_end = vert_start + f;
                        var horiz_start = w * stride;
                        var horiz_end = horiz_start + f;

                        var a_slice_prev = a_prev_pad[vert_start..vert_end, horiz_start..horiz_end, ..];
                        Z[i, h, w, c] = ConvSingleStep(a_slice_prev, W[.., .., .., c], b[.., .., .., c]);

                        if (activation is not null)
                            Z[i, h, w, c] = activation(Value(Z[i, h, w, c]));
                    }
        }

        return (Z.MoveToOuterDisposeScope(), new ConvCache(A_prev, W, b, hparameters));
    }

    /// <summary>The gradients of a convolution (exercise, section 2: "Convolution backward").</summary>
    /// <remarks>
    /// Each output sends its gradient back through the one product and sum that made it, and contributions add up:
    /// <c>da_prev_pad[window] += W[:, :, :, c] * dZ[i, h, w, c]</c>,
    /// <c>dW[:, :, :, c] += a_slice * dZ[i, h, w, c]</c>,
    /// <c>db[:, :, :, c] += dZ[i, h, w, c]</c>.
    /// Input cells that no window reached get zero.
    /// </remarks>
    /// <param name="dZ">The gradient of the cost with respect to Z, before any activation, (m, n_H, n_W, n_C).</param>
    /// <param name="cache">What <see cref="ConvForward"/> returned.</param>
    /// <returns>dA_prev, dW and db, with the shapes of A_prev, W and b.</returns>
    /// <exception cref="ArgumentException">
    /// The cache breaks a rule of <see cref="ConvForward"/>, or dZ has not the dtype of A_prev or the shape of Z.
    /// </exception>
    public static (Tensor dA_prev, Tensor dW, Tensor db) ConvBackward(Tensor dZ, ConvCache cache)
    {
        ArgumentNullException.ThrowIfNull(cache);
        var (A_prev, W, b, hparameters) = cache;
        CheckConvolution(A_prev, W, b, hparameters, "cache.");

        var (m, n_H_prev, n_W_prev, _) = Shape(A_prev);
        var (f, _, _, n_C) = Shape(W);
        var (stride, pad) = checked(((int)hparameters.stride, (int)hparameters.pad));
        var n_H = OutputSize(n_H_prev, f, pad, stride);
        var n_W = OutputSize(n_W_prev, f, pad, stride);
        CheckUpstream(dZ, nameof(dZ), A_prev, [m, n_H, n_W, n_C]);

        using var noGrad = no_grad();
        using var scope = NewDisposeScope();

        var dA_prev = Allocate(nameof(cache), () => A_prev.new_zeros(A_prev.shape), A_prev.shape);
        var dW = W.new_zeros(W.shape);
        var db = b.new_zeros(b.shape);

        var A_prev_pad = ZeroPad(A_prev, pad);
        var dA_prev_pad = ZeroPad(dA_prev, pad);

        for (var i = 0; i < m; i++)
        {
            var a_prev_pad = A_prev_pad[i];
            var da_prev_pad = dA_prev_pad[i];
            for (var h = 0; h < n_H; h++)
                for (var w = 0; w < n_W; w++)
                    for (var c = 0; c < n_C; c++)
                    {
                        using var step = NewDisposeScope();

                        var vert_start = h * stride;
                        var vert_end = vert_start + f;
                        var horiz_start = w * stride;
                        var horiz_end = horiz_start + f;

                        var a_slice = a_prev_pad[vert_start..vert_end, horiz_start..horiz_end, ..];
                        var dz = dZ[i, h, w, c];

                        da_prev_pad[vert_start..vert_end, horiz_start..horiz_end, ..] += W[.., .., .., c] * dz;
                        dW[.., .., .., c] += a_slice * dz;
                        db[.., .., .., c] += dz;
                    }

            // The padding gets no gradient. ^pad counts from the end, so pad = 0 keeps the whole image
            // (numpy's pad:-pad would keep nothing).
            dA_prev[i] = da_prev_pad[pad..^pad, pad..^pad, ..];
        }

        return scope.MoveToOuter(dA_prev, dW, db);
    }

    // The floor is the integer division's own: CheckWindow has seen to n_prev + 2 pad >= f.
    private static int OutputSize(int n_prev, int f, int pad, int stride) => (n_prev - f + 2 * pad) / stride + 1;

    private static (int, int, int, int) Shape(Tensor t)
    {
        var shape = t.shape;
        return checked(((int)shape[0], (int)shape[1], (int)shape[2], (int)shape[3]));
    }

    private static double Value(Tensor t)
    {
        using var scalar = t.ToScalar();
        return scalar.ToDouble();
    }
}
