using System.Numerics;
using System.Runtime.CompilerServices;
using Cnn.Layers.Geometry;
using Cnn.Layers.Kernels.Lanes;

namespace Cnn.Layers.Kernels.Fast;

/// <summary>
/// Vectorised over the filters: the rows of a register tile are windows, its columns neighbouring filters. For small planes with long
/// sums, where registers along the width would be half filled.
/// </summary>
/// <remarks>
/// Under <see cref="Broadcast{TLanes, T}"/> the filters are those of one group, and a cell of the input is broadcast to all of them. Under
/// <see cref="Vector{TLanes, T}"/> they are those of several narrow groups (depthwise): each lane needs the cell of its own group, so a
/// packed cell is a register of cells.
/// </remarks>
internal sealed unsafe class VectorizeChannels<T, TLanes, TOperandA> : ConvPlan<T>
    where T : unmanaged, IFloatingPointIeee754<T>
    where TLanes : struct, ILanes<TLanes, T>
    where TOperandA : struct, IOperandA<TLanes, T>
{
    private static readonly bool acrossGroups = typeof(TOperandA) == typeof(Vector<TLanes, T>);

    private readonly int filters, mr, width; // in all, of one group or of all; rows of a tile; its columns, the filters of a panel
    private readonly int panelsOfABlock, numbers; // numbers of a packed cell
    private readonly SeenRows seen;

    private VectorizeChannels(ConvProblem<T> x) : base(x)
    {
        filters = checked((int)(acrossGroups ? x.Groups * x.Filters : x.Filters));
        int registers = MicroKernelShapes<T, TLanes, TOperandA>.RegistersFor(filters);
        mr = MicroKernelShapes<T, TLanes, TOperandA>.MostMrFor(registers);
        width = registers * TLanes.Count;
        int panels = (filters + width - 1) / width, phases = x.Phases.Length;
        panelsOfABlock = acrossGroups ? 1 : CacheBlocking.PanelsFor(panels, width, x.Groups, phases);
        numbers = acrossGroups ? width : 1;
        // C9; across groups the sums are short, and more tiles would cost more than they leave out.
        seen = acrossGroups || x.Images * x.Width.Windows == 1 ? SeenRows.All(x) : SeenRows.Of(x);
        Efficiency = acrossGroups ? EfficiencyAcrossGroups(x)
            : EfficiencyInAGroup(x) / (seen.Kinds == 1 ? 1 : seen.ShareOf(Block(x.Width.Unsorted).H));
    }

    /// <inheritdoc/>
    public override double? Efficiency { get; }

    /// <inheritdoc/>
    public override Tiling Tiling => new(mr, width, (long)panelsOfABlock * width, Block(Problem.Width.Unsorted));

    /// <summary>Why it does not take a problem; null where it does.</summary>
    public static string? Refusal(ConvProblem<T> x) =>
        !acrossGroups ? x.Taps == 0 ? "no tap reads the source" : null
        : x.Groups == 1 ? "there is one group"
        : 2 * x.Filters > TLanes.Count ? "a group's filters fill half a register by themselves"
        : x.OutputStrides.W != 1 && !x.AreNeighbours(0) ? "the outputs of a row are no neighbours in memory"
        : !CacheBlocking.Fits<T>(x, x.Width.Unsorted, 2 * TLanes.Count) ? "the packed input of the smallest block would be too large"
        : null;

    /// <summary>The plan of a problem.</summary>
    public static ConvPlan<T> Plan(ConvProblem<T> x)
    {
        // Rather a narrow register than a tail that fills half a wide one.
        return !acrossGroups && typeof(TLanes) == typeof(Lanes512<T>) && 2 * x.Filters <= TLanes.Count
            ? new VectorizeChannels<T, Lanes256<T>, Broadcast<Lanes256<T>, T>>(x)
            : new VectorizeChannels<T, TLanes, TOperandA>(x);
    }

    // Lost is what the last register of filters overhangs, what a tile of one register waits for, the transposing of every output, and
    // copying the planes.
    private static double EfficiencyInAGroup(ConvProblem<T> x)
    {
        double depth = 0;
        foreach (var phase in x.Phases) depth = Math.Max(depth, (double)x.Channels * phase.Taps);
        double tile = MicroKernelShapes<T, TLanes, TOperandA>.RegistersFor(x.Filters) == 1 ? CostModel.OneRegister : 1;
        double registers = (x.Filters + TLanes.Count - 1) / TLanes.Count;
        // A kernel of one cell reads the channels of an image as one row.
        double planes = x.Taps == 1 ? 0 : CostModel.PlaneCopy * x.Channels / (registers * x.Height.Windows * x.Width.Windows);
        return tile * x.Filters / (registers * TLanes.Count) * depth / (depth + CostModel.TransposeOfSums + planes);
    }

    // Cells and sums are transposed, once each.
    private static double EfficiencyAcrossGroups(ConvProblem<T> x)
    {
        double filters = (double)x.Groups * x.Filters, windows = (double)x.Height.Windows * x.Width.Windows;
        double terms = (double)x.Channels * x.Taps;
        double cells = PackedInput<T>.CellsOfAChannel(x.Height, x.Width.Unsorted, x.Height.Windows, x.Width.Windows) * x.Channels / windows;
        return filters / (Math.Ceiling(filters / TLanes.Count) * TLanes.Count)
            * terms / (terms * CostModel.VectorOperand + (cells + x.Phases.Length) * CostModel.TransposeOfGroups(TLanes.Count));
    }

    /// <inheritdoc/>
    public override void Run()
    {
        var (x, mr, width, numbers, filters, panelsOfABlock, seen) = (
            Problem, this.mr, this.width, this.numbers, this.filters, this.panelsOfABlock, this.seen);
        var columns = x.Width.Unsorted;
        var block = Block(columns);
        int phases = x.Phases.Length, panels = (filters + width - 1) / width;
        var packed = new PackedInput<T>(x.Height, columns, block, 0);
        nint most = (nint)(block.N * block.H * block.W), sumsRow = panelsOfABlock * width, sumsOfAPhase = (most + mr) * sumsRow;
        var terms = Array.ConvertAll( // of each stride phase, by what a row of windows sees
            x.Phases, phase =>
            {
                var all = Array.ConvertAll(x.Terms(phase, packed, width), term => new OperandOffsets(checked(term.B * numbers), term.A));
                var kinds = new OperandOffsets[seen.Kinds][];
                for (int kind = 0; kind < kinds.Length; kind++) kinds[kind] = seen.Terms(kind, all, phase.ColumnTaps.Length);
                return kinds;
            });
        var blocks = new BlockGrid(
            acrossGroups ? 1 : x.Groups, x.Images, panels, x.Height.Windows, x.Width.Windows, block with { C = panelsOfABlock });

        if (blocks.Count == 0) return;
        var whole = blocks[0]; // most blocks are as large, and their windows' positions the same
        var positionsOfWhole = new nint[most + mr];
        var runsOfWhole = RunsOf(whole, withAll: false);
        nint windowsOfWhole;
        fixed (nint* positions = positionsOfWhole) windowsOfWhole = Positions(packed, whole, runsOfWhole, positions);

        Threads.For(blocks.Count, x.Work, [MethodImpl(MethodImplOptions.AggressiveOptimization)] (task) =>
        {
            var at = blocks[task];
            T* sums = Scratch.Get<T>(Scratch.Sums, phases * sumsOfAPhase); // [phase][window][filter]
            bool isLikeWhole = (at.Images, at.Height, at.Width) == (whole.Images, whole.Height, whole.Width)
                && (seen.Kinds == 1 || at.Row == whole.Row);
            var runs = isLikeWhole ? runsOfWhole : RunsOf(at, withAll: false);
            int inBlock = checked((int)Math.Min(at.Filters * width, filters - at.Filter * width));
            nint windows = Sum(at, runs, sums, inBlock);
            if (runs.Length > 1 && Row.HasNegativeZeroOrNonFinite(sums, windows, inBlock, sumsRow)) // C9
            {
                runs = RunsOf(at, withAll: true);
                Sum(at, runs, sums, inBlock);
            }
            for (int phase = 0; phase < phases; phase++)
            {
                bool areNeighbours = x.AreNeighbours(phase);
                Finish(x, phase, at, runs, sums + phase * sumsOfAPhase, sumsRow, windows, at.Group * x.Filters + at.Filter * width, inBlock,
                    areNeighbours ? sumsOfAPhase : 0);
                if (areNeighbours) phase++;
            }
        });

        // One window alone is a tile of two, the next run's first among them.
        RowRun[] RunsOf(in Block at, bool withAll) => seen.Runs(at.Row, at.Height, withAll || at.Images * at.Width == 1);

        // All sums of a block.
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        nint Sum(in Block at, RowRun[] runs, T* sums, int inBlock)
        {
            T* cells = Scratch.Get<T>(Scratch.Planes, packed.Cells * numbers);
            T* weights = Scratch.Get<T>(Scratch.Weights, (nint)block.C * x.Taps * width); // of one panel
            bool isWhole = runs == runsOfWhole;
            nint* own = isWhole ? null : (nint*)Scratch.Get<long>(Scratch.Positions, most + mr);
            nint windows = isWhole ? windowsOfWhole : Positions(packed, at, runs, own);
            Span<nint> lanes = stackalloc nint[acrossGroups ? inBlock : 0]; // from the source of the first group to that of each lane's own
            for (int lane = 0; lane < lanes.Length; lane++)
                lanes[lane] = (nint)((at.Filter * width + lane) / x.Filters * x.Channels * x.SourceStrides.C);
            for (long c = 0; c < x.Channels; c += block.C) // C5
            {
                long channels = Math.Min(block.C, x.Channels - c);
                packed.Copy(x.SourceAt(at, c), x.SourceStrides, at.Images, channels, at.Row, at.Column, cells, lanes, numbers); // C2
                for (int phase = 0; phase < phases; phase++)
                    for (long p = 0; p < at.Filters; p++)
                    {
                        long filter = (at.Filter + p) * width;
                        int taps = x.Phases[phase].Taps, filtersOfAPanel = checked((int)Math.Min(width, filters - filter));
                        bool isInL2 = !acrossGroups && (c > 0 || phase > 0 || p > 0);
                        PackedWeights<T>.Pack(
                            x, x.Phases[phase], at.Group * x.Filters + filter, filtersOfAPanel, width, c, channels, weights, isInL2);
                        var ahead = acrossGroups ? default : Next(at, phase, p, c);
                        nint lines = MicroKernelArguments<T>.LinesAPrefetch(ahead.Lines, windows / mr, (nint)channels * taps);
                        SumPanel(at, runs, phase, c, channels, new() // C3
                        {
                            A = cells,
                            RowOffsets = isWhole ? null : own,
                            B = weights,
                            C = sums + phase * sumsOfAPhase + p * width,
                            Ldc = sumsRow,
                            Prefetch = acrossGroups ? null : &ahead, // C7
                            PrefetchLines = lines,
                        }, MicroKernelShapes<T, TLanes, TOperandA>.RegistersFor(filters - filter));
                    }
            }
            return windows;
        }

        // The sums of a panel at all windows of a block: what some channels add to them.
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        void SumPanel(in Block at, RowRun[] runs, int phase, long c, long channels, MicroKernelArguments<T> panel, int registers)
        {
            fixed (nint* shared = positionsOfWhole)
            {
                nint* positions = panel.RowOffsets == null ? shared : panel.RowOffsets;
                T* to = panel.C;
                foreach (var run in runs)
                {
                    nint windows = (nint)(at.Images * run.Count * at.Width);
                    int taps = terms[phase][run.Kind].Length / checked((int)block.C);
                    fixed (OperandOffsets* first = terms[phase][run.Kind])
                        for (long part = 0; part < channels; part += x.PartialChannels)
                        {
                            panel.Offsets = first + part * taps;
                            panel.Kc = (nint)Math.Min(x.PartialChannels, channels - part) * taps;
                            panel.RowOffsets = positions;
                            panel.C = to;
                            panel.Accumulate = c + part > 0;
                            MicroKernelShapes<T, TLanes, TOperandA>.MultiplyAddRows(windows, registers, panel);
                        }
                    positions += windows;
                    to += windows * sumsRow;
                }
            }
        }

        // The weights that are packed after those of a panel.
        PrefetchStream<T> Next(in Block at, int phase, long panel, long channel)
        {
            if (++panel == at.Filters) (phase, panel) = (phase + 1, 0);
            if (phase == phases) (phase, channel) = (0, channel + block.C);
            long filter = (at.Filter + panel) * width, channels = Math.Min(block.C, x.Channels - channel);
            return channels <= 0 ? default
                : PackedWeights<T>.Ahead(x, at.Group * x.Filters + filter, Math.Min(width, x.Filters - filter), channel, channels);
        }
    }

    private Shape4 Block(PolyphaseAxis columns)
    {
        var x = Problem;
        int phases = x.Phases.Length;
        if (acrossGroups)
            return CacheBlocking.Block(x, columns, CacheBlocking.Sums<T>() / (width * phases), x.Channels, int.MaxValue, numbers: width);
        // Weights are packed anew for each block: it holds many windows. With those that are prefetched, they stay in L2.
        long channelsOfAPanel = Math.Clamp(CacheBlocking.Sums<T>() / 2 / ((long)x.Taps * width), 1, x.Channels);
        int panels = (filters + width - 1) / width;
        return CacheBlocking.Block(
            x, columns, 4 * CacheBlocking.Sums<T>() / (panelsOfABlock * width * phases), channelsOfAPanel, panels / panelsOfABlock);
    }

    // Where each window of a block begins; one window alone is computed twice, by a tile of two rows.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private nint Positions(in PackedInput<T> packed, in Block at, RowRun[] runs, nint* positions)
    {
        nint windows = 0;
        foreach (var run in runs)
        {
            nint first = windows, above = (nint)(run.First * packed.Pitch);
            windows += packed.Positions(at with { Height = run.Count }, positions + windows);
            for (nint q = first; above > 0 && q < windows; q++) positions[q] += above;
        }
        if (numbers > 1)
            for (nint q = 0; q < windows; q++) positions[q] *= numbers;
        for (int r = 0; r < mr; r++) positions[windows + r] = positions[windows - 1];
        return windows;
    }

    // Finished sums go to the output: here the filters of a window lie side by side, there its neighbours do; with `odds`, those of the
    // next stride phase.
    private static void Finish(
        ConvProblem<T> x, int phase, in Block at, RowRun[] runs, T* sums, nint sumsRow, nint windows, long filter, int filters, nint odds)
    {
        if (x.Bias != null) AddBias(sums, windows, sumsRow, x.Bias + filter, filters);
        var (height, width) = at.In(x.Phases[phase]);
        var strides = x.OutputStrides;
        if (odds > 0)
        {
            width += at.In(x.Phases[phase + 1]).Width;
            strides = strides with { W = x.OutputColumn };
        }
        foreach (var run in runs)
            for (long n = 0; n < at.Images; n++, sums += (nint)(run.Count * at.Width) * sumsRow)
                Transpose.ToRows(
                    sums, (nint)at.Width * sumsRow, sumsRow, filters,
                    x.OutputAt(x.Phases[phase], at.Image + n, filter, at.Row + run.First, at.Column), strides,
                    Math.Min(run.Count, height - run.First), width, odds);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void AddBias(T* sums, nint windows, nint sumsRow, T* bias, int filters)
    {
        for (nint q = 0; q < windows; q++, sums += sumsRow)
        {
            int f = 0;
            for (; f + TLanes.Count <= filters; f += TLanes.Count)
                TLanes.Store(TLanes.Add(TLanes.Load(sums + f), TLanes.Load(bias + f)), sums + f);
            for (; f < filters; f++) sums[f] += bias[f];
        }
    }
}
