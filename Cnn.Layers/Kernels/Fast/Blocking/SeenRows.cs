using System.Numerics;

namespace Cnn.Layers.Kernels.Fast;

/// <summary>Rows of windows, one below the other, that see the same rows of taps.</summary>
/// <param name="First">The first of them.</param>
/// <param name="Count">How many.</param>
/// <param name="Kind">Which rows of taps: of <see cref="SeenRows"/>.</param>
internal readonly record struct RowRun(long First, long Count, int Kind);

/// <summary>
/// Which rows of taps each row of windows sees; the others read padding alone, and what they add to a sum is +0 or -0.
/// </summary>
/// <remarks>
/// A sum without these products is the same, but where a weight is infinite or NaN, whose product is NaN, and where it is -0, which +0
/// makes +0. Both show in the results: the weight makes the sums infinite or NaN that do see it, and what differs is -0. Who leaves them
/// out looks for both, and computes such a block once more with all.
/// </remarks>
internal sealed class SeenRows
{
    private const double Least = 1.0 / 32; // of the products: below, leaving them out gains less than more tiles cost

    private readonly (int First, int End)[] kinds; // of the rows of taps; the first kind: all
    private readonly int[] kindOf; // of each row of windows

    private SeenRows((int, int)[] kinds, int[] kindOf, double share) => (this.kinds, this.kindOf, Share) = (kinds, kindOf, share);

    /// <summary>Kinds of rows of windows.</summary>
    public int Kinds => kinds.Length;

    /// <summary>The share of the products that is left.</summary>
    public double Share { get; }

    /// <summary>All rows of taps, whatever they read.</summary>
    public static SeenRows All<T>(ConvProblem<T> x) where T : unmanaged, IFloatingPointIeee754<T> =>
        new([(0, x.Height.Taps.Length)], [], 1);

    /// <summary>Those of windows with one stride phase; all rows, where few products are by padding.</summary>
    public static SeenRows Of<T>(ConvProblem<T> x) where T : unmanaged, IFloatingPointIeee754<T>
    {
        var taps = x.Height.Taps;
        if (x.Phases.Length == 1 && x.Phases[0].RowTaps.Length == taps.Length && taps.Length > 1 && x.Height.Windows <= int.MaxValue)
        {
            var kinds = new List<(int First, int End)> { (0, taps.Length) };
            int[] kindOf = new int[x.Height.Windows];
            long seen = 0;
            for (int i = 0; i < kindOf.Length; i++)
            {
                var rows = Seen(i);
                kindOf[i] = kinds.IndexOf(rows);
                if (kindOf[i] < 0) (kindOf[i], kinds) = (kinds.Count, [.. kinds, rows]);
                seen += rows.End - rows.First;
            }
            double share = (double)seen / kindOf.Length / taps.Length;
            if (share <= 1 - Least) return new([.. kinds], kindOf, share);
        }
        return All(x);

        // From the first that is no padding to the last.
        (int First, int End) Seen(long window)
        {
            int first = 0, end = taps.Length;
            while (first < end && IsPadding(taps[first])) first++;
            while (end > first && IsPadding(taps[end - 1])) end--;
            return first < end ? (first, end) : (0, 1); // sums begin somewhere

            bool IsPadding(AxisTap tap) =>
                (ulong)(window * x.Height.Step * x.Height.WindowStep + tap.Offset) >= (ulong)x.Height.Size;
        }
    }

    /// <summary>
    /// The rows of a block, cut where other taps are seen; as one, where a row of taps is seen by none of them, or where
    /// <paramref name="withAll"/>.
    /// </summary>
    public RowRun[] Runs(long first, long count, bool withAll)
    {
        RowRun[] one = [new(0, count, 0)];
        if (Kinds == 1 || withAll) return one;
        var runs = new List<RowRun>();
        var (least, most) = (int.MaxValue, 0);
        for (long i = 0, next; i < count; i = next)
        {
            int kind = kindOf[first + i];
            for (next = i + 1; next < count && kindOf[first + next] == kind; next++) { }
            runs.Add(new(i, next - i, kind));
            (least, most) = (Math.Min(least, kinds[kind].First), Math.Max(most, kinds[kind].End));
        }
        return (least, most) == kinds[0] ? [.. runs] : one;
    }

    /// <summary>The terms of a kind, of those of all taps of so many columns.</summary>
    public OperandOffsets[] Terms(int kind, OperandOffsets[] all, int columns)
    {
        var (first, end) = kinds[kind];
        int rows = kinds[0].End;
        return kind == 0 ? all : [.. all.Where((_, d) => d / columns % rows >= first && d / columns % rows < end)];
    }
}
