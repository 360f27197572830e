using System.Runtime.CompilerServices;
namespace Cnn.Layers.Kernels.Fast;

/// <summary>
/// Weights as the tiles read them: a panel holds a few filters side by side, term after term. Places beyond the last filter
/// hold zeros.
/// </summary>
/// <remarks>The panel of filter f of a group: [term][f % Width], one panel behind the other, one group behind the other.</remarks>
internal readonly unsafe struct Panels<T> where T : unmanaged
{
    private readonly T* first;

    /// <summary>Packs the filters of all groups into memory of this thread, which holds them until its next call.</summary>
    /// <param name="x">The sums.</param>
    /// <param name="width">Filters side by side.</param>
    public Panels(in Correlation<T> x, int width)
    {
        Width = width;
        Depth = x.Depth;
        Count = (x.Filters + width - 1) / width;
        first = Scratch.Get<T>(Scratch.Weights, checked((nint)(x.Groups * Count * Panel)));
        T* to = first;
        var (correlation, count) = (x, Count);
        Threads.For(checked((int)(x.Groups * Count)), x.Groups * Count * Panel, task => Pack(correlation, task / count, task % count, width, to));
    }

    /// <summary>Filters side by side.</summary>
    public int Width { get; }

    /// <summary>Terms.</summary>
    public long Depth { get; }

    /// <summary>Panels of one group.</summary>
    public int Count { get; }

    /// <summary>Elements from panel to panel.</summary>
    public long Panel => Depth * Width;

    /// <summary>Where a panel begins.</summary>
    public T* this[long group, long panel] => first + (group * Count + panel) * Panel;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Pack(in Correlation<T> x, long group, int panel, int width, T* panels)
    {
        int count = Math.Min(width, x.Filters - panel * width);
        T* to = panels + (group * ((x.Filters + width - 1) / width) + panel) * x.Depth * width;
        T* from = x.Weights + group * x.WeightGroup + (long)panel * width * x.WeightFilter;
        if (count < width) new Span<T>(to, checked((int)(x.Depth * width))).Clear();
        if (x.WeightsAreRows)
        {
            Span<nint> filters = stackalloc nint[count];
            for (int f = 0; f < count; f++) filters[f] = (nint)(f * x.WeightFilter);
            Transpose.Run(from, filters, (nint)x.Depth, to, width);
            return;
        }
        for (long c = 0; c < x.Channels; c++)
            foreach (var rowTap in x.Height.Taps)
            {
                T* row = from + c * x.WeightChannel + rowTap.K * x.WeightRow;
                foreach (var columnTap in x.Width.Taps)
                {
                    T* weight = row + columnTap.K * x.WeightColumn;
                    for (int f = 0; f < count; f++) to[f] = weight[f * x.WeightFilter];
                    to += width;
                }
            }
    }
}
