using System.Numerics;
using System.Runtime.CompilerServices;
using Cnn.Layers.Geometry;
using Cnn.Layers.Kernels.Lanes;

namespace Cnn.Layers.Kernels.Fast;

/// <summary>Computes a <see cref="Correlation{T}"/>, with lanes along the width or along the filters.</summary>
internal static unsafe class Correlate<T, TLanes>
    where T : unmanaged, IFloatingPointIeee754<T>
    where TLanes : struct, ILanes<TLanes, T>
{
    private static int TileColumns => 2 * TLanes.Count;

    /// <summary>Computes all outputs.</summary>
    public static void Run(in Correlation<T> x)
    {
        if (x.Depth == 0) Zero(x);
        else if (PrefersFilters(x)) AlongFilters(x);
        else AlongWidth(x);
    }

    // Lanes along the width waste the gaps between rows and what the last tile overhangs; lanes along the filters waste
    // what the last register overhangs, and turn every output round once.
    private static bool PrefersFilters(in Correlation<T> x)
    {
        int lanes = TLanes.Count;
        double columns = Math.Min(x.Width.Windows, 4096), rows = Math.Min(x.Height.Windows, 4096);
        double positions = (rows - 1) * (columns + Math.Min(x.Width.MostShift, 1)) + columns;
        double alongWidth = rows * columns / RoundUp(positions, lanes) * x.Filters / RoundUp(x.Filters, Tile<T, TLanes, OneForAll<TLanes, T>>.RowsFor(x.Filters));
        double alongFilters = x.Filters / RoundUp(x.Filters, lanes) * x.Depth / (x.Depth + 32.0);
        return alongFilters > alongWidth;

        static double RoundUp(double size, int unit) => Math.Ceiling(size / unit) * unit;
    }

    private static void AlongWidth(Correlation<T> x)
    {
        bool strip = x.Filters == 1;
        int rows = strip ? 1 : Tile<T, TLanes, OneForAll<TLanes, T>>.RowsFor(x.Filters), unit = strip ? Strip<T, TLanes>.Columns : TileColumns;
        var panels = new Panels<T>(x, rows);
        int filterPanels = Math.Min(panels.Count, Budget.Filters / rows);
        var block = Budget.Block<T>(x, Budget.SumsBytes / sizeof(T) / (filterPanels * rows), x.Channels);
        var planes = new Planes<T>(x.Height, x.Width, block, 2 * unit);
        nint sumsRow = (nint)((block.H - 1) * planes.Pitch + block.W + unit - 1) / unit * unit;
        var terms = Terms(x, planes, rows);
        var blocks = new Blocks(x.Groups, x.Images, panels.Count, x.Height.Windows, x.Width.Windows, block with { C = filterPanels });

        Threads.For(blocks.Count, x.Work, [MethodImpl(MethodImplOptions.AggressiveOptimization)] (task) =>
        {
            var at = blocks[task];
            T* cells = Scratch.Get<T>(Scratch.Planes, planes.Cells);
            T* sums = Scratch.Get<T>(Scratch.Sums, (nint)block.N * filterPanels * rows * sumsRow);
            nint* rowStarts = stackalloc nint[8];
            for (int r = 0; r < 8; r++) rowStarts[r] = Math.Min(r, rows - 1);
            nint positions = (nint)((at.Height - 1) * planes.Pitch + at.Width);
            T* source = x.Source + at.Image * x.SourceStrides.N + at.Group * x.Channels * x.SourceStrides.C;
            fixed (Term* first = terms)
                for (long c = 0; c < x.Channels; c += block.C)
                {
                    long channels = Math.Min(block.C, x.Channels - c);
                    nint count = (nint)channels * x.TapsOfAChannel;
                    planes.Copy(source + c * x.SourceStrides.C, x.SourceStrides, at.Images, channels, at.Row, at.Column, cells);
                    for (long p = 0; p < at.Filters; p++)
                    {
                        T* weights = panels[at.Group, at.Filter + p] + c * x.TapsOfAChannel * rows;
                        for (long n = 0; n < at.Images; n++)
                        {
                            T* image = cells + n * planes.Image, to = sums + (n * filterPanels + p) * rows * sumsRow;
                            for (nint position = 0; position < positions; position += unit)
                                if (strip) Strip<T, TLanes>.MultiplyAdd(first, count, weights, image + position, to + position, goesOn: c > 0);
                                else Tile<T, TLanes, OneForAll<TLanes, T>>.MultiplyAdd(rows, Registers(positions - position), first, count, weights, rowStarts, image + position, to + position, sumsRow, goesOn: c > 0);
                        }
                    }
                }

            long filter = at.Filter * rows, filters = Math.Min(at.Filters * rows, x.Filters - filter);
            for (long n = 0; n < at.Images; n++)
                for (long f = 0; f < filters; f++)
                {
                    T* from = sums + (n * filterPanels * rows + f) * sumsRow;
                    long channel = at.Group * x.Filters + filter + f;
                    T* to = x.Output + (at.Image + n) * x.OutputStrides.N + channel * x.OutputStrides.C + at.Row * x.OutputStrides.H + at.Column * x.OutputStrides.W;
                    for (long i = 0; i < at.Height; i++, from += planes.Pitch, to += x.OutputStrides.H)
                        Finish(from, x.Bias == null ? null : x.Bias + channel, to, x.OutputStrides.W, at.Width);
                }
        });
    }

    private static void AlongFilters(Correlation<T> x)
    {
        int unit = Registers(x.Filters) * TLanes.Count, rows = Tile<T, TLanes, OneForAll<TLanes, T>>.RowsFor(1024);
        var panels = new Panels<T>(x, unit);
        int filterPanels = Math.Min(panels.Count, Math.Max(Budget.Filters / unit, 1));
        var block = Budget.Block<T>(x, Budget.SumsBytes / sizeof(T) / (filterPanels * unit), x.Channels);
        var planes = new Planes<T>(x.Height, x.Width, block, 0);
        nint sumsRow = filterPanels * unit;
        var terms = Array.ConvertAll(Terms(x, planes, unit), term => new Term(term.B, term.A));
        var blocks = new Blocks(x.Groups, x.Images, panels.Count, x.Height.Windows, x.Width.Windows, block with { C = filterPanels });
        nint most = (nint)(block.N * block.H * block.W);

        Threads.For(blocks.Count, x.Work, [MethodImpl(MethodImplOptions.AggressiveOptimization)] (task) =>
        {
            var at = blocks[task];
            T* cells = Scratch.Get<T>(Scratch.Planes, planes.Cells);
            T* sums = Scratch.Get<T>(Scratch.Sums, (most + rows) * sumsRow);
            nint* positions = (nint*)Scratch.Get<long>(Scratch.Positions, most + rows);
            nint windows = Positions(planes, at, positions);
            for (int r = 0; r < rows; r++) positions[windows + r] = positions[windows - 1]; // a last tile computes the last window again
            T* source = x.Source + at.Image * x.SourceStrides.N + at.Group * x.Channels * x.SourceStrides.C;
            fixed (Term* first = terms)
                for (long c = 0; c < x.Channels; c += block.C)
                {
                    long channels = Math.Min(block.C, x.Channels - c);
                    nint count = (nint)channels * x.TapsOfAChannel;
                    planes.Copy(source + c * x.SourceStrides.C, x.SourceStrides, at.Images, channels, at.Row, at.Column, cells);
                    for (long p = 0; p < at.Filters; p++)
                    {
                        T* weights = panels[at.Group, at.Filter + p] + c * x.TapsOfAChannel * unit;
                        int registers = Registers(x.Filters - (at.Filter + p) * unit);
                        for (nint q = 0; q < windows; q += rows)
                            Tile<T, TLanes, OneForAll<TLanes, T>>.MultiplyAdd(rows, registers, first, count, cells, positions + q, weights, sums + q * sumsRow + p * unit, sumsRow, goesOn: c > 0);
                    }
                }

            // Here the filters of a window lie side by side; in the output its neighbours do.
            long filter = at.Filter * unit;
            int filters = (int)Math.Min(at.Filters * unit, x.Filters - filter);
            T* row = sums;
            for (long n = 0; n < at.Images; n++)
                for (long i = 0; i < at.Height; i++, row += (nint)at.Width * sumsRow)
                    for (int f = 0; f < filters; f++)
                    {
                        long channel = at.Group * x.Filters + filter + f;
                        T* to = x.Output + (at.Image + n) * x.OutputStrides.N + channel * x.OutputStrides.C + (at.Row + i) * x.OutputStrides.H + at.Column * x.OutputStrides.W;
                        for (long j = 0; j < at.Width; j++)
                            to[j * x.OutputStrides.W] = x.Bias == null ? row[j * sumsRow + f] : row[j * sumsRow + f] + x.Bias[channel];
                    }
        });
    }

    /// <summary>Registers of a tile for so many columns.</summary>
    public static int Registers(long columns) => columns > TLanes.Count ? 2 : 1;

    /// <summary>The positions of a block's windows in its planes, in the order n, i, j.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static nint Positions(in Planes<T> planes, in Block at, nint* positions)
    {
        nint q = 0;
        for (long n = 0; n < at.Images; n++)
            for (long i = 0; i < at.Height; i++)
                for (long j = 0; j < at.Width; j++)
                    positions[q++] = (nint)(n * planes.Image + i * planes.Pitch + j);
        return q;
    }

    // For c, for row taps, for column taps: the order of the sum. A: the weight in its panel; B: the cell.
    private static Term[] Terms(in Correlation<T> x, in Planes<T> planes, int panelWidth)
    {
        var terms = new Term[planes.Block.C * x.TapsOfAChannel];
        int d = 0;
        for (long c = 0; c < planes.Block.C; c++)
            for (int kh = 0; kh < x.Height.Taps.Length; kh++)
                for (int kw = 0; kw < x.Width.Taps.Length; kw++, d++)
                    terms[d] = new(d * panelWidth, checked((int)planes.Offset(c, kh, kw)));
        return terms;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Finish(T* sums, T* bias, T* to, long step, long count)
    {
        if (bias == null)
        {
            for (long j = 0; j < count; j++) to[j * step] = sums[j];
            return;
        }
        long done = 0;
        if (step == 1)
        {
            var constant = TLanes.Broadcast(*bias);
            for (; done + TLanes.Count <= count; done += TLanes.Count) TLanes.Store(TLanes.Add(TLanes.Load(sums + done), constant), to + done);
        }
        for (; done < count; done++) to[done * step] = sums[done] + *bias;
    }

    private static void Zero(Correlation<T> x)
    {
        for (long n = 0; n < x.Images; n++)
            for (long f = 0; f < x.Groups * x.Filters; f++)
                for (long i = 0; i < x.Height.Windows; i++)
                    for (long j = 0; j < x.Width.Windows; j++)
                        x.Output[n * x.OutputStrides.N + f * x.OutputStrides.C + i * x.OutputStrides.H + j * x.OutputStrides.W] = x.Bias == null ? T.Zero : x.Bias[f];
    }
}
