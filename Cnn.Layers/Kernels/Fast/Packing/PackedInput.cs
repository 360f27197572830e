using System.Numerics;
using System.Runtime.CompilerServices;
using Cnn.Layers.Geometry;

namespace Cnn.Layers.Kernels.Fast;

/// <summary>
/// How a block of windows sees its source: copies of the planes, with their padding as real cells and, for a step above 1,
/// split by stride phase. In them each tap of every window is one shifted view: position + offset.
/// </summary>
/// <remarks>
/// A row is <see cref="Pitch"/> cells long. The padding right of one row is the padding left of the next: a plane of 7 columns
/// with one cell of padding on either side takes 8 cells a row, not 9.
/// </remarks>
internal unsafe partial struct PackedInput<T> where T : unmanaged, IFloatingPointIeee754<T>
{
    private readonly PolyphaseAxis height, width;
    private readonly long planeRows, plane;
    private readonly int slack;
    private readonly T padding;

    /// <summary>Describes the copies; nothing is copied yet.</summary>
    /// <param name="height">The windows along the height.</param>
    /// <param name="width">The windows along the width.</param>
    /// <param name="block">How many images, channels, rows and columns of windows at once.</param>
    /// <param name="slack">Cells that may be read behind the last position; what they hold is of no account.</param>
    /// <param name="padding">What the cells of the padding hold: 0, or -infinity for a maximum.</param>
    public PackedInput(PolyphaseAxis height, PolyphaseAxis width, Shape4 block, int slack, T padding = default)
    {
        (this.height, this.width, Block, this.padding) = (height, width, block, padding);
        planeRows = block.H + height.MostShift;
        Pitch = PitchOf(width, (block.W - 1) * width.WindowStep + 1);
        plane = planeRows * Pitch;
        this.slack = checked(slack + (int)width.MostShift);
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

    /// <summary><see cref="Offset"/> of each tap of channel 0, for kh, for kw.</summary>
    public readonly nint[] TapOffsets()
    {
        var offsets = new nint[checked(height.Taps.Length * width.Taps.Length)];
        for (int t = 0; t < offsets.Length; t++) offsets[t] = (nint)Offset(0, t / width.Taps.Length, t % width.Taps.Length);
        return offsets;
    }

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

    /// <summary>Cells of one channel of one image, for a block of this many rows and columns; infinite where it cannot be.</summary>
    public static double CellsOfAChannel(PolyphaseAxis height, PolyphaseAxis width, long rows, long columns) =>
        (double)height.Phases * width.Phases * (rows + (double)height.MostShift)
        * ((columns - 1.0) * width.WindowStep + 1 + width.MostShift);

    /// <summary>Cells from row to row, for a block of this many columns.</summary>
    public static long PitchOf(PolyphaseAxis width, long columns)
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
