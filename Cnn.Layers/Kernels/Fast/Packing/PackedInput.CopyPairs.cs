using System.Runtime.CompilerServices;
using Cnn.Layers.Kernels.Lanes;

namespace Cnn.Layers.Kernels.Fast;

// Copying where windows are two cells apart along the width, and both stride phases are read.
internal unsafe partial struct PackedInput<T>
{
    private readonly long FirstColumn(int phase) => width.Cell(phase, width.Inside(phase).First);

    // A step of two, where both phases are read: each row is split into both at once.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private readonly void CopyPairs(T* channel, nint sourceRow, int rows, long i, T* cells, long ahead)
    {
        nint pitch = (nint)Pitch;
        int evenPhase = FirstColumn(0) == 0 ? 0 : 1;
        var (even, evenEnd) = width.Inside(evenPhase);
        var (odd, oddEnd) = width.Inside(1 - evenPhase);
        (evenEnd, oddEnd) = (Math.Min(evenEnd, pitch), Math.Min(oddEnd, pitch));
        for (int phase = 0; phase < height.Phases; phase++, cells += 2 * plane)
        {
            var (top, bottom) = height.Inside(phase);
            (top, bottom) = (Math.Clamp(top - i, 0, rows), Math.Clamp(bottom - i, 0, rows));
            T* evens = cells + evenPhase * plane, odds = cells + (1 - evenPhase) * plane;
            if (top < bottom)
                WidestLanes.Run<T, Lanes512<T>, PairRows>(
                    Math.Min(evenEnd - even, oddEnd - odd), new()
                    {
                        From = channel + height.Cell(phase, i + top) * sourceRow,
                        SourceRow = (nint)height.Step * sourceRow,
                        Rows = (nint)(bottom - top),
                        Evens = evens + top * pitch + even,
                        Odds = odds + top * pitch + odd,
                        Pitch = pitch,
                        EvenCount = (nint)(evenEnd - even),
                        OddCount = (nint)(oddEnd - odd),
                        Ahead = ahead,
                    });
            Surround(evens, rows, (nint)top, (nint)bottom, (nint)even, (nint)evenEnd);
            Surround(odds, rows, (nint)top, (nint)bottom, (nint)odd, (nint)oddEnd);
        }
    }

    private struct PairRows : ILanesLoop<T>
    {
        public T* From, Evens, Odds;
        public nint SourceRow, Rows, Pitch, EvenCount, OddCount;
        public long Ahead;

        [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
        public readonly void Run<TLanes>() where TLanes : struct, ILanes<TLanes, T>
        {
            T* row = From, even = Evens, odd = Odds;
            nint both = Math.Min(EvenCount, OddCount), last = both - TLanes.Count;
            for (nint r = 0; r < Rows; r++, row += SourceRow, even += Pitch, odd += Pitch)
            {
                if (Ahead != 0) Row.Prefetch(row + Ahead, 2 * both);
                for (nint x = 0; x < last; x += TLanes.Count) TLanes.SplitPairs(row + 2 * x, even + x, odd + x);
                if (both > 0) TLanes.SplitPairs(row + 2 * last, even + last, odd + last); // the last ones, some of them twice
                for (nint x = both; x < EvenCount; x++) even[x] = row[2 * x];
                for (nint x = both; x < OddCount; x++) odd[x] = row[2 * x + 1];
            }
        }
    }

    // What lies around the rows of one phase, and between them, is padding.
    private readonly void Surround(T* cells, nint rows, nint top, nint bottom, nint first, nint end)
    {
        nint pitch = (nint)Pitch;
        if (top >= bottom || first >= end)
        {
            Row.Fill(cells, rows * pitch, padding);
            return;
        }
        nint zeros = pitch - (end - first);
        T* to = cells + top * pitch + first, behind = cells + (bottom - 1) * pitch + end, gap = to + end - first;
        Row.Fill(cells, to - cells, padding);
        Row.Fill(behind, cells + rows * pitch - behind, padding);
        if (zeros == 1) for (; gap < behind; gap += pitch) *gap = padding;
        else if (zeros > 0) for (; gap < behind; gap += pitch) Row.Fill(gap, zeros, padding);
    }
}
