using System.Numerics;
using System.Runtime.CompilerServices;
using Cnn.Layers.Geometry;
using Cnn.Layers.Kernels.Lanes;

namespace Cnn.Layers.Kernels.Fast;

/// <summary>The average pool and its gradient, many windows or cells at a time: the sums of the literal loops, in their order.</summary>
/// <remarks>
/// Read <see cref="Literal.LiteralAvgPool2D{T}"/> first. What is different here:
/// <list type="bullet">
/// <item>A1 The loops over kh and kw are one loop over a list of taps: how far away each reads.</item>
/// <item>A2 Rows are computed in bands, whose scratch stays in L1 (<see cref="PoolBands"/>), and which are shared among threads.</item>
/// <item>A3 What a band reads is first packed, split by stride phase (<see cref="PackedInput{T}"/>), padding included as zeros: a
/// sum that begins at +0 never becomes -0, so adding +0 leaves its bits as they are.</item>
/// <item>A4 Divisors come from a table; a row of it is made anew only where it differs from the band's before.</item>
/// <item>A5 Where no window sees a column of padding, at strides up to 2, windows are read from the input in place, without
/// A3 (<see cref="PoolForward{T, TLanes, TWindows}"/>): a third to half of the forward time off.</item>
/// <item>A6 Backward, each cell gathers the quotients of the windows that read it, where the literal loop scatters them: for
/// the cells of one stride phase they are neighbours, at the same taps. The later window reads a cell with the
/// earlier tap, so that taps fall where windows rise.</item>
/// <item>A7 Backward, the phases are merged to rows again; at a stride of 2 in registers, and written once: a fifth of
/// the time of forward and backward off. Where the gradient is larger than L2, a band of it is cleared before it is written: a long clear
/// may take lines of the cache without reading them from memory. A quarter of the time of forward and backward off.</item>
/// <item>A8 Backward, rows of cells that the same windows read are computed once and written twice, a seventh of the time of forward
/// and backward off, at 2 x 2. Where windows lie side by side, those of a band are divided as one row: with rows written twice, a quarter
/// of the backward time off, on planes of 28 x 28.</item>
/// <item>A9 Lanes along the channels, where a row of windows is shorter than half a register (<see cref="PoolChannels{T, TLanes,
/// TWindows}"/>). Backward, the cells of a plane's only window are filled with its quotient.</item>
/// </list>
/// Input (2, 64, 224, 224) in float32, window 2 x 2, one thread of a Zen 4 with registers of 512 bits: 12.5 ms in libtorch,
/// 1.2 ms here; with the gradient: 27 ms, 4.7 ms.
/// </remarks>
/// <param name="schedule">A schedule of the forward pass to take wherever it does not refuse; null for the first that does not.</param>
internal sealed unsafe partial class FastAvgPool2D<T, TLanes>(string? schedule = null) : IAvgPool2DKernel<T>
    where T : unmanaged, IFloatingPointIeee754<T>
    where TLanes : struct, ILanes<TLanes, T>
{
    /// <inheritdoc/>
    public string? Refusal(in Pool2DGeometry geometry)
    {
        var (row, band) = PoolBands.PackedBytes<T>(geometry);
        var (gradientRow, gradientBand) = GradInputBytes(geometry);
        return PoolBands.Refusal(geometry, Int128.Max(row + band, gradientRow + gradientBand));
    }

    /// <inheritdoc/>
    public IReadOnlyList<ScheduleAnswer> Schedules(in Pool2DGeometry geometry, KernelPass pass) =>
        PoolSchedules<T, TLanes>.Explain(geometry, pass);

    /// <inheritdoc/>
    public void Forward(in Pool2DGeometry geometry, ReadOnlyNchwSpan<T> input, NchwSpan<T> output)
    {
        if (output.IsEmpty) return;
        var pool = geometry;
        if (PoolSchedules<T, TLanes>.IsAlongChannels(geometry, schedule)) // A9
        {
            fixed (T* from = input, to = output)
                PoolChannels<T, TLanes, ChannelAverages>.Run(
                    ChannelWindow.All(geometry), from, geometry.InputShape, input.Strides, to, geometry.OutputShape, output.Strides,
                    indices: null, default, new(geometry));
            return;
        }
        var (row, fixedBytes) = PoolBands.PackedBytes<T>(geometry);
        var bands = PoolBands.Of(geometry, geometry.Height.Out, (long)row + sizeof(T) * geometry.Width.Out, (long)fixedBytes); // A2
        fixed (T* from = input, to = output)
            PoolForward<T, TLanes, Averages>.Run(geometry, bands, padding: T.Zero, from, input.Strides, to, output.Strides,
                indices: null, default, schedule, (pitch, shifts) => new(pool, bands.BandRows, pitch, shifts));
    }
}
