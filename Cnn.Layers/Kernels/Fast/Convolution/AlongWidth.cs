using System.Numerics;
using System.Runtime.CompilerServices;
using Cnn.Layers.Geometry;
using Cnn.Layers.Kernels.Lanes;

namespace Cnn.Layers.Kernels.Fast;

/// <summary>
/// A <see cref="Correlation{T}"/> with lanes along the width: the rows of a tile are filters, its columns neighbouring windows.
/// For wide planes, and for few filters.
/// </summary>
internal static unsafe class AlongWidth<T, TLanes>
    where T : unmanaged, IFloatingPointIeee754<T>
    where TLanes : struct, ILanes<TLanes, T>
{
    /// <summary>Computes all outputs.</summary>
    public static void Run(Correlation<T> x)
    {
        bool strip = x.Filters == 1;
        int rows = strip ? 1 : Tile<T, TLanes, OneForAll<TLanes, T>>.RowsFor(x.Filters);
        int unit = strip ? Strip<T, TLanes>.Columns : 2 * TLanes.Count;
        var panels = new Panels<T>(x, rows);
        int parts = x.Parts.Length, filterPanels = Math.Clamp(Budget.FiltersOf(parts) / rows, 1, panels.Count);
        var block = Budget.Block(x, x.Width, Budget.Sums<T>() / (filterPanels * rows * parts), x.Channels, panels.Count / filterPanels, unit);
        var planes = new Planes<T>(x.Height, x.Width, block, 2 * unit);
        nint sumsRow = (nint)((block.H - 1) * planes.Pitch + block.W + unit - 1) / unit * unit;
        nint sumsOfAPart = (nint)block.N * filterPanels * rows * sumsRow;
        var terms = Array.ConvertAll(x.Parts, part => x.Terms(part, planes, rows));
        var blocks = new Blocks(x.Groups, x.Images, panels.Count, x.Height.Windows, x.Width.Windows, block with { C = filterPanels });

        Threads.For(blocks.Count, x.Work, [MethodImpl(MethodImplOptions.AggressiveOptimization)] (task) => // Δ8
        {
            var at = blocks[task];
            T* cells = Scratch.Get<T>(Scratch.Planes, planes.Cells);
            T* sums = Scratch.Get<T>(Scratch.Sums, parts * sumsOfAPart); // [part][image][filter][position]
            nint* weightOf = stackalloc nint[8]; // the filters of a panel lie side by side
            for (int f = 0; f < 8; f++) weightOf[f] = Math.Min(f, rows - 1);
            nint positions = (nint)((at.Height - 1) * planes.Pitch + at.Width);
            for (long c = 0; c < x.Channels; c += block.C) // Δ5
            {
                long channels = Math.Min(block.C, x.Channels - c);
                planes.Copy(x.SourceAt(at, c), x.SourceStrides, at.Images, channels, at.Row, at.Column, cells); // Δ2
                for (int part = 0; part < parts; part++)
                    fixed (Term* first = terms[part])
                        for (long p = 0; p < at.Filters; p++)
                            for (long n = 0; n < at.Images; n++)
                            {
                                int taps = x.Parts[part].Taps;
                                T* weights = panels[part, at.Group, at.Filter + p] + c * taps * rows;
                                T* image = cells + n * planes.Image;
                                T* to = sums + part * sumsOfAPart + (nint)(n * filterPanels + p) * rows * sumsRow;
                                for (nint q = 0; q < positions; q += unit) // Δ3
                                    if (strip)
                                        Strip<T, TLanes>.MultiplyAdd(first, (nint)channels * taps, weights, image + q, to + q, goesOn: c > 0);
                                    else
                                        Tile<T, TLanes, OneForAll<TLanes, T>>.MultiplyAdd(
                                            rows, Tile<T, TLanes, OneForAll<TLanes, T>>.RegistersFor(positions - q), first, (nint)channels * taps,
                                            weights, weightOf, image + q, to + q, sumsRow, goesOn: c > 0);
                            }
            }

            long filter = at.Filter * rows, filters = Math.Min(at.Filters * rows, x.Filters - filter);
            for (long n = 0; n < at.Images; n++)
                for (long f = 0; f < filters; f++)
                    for (int part = 0; part < parts; part++)
                    {
                        long channel = at.Group * x.Filters + filter + f;
                        var (height, width) = at.In(x.Parts[part]);
                        T* from = sums + part * sumsOfAPart + (nint)(n * filterPanels * rows + f) * sumsRow;
                        T* to = x.OutputAt(x.Parts[part], at.Image + n, channel, at.Row, at.Column);
                        if (x.AreNeighbours(part))
                        {
                            var (_, odds) = at.In(x.Parts[++part]);
                            FinishBoth(from, from + sumsOfAPart, planes.Pitch, to, x.OutputStrides.H, height, width, odds);
                        }
                        else Finish(from, planes.Pitch, x.Bias == null ? null : x.Bias + channel, to, x.OutputStrides, height, width);
                    }
        });
    }

    // The sums of one filter of one image go where they belong, without the gaps between rows.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Finish(T* sums, long pitch, T* bias, T* to, Shape4 strides, long height, long width)
    {
        for (long i = 0; i < height; i++, sums += pitch, to += strides.H)
            if (strides.W == 1) Row.Copy(sums, to, width, bias);
            else
                for (long j = 0; j < width; j++) to[j * strides.W] = bias == null ? sums[j] : sums[j] + *bias;
    }

    // Two parts whose outputs take turns.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void FinishBoth(T* even, T* odd, long pitch, T* to, long step, long height, long evens, long odds)
    {
        for (long i = 0; i < height; i++, even += pitch, odd += pitch, to += step)
        {
            Row.Merge(even, odd, to, odds);
            if (evens > odds) to[2 * odds] = even[odds];
        }
    }
}
