using System.Runtime.InteropServices;
using Cnn.Layers.Autograd;
using Cnn.Layers.Geometry;
using TorchSharp;
using static TorchSharp.torch;

namespace Cnn.Layers;

// What the lesson refuses, and in which words. Who reads a call from a file refuses the same.
public static partial class StepByStep
{
    internal static void CheckTensor(Tensor t, string name, int rank, string form)
    {
        CheckKind(t, name);
        Rule.Require(t.ndim == rank, name, $"{name} has shape {t.shape}: must have {rank} dimensions, {form}.");
        // The lesson counts in int, as C#'s ranges do.
        Rule.Require(
            t.shape.All(n => n <= int.MaxValue), name, $"{name} has shape {t.shape}: no dimension may exceed {int.MaxValue}.");
    }

    private static void CheckKind(Tensor t, string name)
    {
        ArgumentNullException.ThrowIfNull(t, name);
        Operand.Check(t, name);
        Rule.Require(t.dtype is ScalarType.Float64 or ScalarType.Float32, name, $"{name} is {t.dtype}: must be Float64 or Float32.");
    }

    private static void CheckDtype(Tensor t, string name, Tensor like, string likeName) =>
        Rule.Require(t.dtype == like.dtype, name, $"{name} is {t.dtype}: must have the type of {likeName}, {like.dtype}.");

    private static void CheckShape(Tensor t, string name, long[] shape, string form) =>
        Rule.Require(t.shape.SequenceEqual(shape), name, $"{name} has shape {t.shape}: must be {form}, {shape}.");

    internal static void CheckSize(long n, string name, int least) =>
        Rule.Require(n >= least && n <= int.MaxValue, name, $"{name} = {n}: must be from {least} to {int.MaxValue}.");

    internal static void CheckPad(long pad, string name, Tensor X)
    {
        CheckSize(pad, name, least: 0);
        Rule.Require(
            Math.Max(X.shape[1], X.shape[2]) + 2 * pad <= int.MaxValue, name,
            $"{name} = {pad}: no side of the padded image may exceed {int.MaxValue}.");
    }

    private static void CheckWindow(long f, string name, Tensor A_prev, long pad)
    {
        var (n_H, n_W) = (A_prev.shape[1] + 2 * pad, A_prev.shape[2] + 2 * pad);
        Rule.Require(
            f <= n_H && f <= n_W, name, $"{name} makes windows of {f} x {f}: must fit in the padded image, {n_H} x {n_W}.");
    }

    internal static void CheckSingleStep(Tensor a_slice_prev, Tensor W, Tensor b)
    {
        CheckTensor(a_slice_prev, nameof(a_slice_prev), 3, "(f, f, n_C_prev)");

        CheckKind(W, nameof(W));
        CheckDtype(W, nameof(W), a_slice_prev, nameof(a_slice_prev));
        CheckShape(W, nameof(W), a_slice_prev.shape, "the shape of a_slice_prev");

        CheckKind(b, nameof(b));
        CheckDtype(b, nameof(b), a_slice_prev, nameof(a_slice_prev));
        Rule.Require(b.numel() == 1, nameof(b), $"b has shape {b.shape}: must have exactly one element, (1, 1, 1).");
    }

    internal static void CheckConvolution(Tensor A_prev, Tensor W, Tensor b, HParameters hparameters, string owner = "")
    {
        string filters = owner + "W";
        CheckTensor(A_prev, owner + "A_prev", 4, "(m, n_H_prev, n_W_prev, n_C_prev)");

        CheckTensor(W, filters, 4, "(f, f, n_C_prev, n_C)");
        CheckDtype(W, filters, A_prev, "A_prev");
        Rule.Require(
            W.shape[0] == W.shape[1] && W.shape[0] >= 1, filters,
            $"{filters} has shape {W.shape}: must be (f, f, n_C_prev, n_C) with one f, at least 1.");
        Rule.Require(
            W.shape[2] == A_prev.shape[3], filters, $"{filters} has shape {W.shape}: n_C_prev must be that of A_prev, {A_prev.shape[3]}.");

        CheckTensor(b, owner + "b", 4, "(1, 1, 1, n_C)");
        CheckDtype(b, owner + "b", A_prev, "A_prev");
        CheckShape(b, owner + "b", [1, 1, 1, W.shape[3]], "(1, 1, 1, n_C)");

        ArgumentNullException.ThrowIfNull(hparameters, owner + "hparameters");
        CheckSize(hparameters.stride, owner + "hparameters.stride", least: 1);
        CheckPad(hparameters.pad, owner + "hparameters.pad", A_prev);
        CheckWindow(W.shape[0], filters, A_prev, hparameters.pad);
    }

    internal static void CheckPooling(Tensor A_prev, HParameters hparameters, PoolMode mode, string owner = "")
    {
        CheckTensor(A_prev, owner + "A_prev", 4, "(m, n_H_prev, n_W_prev, n_C_prev)");

        ArgumentNullException.ThrowIfNull(hparameters, owner + "hparameters");
        CheckSize(hparameters.stride, owner + "hparameters.stride", least: 1);
        Rule.Require(
            hparameters.pad == 0, owner + "hparameters.pad",
            $"{owner}hparameters.pad = {hparameters.pad}: must be 0, for the exercise's pooling has no padding.");
        CheckSize(hparameters.f, owner + "hparameters.f", least: 1);
        CheckWindow(hparameters.f, owner + "hparameters.f", A_prev, pad: 0);

        Rule.Require(mode is PoolMode.Max or PoolMode.Average, owner + "mode", $"{owner}mode = {mode}: must be Max or Average.");
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
        catch (ExternalException exception)
        {
            throw Rule.Refusal(name, $"{name} asks for a tensor ({string.Join(", ", shape)}): memory has no room for it.", exception);
        }
    }
}
