using System.Numerics;
using System.Runtime.CompilerServices;
using Cnn.Layers.Geometry;

namespace Cnn.Layers.Kernels.Fast;

/// <summary>
/// How a block of windows sees its source: copies of the planes with their padding as real zeros and, for a step above 1,
/// sorted by remainder. In them each tap of every window is one shifted view: position + offset.
/// </summary>
/// <remarks>
/// A row is <see cref="Pitch"/> cells long. The zeros right of one row are the zeros left of the next: a plane of 7 columns
/// with one zero on either side takes 8 cells a row, not 9.
/// </remarks>
internal unsafe struct Planes<T> where T : unmanaged, IFloatingPointIeee754<T>
{
    private readonly PlaneAxis height, width;
    private readonly long planeRows, plane;
    private readonly int slack;

    /// <summary>Describes the copies; nothing is copied yet.</summary>
    /// <param name="height">The windows along the height.</param>
    /// <param name="width">The windows along the width.</param>
    /// <param name="block">How many images, channels, rows and columns of windows at once.</param>
    /// <param name="slack">Cells that may be read behind the last position; what they hold is of no account.</param>
    public Planes(PlaneAxis height, PlaneAxis width, Shape4 block, int slack)
    {
        (this.height, this.width, Block) = (height, width, block);
        planeRows = block.H + height.MostShift;
        Pitch = PitchOf(width, (block.W - 1) * width.WindowStep + 1);
        plane = planeRows * Pitch;
        this.slack = slack + (int)width.MostShift;
    }

    /// <summary>Images, channels, rows and columns of windows at once.</summary>
    public Shape4 Block { get; }

    /// <summary>Cells from row to row.</summary>
    public long Pitch { get; }

    /// <summary>Cells from window to window along a row.</summary>
    public readonly long WindowStep => width.WindowStep;

    /// <summary>Cells from image to image.</summary>
    public readonly long Image => Block.C * Channel;

    /// <summary>Cells from channel to channel.</summary>
    public readonly long Channel => height.Phases * width.Phases * plane;

    /// <summary>Cells of all copies.</summary>
    public readonly nint Cells => (nint)(Block.N * Image + slack);

    /// <summary>Cells from a window's position to what its tap reads.</summary>
    public readonly long Offset(long channel, int rowTap, int columnTap) =>
        ((channel * height.Phases + height.PhaseOf[rowTap]) * width.Phases + width.PhaseOf[columnTap]) * plane
        + height.ShiftOf[rowTap] * Pitch + width.ShiftOf[columnTap];

    /// <summary>The positions of a block's windows, in the order n, i, j.</summary>
    /// <returns>How many.</returns>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public readonly nint Positions(in Block at, nint* positions)
    {
        nint q = 0;
        for (long n = 0; n < at.Images; n++)
            for (long i = 0; i < at.Height; i++)
                for (long j = 0; j < at.Width; j++)
                    positions[q++] = (nint)(n * Image + i * Pitch + j * WindowStep);
        return q;
    }

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
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public readonly void Copy(
        T* source, Shape4 strides, long images, long channels, long i, long j, T* to, ReadOnlySpan<nint> lanes = default, int cell = 1)
    {
        j *= width.WindowStep;
        // Where each row of each phase lies in the source, or -1 in the padding.
        int rows = checked((int)planeRows * height.Phases);
        long* rowStarts = (long*)Scratch.Get<long>(Scratch.Rows, rows);
        for (int r = 0; r < rows; r++)
        {
            var (x, phase) = Math.DivRem(r, height.Phases);
            rowStarts[r] = height.IsInside(phase, i + x) ? height.Cell(phase, i + x) * strides.H : -1;
        }
        // Rows that lie one behind the other, here and there, are one row.
        bool isOneRow = cell == 1 && height.Phases == 1 && width is { Phases: 1, Step: 1 } && strides.W == 1 && strides.H == Pitch
            && rowStarts[0] >= 0 && rowStarts[rows - 1] == rowStarts[0] + (rows - 1) * strides.H && width.Inside(0).First <= j && width.Inside(0).End >= j + Pitch;
        bool pairs = cell == 1 && strides.W == 1 && width is { Step: 2, Phases: 2 } && j == 0
            && Math.Max(width.Inside(0).First, width.Inside(1).First) <= Pitch
            && Math.Min(FirstColumn(0), FirstColumn(1)) == 0 && Math.Max(FirstColumn(0), FirstColumn(1)) == 1;
        for (long n = 0; n < images; n++)
        {
            T* image = to + n * Image * cell;
            for (long c = 0; c < channels; c++, image += Channel * cell)
            {
                T* channel = source + n * strides.N + c * strides.C;
                if (isOneRow)
                {
                    long all = rows * Pitch;
                    Row.Copy(channel + rowStarts[0] + width.Cell(0, j), 1, image, 0, all, all, ahead: strides.C);
                    continue;
                }
                if (pairs)
                {
                    CopyPairs(channel, rowStarts, rows, image, strides.C);
                    continue;
                }
                for (int columnPhase = 0; columnPhase < width.Phases; columnPhase++)
                {
                    var (first, end) = width.Inside(columnPhase);
                    (first, end) = (Math.Clamp(first - j, 0, Pitch), Math.Clamp(end - j, 0, Pitch));
                    T* from = channel + width.Cell(columnPhase, j + first) * strides.W;
                    T* cells = image + columnPhase * plane * cell;
                    for (int r = 0, phase = 0; r < rows; r++) // in the order in which they lie in the source
                    {
                        T* row = cells + phase * width.Phases * plane * cell;
                        if (rowStarts[r] < 0 || first >= end) Row.Clear(row, Pitch * cell);
                        else if (cell == 1)
                            Row.Copy(from + rowStarts[r], width.Step * strides.W, row, first, end, Pitch, ahead: columnPhase == 0 ? strides.C : 0);
                        else Spread(from + rowStarts[r], width.Step * strides.W, row, first, end, lanes, cell);
                        if (++phase < height.Phases) continue;
                        phase = 0;
                        cells += Pitch * cell;
                    }
                }
            }
            Row.Clear(image, slack * cell); // right of the last row there are zeros as well
        }
    }

