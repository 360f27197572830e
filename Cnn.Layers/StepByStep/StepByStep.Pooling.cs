using Cnn.Layers.Geometry;
using TorchSharp;
using static TorchSharp.torch;

namespace Cnn.Layers;

public static partial class StepByStep
{
    /// <summary>Reduces every f x f window of every channel to one value (exercise, section 4.1).</summary>
    /// <remarks>
    /// <c>A[i, h, w, c] = max(a_prev_slice)</c> or <c>mean(a_prev_slice)</c>, where a_prev_slice is the window that starts
    /// at row <c>h * stride</c> and column <c>w * stride</c>, and <c>n_H = floor((n_H_prev - f) / stride) + 1</c>, n_W
    /// alike, n_C = n_C_prev. A window that holds a NaN gives NaN.
    /// </remarks>
    /// <param name="A_prev">The output of the previous layer, (m, n_H_prev, n_W_prev, n_C_prev).</param>
    /// <param name="hparameters">The stride and f; the pad must be 0.</param>
    /// <param name="mode">Whether a window gives its largest value or its mean.</param>
    /// <returns>A, (m, n_H, n_W, n_C), and the cache for <see cref="PoolBackward"/>.</returns>
    /// <exception cref="ArgumentException">
    /// A_prev is not float64 or float32 of rank 4 on the CPU, the stride or f is below 1, the pad is not 0, the window is
    /// larger than the image, or mode is no <see cref="PoolMode"/>.
    /// </exception>
    public static (Tensor A, PoolCache cache) PoolForward(Tensor A_prev, HParameters hparameters, PoolMode mode = PoolMode.Max)
    {
        CheckPooling(A_prev, hparameters, mode);
        using var noGrad = no_grad();
        using var scope = NewDisposeScope();

        var (m, n_H_prev, n_W_prev, n_C) = Shape(A_prev);
        var (stride, f) = checked(((int)hparameters.stride, (int)hparameters.f));

        var n_H = OutputSize(n_H_prev, f, pad: 0, stride);
        var n_W = OutputSize(n_W_prev, f, pad: 0, stride);

        var A = Allocate(nameof(A_prev), () => A_prev.new_zeros(m, n_H, n_W, n_C), m, n_H, n_W, n_C);

        for (var i = 0; i < m; i++)
            for (var h = 0; h < n_H; h++)
                for (var w = 0; w < n_W; w++)
                    for (var c = 0; c < n_C; c++)
                    {
                        using var step = NewDisposeScope();

                        var vert_start = h * stride;
                        var vert_end = vert_start + f;
                        var horiz_start = w * stride;
                        var horiz_end = horiz_start + f;

                        // One channel at a time: a pool, unlike a convolution, does not mix them.
                        var a_prev_slice = A_prev[i, vert_start..vert_end, horiz_start..horiz_end, c];
                        A[i, h, w, c] = mode == PoolMode.Max ? max(a_prev_slice) : mean(a_prev_slice);
                    }

        return (A.MoveToOuterDisposeScope(), new PoolCache(A_prev, hparameters, mode));
    }

    /// <summary>Marks where the maximum of a window is (exercise, section 2: "Create mask"): mask = (x == max(x)).</summary>
    /// <remarks>
    /// Every cell that ties for the maximum is marked. With a NaN in x the maximum is NaN, which equals nothing, itself
    /// included: the mask is then false throughout.
    /// </remarks>
    /// <param name="x">A window of one channel, (f, f) or any other rectangle with at least one cell.</param>
    /// <returns>The mask, a bool tensor of the shape of x.</returns>
    /// <exception cref="ArgumentException">x is not float64 or float32 of rank 2 on the CPU, or it is empty.</exception>
    public static Tensor CreateMaskFromWindow(Tensor x)
    {
        CheckTensor(x, nameof(x), 2, "(f, f)");
        Rule.Require(x.numel() > 0, nameof(x), $"x has shape {x.shape}: must have at least one element.");
        using var noGrad = no_grad();
        using var scope = NewDisposeScope();

        var mask = x == max(x);
        return mask.MoveToOuterDisposeScope();
    }

