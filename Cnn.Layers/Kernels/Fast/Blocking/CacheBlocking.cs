using System.Numerics;
using Cnn.Layers.Geometry;

namespace Cnn.Layers.Kernels.Fast;

/// <summary>How large a block of outputs is: what it reads and writes stays in L2, and below 4 MiB a thread.</summary>
internal static class CacheBlocking
{
    /// <summary>Most filters of a block.</summary>
    public const int Filters = 256;

    private const int FewBlocks = 4; // for each thread: fewer are not shared evenly by themselves

    /// <summary>Whether so many elements are more than what stays in L2.</summary>
    public static unsafe bool IsLarge<T>(double elements) where T : unmanaged => elements * sizeof(T) > CostModel.InputBytes;

    /// <summary>Sums of a block.</summary>
    public static unsafe int Sums<T>() where T : unmanaged => CostModel.SumsBytes / sizeof(T);

    private const int MostChannels = int.MaxValue - (1 << 10); // an int counts them, with those that the last register overhangs

    // The smallest block, one channel of one row of 64 windows, takes at most this.
    private const double MostPlaneBytes = 1 << 21;

    /// <summary>Why a problem does not fit; null where it does.</summary>
    public static unsafe string? Refusal<T>(in Conv2DGeometry geometry) where T : unmanaged, IFloatingPointIeee754<T>
    {
        var (height, width) = (geometry.Height, geometry.Width);
        return PartialSums.Reach(height, 1) * PartialSums.Reach(width, 64) * sizeof(T) > MostPlaneBytes
            ? $"a window of {height.KernelExtent} by {width.KernelExtent} cells is too large for copies of what windows read"
            : Math.Max(geometry.InChannels, geometry.OutChannels) > MostChannels
            ? $"{Math.Max(geometry.InChannels, geometry.OutChannels)} channels are more than {MostChannels}"
            : null;
    }

