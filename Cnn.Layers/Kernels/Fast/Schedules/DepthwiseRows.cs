using System.Numerics;
using System.Runtime.CompilerServices;
using Cnn.Layers.Geometry;
using Cnn.Layers.Kernels.Lanes;

namespace Cnn.Layers.Kernels.Fast;

/// <summary>
/// A <see cref="ConvProblem{T}"/> of one filter a group (as depthwise) whose windows and taps lie one row apart, vectorised over
/// the width: a few rows of outputs at a time, written where they belong.
/// </summary>
internal sealed unsafe class DepthwiseRows<T, TLanes>(ConvProblem<T> x) : ConvPlan<T>(x)
    where T : unmanaged, IFloatingPointIeee754<T>
    where TLanes : struct, ILanes<TLanes, T>
{
    /// <inheritdoc/>
    public override double? Efficiency
    {
        get
        {
            var x = Problem;
            double columns = x.Width.Windows, registers = Math.Ceiling(columns / TLanes.Count), terms = (double)x.Channels * x.Taps;
            double ofUse = columns / (registers * TLanes.Count);
            // A tile of mr rows takes mr - 1 rows of cells more than taps, each for some of its rows.
            const int mr = DepthwiseMicroKernel<T, TLanes>.Mr;
            double rows = x.Phases[0].RowTaps.Length, steps = (rows + mr - 1) / (rows * mr);
            double step = CostModel.DepthwiseStep * steps / Math.Min(registers, DepthwiseMicroKernel<T, TLanes>.Nr);
            return terms / (terms * (1 + step) / ofUse
                + VectorizeWidth<T, TLanes>.CopiesFor(x, x.Width, isFlat: false));
        }
    }

    /// <inheritdoc/>
    public override Tiling Tiling =>
        new(DepthwiseMicroKernel<T, TLanes>.Mr, DepthwiseMicroKernel<T, TLanes>.Nr * TLanes.Count, 1, BlockOf(Problem));

    /// <summary>Why it does not take a problem; null where it does.</summary>
    public static string? Refusal(ConvProblem<T> x)
    {
        if (x.Filters > 1) return "a group has several filters";
        if (x.Phases.Length > 1) return "the outputs are split by stride phase";
        if (!x.IsOnePartialSum) return "a sum has several partial sums";
        if (x.OutputStrides.W != 1) return "the outputs of a row are no neighbours in memory";
        if (x.Width.Windows < TLanes.Count) return "a row of outputs is shorter than a register";
        var (phase, block) = (x.Phases[0], BlockOf(x));
        if (RowStep(x.Height) == 0) return "windows or taps lie more than one row apart";
        if (!x.Height.AreInOrder(phase.RowTaps) || !x.Width.AreInOrder(phase.ColumnTaps)) return "some taps read nothing but padding";
        if (block.C < x.Channels) return "a block does not hold all channels";
        return (x.Width.Windows - 1) % block.W + 1 < TLanes.Count ? "the last block of a row is narrower than a register" : null;
    }

    /// <inheritdoc/>
    public override void Run()
    {
        var x = Problem;
        var block = BlockOf(x);
        var planes = new PackedInput<T>(x.Height, x.Width, block, 0);
        var blocks = new BlockGrid(x.Groups, x.Images, 1, x.Height.Windows, x.Width.Windows, block with { C = 1 });
        var phase = x.Phases[0];
        long step = RowStep(x.Height);
        nint[] columns = Array.ConvertAll(phase.ColumnTaps, tap => (nint)planes.Offset(0, phase.RowTaps[0], tap));

        Threads.For(blocks.Count, x.Work, [MethodImpl(MethodImplOptions.AggressiveOptimization)] (task) => // C4
        {
            var at = blocks[task];
            var (rows, windows) = at.In(phase);
            T* cells = Scratch.Get<T>(Scratch.Planes, planes.Cells);
            planes.Copy(x.SourceAt(at, 0), x.SourceStrides, at.Images, x.Channels, at.Row, at.Column, cells); // C2
            fixed (nint* first = columns)
                for (long n = 0; n < at.Images; n++)
                {
                    // Where the taps go upwards, so do the rows: the first tap of each reads the first row of cells.
                    long top = step > 0 ? 0 : rows - 1;
                    DepthwiseMicroKernel<T, TLanes>.MultiplyAdd(rows, windows, new()
                    {
                        Cells = cells + n * planes.Image + top * planes.Pitch,
                        CellRow = (nint)(step * planes.Pitch),
                        CellChannel = (nint)planes.Channel,
                        Columns = first,
                        Weights = x.Weights + at.Group * x.WeightGroup,
                        WeightRow = (nint)x.WeightRow,
                        WeightColumn = (nint)x.WeightColumn,
                        WeightChannel = (nint)x.WeightChannel,
                        Channels = (nint)x.Channels,
                        KernelRows = phase.RowTaps.Length,
                        KernelColumns = phase.ColumnTaps.Length,
                        Output = x.OutputAt(phase, at.Image + n, at.Group, at.Row + top, at.Column),
                        OutputRow = (nint)(step * x.OutputStrides.H),
                        Bias = x.Bias == null ? null : x.Bias + at.Group,
                    });
                }
        });
    }

    private static Shape4 BlockOf(ConvProblem<T> x) =>
        CacheBlocking.Block(x, x.Width, CostModel.WindowsInL1, x.Channels, blocks: 1, leastChannels: x.Channels);

    // Rows from tap to tap: 1 (downwards) or -1; 0 where taps or windows lie further apart.
    private static long RowStep(PolyphaseAxis height)
    {
        if (height.Step > 1 || height.Taps.Length == 0) return 0;
        long step = height.Taps.Length == 1 ? 1 : height.Taps[1].Offset - height.Taps[0].Offset;
        for (int t = 1; t < height.Taps.Length; t++)
            if (height.Taps[t].Offset - height.Taps[t - 1].Offset != step) return 0;
        return step is 1 or -1 ? step : 0;
    }
}