    /// <summary>Spreads a value evenly over a window (exercise, section 2: "Distribute value"): dz / (n_H * n_W) in every cell.</summary>
    /// <param name="dz">The value.</param>
    /// <param name="shape">The sides of the window, each at least 1.</param>
    /// <returns>The window, a float64 tensor (n_H, n_W).</returns>
    /// <exception cref="ArgumentException">A side is below 1.</exception>
    public static Tensor DistributeValue(double dz, (long n_H, long n_W) shape)
    {
        CheckSize(shape.n_H, "shape.n_H", least: 1);
        CheckSize(shape.n_W, "shape.n_W", least: 1);
        using var scope = NewDisposeScope();

        var average = tensor(dz / (shape.n_H * shape.n_W));
        var a = Allocate(
            nameof(shape), () => ones(shape.n_H, shape.n_W, dtype: ScalarType.Float64, device: CPU) * average, shape.n_H, shape.n_W);
        return a.MoveToOuterDisposeScope();
    }

    /// <summary>The gradient of a pooling layer (exercise, section 2: "Pooling backward").</summary>
    /// <remarks>
    /// <para>
    /// Each output sends its gradient back to its window, and windows that overlap add up:
    /// <c>dA_prev[window] += mask * dA[i, h, w, c]</c> with the mask of <see cref="CreateMaskFromWindow"/>, or
    /// <c>dA_prev[window] += DistributeValue(dA[i, h, w, c], (f, f))</c>. Input cells that no window reached get zero.
    /// </para>
    /// <para>
    /// Where several cells tie for the maximum, each gets the whole gradient (libtorch gives it to one). A window that
    /// holds a NaN marks no cell, and so passes no gradient on.
    /// </para>
    /// </remarks>
    /// <param name="dA">The gradient of the cost with respect to A, (m, n_H, n_W, n_C).</param>
    /// <param name="cache">What <see cref="PoolForward"/> returned.</param>
    /// <param name="mode">The mode of the forward pass.</param>
    /// <returns>dA_prev, of the shape of A_prev.</returns>
    /// <exception cref="ArgumentException">
    /// The cache breaks a rule of <see cref="PoolForward"/>, mode is not that of the forward pass, or dA has not the dtype
    /// of A_prev or the shape of A.
    /// </exception>
    public static Tensor PoolBackward(Tensor dA, PoolCache cache, PoolMode mode = PoolMode.Max)
    {
        ArgumentNullException.ThrowIfNull(cache);
        var (A_prev, hparameters, forwardMode) = cache;
        CheckPooling(A_prev, hparameters, forwardMode, "cache.");
        Rule.Require(mode == forwardMode, nameof(mode), $"mode = {mode}: must be that of the forward pass, {forwardMode}.");

        var (m, n_H_prev, n_W_prev, n_C) = Shape(A_prev);
        var (stride, f) = checked(((int)hparameters.stride, (int)hparameters.f));
        var n_H = OutputSize(n_H_prev, f, pad: 0, stride);
        var n_W = OutputSize(n_W_prev, f, pad: 0, stride);
        CheckUpstream(dA, nameof(dA), A_prev, [m, n_H, n_W, n_C]);

        using var noGrad = no_grad();
        using var scope = NewDisposeScope();

        var dA_prev = Allocate(nameof(cache), () => A_prev.new_zeros(A_prev.shape), A_prev.shape);

        for (var i = 0; i < m; i++)
            for (var h = 0; h < n_H; h++)
                for (var w = 0; w < n_W; w++)
                    for (var c = 0; c < n_C; c++)
                    {
                        using var step = NewDisposeScope();

                        var vert_start = h * stride;
                        var vert_end = vert_start + f;
                        var horiz_start = w * stride;
                        var horiz_end = horiz_start + f;

                        var da = dA[i, h, w, c];
                        if (mode == PoolMode.Max)
                        {
                            var a_prev_slice = A_prev[i, vert_start..vert_end, horiz_start..horiz_end, c];
                            var mask = CreateMaskFromWindow(a_prev_slice);
                            dA_prev[i, vert_start..vert_end, horiz_start..horiz_end, c] += mask * da;
                        }
                        else
                        {
                            var a = DistributeValue(Value(da), (f, f));
                            dA_prev[i, vert_start..vert_end, horiz_start..horiz_end, c] += a.to(dA_prev.dtype);
                        }
                    }

        return dA_prev.MoveToOuterDisposeScope();
    }
}
