using System.Numerics;
using System.Runtime.CompilerServices;

namespace Cnn.Layers.Kernels.Fast;

/// <summary>
/// Weights as the tiles read them: a panel holds a few filters side by side, term after term.
/// </summary>
/// <remarks>[phase][group][panel][term][filter of the panel].</remarks>
internal readonly unsafe struct PackedWeights<T> where T : unmanaged, IFloatingPointIeee754<T>
{
    private readonly T* first;
    private readonly long[] depths, starts; // of each stride phase
    private readonly int filters;

    /// <summary>Packs the filters of all groups into memory of this thread, which holds them until its next call.</summary>
    /// <param name="x">The sums.</param>
    /// <param name="width">Filters side by side.</param>
    public PackedWeights(ConvProblem<T> x, int width)
    {
        (Width, filters) = (width, x.Filters);
        Count = (x.Filters + width - 1) / width;
        long panels = x.Groups * Count, size = 0;
        (depths, starts) = (new long[x.Phases.Length], new long[x.Phases.Length]);
        for (int phase = 0; phase < x.Phases.Length; phase++)
        {
            depths[phase] = x.Channels * x.Phases[phase].Taps;
            starts[phase] = size;
            size += panels * depths[phase] * width;
        }
        first = Scratch.Get<T>(Scratch.Weights, checked((nint)size));
        var me = this;
        Threads.For(checked((int)(panels * x.Phases.Length)), size, task =>
        {
            var (phase, panel) = Math.DivRem(task, panels);
            var (group, p) = Math.DivRem(panel, me.Count);
            T* to = me[checked((int)phase), group, p];
            Pack(x, x.Phases[phase], group * me.filters + me.FirstOf(p), me.Width, me.Width, 0, x.Channels,
                to);
        });
    }

    /// <summary>Filters side by side.</summary>
    public int Width { get; }

    /// <summary>Panels of one group.</summary>
    public int Count { get; }

    /// <summary>The first filter of a panel of a group: the last panel repeats some of the one before it rather than have a tail.</summary>
    public int FirstOf(long panel) => checked((int)Math.Min(panel * Width, filters - Width));

    /// <summary>Where a panel begins.</summary>
    public T* this[int phase, long group, long panel] => first + starts[phase] + (group * Count + panel) * depths[phase] * Width;

    /// <summary>Packs the terms of some channels of one panel; where it has fewer filters than places, the others hold zeros.</summary>
    /// <param name="x">The sums.</param>
    /// <param name="phase">Gives the taps.</param>
    /// <param name="filter">The panel's first filter, of all groups.</param>
    /// <param name="count">How many: of one group, or of several.</param>
    /// <param name="width">Filters side by side.</param>
    /// <param name="channel">The first channel.</param>
    /// <param name="channels">How many.</param>
    /// <param name="to">Where the panel begins.</param>
    /// <param name="isInL2">Whether the weights are in L2 already.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Pack(
        ConvProblem<T> x, StridePhase phase, long filter, int count, int width, long channel, long channels, T* to, bool isInL2 = false)
    {
        nint depth = (nint)(channels * phase.Taps);
        T* from = x.Weights + channel * x.WeightChannel;
        if (count < width) new Span<T>(to, checked((int)depth * width)).Clear();
        Span<nint> filters = stackalloc nint[count]; // from the first filter of all to each
        for (int f = 0; f < count; f++)
        {
            var (group, inGroup) = Math.DivRem(filter + f, x.Filters);
            filters[f] = (nint)(group * x.WeightGroup + inGroup * x.WeightFilter);
        }
        bool areNeighbours = true; // in the input gradient of a kernel of one cell
        for (int f = 1; f < count; f++) areNeighbours &= filters[f] - filters[f - 1] == 1; // each: expanded weights have any strides
        if (!areNeighbours && x.ChannelsAreRows(phase))
        {
            // The taps of a channel lie side by side, and in the forward pass one channel behind the other.
            if (x.WeightChannel == phase.Taps) Transpose.Run(from, filters, depth, to, width, isInL2);
            else for (long c = 0; c < channels; c++)
                Transpose.Run(from + c * x.WeightChannel, filters, phase.Taps, to + c * phase.Taps * width, width, isInL2);
            return;
        }
        for (long c = 0; c < channels; c++)
            foreach (int rowTap in phase.RowTaps)
                foreach (int columnTap in phase.ColumnTaps)
                {
                    T* weight =
                        from + c * x.WeightChannel + x.Height.Taps[rowTap].K * x.WeightRow + x.Width.Taps[columnTap].K * x.WeightColumn;
                    if (areNeighbours) Row.Copy(weight + filters[0], to, count);
                    else for (int f = 0; f < count; f++) to[f] = weight[filters[f]];
                    to += width;
                }
    }

    /// <summary>Where the terms of some channels of some filters of a group lie.</summary>
    public static PrefetchStream<T> Ahead(ConvProblem<T> x, long filter, long count, long channel, long channels)
    {
        var (group, inGroup) = Math.DivRem(filter, x.Filters);
        T* from = x.Weights + group * x.WeightGroup + inGroup * x.WeightFilter + channel * x.WeightChannel;
        return x.WeightChannel < x.WeightFilter
            ? new(from, (nint)count, (nint)(channels * x.WeightChannel), (nint)x.WeightFilter)
            : new(from, (nint)channels, (nint)(count * x.WeightFilter), (nint)x.WeightChannel);
    }
}
