using System.Numerics;
using System.Runtime.CompilerServices;
using Cnn.Layers.Kernels.Lanes;

namespace Cnn.Layers.Kernels.Fast;

/// <summary>
/// A <see cref="ConvProblem{T}"/> of one filter a group (as depthwise) whose windows and taps lie one row apart, with lanes along
/// the width: a few rows of outputs at a time, written where they belong.
/// </summary>
internal static unsafe class DepthwiseRows<T, TLanes>
    where T : unmanaged, IFloatingPointIeee754<T>
    where TLanes : struct, ILanes<TLanes, T>
{
    /// <summary>Which share of the time goes into sums that are of use; 0 where this is not for them.</summary>
    public static double Efficiency(in ConvProblem<T> x)
    {
        if (x.Filters > 1 || x.Parts.Length > 1 || x.OutputStrides.W != 1 || x.Width.Windows < TLanes.Count) return 0;
        var (part, block) = (x.Parts[0], BlockOf(x));
        if (RowStep(x.Height) == 0 || !x.Height.AreInOrder(part.RowTaps) || !x.Width.AreInOrder(part.ColumnTaps)) return 0;
        if (block.C < x.Channels || (x.Width.Windows - 1) % block.W + 1 < TLanes.Count) return 0; // all channels, and a register of columns in the last block
        double columns = x.Width.Windows, registers = Math.Ceiling(columns / TLanes.Count), terms = (double)x.Channels * x.Taps;
        double load = 1 + 0.6 / registers; // what a term takes, in terms of a register that loads nothing
        double ofUse = columns / (registers * TLanes.Count);
        return terms / (terms * load / ofUse + VectorizeWidth<T, TLanes>.CopiesFor(x, x.Width, isFlat: false));
    }

    /// <summary>Computes all outputs.</summary>
    public static void Run(ConvProblem<T> x)
    {
        var block = BlockOf(x);
        var planes = new PackedInput<T>(x.Height, x.Width, block, 0);
        var blocks = new BlockGrid(x.Groups, x.Images, 1, x.Height.Windows, x.Width.Windows, block with { C = 1 });
        var part = x.Parts[0];
        long step = RowStep(x.Height);
        nint[] columns = Array.ConvertAll(part.ColumnTaps, tap => (nint)planes.Offset(0, part.RowTaps[0], tap));

        Threads.For(blocks.Count, x.Work, [MethodImpl(MethodImplOptions.AggressiveOptimization)] (task) => // Δ8, Δ15
        {
            var at = blocks[task];
            var (rows, windows) = at.In(part);
            T* cells = Scratch.Get<T>(Scratch.Planes, planes.Cells);
            planes.Copy(x.SourceAt(at, 0), x.SourceStrides, at.Images, x.Channels, at.Row, at.Column, cells); // Δ2
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
                        KernelRows = part.RowTaps.Length,
                        KernelColumns = part.ColumnTaps.Length,
                        Output = x.OutputAt(part, at.Image + n, at.Group, at.Row + top, at.Column),
                        OutputRow = (nint)(step * x.OutputStrides.H),
                        Bias = x.Bias == null ? null : x.Bias + at.Group,
                    });
                }
        });
    }

    private static Geometry.Shape4 BlockOf(in ConvProblem<T> x) =>
        CacheBlocking.Block(x, x.Width, CacheBlocking.WindowsOfAStrip, x.Channels, blocks: 1, leastChannels: x.Channels);

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
