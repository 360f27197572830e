using System.Numerics;
using System.Runtime.CompilerServices;
using Cnn.Layers.Geometry;
using Cnn.Layers.Kernels.Lanes;

namespace Cnn.Layers.Kernels.Fast;

/// <summary>
/// A <see cref="ConvProblem{T}"/> vectorised over the width: the rows of a tile are filters, its columns neighbouring windows.
/// For wide planes, and for few filters.
/// </summary>
internal sealed unsafe class VectorizeWidth<T, TLanes> : ConvPlan<T>
    where T : unmanaged, IFloatingPointIeee754<T>
    where TLanes : struct, ILanes<TLanes, T>
{
    private const int Ahead = 4; // C7, rows of the output so far ahead are prefetched before they are written

    private readonly bool isOneRow;
    private readonly int mr, filterPanels, leastNr, nr; // of a tile; of a block; columns of the smallest tile, of a tile
    private readonly PolyphaseAxis width;
    private readonly Shape4 block;
    private readonly bool readsAhead; // whether the source is larger than what stays in L2
    private readonly bool isWhole; // whether sums end whole, and their windows are neighbours in the output as well

    /// <summary>Decides how the outputs are cut.</summary>
    public VectorizeWidth(ConvProblem<T> x) : base(x)
    {
        isOneRow = x.Filters == 1;
        readsAhead = CacheBlocking.IsLarge<T>((double)x.Images * x.Groups * x.Channels * x.Height.Size * x.Width.Size);
        mr = isOneRow ? 1 : MicroKernelShapes<T, TLanes, Broadcast<TLanes, T>>.MrFor(
            x.Filters, MicroKernelShapes<T, TLanes, Broadcast<TLanes, T>>.MostRegisters);
        (leastNr, nr) = isOneRow ? (RowMicroKernel<T, TLanes>.Columns, RowMicroKernel<T, TLanes>.Columns)
            : (TLanes.Count, MicroKernelShapes<T, TLanes, Broadcast<TLanes, T>>.MostRegisters * TLanes.Count);
        filterPanels = Math.Clamp(CacheBlocking.FiltersOf(x.Phases.Length) / mr, 1, (x.Filters + mr - 1) / mr);
        (width, block) = (x.Width, BlockFor(x.Width, 1));
        // A tile that overlaps another may store to the output, but not add to it.
        bool storesOnce = x.Phases.Length == 1 && x.IsOnePartialSum;
        if (storesOnce && x.OutputStrides.W == 1 && x.OutputStrides.H == x.Width.Windows)
        {
            // With a copy of the planes for each tap of a row there are no gaps between rows, and tiles may write to the output. (C5)
            var apart = x.Width.Apart;
            double gaps =
                (double)(PackedInput<T>.PitchOf(x.Width, x.Width.Windows) - x.Width.Windows) / x.Width.Windows * x.Taps * x.Channels;
            if (CopiesFor(apart) < CopiesFor(x.Width) + gaps + Finishing && BlockFor(apart, x.Channels) is var blockApart
                && blockApart.C == x.Channels)
                (width, block) = (apart, blockApart);
        }
        bool areNeighbours = block.H == 1 || block.W == x.Width.Windows && block.W == x.OutputStrides.H
            && block.W == PackedInput<T>.PitchOf(width, block.W);
        isWhole = storesOnce && block.C == x.Channels && x.OutputStrides.W == 1 && areNeighbours;
    }

    /// <summary>Takes everything.</summary>
    public static string? Refusal(ConvProblem<T> x) => null;

    /// <inheritdoc/>
    public override Tiling Tiling => new(mr, nr, (long)filterPanels * mr, block);

    /// <inheritdoc/>
    public override double? Efficiency
    {
        get
        {
            var x = Problem;
            double columns = x.Width.Windows, windows = columns * x.Height.Windows, terms = (double)x.Taps * x.Channels;
            double positions = (x.Height.Windows - 1) * (double)PackedInput<T>.PitchOf(width, x.Width.Windows) + columns;
            double ofUse = windows / (Math.Ceiling(positions / leastNr) * leastNr) * x.Filters / ((x.Filters + mr - 1) / mr * mr);
            double loads = isOneRow ? CostModel.UnalignedOperand<T, TLanes>() : x.Taps > 1 ? CostModel.UnalignedTile<T, TLanes>(mr) : 1;
            double beside = CopiesFor(width) + (isWhole ? 0 : Finishing) + CostModel.PlaneStart * TLanes.Count / (x.Filters * windows);
            return ofUse * terms / (terms * loads + beside);
        }
    }

    /// <inheritdoc/>
    public override void Run()
    {
        var x = Problem;
        var panels = new PackedWeights<T>(x, mr);
        int phases = x.Phases.Length;
        var planes = new PackedInput<T>(x.Height, width, block, 2 * nr);
        nint sumsRow = (nint)((block.H - 1) * planes.Pitch + block.W + nr - 1) / nr * nr;
        nint sumsOfAPhase = (nint)block.N * filterPanels * mr * sumsRow;
        var terms = Array.ConvertAll(x.Phases, phase => x.Terms(phase, planes, mr));
        var blocks = new BlockGrid(x.Groups, x.Images, panels.Count, x.Height.Windows, x.Width.Windows, block with { C = filterPanels });

        Threads.For(blocks.Count, x.Work, [MethodImpl(MethodImplOptions.AggressiveOptimization)] (task) =>
        {
            var at = blocks[task];
            T* cells = Scratch.Get<T>(Scratch.Planes, planes.Cells);
            nint positions = (nint)((at.Height - 1) * planes.Pitch + at.Width);
            bool toOutput = isWhole && positions >= leastNr; // C5
            T* sums = toOutput ? null : Scratch.Get<T>(Scratch.Sums, phases * sumsOfAPhase); // [phase][image][filter][position]
            T* plus = stackalloc T[8];
            for (long c = 0; c < x.Channels; c += block.C) // C5
            {
                long channels = Math.Min(block.C, x.Channels - c);
                // C2
                planes.Copy(x.SourceAt(at, c), x.SourceStrides, at.Images, channels, at.Row, at.Column, cells,
                    ahead: readsAhead && (c > 0 || task > 0) ? 0 : null);
                var ahead = readsAhead ? Next(task, c) : default; // C7
                nint prefetchLines = MicroKernelArguments<T>.LinesAPrefetch(
                    ahead.Lines, (nint)(at.Filters * at.Images) * (positions / nr), (nint)(channels * x.Taps));
                for (int phase = 0; phase < phases; phase++)
                    fixed (OperandOffsets* first = terms[phase])
                        for (long p = 0; p < at.Filters; p++)
                        {
                            int taps = x.Phases[phase].Taps;
                            T* weights = panels[phase, at.Group, at.Filter + p] + c * taps * mr;
                            long filter = at.Group * x.Filters + panels.FirstOf(at.Filter + p);
                            if (x.Bias != null) for (int f = 0; f < mr; f++) plus[f] = x.Bias[filter + f];
                            for (long n = 0; n < at.Images; n++)
                            {
                                T* image = cells + n * planes.Image;
                                var (to, toRow, columns) = toOutput
                                    ? ((nint)x.OutputAt(x.Phases[phase], at.Image + n, filter, at.Row, at.Column),
                                        (nint)x.OutputStrides.C, positions)
                                    : ((nint)(sums + phase * sumsOfAPhase + (nint)(n * filterPanels + p) * mr * sumsRow), sumsRow,
                                        (positions + leastNr - 1) / leastNr * leastNr);
                                for (long part = 0; part < channels; part += x.PartialChannels)
                                {
                                    nint kc = (nint)Math.Min(x.PartialChannels, channels - part) * taps;
                                    T* bias = x.Bias == null || c + part + x.PartialChannels < x.Channels ? null : plus;
                                    SumPanel(first + part * taps, kc, weights, mr, image, columns, (T*)to, toRow, c + part > 0, bias,
                                        readsAhead ? &ahead : null, prefetchLines);
                                }
                            }
                        }
            }
            if (toOutput) return;

            for (long n = 0; n < at.Images; n++)
                for (long f = at.Filter * mr; f < Math.Min((at.Filter + at.Filters) * mr, x.Filters); f++)
                    for (int phase = 0; phase < phases; phase++)
                    {
                        long p = f / mr, row = (n * filterPanels + p - at.Filter) * mr + f - panels.FirstOf(p);
                        T* from = sums + phase * sumsOfAPhase + (nint)row * sumsRow;
                        T* to = x.OutputAt(x.Phases[phase], at.Image + n, at.Group * x.Filters + f, at.Row, at.Column);
                        var (rowsOfPhase, columnsOfPhase) = at.In(x.Phases[phase]);
                        if (x.AreNeighbours(phase))
                        {
                            var (_, odds) = at.In(x.Phases[++phase]);
                            FinishBoth(from, from + sumsOfAPhase, planes.Pitch, to, x.OutputStrides.H, rowsOfPhase, columnsOfPhase, odds);
                        }
                        else Finish(from, planes.Pitch, to, x.OutputStrides, rowsOfPhase, columnsOfPhase);
                    }
        });

        // What is copied after some channels of a block.
        PrefetchStream<T> Next(int task, long channel)
        {
            channel += block.C;
            if (channel >= x.Channels) (task, channel) = (task + 1, 0);
            if (task == blocks.Count) return default;
            var at = blocks[task];
            return planes.AheadOf(x.SourceAt(at, channel), x.SourceStrides, at, Math.Min(block.C, x.Channels - channel));
        }
    }

    private Shape4 BlockFor(PolyphaseAxis width, long leastChannels)
    {
        var x = Problem;
        long windows = CacheBlocking.Sums<T>() / (filterPanels * mr * x.Phases.Length);
        int blocks = (x.Filters + mr - 1) / mr / filterPanels;
        return CacheBlocking.Block(x, width, isOneRow ? Math.Min(windows, CostModel.WindowsInL1) : windows, x.Channels, blocks, nr,
            leastChannels, lanes: TLanes.Count);
    }

    private double Finishing => CostModel.StoreAndCopy + ShortRow(Problem);

    /// <summary>What copying costs for a register of sums, in terms of a register that take as long.</summary>
    /// <param name="x">The sums.</param>
    /// <param name="width">The windows along the width, as the planes are laid.</param>
    /// <param name="isFlat">Whether the rows of a plane are copied at once.</param>
    public static double CopiesFor(ConvProblem<T> x, in PolyphaseAxis width, bool isFlat) =>
        (double)width.Phases * x.Channels / x.Filters
        * ((width.Step == 1 ? CostModel.Copy : CostModel.CopyOfEverySecond) + (isFlat ? 0 : ShortRow(x)));

    private double CopiesFor(in PolyphaseAxis width) =>
        CopiesFor(Problem, width, isFlat: width.Step == 1 && width.Size == Problem.Width.Windows);

    private static double ShortRow(ConvProblem<T> x) => CostModel.RowStart * TLanes.Count / x.Width.Windows;

    // The sums of a panel at all positions of an image of a block.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void SumPanel(OperandOffsets* terms, nint count, T* weights, int mr, T* cells, nint positions, T* to, nint toRow,
        bool accumulate, T* bias, PrefetchStream<T>* ahead, nint prefetchLines)
    {
        if (mr == 1)
        {
            nint columns = RowMicroKernel<T, TLanes>.Columns, whole = positions / columns * columns;
            RowMicroKernel<T, TLanes>.MultiplyAdd(
                terms, count, weights, cells, to, positions / columns, accumulate, bias, ahead, prefetchLines);
            nint last = positions - columns; // the last ones, some of them twice
            if (whole < positions) RowMicroKernel<T, TLanes>.MultiplyAdd(
                terms, count, weights, cells + last, to + last, 1, accumulate, bias, ahead, prefetchLines);
            return;
        }
        nint* rowOffsets = stackalloc nint[8]; // the filters of a panel lie side by side
        for (int f = 0; f < 8; f++) rowOffsets[f] = Math.Min(f, mr - 1);
        nint most = MicroKernelShapes<T, TLanes, Broadcast<TLanes, T>>.MostRegisters, registers;
        var tiles = new MicroKernelArguments<T> // C3
        {
            Offsets = terms,
            Kc = count,
            A = weights,
            RowOffsets = rowOffsets,
            Ldc = toRow,
            Accumulate = accumulate,
            Bias = bias,
            Prefetch = ahead, // C7
            PrefetchLines = prefetchLines,
        };
        for (nint q = 0; q < positions; q += tiles.Count * registers * TLanes.Count)
        {
            nint left = (positions - q + TLanes.Count - 1) / TLanes.Count;
            // C3: two and two rather than three and one
            registers = Math.Min(left == 4 ? 2 : Math.Min(most, left), positions / TLanes.Count);
            nint columns = registers * TLanes.Count, at = Math.Min(q, positions - columns); // the last ones, some of them twice
            tiles.B = cells + at;
            tiles.C = to + at;
            tiles.Count = Math.Max((positions - q) / columns - (registers == 3 && left % 3 == 1 ? 1 : 0), 1);
            (tiles.BStep, tiles.CStep) = (columns, columns);
            MicroKernelShapes<T, TLanes, Broadcast<TLanes, T>>.MultiplyAdd(mr, checked((int)registers), tiles);
        }
    }

    // The sums of one filter of one image go where they belong, without the gaps between rows.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Finish(T* sums, long pitch, T* to, Shape4 strides, long height, long width)
    {
        for (long i = 0; i < height; i++, sums += pitch, to += strides.H)
            if (strides.W == 1)
            {
                Row.Prefetch(to + Ahead * strides.C, width);
                Row.Copy(sums, to, width);
            }
            else for (long j = 0; j < width; j++) to[j * strides.W] = sums[j];
    }

    // Two stride phases whose outputs take turns.
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
