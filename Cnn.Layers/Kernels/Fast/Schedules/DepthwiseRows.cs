using System.Numerics;
using System.Runtime.CompilerServices;
using Cnn.Layers.Geometry;
using Cnn.Layers.Kernels.Lanes;

namespace Cnn.Layers.Kernels.Fast;

/// <summary>
/// A <see cref="ConvProblem{T}"/> of one channel and one filter a group (depthwise), vectorised over the width: plane by plane, its
/// outputs written where they belong.
/// </summary>
internal sealed unsafe class DepthwiseRows<T, TLanes>(ConvProblem<T> x) : ConvPlan<T>(x)
    where T : unmanaged, IFloatingPointIeee754<T>
    where TLanes : struct, ILanes<TLanes, T>
{
    private const int MostSums = 7; // as many as fit the registers

    /// <inheritdoc/>
    public override double? Efficiency
    {
        get
        {
            var x = Problem;
            double columns = x.Width.Windows, registers = Math.Ceiling(columns / TLanes.Count);
            int sums = SumsOf(x.Height);
            double ofUse = columns / (registers * TLanes.Count);
            double row = CostModel.DepthwiseRow * x.Height.Step / (sums * Math.Min(registers, DepthwiseArguments<T>.MostRegisters));
            double plane = CostModel.DepthwisePlane * TLanes.Count / (columns * x.Height.Windows);
            return x.Taps / (x.Taps * (1 + row) / ofUse + VectorizeWidth<T, TLanes>.CopiesFor(x, x.Width, isFlat: false) + plane);
        }
    }

    /// <inheritdoc/>
    public override Tiling Tiling => new(1, DepthwiseArguments<T>.MostRegisters * TLanes.Count, 1, BlockOf(Problem));

    /// <summary>Why it does not take a problem; null where it does.</summary>
    public static string? Refusal(ConvProblem<T> x)
    {
        if (x.Taps == 0) return "no tap reads the source";
        if (x.Filters > 1) return "a group has several filters";
        if (x.Channels > 1) return "a group has several channels";
        if (x.Phases.Length > 1) return "the outputs are split by stride phase";
        if (x.OutputStrides.W != 1) return "the outputs of a row are no neighbours in memory";
        if (x.Width.Windows < TLanes.Count) return "a row of outputs is shorter than a register";
        if (SumsOf(x.Height) > MostSums) return "a row of cells lies in the windows of too many rows of outputs";
        if (!HasEvenTaps(x.Height)) return "the stride down is above 2, or its windows have gaps";
        var (phase, block) = (x.Phases[0], BlockOf(x));
        if (!x.Height.AreInOrder(phase.RowTaps) || !x.Width.AreInOrder(phase.ColumnTaps)) return "some taps read nothing but padding";
        return (x.Width.Windows - 1) % block.W + 1 < TLanes.Count ? "the last block of a row is narrower than a register" : null;
    }

    /// <inheritdoc/>
    public override void Run()
    {
        switch (SumsOf(Problem.Height))
        {
            case 1: Run<One>(); break;
            case 2: Run<Two>(); break;
            case 3: Run<Three>(); break;
            case 4: Run<Four>(); break;
            case 5: Run<Five>(); break;
            case 6: Run<Six>(); break;
            default: Run<Seven>(); break;
        }
    }

    private void Run<TSums>() where TSums : struct, ICount
    {
        if (Problem.Height.Step == 1) Run<TSums, One>();
        else Run<TSums, Two>();
    }

    private void Run<TSums, TStride>() where TSums : struct, ICount where TStride : struct, ICount
    {
        var x = Problem;
        var block = BlockOf(x);
        var planes = new PackedInput<T>(x.Height, x.Width, block, 0);
        var blocks = new BlockGrid(x.Groups, x.Images, 1, x.Height.Windows, x.Width.Windows, block with { C = 1 });
        var phase = x.Phases[0];
        nint[] columns = Array.ConvertAll(phase.ColumnTaps, tap => (nint)planes.Offset(0, phase.RowTaps[0], tap));
        // Rows of windows whose taps read rows of cells one behind the other: all of them, or with a dilation every so many.
        long step = x.Height.Step > 1 ? 1 : StepOf(x.Height), apart = Math.Abs(step);
        int taps = phase.RowTaps.Length;
        nint cellPhase = TStride.Value > 1 && taps > 1 ? (nint)(planes.Offset(0, 1, 0) - planes.Offset(0, 0, 0)) : 0;

        Threads.For(blocks.Count, x.Work, [MethodImpl(MethodImplOptions.AggressiveOptimization)] (task) => // C4
        {
            var at = blocks[task];
            var (rows, windows) = at.In(phase);
            T* cells = Scratch.Get<T>(Scratch.Planes, planes.Cells);
            planes.Copy(x.SourceAt(at, 0), x.SourceStrides, at.Images, 1, at.Row, at.Column, cells); // C2
            T* weights = Scratch.Get<T>(Scratch.Weights, (nint)taps * columns.Length), zeros = stackalloc T[taps]; // at most 14
            bool areFinite = Weights(at.Group, taps, columns.Length, weights, zeros);
            fixed (nint* first = columns)
                for (long n = 0; n < at.Images; n++)
                    for (long row = 0; row < Math.Min(apart, rows); row++)
                    {
                        long count = (rows - row + apart - 1) / apart;
                        // Where the taps go upwards, so do the rows: the first tap of each reads the first row of cells.
                        long top = step > 0 ? row : row + (count - 1) * apart;
                        nint all = (nint)count + TSums.Value - 1;
                        var (start, end) = areFinite ? Inside((at.Row + top) * x.Height.Step, step) : (0, all * TStride.Value); // C9
                        DepthwiseMicroKernel<T, TLanes, TSums, TStride>.MultiplyAdd((nint)windows, new()
                        {
                            First = Math.Min(start / TStride.Value, TSums.Value - 1),
                            End = Math.Clamp((end + TStride.Value - 1) / TStride.Value, 0, all),
                            Zeros = zeros,
                            Cells = cells + n * planes.Image + top * planes.Pitch,
                            CellRow = (nint)(step * planes.Pitch),
                            CellPhase = cellPhase,
                            Columns = first,
                            KernelRows = taps,
                            KernelColumns = columns.Length,
                            Weights = weights,
                            Rows = (nint)count,
                            Output = x.OutputAt(phase, at.Image + n, at.Group, at.Row + top, at.Column),
                            OutputRow = (nint)(step * x.OutputStrides.H),
                            Bias = x.Bias == null ? null : x.Bias + at.Group,
                        });
                    }
        });
    }

    // The weights of a plane, column by column; and the sum of all products of padding from each row of taps on.
    private bool Weights(long group, int rows, int columns, T* to, T* zeros)
    {
        var x = Problem;
        T* from = x.Weights + group * x.WeightGroup;
        T zero = T.NegativeZero; // NaN where a weight is not finite
        for (int kh = rows - 1; kh >= 0; kh--)
        {
            for (int kw = 0; kw < columns; kw++)
            {
                T weight = from[kh * x.WeightRow + kw * x.WeightColumn];
                zero += weight * T.Zero;
                to[kw * rows + kh] = weight;
            }
            zeros[kh] = zero;
        }
        return !T.IsNaN(zero);
    }

    // The rows that are no padding, of those that the taps of a window read, and so on in steps.
    private (nint First, nint End) Inside(long window, long step)
    {
        long first = Problem.Height.Taps[0].Offset + window, size = Problem.Height.Size;
        return step > 0 ? ((nint)Math.Max(WindowAxis.CeilDiv(-first, step), 0), (nint)Math.Max(WindowAxis.CeilDiv(size - first, step), 0))
            : ((nint)Math.Max(WindowAxis.CeilDiv(first - size + 1, -step), 0), (nint)Math.Max(WindowAxis.CeilDiv(first + 1, -step), 0));
    }

    private static Shape4 BlockOf(ConvProblem<T> x) =>
        CacheBlocking.Block(x, x.Width, CostModel.WindowsInL1, x.Channels, blocks: 1, leastChannels: x.Channels);

    // Rows of outputs whose windows a row of cells lies in.
    private static int SumsOf(PolyphaseAxis height) => checked((int)WindowAxis.CeilDiv(height.Taps.Length, height.Step));

    // Rows from tap to tap: upwards below 0.
    private static long StepOf(PolyphaseAxis height) => height.Taps.Length < 2 ? 1 : height.Taps[1].Offset - height.Taps[0].Offset;

    private static bool HasEvenTaps(PolyphaseAxis height)
    {
        long step = StepOf(height);
        for (int t = 1; t < height.Taps.Length; t++)
            if (height.Taps[t].Offset - height.Taps[t - 1].Offset != step) return false;
        return height.Step == 1 ? step != 0 : height.Step == 2 && step == 1;
    }
}
