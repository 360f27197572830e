using System.Numerics;
using System.Runtime.CompilerServices;
using Cnn.Layers.Geometry;
using Cnn.Layers.Kernels.Lanes;

namespace Cnn.Layers.Kernels.Fast;

/// <summary>The max pool and its derivatives, many windows at a time: the winners of the literal loops.</summary>
/// <remarks>
/// Read <see cref="Literal.LiteralMaxPool2D{T}"/> first. What is different here:
/// <list type="bullet">
/// <item>M1 The loops over kh and kw are one loop over a list of taps: how far away each reads, and its index in the window.</item>
/// <item>M2 Output rows are computed in bands, whose scratch stays in L1 (<see cref="PoolBands"/>). Bands, and backward planes, are shared
/// among threads.</item>
/// <item>M3 What a band reads is first packed, split by stride phase (<see cref="PackedInput{T}"/>), padding included as -infinity,
/// which never exceeds anything: neighbouring windows read neighbouring cells, and lie in neighbouring lanes. Software prefetch of the next
/// band's rows alone took a quarter of the time off.</item>
/// <item>M4 A winner is carried beside its maximum, in a lane of the same width: its index in the window, which begins as that
/// of the first cell in the input. The window's own index is added at the end, and only then it becomes an int64.</item>
/// <item>M5 Two registers of windows go side by side: a maximum waits for the one before it.</item>
/// <item>M6 Where no window sees a column of padding, at strides up to 2, windows are read from the input in place, without
/// M3 (<see cref="PoolForward{T, TLanes, TWindows}"/>): a quarter of the forward time off.</item>
/// <item>M7 Backward, a winner's index is its address where the plane is dense: no division, in a loop of its own, takes half of the time
/// of forward and backward off. A plane is cleared some rows at a time, shortly before winners in them are added to, so that they are in
/// L1.</item>
/// <item>M8 Backward, the windows of a small plane are one row: on planes of 28 x 28 and two threads, a quarter of the backward
/// time off.</item>
/// <item>M9 Lanes along the channels, where a row of windows is shorter than half a register (<see cref="PoolChannels{T, TLanes,
/// TWindows}"/>).</item>
/// </list>
/// Input (2, 64, 224, 224) in float32, one thread of a Zen 4 with registers of 512 bits: window 2 x 2, 41 ms in libtorch,
/// 1.5 ms here without indices; window 3 x 3, stride 2, padding 1, input (8, 64, 112, 112): 58 ms, 3.8 ms.
/// </remarks>
/// <param name="schedule">A schedule of the forward pass to take wherever it does not refuse; null for the first that does not.</param>
internal sealed unsafe partial class FastMaxPool2D<T, TLanes>(string? schedule = null) : IMaxPool2DKernel<T>
    where T : unmanaged, IFloatingPointIeee754<T>
    where TLanes : struct, ILanes<TLanes, T>
{
    // Whole numbers that a T counts one by one, and StoreIndices takes.
    private static long MaxIndex => sizeof(T) == sizeof(float) ? 1L << 24 : 1L << 51;

    /// <inheritdoc/>
    public string? Refusal(in Pool2DGeometry geometry)
    {
        var (row, band) = PoolBands.PackedBytes<T>(geometry);
        if (PoolBands.Refusal(geometry, row + band) is { } reason) return reason;
        return IndexSpan(geometry, rows: 1) <= MaxIndex
            ? null
            : $"a row of windows spans more than {MaxIndex} indices, which lanes of its type do not count one by one";
    }

    /// <inheritdoc/>
    public IReadOnlyList<ScheduleAnswer> Schedules(in Pool2DGeometry geometry, KernelPass pass) =>
        PoolSchedules<T, TLanes>.Explain(geometry, pass);

    /// <inheritdoc/>
    public void Forward(in Pool2DGeometry geometry, ReadOnlyNchwSpan<T> input, NchwSpan<T> output, NchwSpan<long> indices)
    {
        if (output.IsEmpty) return;
        if (PoolSchedules<T, TLanes>.IsAlongChannels(geometry, schedule)) // M9
        {
            fixed (T* from = input, to = output)
            fixed (long* winners = indices)
                PoolChannels<T, TLanes, ChannelMaxima>.Run(
                    ChannelWindow.All(geometry), from, geometry.InputShape, input.Strides, to, geometry.OutputShape, output.Strides,
                    indices.IsEmpty ? null : winners, indices.Strides, new(geometry));
            return;
        }
        var (pool, bands) = (geometry, BandsOf(geometry)); // M2
        fixed (T* from = input, to = output)
        fixed (long* winners = indices)
            PoolForward<T, TLanes, Maxima>.Run(geometry, bands, padding: T.NegativeInfinity, from, input.Strides, to, output.Strides,
                indices.IsEmpty ? null : winners, indices.Strides, schedule, (pitch, shifts) => new(pool, bands.BandRows, pitch, shifts));
    }

    // Bands whose cells a T counts one by one, from the first cell of the first window.
    private static PoolBands BandsOf(in Pool2DGeometry geometry)
    {
        var (row, band) = PoolBands.PackedBytes<T>(geometry);
        long tables = 2 * sizeof(T) * geometry.Width.Out;
        var bands = PoolBands.Of(geometry, geometry.Height.Out, (long)row + tables, (long)band);
        long countable = 1 + (long)((MaxIndex - IndexSpan(geometry, rows: 1)) / ((Int128)geometry.Height.Stride * geometry.Width.In));
        return bands with { BandRows = checked((int)Math.Min(bands.BandRows, countable)) };
    }

    // More than the distance from the first cell of a band of windows, which may lie in the padding, to any other.
    private static Int128 IndexSpan(in Pool2DGeometry geometry, long rows)
    {
        var (height, width) = (geometry.Height, geometry.Width);
        Int128 spanH = (Int128)(rows - 1) * height.Stride + height.KernelExtent + height.PadBefore;
        return spanH * width.In + (Int128)width.Out * width.Stride + width.KernelExtent + width.PadBefore;
    }
}
