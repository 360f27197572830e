using Cnn.Layers.Geometry;

namespace Cnn.Layers.Kernels.Fast;

/// <summary>One tap of a window along one axis.</summary>
/// <param name="Offset">Cells from the window's origin to the cell that the tap reads; may be negative.</param>
/// <param name="K">Its row or column in the kernel.</param>
internal readonly record struct AxisTap(long Offset, long K);

/// <summary>
/// What the forward pass and the input's gradient have in common: every output is a sum over channels, rows and columns of
/// a window, of a cell of the source times a weight. Both are handed to the same loops as one of these.
/// </summary>
/// <remarks>
/// output[n, f, i, j] = bias[f] + sum over c, row taps, column taps of source[n, c, i * step + tap, j * step + tap] *
/// filters[f, c, k, k], all of them within one group. Forward: f is oc, c is ic. Gradient of the input: f is ic, c is oc,
/// and the windows are the cells of one remainder of the stride, since the same taps reach them.
/// </remarks>
internal unsafe struct Correlation<T> where T : unmanaged
{
    /// <summary>Images, N.</summary>
    public long Images;

    /// <summary>Groups of channels that do not see each other.</summary>
    public long Groups;

    /// <summary>Channels of the source that one group sums over.</summary>
    public long Channels;

    /// <summary>Outputs of one group at each window.</summary>
    public int Filters;

    /// <summary>The windows along the height and the width of the source's planes.</summary>
    public PlaneAxis Height, Width;

    /// <summary>Element [0, 0, 0, 0] of the source.</summary>
    public T* Source;

    /// <summary>Elements from index to index of the source.</summary>
    public Shape4 SourceStrides;

    /// <summary>The first weight of the first filter.</summary>
    public T* Weights;

    /// <summary>Elements from group to group, filter to filter, channel to channel, row to row, column to column.</summary>
    public long WeightGroup, WeightFilter, WeightChannel, WeightRow, WeightColumn;

    /// <summary>The output of the first filter at the first window.</summary>
    public T* Output;

    /// <summary>Elements from image to image, filter to filter, window to window down and across.</summary>
    public Shape4 OutputStrides;

    /// <summary>One value for each filter of all groups, added last; null for none.</summary>
    public T* Bias;

    /// <summary>Terms of each sum.</summary>
    public readonly long Depth => Channels * TapsOfAChannel;

    /// <summary>Multiply-adds of all sums.</summary>
    public readonly double Work => (double)Images * Groups * Filters * Height.Windows * Width.Windows * Depth;

    /// <summary>Whether the weights of a filter lie one behind the other, in the order of the sum.</summary>
    public readonly bool WeightsAreRows =>
        WeightColumn == 1 && WeightRow == Width.Taps.Length && WeightChannel == TapsOfAChannel && AreAll(Height.Taps) && AreAll(Width.Taps);

    private static bool AreAll(AxisTap[] taps)
    {
        for (int t = 0; t < taps.Length; t++)
            if (taps[t].K != t) return false;
        return true;
    }

    /// <summary>Terms that one channel gives.</summary>
    public readonly int TapsOfAChannel => Height.Taps.Length * Width.Taps.Length;
}
