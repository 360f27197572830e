using System.Numerics;
using System.Runtime.CompilerServices;
using Cnn.Layers.Geometry;
using Cnn.Layers.Kernels.Lanes;

namespace Cnn.Layers.Kernels.Fast;

// Copying what a block of windows reads. Most rows are a few registers long: what is decided for a row costs as much as copying it.
internal unsafe partial struct PackedInput<T>
{
    private const int ChannelsAhead = 4; // C7: the source's rows so far ahead are prefetched

    /// <summary>Copies what a block of windows reads.</summary>
    /// <param name="source">The first channel of the first image.</param>
    /// <param name="strides">Its strides.</param>
    /// <param name="images">Images of the block.</param>
    /// <param name="channels">Channels of the block.</param>
    /// <param name="i">The first row of windows.</param>
    /// <param name="j">The first column of windows.</param>
    /// <param name="to"><see cref="Cells"/> cells.</param>
    /// <param name="lanes">
    /// Empty; or elements from the source to each lane's own source: then a cell is as many numbers side by side.
    /// </param>
    /// <param name="cell">Numbers of a cell: 1, or at least the lanes.</param>
    /// <param name="ahead">Elements from what is copied to what is prefetched; 0 for nothing, null for four channels (C7).</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public readonly void Copy(
        T* source, Shape4 strides, long images, long channels, long i, long j, T* to, ReadOnlySpan<nint> lanes = default, int cell = 1,
        long? ahead = null)
    {
        j *= width.WindowStep;
        long prefetched = ahead ?? ChannelsAhead * strides.C;
        int rows = checked((int)planeRows * height.Phases);
        bool isDense = cell == 1 && height is { Step: 1, Phases: 1 } && width.Step == 1 && strides.W == 1;
        bool isPairs = cell == 1 && strides.W == 1 && width is { Step: 2, Phases: 2 } && j == 0
            && Math.Max(width.Inside(0).First, width.Inside(1).First) <= Pitch
            && Math.Min(FirstColumn(0), FirstColumn(1)) == 0 && Math.Max(FirstColumn(0), FirstColumn(1)) == 1;
        long* rowStarts = isDense || isPairs ? null : RowStarts(i, strides.H, rows);
        bool isAsItIs = isDense && IsAsItIs(strides, rows, i, j); // the channels of an image are one row
        for (long n = 0; n < images; n++)
        {
            T* image = to + n * Image * cell;
            if (isAsItIs)
            {
                Row.Copy(source + n * strides.N, image, channels * plane);
                image += channels * plane;
            }
            else for (long c = 0; c < channels; c++, image += Channel * cell)
            {
                T* channel = source + n * strides.N + c * strides.C;
                if (isDense) CopyDense(channel, (nint)strides.H, rows, i, j, image, prefetched);
                else if (isPairs) CopyPairs(channel, (nint)strides.H, checked((int)planeRows), i, image, prefetched);
                else
                    for (int phase = 0; phase < width.Phases; phase++)
                    {
                        var (first, end) = width.Inside(phase);
                        (first, end) = (Math.Clamp(first - j, 0, Pitch), Math.Clamp(end - j, 0, Pitch));
                        T* from = channel + width.Cell(phase, j + first) * strides.W, cells = image + phase * plane * cell;
                        long step = width.Step * strides.W;
                        if (cell > 1) SpreadRows(from, rowStarts, rows, step, cells, first, end, lanes, cell);
                        else CopyRows(from, rowStarts, rows, step, cells, first, end, phase == 0 && step is (1 or 2) ? prefetched : 0);
                    }
            }
            Row.Fill(image, slack * cell, padding); // right of the last row there is padding as well
        }
    }

    // Whether the planes are copied whole, and nothing is padded.
    private readonly bool IsAsItIs(Shape4 strides, int rows, long i, long j)
    {
        if (width.Phases != 1 || strides.C != plane || (strides.H != Pitch && rows > 1)) return false;
        var ((top, bottom), (first, end)) = (height.Inside(0), width.Inside(0));
        return top <= i && bottom >= i + rows && first <= j && end >= j + Pitch && height.Cell(0, i) == 0 && width.Cell(0, j) == 0;
    }

    /// <summary>Where what <see cref="Copy"/> reads for a block lies; nothing where the cells of a row are no neighbours.</summary>
    /// <param name="source">The first channel of the first image.</param>
    /// <param name="strides">Its strides.</param>
    /// <param name="at">The block.</param>
    /// <param name="channels">Channels of the block.</param>
    public readonly PrefetchStream<T> AheadOf(T* source, Shape4 strides, in Block at, long channels)
    {
        if (strides.W != 1) return default;
        var (top, bottom) = height.Read(at.Row, at.Height);
        var (left, right) = width.Read(at.Column, at.Width);
        bool areOne = strides.N == channels * strides.C; // the channels of one image behind those of the other
        return new(
            source + top * strides.H + left, (nint)(areOne ? at.Images * channels : channels),
            (nint)((bottom - top - 1) * strides.H + right - left), (nint)strides.C);
    }

    // Where each row of each phase lies in the source, in its order; -1 in the padding.
    private readonly long* RowStarts(long i, long rowStride, int rows)
    {
        long* starts = (long*)Scratch.Get<long>(Scratch.RowStarts, rows);
        for (int phase = 0; phase < height.Phases; phase++)
        {
            var (first, end) = height.Inside(phase);
            long start = height.Cell(phase, i) * rowStride, step = height.Step * rowStride;
            for (long r = phase, x = i; r < rows; r += height.Phases, x++, start += step) starts[r] = x >= first && x < end ? start : -1;
        }
        return starts;
    }

    // Windows one cell apart: every row is a row of the source.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private readonly void CopyDense(T* channel, nint sourceRow, int rows, long i, long j, T* cells, long ahead)
    {
        nint pitch = (nint)Pitch;
        var (top, bottom) = height.Inside(0);
        (top, bottom) = (Math.Clamp(top - i, 0, rows), Math.Clamp(bottom - i, 0, rows));
        for (int phase = 0; phase < width.Phases; phase++, cells += plane)
        {
            var (first, end) = width.Inside(phase);
            (first, end) = (Math.Clamp(first - j, 0, pitch), Math.Clamp(end - j, 0, pitch));
            if (top >= bottom || first >= end)
            {
                Surround(cells, rows, 0, 0, 0, 0);
                continue;
            }
            T* from = channel + height.Cell(0, i + top) * sourceRow + width.Cell(phase, j + first), to = cells + top * pitch + first;
            nint count = (nint)(end - first), inside = (nint)(bottom - top), reach = (inside - 1) * pitch + count;
            long prefetched = phase == 0 ? ahead : 0;
            if (sourceRow == pitch)
            {
                // All rows at once: what comes to lie between them is cleared below.
                if (prefetched != 0) Row.Prefetch(from + prefetched, reach);
                Row.Copy(from, to, reach);
            }
            else WidestLanes.Run<T, Lanes512<T>, DenseRows>(count, new(from, sourceRow, inside, to, pitch, count, prefetched));

            Surround(cells, rows, (nint)top, (nint)bottom, (nint)first, (nint)end);
        }
    }

    private readonly struct DenseRows(T* from, nint sourceRow, nint rows, T* to, nint pitch, nint count, long ahead) : ILanesLoop<T>
    {
        // A method of its own, small enough for the JIT to keep all that it needs in registers.
        [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
        public void Run<TLanes>() where TLanes : struct, ILanes<TLanes, T>
        {
            T* row = from, toRow = to;
            for (nint r = 0; r < rows; r++, row += sourceRow, toRow += pitch)
            {
                if (ahead != 0) Row.Prefetch(row + ahead, count);
                Row.Copy<TLanes, T>(row, toRow, count);
            }
        }
    }

    private readonly void CopyRows(T* from, long* rowStarts, int rows, long step, T* cells, long first, long end, long ahead) =>
        WidestLanes.Run<T, Lanes512<T>, PhaseRows>(
            step is 1 or 2 ? end - first : 1, new(this, from, rowStarts, rows, step, cells, first, end, ahead));

    private readonly ref struct PhaseRows(
        in PackedInput<T> packed, T* from, long* rowStarts, int rows, long step, T* cells, long first, long end, long ahead) : ILanesLoop<T>
    {
        private readonly ref readonly PackedInput<T> packed = ref packed;

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public void Run<TLanes>() where TLanes : struct, ILanes<TLanes, T>
        {
            T* source = from, phaseRow = cells;
            T padding = packed.padding;
            nint pitch = (nint)packed.Pitch, last = (nint)(end - first) - TLanes.Count; // the last register, some of it twice
            int phases = packed.height.Phases;
            long rowPhase = packed.width.Phases * packed.plane;
            for (int r = 0, phase = 0; r < rows; r++) // in the order in which they lie in the source
            {
                T* row = phaseRow + phase * rowPhase;
                if (rowStarts[r] < 0 || first >= end) Row.Fill(row, pitch, padding);
                else
                {
                    T* cell = source + rowStarts[r], to = row + first;
                    if (ahead != 0) Row.Prefetch(cell + ahead, (end - first) * step);
                    Row.Fill(row, first, padding);
                    Row.Fill(row + end, pitch - end, padding);
                    if (step == 1)
                    {
                        for (nint x = 0; x < last; x += TLanes.Count) TLanes.Store(TLanes.Load(cell + x), to + x);
                        TLanes.Store(TLanes.Load(cell + last), to + last);
                    }
                    else if (step == 2)
                    {
                        for (nint x = 0; x < last; x += TLanes.Count) TLanes.Store(TLanes.LoadEverySecond(cell + 2 * x), to + x);
                        TLanes.Store(TLanes.LoadEverySecond(cell + 2 * last), to + last);
                    }
                    else for (nint x = 0; x <= last; x++) to[x] = cell[x * step];
                }
                if (++phase < phases) continue;
                phase = 0;
                phaseRow += pitch;
            }
        }
    }

    // Cells of many numbers: those of one row of each lane's own source, side by side.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private readonly void SpreadRows(
        T* from, long* rowStarts, int rows, long step, T* cells, long first, long end, ReadOnlySpan<nint> lanes, int cell)
    {
        nint toRow = (nint)Pitch * cell, count = (nint)(end - first);
        for (int phase = 0; phase < height.Phases; phase++)
        {
            T* row = cells + phase * width.Phases * plane * cell;
            int top = phase, bottom = phase; // of the rows in the input, of this phase
            for (int r = phase; r < rows; r += height.Phases, row += toRow)
            {
                if (rowStarts[r] < 0 || count <= 0) Row.Fill(row, toRow, padding);
                else
                {
                    if (rowStarts[top] < 0) top = r;
                    bottom = r + height.Phases;
                    Row.Fill(row, first * cell, padding);
                    Row.Fill(row + end * cell, toRow - end * cell, padding);
                }
            }
            if (bottom == phase) continue;
            int inside = (bottom - top) / height.Phases;
            nint fromRow = inside > 1 ? (nint)(rowStarts[top + height.Phases] - rowStarts[top]) : 0;
            long place = phase * width.Phases * plane + (top - phase) / height.Phases * Pitch + first;
            T* start = from + rowStarts[top], to = cells + place * cell;
            if (step == 1) Transpose.Pieces(start, lanes, count, to, cell, inside, fromRow, toRow);
            else
                for (int r = 0; r < inside; r++, start += fromRow, to += toRow)
                    for (nint x = 0; x < count; x++)
                        for (int lane = 0; lane < lanes.Length; lane++) to[x * cell + lane] = (start + lanes[lane])[x * step];
        }
    }
}
