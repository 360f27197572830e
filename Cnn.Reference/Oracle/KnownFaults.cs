using Cnn.Reference.Cases;
using static TorchSharp.torch;

namespace Cnn.Reference.Oracle;

/// <summary>Problems that libtorch 2.10 itself gets wrong or dies of: they are left out of comparisons, with the reason.</summary>
internal static class KnownFaults
{
    /// <summary>Why this case cannot be put to libtorch; null where it can.</summary>
    public static string? ReasonToSkip(Case @case)
    {
        if (@case is { Kind: LayerKind.Conv, Layout: Layout.ChannelsLast or Layout.Strided or Layout.Expanded } && HasWindowInPadding(@case))
            return "libtorch may crash on a channels_last convolution with a window of nothing but padding";
        if (@case is { Kind: LayerKind.Max, Layout: Layout.ChannelsLast, DType: ScalarType.Byte or ScalarType.Int8 or ScalarType.Int16 } && Plane(@case) > MaxOf(@case.DType))
            return "libtorch refuses channels_last max pooling of 8 and 16 bit integers with more cells a plane than the type can count";
        return null;
    }

    private static bool HasWindowInPadding(Case @case) =>
        @case.Padding.H >= Extent(@case.Kernel.H, @case.Dilation.H) || @case.Padding.W >= Extent(@case.Kernel.W, @case.Dilation.W);

    private static long Extent(long kernel, long dilation) => dilation * (kernel - 1) + 1;

    private static long Plane(Case @case) => @case.H * @case.W;

    private static long MaxOf(ScalarType type) => type switch
    {
        ScalarType.Byte => byte.MaxValue,
        ScalarType.Int8 => sbyte.MaxValue,
        _ => short.MaxValue,
    };
}
