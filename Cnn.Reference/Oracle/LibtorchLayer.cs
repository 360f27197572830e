using Cnn.Reference.Cases;
using TorchSharp;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace Cnn.Reference.Oracle;

/// <summary>libtorch's own layers: what every other implementation is held against.</summary>
/// <remarks>
/// <para>
/// libtorch adds the gradients of 16-bit pools up in 16 bits, rounding at every step. Ours are those of the float32 run,
/// rounded once, as libtorch's own tests ask of its forward passes. So 16-bit pools are run in float32 here, and cast.
/// </para>
/// <para>
/// An adaptive average is divided by its rows, then by its columns; in channels_last memory by their product at once, and so it is
/// rounded otherwise. So adaptive pools are run on row-major memory here, their gradients as well.
/// </para>
/// <para>
/// Always through torch.nn.functional, never the modules of TorchSharp 0.107, whose Padding.Same pads a non-square kernel
/// wrongly where the padding is not zeros.
/// </para>
/// </remarks>
/// <param name="widensBFloat16">
/// Whether bfloat16 convolutions are run in float32 as well, and cast. On processors with AVX512_BF16 libtorch multiplies
/// channels in pairs; where their number is odd, a NaN or an infinity meets the zero of its pair and spreads.
/// </param>
/// <param name="winners">Whether a max pool is asked for its winners as well.</param>
/// <param name="rowMajor">Whether adaptive pools are run on row-major memory; where libtorch is timed, on memory as it is.</param>
internal sealed class LibtorchLayer(bool widensBFloat16 = false, bool winners = true, bool rowMajor = true) : ILayer
{
    /// <summary>What libtorch is called in every report.</summary>
    public const string LayerName = "libtorch";

    /// <inheritdoc/>
    public string Name => LayerName;

    /// <inheritdoc/>
    public (Tensor Output, Tensor? Indices) Forward(Case @case, Tensor input, Tensor? weight, Tensor? bias)
    {
        bool widens = @case.Kind == LayerKind.Conv ? widensBFloat16 && input.dtype == ScalarType.BFloat16
            : input.dtype is ScalarType.Float16 or ScalarType.BFloat16;
        if (widens)
        {
            using Tensor wide = input.to(ScalarType.Float32), filters = weight?.to(ScalarType.Float32)!,
                constants = bias?.to(ScalarType.Float32)!;
            var (values, indices) = Forward(@case, wide, filters, constants);
            using (values) return (values.to(input.dtype), indices);
        }
        long[] kernel = [@case.Kernel.H, @case.Kernel.W], stride = [@case.Stride.H, @case.Stride.W];
        long[] padding = [@case.Padding.H, @case.Padding.W], dilation = [@case.Dilation.H, @case.Dilation.W];
        switch (@case.Kind)
        {
            case LayerKind.Max when !winners:
                return (F.max_pool2d(input, kernel, stride, padding, dilation, @case.CeilMode), null);
            case LayerKind.Max:
                return F.max_pool2d_with_indices(input, kernel, stride, padding, dilation, @case.CeilMode);
            case LayerKind.Avg:
                return (F.avg_pool2d(input, kernel, stride, padding, @case.CeilMode, @case.CountIncludePad, @case.DivisorOverride), null);
        }
        if (@case.Kind == LayerKind.Adaptive)
        {
            long[] windows = [@case.OutputSize.H, @case.OutputSize.W];
            if (!rowMajor) return (F.adaptive_avg_pool2d(input, windows), null);
            using var rows = RowMajor(input);
            using var averages = F.adaptive_avg_pool2d(rows, windows);
            return (RowMajor(averages), null);
        }
        if (!@case.Same && @case.PaddingMode == PaddingModes.Zeros)
            return (F.conv2d(input, weight!, bias, stride, padding, dilation, @case.Groups), null);

        var (top, bottom) = Split(@case.Same, @case.Kernel.H, @case.Dilation.H, @case.Padding.H);
        var (left, right) = Split(@case.Same, @case.Kernel.W, @case.Dilation.W, @case.Padding.W);
        var mode = @case.PaddingMode == PaddingModes.Zeros ? PaddingModes.Constant : @case.PaddingMode;
        using var padded = F.pad(input, [left, right, top, bottom], mode);
        return (F.conv2d(padded, weight!, bias, stride, [0, 0], dilation, @case.Groups), null);
    }

    // As one row and back: what comes back through it, and what is sent back through that, is row-major as well.
    private static Tensor RowMajor(Tensor tensor)
    {
        using var flat = tensor.flatten();
        return flat.reshape(tensor.shape);
    }

    // Same puts the odd cell at the end.
    private static (long Before, long After) Split(bool same, long kernel, long dilation, long padding)
    {
        if (!same) return (padding, padding);
        long total = dilation * (kernel - 1);
        return (total / 2, total - total / 2);
    }
}
