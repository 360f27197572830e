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
    /// <summary>Computes all outputs.</summary>
    public static void Run(in Correlation<T> x)
    {
        if (x.Parts.Length == 0) return;
        if (!PrefersFilters(x)) AlongWidth(x);
        // Two narrow registers of filters need half as many first factors a sum as one wide register.
        else if (typeof(TLanes) == typeof(Lanes512<T>) && x.Filters <= TLanes.Count) Correlate<T, Lanes256<T>>.AlongFilters(x);
        else AlongFilters(x);
    }

    // Lanes along the width waste the gaps between rows and what the last tile overhangs; lanes along the filters waste
    // what the last register overhangs, and turn every output round once.
    private static bool PrefersFilters(in Correlation<T> x)
    {
        int lanes = TLanes.Count;
        double columns = Math.Min(x.Width.Windows, 4096), rows = Math.Min(x.Height.Windows, 4096);
        double positions = (rows - 1) * Planes<T>.PitchOf(x.Width, (long)columns) + columns;
        double depth = x.Work / (x.Images * x.Groups * x.Filters * rows * columns * x.Parts.Length);
        double alongWidth = rows * columns / RoundUp(positions, lanes) * x.Filters / RoundUp(x.Filters, Tile<T, TLanes, OneForAll<TLanes, T>>.RowsFor(x.Filters));
        double alongFilters = x.Filters / RoundUp(x.Filters, lanes) * depth / (depth + 32.0);
        return alongFilters > alongWidth;

        static double RoundUp(double size, int unit) => Math.Ceiling(size / unit) * unit;
    }

    // c[filter, position]: rows of a tile are filters, its registers run along the width.
    private static void AlongWidth(Correlation<T> x)
    {
        bool strip = x.Filters == 1;
        int rows = strip ? 1 : Tile<T, TLanes, OneForAll<TLanes, T>>.RowsFor(x.Filters), unit = strip ? Strip<T, TLanes>.Columns : 2 * TLanes.Count;
        var panels = new Panels<T>(x, rows);
        int parts = x.Parts.Length, filterPanels = Math.Min(panels.Count, Math.Max(Budget.Filters / rows, 1));
        var block = Budget.Block<T>(x, Budget.SumsBytes / sizeof(T) / (filterPanels * rows * parts), x.Channels, panels.Count / filterPanels);
        var planes = new Planes<T>(x.Height, x.Width, block, 2 * unit);
        nint sumsRow = (nint)((block.H - 1) * planes.Pitch + block.W + unit - 1) / unit * unit;
        nint sumsOfAPart = (nint)block.N * filterPanels * rows * sumsRow;
        var terms = Array.ConvertAll(x.Parts, part => Terms(x, part, planes, rows));
        var blocks = new Blocks(x.Groups, x.Images, panels.Count, x.Height.Windows, x.Width.Windows, block with { C = filterPanels });

        Threads.For(blocks.Count, x.Work, [MethodImpl(MethodImplOptions.AggressiveOptimization)] (task) =>
        {
            var at = blocks[task];
            T* cells = Scratch.Get<T>(Scratch.Planes, planes.Cells);
            T* sums = Scratch.Get<T>(Scratch.Sums, parts * sumsOfAPart);
            nint* rowStarts = stackalloc nint[8];
            for (int r = 0; r < 8; r++) rowStarts[r] = Math.Min(r, rows - 1);
            nint positions = (nint)((at.Height - 1) * planes.Pitch + at.Width);
            for (long c = 0; c < x.Channels; c += block.C)
            {
                long channels = Math.Min(block.C, x.Channels - c);
                planes.Copy(x.SourceAt(at, c), x.SourceStrides, at.Images, channels, at.Row, at.Column, cells);
                for (int part = 0; part < parts; part++)
                    fixed (Term* first = terms[part])
                        for (long p = 0; p < at.Filters; p++)
                        {
                            int taps = x.Parts[part].Taps;
                            nint count = (nint)channels * taps;
                            T* weights = panels[part, at.Group, at.Filter + p] + c * taps * rows;
                            for (long n = 0; n < at.Images; n++)
                            {
                                T* image = cells + n * planes.Image, to = sums + part * sumsOfAPart + (nint)(n * filterPanels + p) * rows * sumsRow;
                                for (nint position = 0; position < positions; position += unit)
                                    if (strip) Strip<T, TLanes>.MultiplyAdd(first, count, weights, image + position, to + position, goesOn: c > 0);
                                    else
                                        Tile<T, TLanes, OneForAll<TLanes, T>>.MultiplyAdd(
                                            rows, Registers(positions - position), first, count, weights, rowStarts, image + position, to + position, sumsRow, goesOn: c > 0);
                            }
                        }
            }

            long filter = at.Filter * rows, filters = Math.Min(at.Filters * rows, x.Filters - filter);
            for (long n = 0; n < at.Images; n++)
                for (long f = 0; f < filters; f++)
                {
                    long channel = at.Group * x.Filters + filter + f;
                    for (int part = 0; part < parts; part++)
                    {
                        var (height, width) = InPart(at, x.Parts[part]);
                        T* from = sums + part * sumsOfAPart + (nint)(n * filterPanels * rows + f) * sumsRow;
                        T* to = x.OutputAt(x.Parts[part], at.Image + n, channel, at.Row, at.Column);
                        if (x.AreNeighbours(part))
                        {
                            var (_, odd) = InPart(at, x.Parts[++part]);
                            FinishBoth(from, from + sumsOfAPart, planes.Pitch, to, x.OutputStrides.H, height, width, odd);
                        }
                        else Finish(from, planes.Pitch, x.Bias == null ? null : x.Bias + channel, to, x.OutputStrides, height, width);
                    }
                }
        });
    }

    // c[window, filter]: rows of a tile are windows, its registers run along the filters.
    internal static void AlongFilters(Correlation<T> x)
    {
        int unit = Registers(x.Filters) * TLanes.Count, rows = Tile<T, TLanes, OneForAll<TLanes, T>>.RowsFor(1024);
        int parts = x.Parts.Length, panels = (x.Filters + unit - 1) / unit, filterPanels = Budget.PanelsFor(panels, unit, x.Groups);
        var block = Budget.Block<T>(x, 4 * Budget.SumsBytes / sizeof(T) / (filterPanels * unit * parts), x.Channels, panels / filterPanels);
        var planes = new Planes<T>(x.Height, x.Width.Unsorted, block, 0);
        nint most = (nint)(block.N * block.H * block.W), sumsRow = filterPanels * unit, sumsOfAPart = (most + rows) * sumsRow;
        var terms = Array.ConvertAll(x.Parts, part => Array.ConvertAll(Terms(x, part, planes, unit), term => new Term(term.B, term.A)));
        var blocks = new Blocks(x.Groups, x.Images, panels, x.Height.Windows, x.Width.Windows, block with { C = filterPanels });

        Threads.For(blocks.Count, x.Work, [MethodImpl(MethodImplOptions.AggressiveOptimization)] (task) =>
        {
            var at = blocks[task];
            T* cells = Scratch.Get<T>(Scratch.Planes, planes.Cells);
            T* sums = Scratch.Get<T>(Scratch.Sums, parts * sumsOfAPart);
            T* weights = Scratch.Get<T>(Scratch.Weights, (nint)block.C * x.Taps * unit); // of one panel: packed where they are used
            nint* positions = (nint*)Scratch.Get<long>(Scratch.Positions, most + rows);
            nint windows = Positions(planes, at, positions);
            for (int r = 0; r < rows; r++) positions[windows + r] = positions[windows - 1]; // a last tile computes the last window again
            for (long c = 0; c < x.Channels; c += block.C)
            {
                long channels = Math.Min(block.C, x.Channels - c);
                planes.Copy(x.SourceAt(at, c), x.SourceStrides, at.Images, channels, at.Row, at.Column, cells);
                for (int part = 0; part < parts; part++)
                    fixed (Term* first = terms[part])
                        for (long p = 0; p < at.Filters; p++)
                        {
                            int taps = x.Parts[part].Taps, registers = Registers(x.Filters - (at.Filter + p) * unit);
                            nint count = (nint)channels * taps;
                            Panels<T>.Pack(x, x.Parts[part], at.Group, (int)(at.Filter + p), unit, c, channels, weights);
                            T* to = sums + part * sumsOfAPart + p * unit;
                            for (nint q = 0; q < windows; q += rows)
                                Tile<T, TLanes, OneForAll<TLanes, T>>.MultiplyAdd(
                                    rows, registers, first, count, cells, positions + q, weights, to + q * sumsRow, sumsRow, goesOn: c > 0);
                        }
            }

            // Here the filters of a window lie side by side; in the output its neighbours do.
            long filter = at.Filter * unit;
            int filters = (int)Math.Min(at.Filters * unit, x.Filters - filter);
            long channel = at.Group * x.Filters + filter;
            for (int part = 0; part < parts; part++)
            {
                T* from = sums + part * sumsOfAPart;
                if (x.Bias != null) AddBias(from, windows, sumsRow, x.Bias + channel, filters);
                var (height, width) = InPart(at, x.Parts[part]);
                for (long n = 0; n < at.Images; n++, from += (nint)(at.Height * at.Width) * sumsRow)
                    TurnBack(from, (nint)at.Width * sumsRow, sumsRow, filters, x.OutputAt(x.Parts[part], at.Image + n, channel, at.Row, at.Column), x.OutputStrides, height, width);
            }
        });
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void AddBias(T* sums, nint windows, nint sumsRow, T* bias, int filters)
    {
        for (nint q = 0; q < windows; q++, sums += sumsRow)
        {
            int f = 0;
            for (; f + TLanes.Count <= filters; f += TLanes.Count) TLanes.Store(TLanes.Add(TLanes.Load(sums + f), TLanes.Load(bias + f)), sums + f);
            for (; f < filters; f++) sums[f] += bias[f];
        }
    }

    // to[f, i, j] = from[i, j, f], a row of windows at a time; all of them, where the rows lie one behind the other.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void TurnBack(T* from, nint fromRow, nint fromColumn, int filters, T* to, Shape4 strides, long height, long width)
    {
        if (strides.W == 1 && strides.H == width && fromRow == (nint)width * fromColumn) (width, height) = (width * height, 1);
        nint* windows = (nint*)Scratch.Get<long>(Scratch.Offsets, (nint)width);
        for (nint j = 0; j < width; j++) windows[j] = j * fromColumn;
        for (long i = 0; i < height; i++, from += fromRow, to += strides.H)
            if (strides.W == 1) Transpose.Run(from, new(windows, checked((int)width)), filters, to, (nint)strides.C);
            else
                for (long j = 0; j < width; j++)
                    for (int f = 0; f < filters; f++) to[f * strides.C + j * strides.W] = from[j * fromColumn + f];
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
                    positions[q++] = (nint)(n * planes.Image + i * planes.Pitch + j * planes.WindowStep);
        return q;
    }

    // For c, for row taps, for column taps: the order of the sum. A: the weight in its panel; B: the cell.
    private static Term[] Terms(in Correlation<T> x, Part part, in Planes<T> planes, int panelWidth)
    {
        var terms = new Term[planes.Block.C * part.Taps];
        int d = 0;
        for (long c = 0; c < planes.Block.C; c++)
            foreach (int rowTap in part.RowTaps)
                foreach (int columnTap in part.ColumnTaps)
                    terms[d] = new(d++ * panelWidth, checked((int)planes.Offset(c, rowTap, columnTap)));
        return terms;
    }

    // Along an axis, one part may have a window less than another.
    private static (long Height, long Width) InPart(in Block at, Part part) =>
        (Math.Min(at.Height, part.Rows - at.Row), Math.Min(at.Width, part.Columns - at.Column));

    // The sums of one filter of one image go where they belong.
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
