using System.Runtime.InteropServices;
using TorchSharp;
using static TorchSharp.torch;

namespace Cnn.Layers;

// What the lesson refuses, and in which words. Who reads a call from a file refuses the same.
public static partial class StepByStep
{
    internal static void CheckTensor(Tensor t, string name, int rank, string form)
    {
        CheckKind(t, name);
        if (t.ndim != rank)
            throw Refuse(name, $"has shape {Show(t.shape)}; it must have {rank} dimensions, {form}.");
        // The lesson counts in int, as C#'s ranges do.
        if (t.shape.Any(n => n > int.MaxValue))
            throw Refuse(name, $"has shape {Show(t.shape)}; no dimension may exceed {int.MaxValue}.");
    }

    private static void CheckKind(Tensor t, string name)
    {
        ArgumentNullException.ThrowIfNull(t, name);
        if (t.IsInvalid)
            throw Refuse(name, "is a disposed tensor; it must be alive.");
        if (t.device_type != DeviceType.CPU)
            throw Refuse(name, $"is on the device {t.device}; it must be on the CPU, so call .cpu() first.");
        if (t.is_sparse)
            throw Refuse(name, "is sparse; it must be dense, so call .to_dense() first.");
        if (t.dtype is not (ScalarType.Float64 or ScalarType.Float32))
            throw Refuse(name, $"has dtype {t.dtype}; it must be Float64 or Float32.");
    }

    private static void CheckDtype(Tensor t, string name, Tensor like, string likeName)
    {
        if (t.dtype != like.dtype)
            throw Refuse(name, $"has dtype {t.dtype}; it must be that of {likeName}, {like.dtype}.");
    }

    private static void CheckShape(Tensor t, string name, long[] shape, string form)
    {
        if (!t.shape.SequenceEqual(shape))
            throw Refuse(name, $"has shape {Show(t.shape)}; it must be {form}, {Show(shape)}.");
    }

    internal static void CheckSize(long n, string name, int least)
    {
        if (n < least || n > int.MaxValue)
            throw Refuse(name, $"is {n}; it must lie between {least} and {int.MaxValue}.");
    }

    internal static void CheckPad(long pad, string name, Tensor X)
    {
        CheckSize(pad, name, least: 0);
        if (Math.Max(X.shape[1], X.shape[2]) + 2 * pad > int.MaxValue)
            throw Refuse(name, $"is {pad}; no side of the padded image may exceed {int.MaxValue}.");
    }

    private static void CheckWindow(long f, string name, Tensor A_prev, long pad)
    {
        var (n_H, n_W) = (A_prev.shape[1] + 2 * pad, A_prev.shape[2] + 2 * pad);
        if (f > n_H || f > n_W)
            throw Refuse(name, $"makes windows of {f} x {f}; they must fit in the padded image, {n_H} x {n_W}.");
    }

    internal static void CheckSingleStep(Tensor a_slice_prev, Tensor W, Tensor b)
    {
        CheckTensor(a_slice_prev, nameof(a_slice_prev), 3, "(f, f, n_C_prev)");

        CheckKind(W, nameof(W));
        CheckDtype(W, nameof(W), a_slice_prev, nameof(a_slice_prev));
        CheckShape(W, nameof(W), a_slice_prev.shape, "the shape of a_slice_prev");

        CheckKind(b, nameof(b));
        CheckDtype(b, nameof(b), a_slice_prev, nameof(a_slice_prev));
        if (b.numel() != 1)
            throw Refuse(nameof(b), $"has shape {Show(b.shape)}; it must have exactly one element, (1, 1, 1).");
    }

    internal static void CheckConvolution(Tensor A_prev, Tensor W, Tensor b, HParameters hparameters, string owner = "")
    {
        CheckTensor(A_prev, owner + "A_prev", 4, "(m, n_H_prev, n_W_prev, n_C_prev)");

        CheckTensor(W, owner + "W", 4, "(f, f, n_C_prev, n_C)");
        CheckDtype(W, owner + "W", A_prev, "A_prev");
        if (W.shape[0] != W.shape[1] || W.shape[0] < 1)
            throw Refuse(owner + "W", $"has shape {Show(W.shape)}; it must be (f, f, n_C_prev, n_C) with one f, at least 1.");
        if (W.shape[2] != A_prev.shape[3])
            throw Refuse(owner + "W", $"has shape {Show(W.shape)}; its n_C_prev must be that of A_prev, {A_prev.shape[3]}.");

        CheckTensor(b, owner + "b", 4, "(1, 1, 1, n_C)");
        CheckDtype(b, owner + "b", A_prev, "A_prev");
        CheckShape(b, owner + "b", [1, 1, 1, W.shape[3]], "(1, 1, 1, n_C)");

        ArgumentNullException.ThrowIfNull(hparameters, owner + "hparameters");
        CheckSize(hparameters.stride, owner + "hparameters.stride", least: 1);
        CheckPad(hparameters.pad, owner + "hparameters.pad", A_prev);
        CheckWindow(W.shape[0], owner + "W", A_prev, hparameters.pad);
    }

    internal static void CheckPooling(Tensor A_prev, HParameters hparameters, PoolMode mode, string owner = "")
    {
        CheckTensor(A_prev, owner + "A_prev", 4, "(m, n_H_prev, n_W_prev, n_C_prev)");

        ArgumentNullException.ThrowIfNull(hparameters, owner + "hparameters");
        CheckSize(hparameters.stride, owner + "hparameters.stride", least: 1);
        if (hparameters.pad != 0)
            throw Refuse(owner + "hparameters.pad", $"is {hparameters.pad}; it must be 0, for the exercise's pooling has no padding.");
        CheckSize(hparameters.f, owner + "hparameters.f", least: 1);
        CheckWindow(hparameters.f, owner + "hparameters.f", A_prev, pad: 0);

        if (mode is not (PoolMode.Max or PoolMode.Average))
            throw Refuse(owner + "mode", $"is {mode}; it must be Max or Average.");
    }

    // The gradient that comes from the next layer: as many numbers as the forward pass gave, of the same dtype.
    internal static void CheckUpstream(Tensor d, string name, Tensor A_prev, long[] shape)
    {
        CheckTensor(d, name, 4, "(m, n_H, n_W, n_C)");
        CheckDtype(d, name, A_prev, "cache.A_prev");
        CheckShape(d, name, shape, "the shape of the forward pass's output");
    }

    /// <summary>A tensor of a shape, or the sentence that memory has no room for it.</summary>
    private static Tensor Allocate(string name, Func<Tensor> make, params long[] shape)
    {
        try
        {
            return make();
        }
        catch (ExternalException)
        {
            throw Refuse(name, $"asks for a tensor {Show(shape)}; memory has no room for it.");
        }
    }

    private static ArgumentException Refuse(string name, string sentence) => new($"{name} {sentence}", name.Split('.')[0]);

    private static string Show(long[] shape) => $"({string.Join(", ", shape)})";
}
