using System.Numerics;
using System.Runtime.CompilerServices;
using Cnn.Layers.Geometry;
using Cnn.Layers.Kernels.Lanes;

namespace Cnn.Layers.Kernels.Fast;

/// <summary>
/// A <see cref="ConvProblem{T}"/> with lanes along the filters: the rows of a tile are windows, its columns neighbouring
/// filters. For small planes with long sums, where lanes along the width would be half empty.
/// </summary>
internal static unsafe class VectorizeFilters<T, TLanes>
    where T : unmanaged, IFloatingPointIeee754<T>
    where TLanes : struct, ILanes<TLanes, T>
{
    /// <summary>
    /// Which share of the sums is of use: lost is what the last register of filters overhangs, what a tile of one register
    /// waits for, and the turning round of every output, which takes as long as some terms.
    /// </summary>
    public static double Efficiency(in ConvProblem<T> x)
    {
        const double Turning = 32, OneRegister = 0.8; // a tile of one register loads a factor for every product
        double depth = 0;
        foreach (var part in x.Parts) depth = Math.Max(depth, (double)x.Channels * part.Taps);
        double tile = MicroKernelShapes<T, TLanes, Broadcast<TLanes, T>>.RegistersFor(x.Filters) == 1 ? OneRegister : 1;
        return tile * x.Filters / ((x.Filters + TLanes.Count - 1) / TLanes.Count * (double)TLanes.Count) * depth / (depth + Turning);
    }

    /// <summary>Computes all outputs.</summary>
    public static void Run(ConvProblem<T> x)
    {
        int widest = MicroKernelShapes<T, TLanes, Broadcast<TLanes, T>>.RegistersFor(x.Filters), unit = widest * TLanes.Count;
        int rows = MicroKernelShapes<T, TLanes, Broadcast<TLanes, T>>.TallestFor(widest);
        int parts = x.Parts.Length, panels = (x.Filters + unit - 1) / unit, filterPanels = CacheBlocking.PanelsFor(panels, unit, x.Groups, parts);
        long channelsOfAPanel = Math.Clamp(CacheBlocking.Sums<T>() / 2 / ((long)x.Taps * unit), 1, x.Channels); // with what is read ahead, in the second cache
        // Weights are packed anew for each block: it holds many windows.
        var width = x.Width.Unsorted;
        var block = CacheBlocking.Block(x, width, 4 * CacheBlocking.Sums<T>() / (filterPanels * unit * parts), channelsOfAPanel, panels / filterPanels);
        var planes = new PackedInput<T>(x.Height, width, block, 0);
        nint most = (nint)(block.N * block.H * block.W), sumsRow = filterPanels * unit, sumsOfAPart = (most + rows) * sumsRow;
        var terms = Array.ConvertAll(x.Parts, part => Array.ConvertAll(x.Terms(part, planes, unit), term => new OperandOffsets(term.B, term.A)));
        var blocks = new BlockGrid(x.Groups, x.Images, panels, x.Height.Windows, x.Width.Windows, block with { C = filterPanels });

        Threads.For(blocks.Count, x.Work, [MethodImpl(MethodImplOptions.AggressiveOptimization)] (task) => // Δ8
        {
            var at = blocks[task];
            T* cells = Scratch.Get<T>(Scratch.Planes, planes.Cells);
            T* sums = Scratch.Get<T>(Scratch.Sums, parts * sumsOfAPart); // [part][window][filter]
            T* weights = Scratch.Get<T>(Scratch.Weights, (nint)block.C * x.Taps * unit); // of one panel
            nint* positions = (nint*)Scratch.Get<long>(Scratch.Positions, most + rows);
            nint windows = planes.Positions(at, positions);
            for (int r = 0; r < rows; r++) positions[windows + r] = positions[windows - 1]; // a last tile computes the last window again
            for (long c = 0; c < x.Channels; c += block.C) // Δ5
            {
                long channels = Math.Min(block.C, x.Channels - c);
                planes.Copy(x.SourceAt(at, c), x.SourceStrides, at.Images, channels, at.Row, at.Column, cells); // Δ2
                for (int part = 0; part < parts; part++)
                    fixed (OperandOffsets* first = terms[part])
                        for (long p = 0; p < at.Filters; p++)
                        {
                            long filter = (at.Filter + p) * unit;
                            int registers = MicroKernelShapes<T, TLanes, Broadcast<TLanes, T>>.RegistersFor(x.Filters - filter);
                            nint count = (nint)channels * x.Parts[part].Taps;
                            int filtersOfAPanel = checked((int)Math.Min(unit, x.Filters - filter));
                            bool isForeseen = c > 0 || part > 0 || p > 0;
                            PackedWeights<T>.Pack(
                                x, x.Parts[part], at.Group * x.Filters + filter, filtersOfAPanel, unit, c, channels, weights, isForeseen);
                            var ahead = Next(at, part, p, c);
                            MicroKernelShapes<T, TLanes, Broadcast<TLanes, T>>.MultiplyAddRows(windows, registers, new() // Δ3, Δ4
                            {
                                Terms = first,
                                TermCount = count,
                                A = cells,
                                Rows = positions,
                                B = weights,
                                C = sums + part * sumsOfAPart + p * unit,
                                CRow = sumsRow,
                                GoesOn = c > 0,
                                Ahead = &ahead, // Δ12
                                AheadLines = MicroKernelArguments<T>.LinesOfAPiece(ahead.Lines, windows / rows, count),
                            });
                        }
            }

            int filters = checked((int)Math.Min(at.Filters * unit, x.Filters - at.Filter * unit));
            for (int part = 0; part < parts; part++)
                Finish(x, x.Parts[part], at, sums + part * sumsOfAPart, sumsRow, windows, at.Group * x.Filters + at.Filter * unit, filters);
        });

        // The weights that are packed after those of a panel.
        PrefetchStream<T> Next(in Block at, int part, long panel, long channel)
        {
            if (++panel == at.Filters) (part, panel) = (part + 1, 0);
            if (part == parts) (part, channel) = (0, channel + block.C);
            long filter = (at.Filter + panel) * unit, channels = Math.Min(block.C, x.Channels - channel);
            return channels <= 0 ? default : PackedWeights<T>.Ahead(x, at.Group * x.Filters + filter, Math.Min(unit, x.Filters - filter), channel, channels);
        }
    }

    /// <summary>Brings finished sums to the output: here the filters of a window lie side by side, there its neighbours do.</summary>
    /// <param name="x">The sums.</param>
    /// <param name="part">Whose windows these are.</param>
    /// <param name="at">The block.</param>
    /// <param name="sums">[window][filter].</param>
    /// <param name="sumsRow">Elements from window to window.</param>
    /// <param name="windows">How many.</param>
    /// <param name="filter">The first filter, of all groups.</param>
    /// <param name="filters">How many.</param>
    public static void Finish(in ConvProblem<T> x, StridePhase part, in Block at, T* sums, nint sumsRow, nint windows, long filter, int filters)
    {
        if (x.Bias != null) AddBias(sums, windows, sumsRow, x.Bias + filter, filters);
        var (height, width) = at.In(part);
        for (long n = 0; n < at.Images; n++, sums += (nint)(at.Height * at.Width) * sumsRow)
            TurnBack(sums, (nint)at.Width * sumsRow, sumsRow, filters, x.OutputAt(part, at.Image + n, filter, at.Row, at.Column), x.OutputStrides, height, width);
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

    /// <summary>to[f, i, j] = from[i, j, f], a row of windows at a time; all of them, where the rows lie one behind the other.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void TurnBack(T* from, nint fromRow, nint fromColumn, int filters, T* to, Shape4 strides, long height, long width)
    {
        if (strides.W == 1 && strides.H == width && fromRow == (nint)width * fromColumn) (width, height) = (width * height, 1);
        const int Piece = 64; // Δ12, windows: the output's lines of the next ones are brought into the cache
        nint* windows = (nint*)Scratch.Get<long>(Scratch.Offsets, (nint)width);
        for (nint j = 0; j < width; j++) windows[j] = j * fromColumn;
        for (long i = 0; i < height; i++, from += fromRow, to += strides.H)
            if (strides.W == 1)
                for (nint j = 0; j < width; j += Piece)
                {
                    int count = checked((int)Math.Min(Piece, (nint)width - j));
                    for (int f = 0; f < filters; f++) Row.Prefetch(to + f * strides.C + j + Piece, Piece);
                    Transpose.Run(from, new(windows + j, count), filters, to + j, (nint)strides.C, isForeseen: true);
                }
            else
                for (long j = 0; j < width; j++)
                    for (int f = 0; f < filters; f++) to[f * strides.C + j * strides.W] = from[j * fromColumn + f];
    }
}
