using System.Numerics;
using Cnn.Layers.Geometry;

namespace Cnn.Layers.Kernels.Fast;

/// <summary>One tap of a window along one axis.</summary>
/// <param name="Offset">Cells from the window's origin to the cell that the tap reads; may be negative.</param>
/// <param name="K">Its row or column in the kernel.</param>
internal readonly record struct AxisTap(long Offset, long K);

/// <summary>
/// Outputs that all see the same taps: all of them in the forward pass; in the input's gradient the cells of one remainder of
/// the stride along each axis.
/// </summary>
/// <param name="RowTaps">Which of the row taps, in the order of the sum.</param>
/// <param name="ColumnTaps">Which of the column taps.</param>
/// <param name="Row">The output's row at window 0.</param>
/// <param name="Column">The output's column at window 0.</param>
/// <param name="Rows">Rows of windows.</param>
/// <param name="Columns">Columns of windows.</param>
internal sealed record StridePhase(int[] RowTaps, int[] ColumnTaps, long Row, long Column, long Rows, long Columns)
{
    /// <summary>Terms that one channel gives.</summary>
    public int Taps => RowTaps.Length * ColumnTaps.Length;
}

/// <summary>
/// What the forward pass and the input's gradient have in common: every output is a sum over channels, rows and columns of
/// a window, of a cell of the source times a weight. Both are handed to the same loops as one of these.
/// </summary>
/// <remarks>
/// output[n, f, row + i * step, column + j * step] = bias[f] + sum over c, row taps, column taps of
/// source[n, c, i * window step + tap, j * window step + tap] * weight[f, c, k, k], all of them within one group.
/// Forward: f is oc, c is ic, the outputs' step is 1. Gradient of the input: f is ic, c is oc, the windows' step is 1.
/// </remarks>
internal sealed unsafe class ConvProblem<T> where T : unmanaged, IFloatingPointIeee754<T>
{
    /// <summary>Images, N.</summary>
    public long Images;

    /// <summary>Groups of a grouped convolution.</summary>
    public long Groups;

    /// <summary>Channels of the source that one group sums over.</summary>
    public long Channels;

    /// <summary>Channels of a partial sum over channels.</summary>
    public long PartialChannels;

    /// <summary>Images, rows and columns of windows of a partial sum over windows; its C is 1.</summary>
    public Shape4 PartialWindows;

    /// <summary>Outputs of one group at each window.</summary>
    public int Filters;

    /// <summary>The windows along the height and the width of the source's planes, with the taps of all stride phases.</summary>
    public PolyphaseAxis Height, Width;

    /// <summary>The outputs, by stride phase.</summary>
    public StridePhase[] Phases = [];

    /// <summary>Element [0, 0, 0, 0] of the source.</summary>
    public T* Source;

    /// <summary>Elements from index to index of the source.</summary>
    public Shape4 SourceStrides;

    /// <summary>The first weight of the first filter.</summary>
    public T* Weights;

    /// <summary>Elements from group to group, filter to filter, channel to channel, row to row, column to column.</summary>
    public long WeightGroup, WeightFilter, WeightChannel, WeightRow, WeightColumn;

    /// <summary>Element [0, 0, 0, 0] of the output.</summary>
    public T* Output;

    /// <summary>Elements from image to image, filter to filter, window to window down and across.</summary>
    public Shape4 OutputStrides;

    /// <summary>Elements from row to row and column to column of the output.</summary>
    public long OutputRow, OutputColumn;

    /// <summary>
    /// One value for each filter of all groups, added last; null for none. Where the weights are summed, it is summed as well:
    /// as the weight of a tap that always reads 1.
    /// </summary>
    public T* Bias;

    /// <summary>Terms that one channel gives a window that sees every tap.</summary>
    public int Taps => Height.Taps.Length * Width.Taps.Length;

    /// <summary>Whether a sum over all channels is one partial sum.</summary>
    public bool IsOnePartialSum => Channels <= PartialChannels;

    /// <summary>Multiply-adds of all sums.</summary>
    public double Work
    {
        get
        {
            double taps = 0;
            foreach (var phase in Phases) taps += (double)phase.Rows * phase.Columns * phase.Taps;
            return taps * Images * Groups * Filters * Channels;
        }
    }

    /// <summary>A channel of a block's first image in the source.</summary>
    public T* SourceAt(in Block at, long channel) =>
        Source + at.Image * SourceStrides.N + (at.Group * Channels + channel) * SourceStrides.C;

    /// <summary>Where the output of a filter (of all groups) at a window lies.</summary>
    public T* OutputAt(StridePhase phase, long n, long filter, long i, long j) =>
        Output + n * OutputStrides.N + filter * OutputStrides.C + phase.Row * OutputRow + i * OutputStrides.H
        + phase.Column * OutputColumn + j * OutputStrides.W;

    /// <summary>
    /// Where each term of a stride phase's sums finds its factors, for c, for row taps, for column taps: the order of the sum. A: the
    /// weight in its panel; B: the cell in the planes.
    /// </summary>
    public OperandOffsets[] Terms(StridePhase phase, in PackedInput<T> planes, int panelWidth)
    {
        var taps = new nint[phase.Taps]; // of channel 0
        int t = 0;
        foreach (int rowTap in phase.RowTaps)
            foreach (int columnTap in phase.ColumnTaps) taps[t++] = (nint)planes.Offset(0, rowTap, columnTap);
        var terms = new OperandOffsets[planes.Block.C * taps.Length];
        nint channel = 0;
        for (int d = 0; d < terms.Length; channel += (nint)planes.Channel)
            foreach (nint tap in taps) terms[d] = new(checked(d++ * panelWidth), checked((int)(channel + tap)));
        return terms;
    }

    /// <summary>Whether the outputs of a stride phase and of the next one take turns along the width.</summary>
    public bool AreNeighbours(int phase) =>
        OutputColumn == 1 && OutputStrides.W == 2 && Bias == null && phase + 1 < Phases.Length
        && Phases[phase].Row == Phases[phase + 1].Row && Phases[phase] is { Column: 0 } && Phases[phase + 1].Column == 1;

    /// <summary>Whether the weights of a channel of a filter lie one behind the other, in the order of a stride phase's sums.</summary>
    public bool ChannelsAreRows(StridePhase phase)
    {
        return WeightColumn == 1 && WeightRow == phase.ColumnTaps.Length && Height.AreInOrder(phase.RowTaps)
            && Width.AreInOrder(phase.ColumnTaps);
    }
}
