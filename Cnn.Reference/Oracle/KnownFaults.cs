using Cnn.Layers.Geometry;
using Cnn.Reference.Cases;
using static TorchSharp.torch;

namespace Cnn.Reference.Oracle;

/// <summary>Problems that libtorch 2.10 itself gets wrong or dies of: they are left out of comparisons, with the reason.</summary>
internal static class KnownFaults
{
    /// <summary>Why this case cannot be put to libtorch; null where it can.</summary>
    public static string? ReasonToSkip(Case @case)
    {
        if (@case is { Kind: LayerKind.Conv, Layout: Layout.ChannelsLast } && HasWindowInPadding(@case))
            return "libtorch may crash on a channels_last convolution with a window of nothing but padding";
        if (@case is { Kind: LayerKind.Conv, Layout: Layout.ChannelsLast, DType: ScalarType.BFloat16, Groups: > 1 })
            return "libtorch may crash on a grouped channels_last convolution in bfloat16, on processors with AVX512_BF16";
        if (@case is { Kind: LayerKind.Conv, Layout: Layout.ChannelsLast, C: 1, Stride.W: > 1 } && Width(@case).Out == 1)
            return "libtorch is wrong on most channels_last convolutions of one channel with a stride above 1 and an output one " +
                "column wide, on processors with AVX-512";
        if (@case is { Kind: LayerKind.Max, Layout: Layout.ChannelsLast, DType: ScalarType.Byte or ScalarType.Int8 or ScalarType.Int16 }
            && @case.H * @case.W > MostCells(@case.DType))
            return "libtorch refuses channels_last max pooling of 8 and 16 bit integers with more cells a plane than a signed type of " +
                "their width can count";
        return null;
    }

    /// <summary>
    /// How far a case can be differentiated in a comparison: 0 forward only, 1 gradients, 2 second derivatives.
    /// </summary>
    public static int MostOrder(Case @case) => Differentiability(@case).Most;

    /// <summary>What is left out of a case's derivatives, and why; null where nothing is.</summary>
    public static (string What, string Reason)? LeftOut(Case @case) => Differentiability(@case) switch
    {
        (0, { } reason) => ("gradients", reason),
        (1, { } reason) => ("second order", reason),
        _ => null,
    };

    private static (int Most, string? Reason) Differentiability(Case @case)
    {
        if (!@case.IsReal) return (0, "integers have none");
        if (@case.Kind == LayerKind.Max && HasWindowInPadding(@case))
            return (0, "the index of a maximum over nothing but padding may lie outside of the plane, where libtorch's backward reads");
        if (@case is { Kind: LayerKind.Adaptive, OutputSize: { H: 0 } or { W: 0 } })
            return (0, "libtorch refuses the gradient of an adaptive pool without windows");
        if (@case is { Kind: LayerKind.Adaptive, OutputSize: (1, 1) })
            return (1, "libtorch divides before it adds in the second derivative of a global average, after it in the first");
        if (@case.DType is ScalarType.Float16 or ScalarType.BFloat16)
            return (1, "16-bit types are rounded between the first and the second derivative, by each implementation elsewhere");
        if (@case is { Kind: LayerKind.Conv, C: 0 }) return (1, "libtorch cannot differentiate a convolution of no channels twice");
        return (2, null);
    }

    // A window of nothing but padding along one axis is one whatever lies along the other.
    private static bool HasWindowInPadding(Case @case) =>
        HasEmptyWindow(
            new WindowAxis(@case.H, @case.Kernel.H, @case.Stride.H, @case.Padding.H, @case.Padding.H, @case.Dilation.H, @case.CeilMode))
        || HasEmptyWindow(Width(@case));

    private static WindowAxis Width(Case @case) =>
        new(@case.W, @case.Kernel.W, @case.Stride.W, @case.Padding.W, @case.Padding.W, @case.Dilation.W, @case.CeilMode);

    private static bool HasEmptyWindow(WindowAxis axis)
    {
        for (long o = 0; o < axis.Out; o++)
        {
            var (first, end) = axis.InputTaps(o);
            if (first >= end) return true;
        }
        return false;
    }

    private static long MostCells(ScalarType type) => type == ScalarType.Int16 ? short.MaxValue : sbyte.MaxValue;
}
