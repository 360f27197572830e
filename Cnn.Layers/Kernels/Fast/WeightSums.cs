using System.Numerics;
using Cnn.Layers.Geometry;
using Cnn.Layers.Kernels.Lanes;

namespace Cnn.Layers.Kernels.Fast;

/// <summary>The gradient of a correlation's weights: each is one long sum over all windows, n, then rows, then columns.</summary>
internal static unsafe class WeightSums<T, TLanes>
    where T : unmanaged, IFloatingPointIeee754<T>
    where TLanes : struct, ILanes<TLanes, T>
{
    /// <summary>weights[f, c, k, k] = sum over windows of output[n, f, i, j] * (the cell of the source that the tap reads).</summary>
    public static void Run(Correlation<T> x)
    {
        int unit = 2 * TLanes.Count, taps = x.TapsOfAChannel, rows = Correlate<T, TLanes>.TileRows((int)Math.Min(x.Depth, 1024));
        // A block: so many taps by so many filters, for which all windows pass by, a few hundred at a time.
        int filters = Math.Min((x.Filters + unit - 1) / unit, Math.Max(Budget.Filters / 2 / unit, 1)) * unit;
        long mostTaps = Math.Max(Budget.SumsBytes / sizeof(T) / filters, rows);
        long enough = Math.Max(x.Depth * x.Groups * ((x.Filters + filters - 1) / filters) / (2 * Threads.Count), 1); // for every thread
        if (Threads.Count == 1) enough = long.MaxValue;
        mostTaps = Math.Min(mostTaps, enough);
        mostTaps = Math.Min(Math.Max(mostTaps / rows, 1) * rows, (x.Depth + rows - 1) / rows * rows);
        var block = Budget.Block<T>(x, Budget.SumsBytes / 2 / sizeof(T) / filters, (mostTaps - 1) / taps + 2, wholeImages: true);
        mostTaps = Math.Min(mostTaps, Math.Max((block.C - 1) * taps / rows, 1) * rows);
        block = block with { C = Math.Min((mostTaps - 2) / taps + 2, x.Channels) };
        var planes = new Planes<T>(x.Height, x.Width, block, 0);
        long tapBlocks = (x.Depth + mostTaps - 1) / mostTaps, filterBlocks = (x.Filters + filters - 1) / filters;
        nint most = (nint)(block.N * block.H * block.W);
        var blocks = new Blocks(1, x.Images, 1, x.Height.Windows, x.Width.Windows, block with { C = 1 });

        Threads.For(checked((int)(x.Groups * tapBlocks * filterBlocks)), x.Images * x.Groups * x.Filters * x.Height.Windows * x.Width.Windows * x.Depth, task =>
        {
            var (rest, filterBlock) = Math.DivRem(task, filterBlocks);
            var (group, tapBlock) = Math.DivRem(rest, tapBlocks);
            long firstTap = tapBlock * mostTaps, endTap = Math.Min(firstTap + mostTaps, x.Depth);
            long channel = firstTap / taps, channels = (endTap - 1) / taps + 1 - channel;
            int filter = (int)filterBlock * filters, count = Math.Min(filters, x.Filters - filter);

            T* cells = Scratch.Get<T>(Scratch.Planes, planes.Cells);
            T* sums = Scratch.Get<T>(Scratch.Sums, (nint)mostTaps * filters);
            T* up = Scratch.Get<T>(Scratch.Turned, most * filters);
            nint* positions = (nint*)Scratch.Get<long>(Scratch.Positions, most);
            Term* terms = (Term*)Scratch.Get<long>(Scratch.Terms, most);
            nint* offsets = (nint*)Scratch.Get<long>(Scratch.Offsets, (nint)mostTaps);
            for (long t = 0; t < mostTaps; t++)
            {
                // Rows of a tile beyond the last tap compute it again.
                var (c, k) = Math.DivRem(Math.Min(firstTap + t, endTap - 1), taps);
                offsets[t] = (nint)planes.Offset(c - channel, (int)(k / x.Width.Taps.Length), (int)(k % x.Width.Taps.Length));
            }
            if (blocks.Count == 0) new Span<T>(sums, checked((int)mostTaps * filters)).Clear();
            T* source = x.Source + (group * x.Channels + channel) * x.SourceStrides.C;
            T* gradOutput = x.Output + (group * x.Filters + filter) * x.OutputStrides.C;
            for (int b = 0; b < blocks.Count; b++)
            {
                var at = blocks[b];
                planes.Copy(source + at.Image * x.SourceStrides.N, x.SourceStrides, at.Images, channels, at.Row, at.Column, cells);
                Turn(gradOutput + at.Image * x.OutputStrides.N, x.OutputStrides, count, at, up, filters);
                nint windows = Correlate<T, TLanes>.Positions(planes, at, positions);
                for (nint q = 0; q < windows; q++) terms[q] = new((int)positions[q], (int)q * filters);
                for (int f = 0; f < count; f += unit)
                    for (nint t = 0; t < endTap - firstTap; t += rows)
                        Tile<T, TLanes>.MultiplyAdd(rows, terms, windows, cells, offsets + t, up + f, sums + t * filters + f, filters, goesOn: b > 0);
            }

            T* to = x.Weights + group * x.WeightGroup + filter * x.WeightFilter;
            for (long t = firstTap; t < endTap; t++)
            {
                var (c, k) = Math.DivRem(t, taps);
                var (kh, kw) = (x.Height.Taps[k / x.Width.Taps.Length].K, x.Width.Taps[k % x.Width.Taps.Length].K);
                T* weight = to + c * x.WeightChannel + kh * x.WeightRow + kw * x.WeightColumn;
                T* sum = sums + (t - firstTap) * filters;
                for (int f = 0; f < count; f++) weight[f * x.WeightFilter] = sum[f];
            }
        });
    }

    // up[q, f]: the filters of a window side by side.
    private static void Turn(T* gradOutput, Shape4 strides, int filters, in Block at, T* up, int row)
    {
        for (long n = 0; n < at.Images; n++)
            for (long i = 0; i < at.Height; i++, up += at.Width * row)
            {
                T* from = gradOutput + n * strides.N + (at.Row + i) * strides.H + at.Column * strides.W;
                if (strides.W == 1) Transpose.Run(from, (nint)strides.C, filters, (nint)at.Width, up, row);
                else
                    for (long j = 0; j < at.Width; j++)
                        for (int f = 0; f < filters; f++) up[j * row + f] = from[f * strides.C + j * strides.W];
            }
    }
}