    private readonly long FirstColumn(int phase) => width.Cell(phase, width.Inside(phase).First);

    // A step of two, where both phases are read: each row is dealt out to both at once.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private readonly void CopyPairs(T* channel, long* rowStarts, int rows, T* cells, long ahead)
    {
        int evenPhase = FirstColumn(0) == 0 ? 0 : 1;
        var (even, evenEnd) = width.Inside(evenPhase);
        var (odd, oddEnd) = width.Inside(1 - evenPhase);
        long evens = Math.Min(evenEnd, Pitch) - even, odds = Math.Min(oddEnd, Pitch) - odd, both = Math.Min(evens, odds);
        T* evenPlane = cells + evenPhase * plane, oddPlane = cells + (1 - evenPhase) * plane;
        for (int r = 0, phase = 0; r < rows; r++)
        {
            T* evenRow = evenPlane + phase * 2 * plane, oddRow = oddPlane + phase * 2 * plane;
            if (rowStarts[r] < 0)
            {
                Row.Clear(evenRow, Pitch);
                Row.Clear(oddRow, Pitch);
            }
            else
            {
                T* from = channel + rowStarts[r];
                Row.Prefetch(from + ahead, 2 * both);
                Row.Clear(evenRow, even);
                Row.Clear(oddRow, odd);
                Row.Split(from, evenRow + even, oddRow + odd, both);
                if (evens > both) evenRow[even + both] = from[2 * both];
                if (odds > both) oddRow[odd + both] = from[2 * both + 1];
                Row.Clear(evenRow + even + evens, Pitch - even - evens);
                Row.Clear(oddRow + odd + odds, Pitch - odd - odds);
            }
            if (++phase < height.Phases) continue;
            phase = 0;
            evenPlane += Pitch;
            oddPlane += Pitch;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private readonly void Spread(T* from, long step, T* row, long first, long end, ReadOnlySpan<nint> lanes, int cell)
    {
        Row.Clear(row, first * cell);
        Row.Clear(row + end * cell, (Pitch - end) * cell);
        row += first * cell;
        if (step == 1) Transpose.Run(from, lanes, (nint)(end - first), row, cell);
        else
            for (long x = 0; x < end - first; x++)
                for (int lane = 0; lane < lanes.Length; lane++) row[x * cell + lane] = (from + lanes[lane])[x * step];
    }

    /// <summary>Cells of one channel of one image, for a block of this many rows and columns; infinite where it cannot be.</summary>
    public static double CellsOfAChannel(PlaneAxis height, PlaneAxis width, long rows, long columns) =>
        (double)height.Phases * width.Phases * (rows + (double)height.MostShift)
        * ((columns - 1.0) * width.WindowStep + 1 + width.MostShift);

    /// <summary>Cells from row to row, for a block of this many columns.</summary>
    public static long PitchOf(PlaneAxis width, long columns)
    {
        long reach = columns + width.MostShift;
        if (columns < width.Windows) return reach;
        long zeros = reach, end = columns; // left of every phase's first cell; behind every phase's last cell
        for (int phase = 0; phase < width.Phases; phase++)
        {
            var (first, behind) = width.Inside(phase);
            zeros = Math.Min(zeros, first);
            end = Math.Max(end, behind);
        }
        return Math.Clamp(Math.Max(end, reach - zeros), columns, reach);
    }
}
