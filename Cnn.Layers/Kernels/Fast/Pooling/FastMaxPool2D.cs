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
/// <item>M3 What a band reads is first packed, split by stride phase (<see cref="PhaseImages{T, TLanes}"/>), padding included as -infinity,
/// which never exceeds anything: neighbouring windows read neighbouring cells, and lie in neighbouring lanes. Software prefetch of the next
/// band's rows alone took a quarter of the time off.</item>
/// <item>M4 A winner is carried beside its maximum, in a lane of the same width: its index in the window, which begins as that
/// of the first cell in the input. The window's own index is added at the end, and only then it becomes an int64.</item>
/// <item>M5 Two registers of windows go side by side: a maximum waits for the one before it.</item>
/// <item>M6 Where no window sees a column of padding, at strides up to 2, windows are read from the input in place, without
/// M3 (<see cref="WindowRows{T, TLanes}"/>): a quarter of the forward time off.</item>
/// <item>M7 Backward, a winner's index is its address where the plane is dense: no division, in a loop of its own, takes half of the time of
/// forward and backward off. A plane is cleared some rows at a time, shortly before winners in them are added to: they are in L1 then.</item>
/// <item>M8 Backward, the windows of a small plane are one row: on planes of 28 x 28 and two threads, a quarter of the backward
/// time off.</item>
/// </list>
/// Input (2, 64, 224, 224) in float32, one thread of a Zen 4 with registers of 512 bits: window 2 x 2, 41 ms in libtorch,
/// 1.5 ms here without indices; window 3 x 3, stride 2, padding 1, input (8, 64, 112, 112): 58 ms, 3.8 ms.
/// </remarks>
internal sealed unsafe class FastMaxPool2D<T, TLanes> : IMaxPool2DKernel<T>
    where T : unmanaged, IFloatingPointIeee754<T>
    where TLanes : struct, ILanes<TLanes, T>
{
    private const int ClearedBytes = 16 << 10; // of an L1 cache of 32 KiB or more

    // Whole numbers that a T counts one by one, and StoreIndices takes.
    private static long MaxIndex => sizeof(T) == sizeof(float) ? 1L << 24 : 1L << 51;

    /// <inheritdoc/>
    public string? Refusal(in Pool2DGeometry geometry)
    {
        var (row, band) = PhaseImages<T, TLanes>.Bytes(geometry);
        if (PoolBands.Refusal(geometry, row + band) is { } reason) return reason;
        return IndexSpan(geometry, rows: 1) <= MaxIndex
            ? null
            : $"a row of windows spans more than {MaxIndex} indices, which lanes of its type do not count one by one";
    }

    /// <inheritdoc/>
    public void Forward(in Pool2DGeometry geometry, ReadOnlyNchwSpan<T> input, NchwSpan<T> output, NchwSpan<long> indices)
    {
        if (output.IsEmpty) return;
        long cells = geometry.InputShape.Elements + geometry.OutputShape.Elements;
        var pool = geometry;
        bool hasIndices = !indices.IsEmpty;
        Shape4 inputStrides = input.Strides, outputStrides = output.Strides, indicesStrides = indices.Strides;
        fixed (T* pinnedInput = input, pinnedOutput = output)
        fixed (long* pinnedIndices = indices)
        {
            T* from = pinnedInput, to = pinnedOutput;
            long* toIndices = hasIndices ? pinnedIndices : null;
            var bands = BandsOf(geometry); // M2
            if (WindowRows<T, TLanes>.CanRead(pool.Width, inputStrides.W, outputStrides.W, hasIndices ? indicesStrides.W : 1))
            {
                bands.Share(cells, [MethodImpl(MethodImplOptions.AggressiveOptimization)] (first, end) => // M2
                {
                    var windowRows = new WindowRows<T, TLanes>(pool, inputStrides.H); // M6
                    var maxima = new RowMaxima(pool, windowRows.Shifts());
                    for (long band = first; band < end; band++)
                    {
                        var (n, c, firstRow, rows) = bands[band];
                        T* plane = from + n * inputStrides.N + c * inputStrides.C, row = to + n * outputStrides.N + c * outputStrides.C;
                        long* indexRow = toIndices + n * indicesStrides.N + c * indicesStrides.C;
                        for (long oh = firstRow; oh < firstRow + rows; oh++)
                        {
                            long* indicesAt = toIndices == null ? null : indexRow + oh * indicesStrides.H;
                            windowRows.Run(maxima, oh, plane, row + oh * outputStrides.H, indicesAt);
                        }
                    }
                });
                return;
            }
            bands.Share(cells, [MethodImpl(MethodImplOptions.AggressiveOptimization)] (first, end) => // M2
            {
                var images = new PhaseImages<T, TLanes>(pool, bands.BandRows, from, inputStrides, T.NegativeInfinity);
                var runs = new PoolRuns<T, TLanes>(bands.BandRows, pool.Width.Out, images.Pitch, to, outputStrides, toIndices, indicesStrides);
                var maxima = new Maxima(pool, bands.BandRows, images);
                for (long band = first; band < end; band++)
                {
                    var (n, c, oh, rows) = bands[band];
                    images.Read(n, c, oh, rows); // M3
                    maxima.BeginAt(oh, rows);
                    runs.Write(n, c, oh, rows, maxima);
                }
            });
        }
    }

    /// <inheritdoc/>
    public void GradInput(
        in Pool2DGeometry geometry, ReadOnlyNchwSpan<T> gradOutput, ReadOnlyNchwSpan<long> indices, NchwSpan<T> gradInput)
    {
        if (gradInput.IsEmpty) return;
        long cells = geometry.InputShape.Elements + geometry.OutputShape.Elements;
        var (height, width) = (geometry.Height, geometry.Width);
        Shape4 upStrides = gradOutput.Strides, indicesStrides = indices.Strides, strides = gradInput.Strides;
        var planes = new PoolBands(geometry.Batch, geometry.Channels, 1, 1);
        long clearedAhead = ClearedBytes / sizeof(T) / width.In;
        // M8: where they lie like one row.
        bool isRow = clearedAhead >= height.In && upStrides.H == width.Out * upStrides.W && indicesStrides.H == width.Out * indicesStrides.W;
        var (rows, columns) = isRow ? (1, height.Out * width.Out) : (height.Out, width.Out);
        fixed (T* pinnedUp = gradOutput, pinnedTo = gradInput)
        fixed (long* pinnedIndices = indices)
        {
            T* up = pinnedUp, to = pinnedTo;
            long* winners = pinnedIndices;
            planes.Share(cells, [MethodImpl(MethodImplOptions.AggressiveOptimization)] (first, end) => // M2
            {
                for (long band = first; band < end; band++)
                {
                    var (n, c, _, _) = planes[band];
                    var plane = new Plane<T>(to + n * strides.N + c * strides.C, strides, height.In, width.In);
                    long cleared = 0; // rows: some at a time, so that they are still in the cache when winners are added to
                    for (long oh = 0; oh < rows; oh++)
                    {
                        T* upRow = up + n * upStrides.N + c * upStrides.C + oh * upStrides.H;
                        long* winnerRow = winners + n * indicesStrides.N + c * indicesStrides.C + oh * indicesStrides.H;
                        long reach = Math.Min(height.InputIndex(oh, height.Kernel), height.In); // beyond the window's last row
                        if (reach > cleared) ClearTo(reach + clearedAhead); // M7
                        long ow = plane.IsDense // M7
                            ? AddToWinners(upRow, upStrides.W, winnerRow, indicesStrides.W, columns, plane.Row(0), cleared * width.In)
                            : 0;
                        for (; ow < columns; ow++)
                        {
                            long winner = winnerRow[ow * indicesStrides.W];
                            if (!plane.Holds(winner)) continue;
                            if (winner >= cleared * width.In) ClearTo(height.In); // an index that is none of the window's
                            *plane.At(winner) += upRow[ow * upStrides.W];
                        }
                    }
                    ClearTo(height.In);

                    void ClearTo(long end)
                    {
                        if (end <= cleared) return;
                        plane.Clear(cleared, end - cleared);
                        cleared = Math.Min(end, height.In);
                    }
                }
            });
        }
    }

    /// <inheritdoc/>
    public void TakeWinners(
        in Pool2DGeometry geometry, ReadOnlyNchwSpan<T> values, ReadOnlyNchwSpan<long> indices, NchwSpan<T> output)
    {
        if (output.IsEmpty) return;
        long cells = geometry.InputShape.Elements + geometry.OutputShape.Elements;
        var (height, width) = (geometry.Height, geometry.Width);
        Shape4 strides = values.Strides, indicesStrides = indices.Strides, outputStrides = output.Strides;
        var planes = new PoolBands(geometry.Batch, geometry.Channels, 1, 1);
        fixed (T* pinnedFrom = values, pinnedTo = output)
        fixed (long* pinnedIndices = indices)
        {
            T* from = pinnedFrom, to = pinnedTo;
            long* winners = pinnedIndices;
            planes.Share(cells, [MethodImpl(MethodImplOptions.AggressiveOptimization)] (first, end) => // M2
            {
                for (long band = first; band < end; band++)
                {
                    var (n, c, _, _) = planes[band];
                    var plane = new Plane<T>(from + n * strides.N + c * strides.C, strides, height.In, width.In); // M7
                    for (long oh = 0; oh < height.Out; oh++)
                    {
                        T* row = to + n * outputStrides.N + c * outputStrides.C + oh * outputStrides.H;
                        long* winnerRow = winners + n * indicesStrides.N + c * indicesStrides.C + oh * indicesStrides.H;
                        for (long ow = 0; ow < width.Out; ow++)
                        {
                            long winner = winnerRow[ow * indicesStrides.W];
                            row[ow * outputStrides.W] = plane.Holds(winner) ? *plane.At(winner) : T.Zero;
                        }
                    }
                }
            });
        }
    }

    // cells[winner] += up for the windows of a row, up to the first whose winner is not among the cells; returns that window.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static long AddToWinners(T* up, long upStep, long* winners, long winnerStep, long count, T* cells, long cellCount)
    {
        if (upStep == 1 && winnerStep == 1)
        {
            for (long i = 0; i < count; i++)
            {
                if ((ulong)winners[i] >= (ulong)cellCount) return i;
                cells[winners[i]] += up[i];
            }
            return count;
        }
        for (long i = 0; i < count; i++)
        {
            if ((ulong)winners[i * winnerStep] >= (ulong)cellCount) return i;
            cells[winners[i * winnerStep]] += up[i * upStep];
        }
        return count;
    }

    // Bands whose cells a T counts one by one, from the first cell of the first window.
    private static PoolBands BandsOf(in Pool2DGeometry geometry)
    {
        var (row, band) = PhaseImages<T, TLanes>.Bytes(geometry);
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

    /// <summary>The maxima of a row of windows and their indices, straight from the input (M6).</summary>
    private readonly struct RowMaxima : IWindowRow<T>
    {
        private readonly WindowAxis height, width;
        private readonly nint[] shifts; // of the taps, for kh, for kw
        private readonly T* steps; // 0, Stride, 2 * Stride ..: how far the cells of neighbouring windows are apart
        private readonly T* offsets; // the index of a tap's cell, counted from the window's first tap; for kh, for kw

        public RowMaxima(in Pool2DGeometry geometry, nint[] shifts)
        {
            (height, width, this.shifts) = (geometry.Height, geometry.Width, shifts);
            steps = Scratch.Get<T>(1, TLanes.Count + Lanes128<T>.Count + shifts.Length);
            offsets = steps + TLanes.Count + Lanes128<T>.Count; // lanes may be narrower than 128 bits
            for (int i = 0; i < TLanes.Count + Lanes128<T>.Count; i++) steps[i] = T.CreateChecked(i * width.Stride);
            nint t = 0;
            for (long kh = 0; kh < height.Kernel; kh++)
                for (long kw = 0; kw < width.Kernel; kw++) offsets[t++] = T.CreateChecked(kh * height.Dilation * width.In + kw * width.Dilation);
        }

        /// <inheritdoc/>
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public void Run<TWidth, TStep>(long oh, nint firstTap, nint endTap, T* cells, T* output, long* indices)
            where TWidth : struct, ILanes<TWidth, T> where TStep : struct, IWindowStep<T>
        {
            var shifts = this.shifts;
            T* offsets = this.offsets;
            nint count = (nint)width.Out;
            long origin = height.InputIndex(oh, 0) * width.In; // the index of tap 0 of window (oh, 0)
            TWidth lowest = TWidth.Broadcast(T.NegativeInfinity), firstOffset = TWidth.Broadcast(offsets[firstTap]);
            for (nint done = 0; done < count; done += 2 * TWidth.Count) // M5
            {
                // The last registers go back so as to end with the row.
                nint a = Math.Min(done, count - TWidth.Count), b = Math.Min(done + TWidth.Count, count - TWidth.Count);
                T* cellsA = cells + a * TStep.Stride, cellsB = cells + b * TStep.Stride;
                TWidth maxA = lowest, maxB = lowest, winnerA = firstOffset, winnerB = firstOffset;
                if (indices == null)
                {
                    for (nint t = firstTap; t < endTap; t++)
                    {
                        TWidth xA = TStep.Load<TWidth>(cellsA + shifts[t]), xB = TStep.Load<TWidth>(cellsB + shifts[t]);
                        maxA = TWidth.SelectIfWins(xA, maxA, xA, maxA);
                        maxB = TWidth.SelectIfWins(xB, maxB, xB, maxB);
                    }
                    TWidth.Store(maxA, output + a);
                    TWidth.Store(maxB, output + b);
                    continue;
                }
                for (nint t = firstTap; t < endTap; t++) // M1
                {
                    TWidth offset = TWidth.Broadcast(offsets[t]); // M4
                    TWidth x = TStep.Load<TWidth>(cellsA + shifts[t]);
                    winnerA = TWidth.SelectIfWins(x, maxA, offset, winnerA);
                    maxA = TWidth.SelectIfWins(x, maxA, x, maxA);
                    x = TStep.Load<TWidth>(cellsB + shifts[t]);
                    winnerB = TWidth.SelectIfWins(x, maxB, offset, winnerB);
                    maxB = TWidth.SelectIfWins(x, maxB, x, maxB);
                }
                TWidth.Store(maxA, output + a);
                TWidth.Store(maxB, output + b);
                TWidth.StoreIndices(TWidth.Add(TWidth.Load(steps), winnerA), origin + a * TStep.Stride, indices + a);
                TWidth.StoreIndices(TWidth.Add(TWidth.Load(steps), winnerB), origin + b * TStep.Stride, indices + b);
            }
        }
    }

    /// <summary>The maxima of a band and their indices.</summary>
    private sealed class Maxima : IPoolRun<T>
    {
        private readonly WindowAxis height, width;
        private readonly PhaseImages<T, TLanes> images;
        private readonly nint[] shifts; // of the taps, for kh, for kw
        private readonly T[] offsets; // the index of a tap's cell, counted from the window's first tap
        private readonly T* origins; // the index of a window's first tap, counted from the band's
        private readonly T* starts; // the offset of a window's first tap in the input
        private readonly long[] rowStarts; // that of window (oh, 0), but for the columns' share
        private readonly long[] startsOfRows; // that of the row which the table holds
        private long origin; // the index of the band's first tap

        public Maxima(in Pool2DGeometry geometry, int bandRows, PhaseImages<T, TLanes> images)
        {
            (height, width, this.images) = (geometry.Height, geometry.Width, images);
            shifts = images.Shifts();
            offsets = new T[shifts.Length];
            nint t = 0;
            for (long kh = 0; kh < height.Kernel; kh++)
                for (long kw = 0; kw < width.Kernel; kw++)
                    offsets[t++] = T.CreateChecked(kh * height.Dilation * width.In + kw * width.Dilation);

            nint windows = PoolRuns<T, TLanes>.RoundUp(bandRows * images.Pitch);
            origins = Scratch.Get<T>(1, 2 * windows);
            starts = origins + windows;
            startsOfRows = new long[bandRows];
            rowStarts = new long[height.Out];
            for (long oh = 0; oh < rowStarts.Length; oh++) rowStarts[oh] = height.InputTaps(oh).First * height.Dilation * width.In;
            for (int i = 0; i < bandRows; i++)
            {
                for (long ow = 0; ow < width.Out; ow++)
                    origins[i * images.Pitch + ow] = T.CreateChecked(i * height.Stride * width.In + ow * width.Stride);
                startsOfRows[i] = -1;
            }
        }

        /// <summary>Makes ready for the windows of rows [oh, oh + rows).</summary>
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public void BeginAt(long oh, int rows)
        {
            origin = height.InputIndex(oh, 0) * width.In + width.InputIndex(0, 0);
            for (int i = 0; i < rows; i++)
            {
                long start = rowStarts[oh + i];
                if (start == startsOfRows[i]) continue; // nearly always
                startsOfRows[i] = start;
                for (long ow = 0; ow < width.Out; ow++)
                    starts[i * images.Pitch + ow] = T.CreateChecked(start + width.InputTaps(ow).First * width.Dilation);
            }
        }

        /// <inheritdoc/>
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public void Run(nint first, nint count, T* output, long* indices)
        {
            var (shifts, offsets) = (this.shifts, this.offsets);
            T* cells = images.First + first;
            TLanes lowest = TLanes.Broadcast(T.NegativeInfinity);
            for (nint done = 0; done < count; done += 2 * TLanes.Count) // M5
            {
                // The last registers go back so as to end with the run.
                nint a = Math.Min(done, count - TLanes.Count), b = Math.Min(done + TLanes.Count, count - TLanes.Count);
                TLanes maxA = lowest, maxB = lowest;
                TLanes winnerA = TLanes.Load(starts + first + a), winnerB = TLanes.Load(starts + first + b);
                for (int t = 0; t < shifts.Length; t++) // M1
                {
                    TLanes offset = TLanes.Broadcast(offsets[t]); // M4
                    TLanes x = TLanes.Load(cells + a + shifts[t]); // M3
                    winnerA = TLanes.SelectIfWins(x, maxA, offset, winnerA);
                    maxA = TLanes.SelectIfWins(x, maxA, x, maxA);
                    x = TLanes.Load(cells + b + shifts[t]);
                    winnerB = TLanes.SelectIfWins(x, maxB, offset, winnerB);
                    maxB = TLanes.SelectIfWins(x, maxB, x, maxB);
                }
                TLanes.Store(maxA, output + a);
                TLanes.Store(maxB, output + b);
                if (indices == null) continue;
                TLanes.StoreIndices(TLanes.Add(TLanes.Load(origins + first + a), winnerA), origin, indices + a);
                TLanes.StoreIndices(TLanes.Add(TLanes.Load(origins + first + b), winnerB), origin, indices + b);
            }
        }
    }
}
