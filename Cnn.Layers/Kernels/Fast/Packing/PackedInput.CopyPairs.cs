using System.Runtime.CompilerServices;

namespace Cnn.Layers.Kernels.Fast;

// Copying where windows are two cells apart along the width, and both stride phases are read.
internal unsafe partial struct PackedInput<T>
{
    private readonly long FirstColumn(int phase) => width.Cell(phase, width.Inside(phase).First);

    // A step of two, where both phases are read: each row is split into both at once.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private readonly void CopyPairs(T* channel, long* rowStarts, int rows, T* cells, long ahead)
    {
        int evenPhase = FirstColumn(0) == 0 ? 0 : 1;
        var (even, evenEnd) = width.Inside(evenPhase);
        var (odd, oddEnd) = width.Inside(1 - evenPhase);
        long evens = Math.Min(evenEnd, Pitch) - even, odds = Math.Min(oddEnd, Pitch) - odd, both = Math.Min(evens, odds);
        T* evenPlane = cells + evenPhase * plane, oddPlane = cells + (1 - evenPhase) * plane;
        bool isUneven = Math.Abs(evens - odds) > 1; // padding that differs, and taps far apart
        bool isClear = Channel <= 256; // small planes take less time to be cleared all at once than row by row
        if (isClear) Row.Fill(cells, Channel, padding);
        for (int r = 0, phase = 0; r < rows; r++)
        {
            T* evenRow = evenPlane + phase * 2 * plane, oddRow = oddPlane + phase * 2 * plane;
            if (rowStarts[r] >= 0)
            {
                T* from = channel + rowStarts[r];
                if (ahead != 0) Row.Prefetch(from + ahead, 2 * both);
                Row.Split(from, evenRow + even, oddRow + odd, both);
                if (evens > both) evenRow[even + both] = from[2 * both];
                if (odds > both) oddRow[odd + both] = from[2 * both + 1];
                if (isUneven) CopyEverySecond(from, evenRow + even, evens, oddRow + odd, odds, both + 1);
            }
            if (!isClear)
            {
                long evenEnds = rowStarts[r] < 0 ? 0 : even + evens, oddEnds = rowStarts[r] < 0 ? 0 : odd + odds;
                Row.Fill(evenRow, Math.Min(even, evenEnds), padding);
                Row.Fill(oddRow, Math.Min(odd, oddEnds), padding);
                Row.Fill(evenRow + evenEnds, Pitch - evenEnds, padding);
                Row.Fill(oddRow + oddEnds, Pitch - oddEnds, padding);
            }
            if (++phase < height.Phases) continue;
            phase = 0;
            evenPlane += Pitch;
            oddPlane += Pitch;
        }
    }

    // What one phase has beyond the other, from cell `first` of either on.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void CopyEverySecond(T* from, T* even, long evens, T* odd, long odds, long first)
    {
        for (long x = first; x < evens; x++) even[x] = from[2 * x];
        for (long x = first; x < odds; x++) odd[x] = from[2 * x + 1];
    }
}
