using System.Numerics;
using System.Runtime.CompilerServices;
using Cnn.Layers.Geometry;
using Cnn.Layers.Kernels.Lanes;

namespace Cnn.Layers.Kernels.Fast;

/// <summary>
/// The gradient of a correlation's weights: each is one long sum over all windows, for n, for i, for j. Lanes run along the
/// filters, the rows of a tile along the taps.
/// </summary>
/// <remarks>
/// Where groups have few filters, a register holds those of several groups; then each lane needs the cell of its own
/// group, and the copies of the planes are spread: a cell becomes a register of cells, one for each lane.
/// </remarks>
internal static unsafe class WeightGradient<T, TLanes>
    where T : unmanaged, IFloatingPointIeee754<T>
    where TLanes : struct, ILanes<TLanes, T>
{
    /// <summary>weights[f, c, k, k] = sum over windows of output[n, f, i, j] * (the cell of the source that the tap reads).</summary>
    public static void Run(ConvProblem<T> x)
    {
        bool narrow = x.Groups > 1 && 2 * x.Filters <= TLanes.Count && CacheBlocking.Fits<T>(x, x.Width.Unsorted, 2 * TLanes.Count);
        if (narrow) Run<Vector<TLanes, T>>(x, groups: 1, checked((int)(x.Groups * x.Filters)), spread: true); // Δ7
        // As in ConvSchedules: rather a narrow register than one half empty.
        else if (typeof(TLanes) == typeof(Lanes512<T>) && 2 * x.Filters <= TLanes.Count) WeightGradient<T, Lanes256<T>>.Run(x);
        else Run<Broadcast<TLanes, T>>(x, x.Groups, x.Filters, spread: false);
    }

    private static void Run<TOperandA>(ConvProblem<T> x, long groups, int filters, bool spread) where TOperandA : struct, IOperandA<TLanes, T>
    {
        // A thread takes so many taps by so many filters, for which all windows pass by, a few hundred at a time.
        int registers = MicroKernelShapes<T, TLanes, TOperandA>.RegistersFor(filters), unit = registers * TLanes.Count, taps = x.Taps;
        long depth = x.Channels * taps;
        int rows = MicroKernelShapes<T, TLanes, TOperandA>.TallestFor(registers), row = spread ? unit : CacheBlocking.FiltersFor(filters, unit);
        var width = x.Width.Unsorted;
        var block = CacheBlocking.Block(x, width, CacheBlocking.Sums<T>() / 2 / row, x.Channels, blocks: int.MaxValue, numbers: spread ? unit : 1);
        long mostTaps = block.C == x.Channels ? depth : Math.Max((block.C - 1) * taps, rows); // of the channels that a block can hold
        long blockTaps = CacheBlocking.TapsFor<T>(depth, groups * ((filters + row - 1) / row), row, rows, mostTaps);
        block = block with { C = Math.Min((blockTaps - 2 + taps) / taps + 1, x.Channels) };
        var planes = new PackedInput<T>(x.Height, width, block, 0);
        long tapBlocks = (depth + blockTaps - 1) / blockTaps, filterBlocks = (filters + row - 1) / row;
        nint mostWindows = (nint)(block.N * block.H * block.W);
        var blocks = new BlockGrid(1, x.Images, 1, x.Height.Windows, x.Width.Windows, block with { C = 1 });

        Threads.For(checked((int)(groups * tapBlocks * filterBlocks)), x.Work, [MethodImpl(MethodImplOptions.AggressiveOptimization)] (task) => // Δ8
        {
            var (rest, filterBlock) = Math.DivRem(task, filterBlocks);
            var (group, tapBlock) = Math.DivRem(rest, tapBlocks);
            long firstTap = tapBlock * blockTaps, endTap = Math.Min(firstTap + blockTaps, depth);
            long channel = firstTap / taps, channels = (endTap - 1) / taps + 1 - channel;
            int filter = checked((int)filterBlock * row), count = Math.Min(row, filters - filter);
            int cell = spread ? unit : 1;
            Span<nint> lanes = stackalloc nint[spread ? count : 0]; // from the source of the block to that of each lane's own group
            for (int lane = 0; lane < lanes.Length; lane++) lanes[lane] = (nint)((filter + lane) / x.Filters * x.Channels * x.SourceStrides.C);

            T* cells = Scratch.Get<T>(Scratch.Planes, planes.Cells * cell);
            T* sums = Scratch.Get<T>(Scratch.Sums, (nint)(blockTaps + rows + 1) * row), biasSums = sums + (blockTaps + rows) * row;
            bool hasBias = x.Bias != null && tapBlock == tapBlocks - 1; // the last block of taps is the one that may be smaller
            if (hasBias) new Span<T>(biasSums, row).Clear();
            T* up = Scratch.Get<T>(Scratch.Turned, mostWindows * row);
            nint* positions = (nint*)Scratch.Get<long>(Scratch.Positions, mostWindows);
            OperandOffsets* terms = (OperandOffsets*)Scratch.Get<long>(Scratch.Terms, mostWindows);
            nint* offsets = (nint*)Scratch.Get<long>(Scratch.Offsets, (nint)blockTaps + rows);
            for (long t = 0; t < blockTaps + rows; t++)
            {
                // Rows of a tile beyond the last tap compute it again.
                var (c, k) = Math.DivRem(Math.Min(firstTap + t, endTap - 1), taps);
                var (kh, kw) = checked(((int)(k / x.Width.Taps.Length), (int)(k % x.Width.Taps.Length)));
                offsets[t] = (nint)planes.Offset(c - channel, kh, kw) * cell;
            }
            // The terms of the first block; every other one is as large, or its beginning.
            nint most = blocks.Count == 0 ? 0 : planes.Positions(blocks[0], positions);
            for (nint q = 0; q < most; q++) terms[q] = checked(new((int)(positions[q] * cell), (int)q * row));
            if (blocks.Count == 0) new Span<T>(sums, checked((int)blockTaps * row)).Clear();
            for (int b = 0; b < blocks.Count; b++)
            {
                var at = blocks[b];
                nint windows = (nint)(at.Images * at.Height * at.Width);
                planes.Copy( // Δ2
                    x.Source + at.Image * x.SourceStrides.N + (group * x.Channels + channel) * x.SourceStrides.C, x.SourceStrides,
                    at.Images, channels, at.Row, at.Column, cells, lanes, cell);
                Turn(x.Output + at.Image * x.OutputStrides.N + (group * x.Filters + filter) * x.OutputStrides.C, x.OutputStrides, count, at, up, row);
                for (int f = 0; hasBias && f < count; f += TLanes.Count) BiasGradient<T, TLanes>.Add(up + f, windows, row, biasSums + f); // Δ9
                for (int f = 0; f < count; f += unit)
                    MicroKernelShapes<T, TLanes, TOperandA>.MultiplyAddRows((nint)(endTap - firstTap), MicroKernelShapes<T, TLanes, TOperandA>.RegistersFor(count - f), new() // Δ3
                    {
                        Terms = terms,
                        TermCount = windows,
                        A = cells,
                        Rows = offsets,
                        B = up + f,
                        C = sums + f,
                        CRow = row,
                        GoesOn = b > 0,
                    });
            }

            if (hasBias) new Span<T>(biasSums, count).CopyTo(new(x.Bias + group * x.Filters + filter, count));
            T* to = x.Weights + group * x.WeightGroup + filter * x.WeightFilter;
            if (x.ChannelsAreRows(x.Phases[0]) && x.WeightChannel == taps) // Δ13
            {
                Transpose.ToRows(sums, 0, row, count, to + firstTap, new(0, x.WeightFilter, 0, 1), 1, endTap - firstTap);
                return;
            }
            for (long t = firstTap; t < endTap; t++)
            {
                var (c, k) = Math.DivRem(t, taps);
                var (kh, kw) = (x.Height.Taps[k / x.Width.Taps.Length].K, x.Width.Taps[k % x.Width.Taps.Length].K);
                T* weight = to + c * x.WeightChannel + kh * x.WeightRow + kw * x.WeightColumn;
                T* sum = sums + (t - firstTap) * row;
                for (int f = 0; f < count; f++) weight[f * x.WeightFilter] = sum[f];
            }
        });
    }

    // up[q, f]: the filters of a window side by side.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Turn(T* gradOutput, Shape4 strides, int filters, in Block at, T* up, int row)
    {
        for (long n = 0; n < at.Images; n++)
            for (long i = 0; i < at.Height; i++)
            {
                T* from = gradOutput + n * strides.N + (at.Row + i) * strides.H + at.Column * strides.W;
                bool isRow = strides.H == at.Width * strides.W; // rows that lie one behind the other are one row
                nint columns = (nint)(isRow ? at.Height * at.Width : at.Width);
                Transpose.Channels(from, strides, filters, columns, up, row);
                up += columns * row;
                if (isRow) break;
            }
    }
}
