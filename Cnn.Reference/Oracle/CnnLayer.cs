using Cnn.Layers;
using Cnn.Layers.Geometry;
using Cnn.Reference.Cases;
using TorchSharp;
using static TorchSharp.torch;

namespace Cnn.Reference.Oracle;

/// <summary>The layers of this library.</summary>
/// <param name="algorithm">Which loops.</param>
/// <param name="winners">Whether a max pool is asked for its winners as well.</param>
internal sealed class CnnLayer(Algorithm algorithm, bool winners = true) : ILayer
{
    /// <summary>Which loops.</summary>
    public Algorithm Algorithm => algorithm;

    /// <inheritdoc/>
    public string Name => algorithm.ToString().ToLowerInvariant();

    /// <inheritdoc/>
    public (Tensor Output, Tensor? Indices) Forward(Case @case, Tensor input, Tensor? weight, Tensor? bias)
    {
        long[] kernel = [@case.Kernel.H, @case.Kernel.W], stride = [@case.Stride.H, @case.Stride.W];
        long[] padding = [@case.Padding.H, @case.Padding.W], dilation = [@case.Dilation.H, @case.Dilation.W];
        switch (@case.Kind)
        {
            case LayerKind.Max when !winners:
                return (Functional.max_pool2d(input, kernel, stride, padding, dilation, @case.CeilMode, algorithm), null);
            case LayerKind.Max:
                return Functional.max_pool2d_with_indices(input, kernel, stride, padding, dilation, @case.CeilMode, algorithm);
            case LayerKind.Avg:
                return (Functional.avg_pool2d(
                    input, kernel, stride, padding, @case.CeilMode, @case.CountIncludePad, @case.DivisorOverride, algorithm), null);
            case LayerKind.Adaptive:
                return (Functional.adaptive_avg_pool2d(input, [@case.OutputSize.H, @case.OutputSize.W], algorithm), null);
            case LayerKind.Conv when !@case.Same && @case.PaddingMode == PaddingModes.Zeros:
                return (Functional.conv2d(input, weight!, bias, stride, padding, dilation, @case.Groups, algorithm), null);
            default:
                return (Module(@case, input, weight!, bias), null);
        }
    }

    // Same, and padding other than zeros, are options of the module alone; here it takes the case's filters.
    private Tensor Module(Case @case, Tensor input, Tensor weight, Tensor? bias)
    {
        using var layer = @case.Same
            ? new Conv2D(@case.C, @case.O, @case.Kernel, Padding.Same, @case.Stride, @case.Dilation, @case.PaddingMode, @case.Groups,
                @case.Bias, dtype: @case.DType)
            : new Conv2D(@case.C, @case.O, @case.Kernel, @case.Stride, @case.Padding, @case.Dilation, @case.PaddingMode, @case.Groups,
                @case.Bias, dtype: @case.DType);
        layer.algorithm = algorithm;
        return layer.Convolve(input, weight, bias);
    }
}
