using System.Numerics;
using System.Runtime.CompilerServices;
using Cnn.Layers.Geometry;
using Cnn.Layers.Kernels.Lanes;

namespace Cnn.Layers.Kernels.Fast;

/// <summary>
/// The weight gradient: each is one long sum over all windows, for n, for i, for j. Vectorised over the filters; the rows of a register
/// tile are taps.
/// </summary>
/// <remarks>
/// Under <see cref="Vector{TLanes, T}"/> a register holds the filters of several narrow groups, as in
/// <see cref="VectorizeChannels{T, TLanes, TOperandA}"/>.
/// </remarks>
internal sealed unsafe class WeightGradient<T, TLanes, TOperandA>(ConvProblem<T> problem) : ConvPlan<T>(problem)
    where T : unmanaged, IFloatingPointIeee754<T>
    where TLanes : struct, ILanes<TLanes, T>
    where TOperandA : struct, IOperandA<TLanes, T>
{
    private static readonly bool acrossGroups = typeof(TOperandA) == typeof(Vector<TLanes, T>);

    // Whether filters that fill half a register have one of half the width.
    private static bool HasNarrower => typeof(TLanes) == typeof(Lanes512<T>);

    /// <inheritdoc/>
    public override double? Efficiency => null;

    /// <inheritdoc/>
    public override Tiling Tiling
    {
        get
        {
            var cut = new Cut(Problem);
            return new(cut.Mr, cut.TileFilters, cut.BlockFilters, cut.Block);
        }
    }

    /// <summary>Why it does not take a problem; null where it does.</summary>
    public static string? Refusal(ConvProblem<T> x) =>
        !acrossGroups ? null
        : x.Groups == 1 ? "there is one group"
        : 2 * x.Filters > TLanes.Count || HasNarrower && 2 * x.Filters == TLanes.Count
            ? "a group's filters fill half a register by themselves"
        : !CacheBlocking.Fits<T>(x, x.Width.Unsorted, 2 * TLanes.Count, sumsWindows: true)
            ? "the packed input of the smallest block would be too large"
        : null;

    /// <summary>The plan of a problem.</summary>
    public static ConvPlan<T> Plan(ConvProblem<T> x) =>
        // Rather a narrow register than a tail that fills half a wide one.
        !acrossGroups && HasNarrower && 2 * x.Filters <= TLanes.Count
            ? new WeightGradient<T, Lanes256<T>, Broadcast<Lanes256<T>, T>>(x)
            : new WeightGradient<T, TLanes, TOperandA>(x);

    // A thread takes so many taps by so many filters, for which all windows pass by, a few hundred at a time.
    private readonly struct Cut
    {
        public readonly int Filters, TileFilters, BlockFilters, Mr; // of one group or of all, of a tile, of a block; rows of a tile: taps
        public readonly long Groups, Depth, BlockTaps; // taps of all channels, and of a block
        public readonly Shape4 Block;

        public Cut(ConvProblem<T> x)
        {
            (Groups, Filters) = acrossGroups ? (1, checked((int)(x.Groups * x.Filters))) : (x.Groups, x.Filters);
            int registers = MicroKernelShapes<T, TLanes, TOperandA>.RegistersFor(Filters);
            Mr = MicroKernelShapes<T, TLanes, TOperandA>.MostMrFor(registers);
            TileFilters = registers * TLanes.Count;
            BlockFilters = acrossGroups ? TileFilters : CacheBlocking.FiltersFor(Filters, TileFilters);
            Depth = x.Channels * x.Taps;
            var block = CacheBlocking.Block(x, x.Width.Unsorted, CacheBlocking.Sums<T>() / 2 / BlockFilters, x.Channels, int.MaxValue,
                numbers: acrossGroups ? TileFilters : 1, sumsWindows: true);
            // Of the channels that a block can hold.
            long most = block.C == x.Channels ? Depth : Math.Max((block.C - 1) * x.Taps, Mr);
            BlockTaps = CacheBlocking.TapsFor<T>(Depth, Groups * ((Filters + BlockFilters - 1) / BlockFilters), BlockFilters, Mr, most);
            Block = block with { C = Math.Min((BlockTaps - 2 + x.Taps) / x.Taps + 1, x.Channels) };
        }
    }

    /// <inheritdoc/>
    public override void Run()
    {
        var x = Problem;
        var cut = new Cut(x);
        var (filters, tileFilters, blockFilters, mr, groups, depth, blockTaps, block) =
            (cut.Filters, cut.TileFilters, cut.BlockFilters, cut.Mr, cut.Groups, cut.Depth, cut.BlockTaps, cut.Block);
        int taps = x.Taps, cell = acrossGroups ? tileFilters : 1;
        var planes = new PackedInput<T>(x.Height, x.Width.Unsorted, block, 0);
        long tapBlocks = (depth + blockTaps - 1) / blockTaps, filterBlocks = (filters + blockFilters - 1) / blockFilters;
        nint[] tapOffsets = planes.TapOffsets();
        nint mostWindows = (nint)(block.N * block.H * block.W);
        var blocks = new BlockGrid(1, x.Images, 1, x.Height.Windows, x.Width.Windows, block with { C = 1 });

        Threads.For(
            checked((int)(groups * tapBlocks * filterBlocks)), x.Work, [MethodImpl(MethodImplOptions.AggressiveOptimization)] (task) =>
        {
            var (rest, filterBlock) = Math.DivRem(task, filterBlocks);
            var (group, tapBlock) = Math.DivRem(rest, tapBlocks);
            long firstTap = tapBlock * blockTaps, endTap = Math.Min(firstTap + blockTaps, depth);
            long channel = firstTap / taps, channels = (endTap - 1) / taps + 1 - channel;
            int filter = checked((int)filterBlock * blockFilters), count = Math.Min(blockFilters, filters - filter);
            Span<nint> lanes = stackalloc nint[acrossGroups ? count : 0]; // from the source of the block to that of each lane's own group
            for (int lane = 0; lane < lanes.Length; lane++)
                lanes[lane] = (nint)((filter + lane) / x.Filters * x.Channels * x.SourceStrides.C);

            T* cells = Scratch.Get<T>(Scratch.Planes, planes.Cells * cell);
            T* sums = Scratch.Get<T>(Scratch.Sums, (nint)(blockTaps + mr + 1) * blockFilters);
            T* biasSums = sums + (blockTaps + mr) * blockFilters;
            bool hasBias = x.Bias != null && tapBlock == tapBlocks - 1; // the last block of taps is the one that may be smaller
            if (hasBias) new Span<T>(biasSums, blockFilters).Clear();
            T* up = Scratch.Get<T>(Scratch.Transposed, mostWindows * blockFilters);
            nint* positions = (nint*)Scratch.Get<long>(Scratch.Positions, mostWindows);
            OperandOffsets* terms = (OperandOffsets*)Scratch.Get<long>(Scratch.Terms, mostWindows);
            nint* offsets = (nint*)Scratch.Get<long>(Scratch.Offsets, (nint)blockTaps + mr);
            var (of, tap) = ((nint)0, checked((int)(firstTap % taps))); // channel and tap of it
            for (long t = 0; t < blockTaps + mr; t++)
            {
                offsets[t] = (of * (nint)planes.Channel + tapOffsets[tap]) * cell;
                // Rows of a tile beyond the last tap compute it again.
                if (firstTap + t + 1 < endTap && ++tap == taps) (of, tap) = (of + 1, 0);
            }
            // The terms of the first block; every other one is as large, or its beginning.
            nint most = blocks.Count == 0 ? 0 : planes.Positions(blocks[0], positions);
            for (nint q = 0; q < most; q++) terms[q] = checked(new((int)(positions[q] * cell), (int)q * blockFilters));
            if (blocks.Count == 0) new Span<T>(sums, checked((int)blockTaps * blockFilters)).Clear();
            for (int b = 0; b < blocks.Count; b++)
            {
                var at = blocks[b];
                nint windows = (nint)(at.Images * at.Height * at.Width);
                planes.Copy( // C2
                    x.Source + at.Image * x.SourceStrides.N + (group * x.Channels + channel) * x.SourceStrides.C, x.SourceStrides,
                    at.Images, channels, at.Row, at.Column, cells, lanes, cell);
                TransposeWindows(x.OutputAt(x.Phases[0], at.Image, group * x.Filters + filter, 0, 0), x.OutputStrides, count, at, up,
                    blockFilters);
                // C8
                for (int f = 0; hasBias && f < count; f += TLanes.Count)
                    for (nint q = 0, kc; q < windows; q += kc)
                    {
                        kc = PartialSum(at, q);
                        BiasGradient<T, TLanes>.Add(up + q * blockFilters + f, kc, blockFilters, biasSums + f, b > 0 || q > 0);
                    }
                for (int f = 0; f < count; f += tileFilters)
                    for (nint q = 0, kc; q < windows; q += kc) // C3
                    {
                        kc = PartialSum(at, q);
                        MicroKernelShapes<T, TLanes, TOperandA>.MultiplyAddRows(
                            (nint)(endTap - firstTap), MicroKernelShapes<T, TLanes, TOperandA>.RegistersFor(count - f), new()
                            {
                                Offsets = terms + q,
                                Kc = kc,
                                A = cells,
                                RowOffsets = offsets,
                                B = up + f,
                                C = sums + f,
                                Ldc = blockFilters,
                                Accumulate = b > 0 || q > 0,
                            });
                    }
            }

            if (hasBias) new Span<T>(biasSums, count).CopyTo(new(x.Bias + group * x.Filters + filter, count));
            T* to = x.Weights + group * x.WeightGroup + filter * x.WeightFilter;
            if (x.ChannelsAreRows(x.Phases[0]) && x.WeightChannel == taps) // C8
            {
                Transpose.ToRows(sums, 0, blockFilters, count, to + firstTap, new(0, x.WeightFilter, 0, 1), 1, endTap - firstTap);
                return;
            }
            for (long t = firstTap; t < endTap; t++)
            {
                var (c, k) = Math.DivRem(t, taps);
                var (kh, kw) = (x.Height.Taps[k / x.Width.Taps.Length].K, x.Width.Taps[k % x.Width.Taps.Length].K);
                T* weight = to + c * x.WeightChannel + kh * x.WeightRow + kw * x.WeightColumn;
                T* sum = sums + (t - firstTap) * blockFilters;
                for (int f = 0; f < count; f++) weight[f * x.WeightFilter] = sum[f];
            }
        });
    }

    // up[q, f]: the filters of a window side by side.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void TransposeWindows(T* gradOutput, Shape4 strides, int filters, in Block at, T* up, int blockFilters)
    {
        for (long n = 0; n < at.Images; n++)
            for (long i = 0; i < at.Height; i++)
            {
                T* from = gradOutput + n * strides.N + (at.Row + i) * strides.H + at.Column * strides.W;
                bool isRow = strides.H == at.Width * strides.W; // rows that lie one behind the other are one row
                nint columns = (nint)(isRow ? at.Height * at.Width : at.Width);
                Transpose.Channels(from, strides, filters, columns, up, blockFilters);
                up += columns * blockFilters;
                if (isRow) break;
            }
    }

    // Windows of the partial sum that begins with window q of a block.
    private nint PartialSum(in Block at, nint q)
    {
        var (images, _, rows, columns) = Problem.PartialWindows;
        nint row = (nint)at.Width, image = row * (nint)at.Height;
        return images > 1 ? (nint)Math.Min(images, at.Images - q / image) * image
            : columns < at.Width ? (nint)Math.Min(columns, at.Width - q % row)
            : (nint)Math.Min(rows, at.Height - q % image / row) * row;
    }
}
