using Cnn.Layers.Geometry;

namespace Cnn.Layers.Kernels.Fast;

/// <summary>Where one term of every sum comes from: a channel and a place relative to the window, and its weight.</summary>
/// <param name="Channel">Elements from the image's start to the channel's.</param>
/// <param name="Row">Rows from the window's origin.</param>
/// <param name="Column">Columns from the window's origin.</param>
/// <param name="Weight">Elements from a filter's start to its weight for this term.</param>
internal readonly record struct Tap(long Channel, long Row, long Column, long Weight);

/// <summary>
/// Copies what windows read into a matrix: a row for each tap, a column for each window (what is called im2col), a block at
/// a time. Cells outside of the plane are zeros.
/// </summary>
/// <remarks>
/// Windows are numbered q = (n * Rows + i) * Columns + j; window (n, i, j) has its origin at row i * StepH, column j * StepW.
/// </remarks>
internal unsafe struct WindowGather<T> where T : unmanaged
{
    /// <summary>Element [0, 0, 0, 0] of the tensor that is read.</summary>
    public T* Source;

    /// <summary>Its strides.</summary>
    public Shape4 Strides;

    /// <summary>Rows and columns of its planes.</summary>
    public long PlaneH, PlaneW;

    /// <summary>Windows along height and width of one image.</summary>
    public long Rows, Columns;

    /// <summary>Cells between two windows.</summary>
    public long StepH, StepW;

    /// <summary>Images.</summary>
    public long Images;

    /// <summary>Windows of all images.</summary>
    public readonly long Windows => Images * Rows * Columns;

    /// <summary>The terms of a sum, in its order.</summary>
    public Tap[] Taps;

    /// <summary>Copies taps [firstTap, endTap) of windows [firstWindow, endWindow).</summary>
    /// <param name="firstTap">First row of the matrix.</param>
    /// <param name="endTap">The row after the last.</param>
    /// <param name="firstWindow">First column of the matrix.</param>
    /// <param name="endWindow">The column after the last.</param>
    /// <param name="to">Where the block goes.</param>
    /// <param name="toRow">Elements from row to row there.</param>
    public readonly void Copy(int firstTap, int endTap, long firstWindow, long endWindow, T* to, nint toRow)
    {
        for (int t = firstTap; t < endTap; t++, to += toRow)
        {
            Tap tap = Taps[t];
            // The windows j whose column j * StepW + tap.Column lies in the plane.
            long firstInside = tap.Column >= 0 ? 0 : WindowAxis.CeilDiv(-tap.Column, StepW);
            long endInside = tap.Column >= PlaneW ? 0 : WindowAxis.CeilDiv(PlaneW - tap.Column, StepW);
            var (row, j) = Math.DivRem(firstWindow, Columns);
            var (n, i) = Math.DivRem(row, Rows);
            T* cell = to;
            for (long q = firstWindow; q < endWindow;)
            {
                long end = Math.Min(Columns, j + endWindow - q); // of this row of windows
                long h = i * StepH + tap.Row;
                if ((ulong)h < (ulong)PlaneH)
                {
                    long first = Math.Clamp(firstInside, j, end), last = Math.Clamp(endInside, first, end);
                    Zero(cell, first - j);
                    CopyRow(Source + n * Strides.N + tap.Channel + h * Strides.H + (first * StepW + tap.Column) * Strides.W, StepW * Strides.W, cell + (first - j), last - first);
                    Zero(cell + (last - j), end - last);
                }
                else
                {
                    Zero(cell, end - j);
                }
                cell += end - j;
                q += end - j;
                j = 0;
                if (++i == Rows) (n, i) = (n + 1, 0);
            }
        }
    }

    private static void Zero(T* to, long count)
    {
        for (long x = 0; x < count; x++) to[x] = default;
    }

    private static void CopyRow(T* from, long step, T* to, long count)
    {
        if (step == 1)
        {
            new ReadOnlySpan<T>(from, (int)count).CopyTo(new Span<T>(to, (int)count));
            return;
        }
        for (long x = 0; x < count; x++) to[x] = from[x * step];
    }
}
