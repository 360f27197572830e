using System.Numerics;
using System.Runtime.CompilerServices;
using Cnn.Layers.Geometry;
using Cnn.Layers.Kernels.Lanes;

namespace Cnn.Layers.Kernels.Fast;

/// <summary>
/// A <see cref="ConvProblem{T}"/> of narrow groups (depthwise), with lanes along the filters of all groups: the rows of a tile
/// are windows. Each lane needs the cell of its own group, so a cell of the copies is a register of cells.
/// </summary>
internal static unsafe class VectorizeGroups<T, TLanes>
    where T : unmanaged, IFloatingPointIeee754<T>
    where TLanes : struct, ILanes<TLanes, T>
{
    /// <summary>Which share of the time goes into sums that are of use: cells and sums are turned round, once each.</summary>
    public static double Efficiency(in ConvProblem<T> x)
    {
        if (x.Groups == 1 || 2 * x.Filters > TLanes.Count || x.OutputStrides.W != 1) return 0;
        var width = x.Width.Unsorted;
        if (!CacheBlocking.Fits<T>(x, width, 2 * TLanes.Count)) return 0;
        const double Turning = 6, Load = 1.2; // for each register, in terms that take as long
        double filters = (double)x.Groups * x.Filters, windows = (double)x.Height.Windows * x.Width.Windows, terms = (double)x.Channels * x.Taps;
        double cells = PackedInput<T>.CellsOfAChannel(x.Height, width, x.Height.Windows, x.Width.Windows) * x.Channels / windows;
        return filters / (Math.Ceiling(filters / TLanes.Count) * TLanes.Count) * terms / (terms * Load + (cells + 1) * Turning);
    }

    /// <summary>Computes all outputs.</summary>
    public static void Run(ConvProblem<T> x)
    {
        int filters = checked((int)(x.Groups * x.Filters)), parts = x.Parts.Length;
        int registers = MicroKernelShapes<T, TLanes, Vector<TLanes, T>>.RegistersFor(filters), unit = registers * TLanes.Count;
        int rows = MicroKernelShapes<T, TLanes, Vector<TLanes, T>>.TallestFor(registers);
        var width = x.Width.Unsorted;
        var block = CacheBlocking.Block(x, width, CacheBlocking.Sums<T>() / (unit * parts), x.Channels, blocks: int.MaxValue, numbers: unit);
        var planes = new PackedInput<T>(x.Height, width, block, 0);
        nint most = (nint)(block.H * block.W), sumsOfAPart = (most + rows) * unit;
        var terms = Array.ConvertAll(x.Parts, part => Array.ConvertAll(x.Terms(part, planes, unit), term => new OperandOffsets(checked(term.B * unit), term.A)));
        var blocks = new BlockGrid(1, x.Images, (filters + unit - 1) / unit, x.Height.Windows, x.Width.Windows, block with { C = 1 });

        Threads.For(blocks.Count, x.Work, [MethodImpl(MethodImplOptions.AggressiveOptimization)] (task) => // Δ8
        {
            var at = blocks[task];
            int filter = checked((int)at.Filter * unit), count = Math.Min(unit, filters - filter);
            T* cells = Scratch.Get<T>(Scratch.Planes, planes.Cells * unit);
            T* sums = Scratch.Get<T>(Scratch.Sums, parts * sumsOfAPart); // [part][window][filter]
            T* weights = Scratch.Get<T>(Scratch.Weights, (nint)x.Channels * x.Taps * unit);
            nint* positions = (nint*)Scratch.Get<long>(Scratch.Positions, most + rows);
            nint windows = planes.Positions(at, positions);
            for (nint q = 0; q < windows; q++) positions[q] *= unit;
            for (int r = 0; r < rows; r++) positions[windows + r] = positions[windows - 1]; // a last tile computes the last window again
            Span<nint> lanes = stackalloc nint[count]; // elements from the source of the first group to that of each lane's own
            for (int lane = 0; lane < count; lane++) lanes[lane] = (nint)((filter + lane) / x.Filters * x.Channels * x.SourceStrides.C);
            for (long c = 0; c < x.Channels; c += block.C) // Δ5
            {
                long channels = Math.Min(block.C, x.Channels - c);
                T* source = x.Source + at.Image * x.SourceStrides.N + c * x.SourceStrides.C;
                planes.Copy(source, x.SourceStrides, 1, channels, at.Row, at.Column, cells, lanes, unit); // Δ2
                for (int part = 0; part < parts; part++)
                    fixed (OperandOffsets* first = terms[part])
                    {
                        PackedWeights<T>.Pack(x, x.Parts[part], filter, count, unit, c, channels, weights);
                        MicroKernelShapes<T, TLanes, Vector<TLanes, T>>.MultiplyAddRows(windows, MicroKernelShapes<T, TLanes, Vector<TLanes, T>>.RegistersFor(count), new() // Δ3, Δ4
                        {
                            Terms = first,
                            TermCount = (nint)channels * x.Parts[part].Taps,
                            A = cells,
                            Rows = positions,
                            B = weights,
                            C = sums + part * sumsOfAPart,
                            CRow = unit,
                            GoesOn = c > 0,
                        });
                    }
            }
            for (int part = 0; part < parts; part++)
                VectorizeFilters<T, TLanes>.Finish(x, x.Parts[part], at with { Group = 0 }, sums + part * sumsOfAPart, unit, windows, filter, count);
        });
    }
}
