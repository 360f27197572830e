using Cnn.Layers;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Cnn.Reference.Models;

/// <summary>What kind of sums a layer makes, which says how far rounding can take it.</summary>
internal static class LayerTraits
{
    /// <summary>
    /// Whether every output is a sum of products of inputs and weights, so that the same sum over magnitudes bounds its rounding.
    /// </summary>
    public static bool IsSumOfProducts(nn.Module layer) => layer switch
    {
        Conv2D or Conv1d or Conv2d or Conv3d or ConvTranspose1d or ConvTranspose2d or ConvTranspose3d or Linear => true,
        Pool2D pool => pool.mode == PoolMode.Average,
        AdaptiveAvgPool2D => true,
        AvgPool1d or AvgPool2d or AvgPool3d or AdaptiveAvgPool1d or AdaptiveAvgPool2d or AdaptiveAvgPool3d => true,
        _ => false,
    };

    /// <summary>Whether the layer takes maxima: its values are numbers of its input, its gradient a sum of those of its output.</summary>
    public static bool TakesMaxima(nn.Module layer) =>
        layer is MaxPool1d or MaxPool2d or MaxPool3d or AdaptiveMaxPool2d or Pool2D { mode: PoolMode.Max };

    /// <summary>What to call it: the name of its type.</summary>
    public static string KindOf(nn.Module layer) => layer.GetType().Name;
}