    /// <summary>Whether the smallest block, of a partial sum over channels or windows, fits where a cell is so many numbers.</summary>
    public static unsafe bool Fits<T>(ConvProblem<T> x, PolyphaseAxis width, int numbers, bool sumsWindows = false)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        double cells = sumsWindows
            ? x.PartialWindows.N * PackedInput<T>.CellsOfAChannel(x.Height, width, x.PartialWindows.H, x.PartialWindows.W)
            : Math.Min(x.PartialChannels, x.Channels)
                * PackedInput<T>.CellsOfAChannel(x.Height, width, 1, Math.Min(64, x.Width.Windows));
        return cells * numbers * sizeof(T) <= MostPlaneBytes;
    }

    /// <summary>Images, channels, rows and columns of windows of a block.</summary>
    /// <param name="x">The sums.</param>
    /// <param name="width">The windows along the width, as the planes are laid.</param>
    /// <param name="windows">Windows of a block.</param>
    /// <param name="channels">Most channels of a block.</param>
    /// <param name="blocks">Blocks that the filters of a group fall into; where a thread takes all images, a great number.</param>
    /// <param name="leastOfAnImage">Windows that an image is rounded up to.</param>
    /// <param name="leastChannels">Channels that a block should have rather than many images.</param>
    /// <param name="numbers">Numbers of a cell; where there are several, a block has one image.</param>
    /// <param name="lanes">Neighbouring windows that are computed at once.</param>
    /// <param name="sumsWindows">Whether the sums run over the windows: a block ends with a partial sum over them, rather than over
    /// channels.</param>
    public static unsafe Shape4 Block<T>(
        ConvProblem<T> x, PolyphaseAxis width, long windows, long channels, long blocks, int leastOfAnImage = 1, long leastChannels = 1,
        int numbers = 1, int lanes = 1, bool sumsWindows = false)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        var partial = sumsWindows ? x.PartialWindows with { C = 1 } : new Shape4(1, Math.Min(x.PartialChannels, x.Channels), 1, 1);
        double most = CostModel.InputBytes / sizeof(T) / numbers, mostAtAll = MostPlaneBytes / sizeof(T) / numbers;
        double others = (double)x.Images * x.Groups * blocks; // blocks that there are where images are not cut
        windows = Math.Max(windows, 64);
        long columns = Even(x.Width.Windows, windows, lanes);
        if (CellsOf(1, columns) > most)
            columns = Even(x.Width.Windows, (long)Math.Max(columns * (most / CellsOf(1, columns)), Math.Min(columns, 64)), lanes);
        if (CellsOf(1, columns) > mostAtAll) columns = Math.Min(columns, 64); // so many fit (Refusal), however far a window reaches
        if (columns < x.Width.Windows) columns = Whole(columns, partial.W);
        long height = x.Height.Windows, pitch = PackedInput<T>.PitchOf(width, columns);
        long rows = columns < x.Width.Windows ? 1 : Rows(Math.Max(windows / (columns + width.MostShift), 1));
        if (CellsOf(rows, columns) > mostAtAll) rows = 1;
        if (leastChannels > 1)
        {
            // Fewer rows, if then all these channels fit: at most a tenth of what a block reads is read by the next one as well.
            double row = PackedInput<T>.CellsOfAChannel(x.Height, width, rows, columns) / (rows + x.Height.MostShift);
            double fit = most / (leastChannels * row) - x.Height.MostShift;
            if (fit < rows && fit >= Math.Max(8 * x.Height.MostShift, 1)) rows = Rows((long)fit);
        }
        if (CellsOf(rows, columns) > most)
            rows = Rows((long)Math.Clamp(rows * (most / CellsOf(rows, columns)) - x.Height.MostShift, 1, rows));
        if (rows < x.Height.Windows) rows = Whole(rows, partial.H);
        double cells = PackedInput<T>.CellsOfAChannel(x.Height, width, rows, columns);
        // Several images only whole: a weight's gradient goes through them one after the other.
        bool isPart = rows < x.Height.Windows || columns < x.Width.Windows;
        double images = isPart || numbers > 1 ? 1
            : Math.Min(windows / Math.Max(rows * columns, leastOfAnImage), most / (cells * Math.Max(leastChannels, partial.C)));
        if (Threads.Count > 1) images = Math.Min(images, others / (FewBlocks * Threads.Count)); // enough blocks for every thread
        long whole = InWhole(x.Images, (long)Math.Clamp(images, 1, Math.Max(x.Images, 1)), partial.N);
        long atATime = InWhole(x.Channels, (long)Math.Clamp(most / (whole * cells), 1, Math.Max(channels, 1)), partial.C);
        return new(whole, atATime, rows, columns);

        // Of the channels of a partial sum.
        double CellsOf(long rows, long columns) => partial.C * PackedInput<T>.CellsOfAChannel(x.Height, width, rows, columns);

        // C3: rows of a block, of which the fewest registers are tails; of few blocks, those of the thread that has most.
        long Rows(long most)
        {
            long all = height, best = Even(all, most);
            double least = double.MaxValue;
            if (lanes == 1 || all <= most) return best;
            for (long rows = most; 2 * rows > most; rows--)
            {
                long pieces = (all + rows - 1) / rows;
                double registers = Threads.Count > 1 && pieces * others < FewBlocks * Threads.Count
                    ? Math.Ceiling(pieces * others / Threads.Count) * Registers(rows)
                    : (pieces - 1) * Registers(rows) + Registers(all - (pieces - 1) * rows);
                if (registers < least) (best, least) = (rows, registers);
            }
            return best;
        }

        long Registers(long rows) => ((rows - 1) * pitch + columns + lanes - 1) / lanes + 1; // and the time of one, for a block
    }

    /// <summary>Most filters of a block with so many stride phases.</summary>
    public static int FiltersOf(int phases) => Math.Max(Filters / Math.Max(phases / 4, 1), 1);

    /// <summary>Panels of filters of a block: enough blocks for every thread, where there are filters enough.</summary>
    public static int PanelsFor(int panels, int width, long groups, int phases) =>
        checked((int)Math.Clamp(
            panels * groups / (Threads.Count == 1 ? 1 : 2 * Threads.Count), 1, Math.Max(Math.Min(panels, FiltersOf(phases) / width), 1)));

    /// <summary>Filters of a block of weights: a whole number of registers.</summary>
    public static int FiltersFor(int filters, int unit) =>
        (int)Math.Min((filters + unit - 1) / unit, Math.Max(Filters / 2 / unit, 1)) * unit;

    /// <summary>Taps of a block of weights: a whole number of tiles, and a block for every thread.</summary>
    public static unsafe long TapsFor<T>(long taps, long blocks, int filters, int rows, long most)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        long whole = (taps + rows - 1) / rows * rows;
        most = Math.Min(most, Sums<T>() / filters);
        most = most < taps ? Math.Max(most / rows, 1) * rows : whole;
        // Every block passes over all windows and copies what it reads of them: no more blocks than threads ask for.
        long share = (taps * blocks / Threads.Count + rows - 1) / rows * rows;
        return Math.Clamp(share, rows, most);
    }

    // So many, in whole partial sums.
    private static long Whole(long count, long partial) => Math.Max(count / partial, 1) * partial;

    // The same for even pieces of a whole.
    private static long InWhole(long all, long most, long partial) =>
        most >= all ? Math.Max(all, 1) : Math.Min(Even((all + partial - 1) / partial, Math.Max(most / partial, 1)) * partial, all);

    // The size of pieces of at most `most` that a whole falls into evenly.
    private static long Even(long whole, long most, int unit = 1)
    {
        if (whole <= most) return Math.Max(whole, 1);
        long pieces = (whole + most - 1) / most, even = (whole + pieces - 1) / pieces, round = (even + unit - 1) / unit * unit;
        return round <= most ? round : even;
    }
}
