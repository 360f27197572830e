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

    /// <summary>
    /// The most that a sum of this layer is divided by: 1 where nothing is. Fed with ones, an average gives its number of terms divided
    /// by that.
    /// </summary>
    /// <param name="layer">The layer.</param>
    /// <param name="input">The shape of what goes in.</param>
    public static double LargestDivisor(nn.Module layer, long[] input) => layer switch
    {
        AvgPool1d pool => pool.kernel_size,
        AvgPool2d pool => pool.divisor_override ?? Cells(pool.kernel_size, 2),
        AvgPool3d pool => pool.divisor_override ?? Cells(pool.kernel_size, 3),
        Pool2D { mode: PoolMode.Average } pool => pool.divisor_override ?? Cells(pool.kernel_size, 2),
        AdaptiveAvgPool1d pool => LargestWindow([pool.output_size], input),
        AdaptiveAvgPool2d pool => LargestWindow(Each(pool.output_size, 2), input),
        AdaptiveAvgPool3d pool => LargestWindow(Each(pool.output_size, 3), input),
        AdaptiveAvgPool2D pool => LargestWindow(Each(pool.output_size, 2), input),
        _ => 1,
    };

    /// <summary>Whether the layer takes maxima: its values are numbers of its input, its gradient a sum of those of its output.</summary>
    public static bool TakesMaxima(nn.Module layer) =>
        layer is MaxPool1d or MaxPool2d or MaxPool3d or AdaptiveMaxPool2d or Pool2D { mode: PoolMode.Max };

    /// <summary>What to call it: the name of its type.</summary>
    public static string KindOf(nn.Module layer) => layer.GetType().Name;

    // One number stands for every axis.
    private static long[] Each(long[] sizes, int axes) => sizes.Length == 1 ? [.. Enumerable.Repeat(sizes[0], axes)] : sizes;

    private static double Cells(long[] kernel, int axes) => Each(kernel, axes).Aggregate(1.0, (cells, size) => cells * size);

    // A window that begins and ends between two cells takes a part of both.
    private static double LargestWindow(long[] windows, long[] input) => windows
        .Zip(input[^windows.Length..], (count, size) => count == 0 ? 1 : size % count == 0 ? size / count : size / count + 2)
        .Aggregate(1.0, (cells, size) => cells * size);
}
