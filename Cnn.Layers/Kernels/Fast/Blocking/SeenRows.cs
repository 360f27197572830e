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
/// A sum without these products is the same, with two exceptions. The product of an infinite weight or of NaN and of padding is NaN: then
/// the sums that do see the weight are infinite or NaN. And a +0 that is left out may have made a sum of -0 a +0: then the result is -0.
/// Who leaves products out looks for results that are infinite, NaN or -0, and computes such a block once more with all of them.
/// </remarks>
internal sealed class SeenRows
{
    private const double Least = 1.0 / 32; // of the products: below, leaving them out gains less than more tiles cost
    private const int MostRows = 4096, MostKinds = 32; // of windows; for each kind there is a table of terms

    private readonly List<(int First, int End)> kinds; // of the rows of taps; the first kind: all
    private readonly int[] kindOf; // of each row of windows

    private SeenRows(List<(int, int)> kinds, int[] kindOf) => (this.kinds, this.kindOf) = (kinds, kindOf);

    /// <summary>Kinds of rows of windows.</summary>
    public int Kinds => kinds.Count;

    /// <summary>All rows of taps, whatever they read.</summary>
    public static SeenRows All<T>(ConvProblem<T> x) where T : unmanaged, IFloatingPointIeee754<T> => new([(0, x.Height.Taps.Length)], []);

    /// <summary>Those of windows with one stride phase; all rows, where few products are by padding.</summary>
    public static SeenRows Of<T>(ConvProblem<T> x) where T : unmanaged, IFloatingPointIeee754<T>
    {
        var taps = x.Height.Taps;
        long step = x.Height.Step * x.Height.WindowStep;
        // With steps beyond the plane, a row of taps between those that two neighbours see may be seen by neither.
        bool mayLeaveOut = x.Phases.Length == 1 && x.Phases[0].RowTaps.Length == taps.Length && taps.Length > 1
            && x.Height.Windows <= MostRows && step <= x.Height.Size;
        if (!mayLeaveOut) return All(x);
        List<(int First, int End)> kinds = [(0, taps.Length)];
        int[] kindOf = new int[x.Height.Windows];
        for (int i = 0; i < kindOf.Length; i++)
        {
            var rows = Seen(i * step);
            kindOf[i] = kinds.IndexOf(rows);
            if (kindOf[i] >= 0) continue;
            if (kinds.Count == MostKinds) return All(x);
            kindOf[i] = kinds.Count;
            kinds.Add(rows);
        }
        var seen = new SeenRows(kinds, kindOf);
        return seen.ShareOf(kindOf.Length) <= 1 - Least ? seen : All(x);

        // From the first that is no padding to the last.
        (int First, int End) Seen(long window)
        {
            int first = 0, end = taps.Length;
            while (first < end && IsPadding(taps[first])) first++;
            while (end > first && IsPadding(taps[end - 1])) end--;
            return first < end ? (first, end) : (0, 1); // a sum has a term at least

            bool IsPadding(AxisTap tap) => (ulong)(window + tap.Offset) >= (ulong)x.Height.Size;
        }
    }

    /// <summary>The share of the products that is left, in blocks of so many rows.</summary>
    public double ShareOf(long rows)
    {
        if (Kinds == 1) return 1;
        double left = 0;
        for (long first = 0; first < kindOf.Length; first += rows)
            foreach (var run in Runs(first, Math.Min(rows, kindOf.Length - first), withAll: false))
                left += (double)run.Count * (kinds[run.Kind].End - kinds[run.Kind].First);
        return left / ((double)kindOf.Length * kinds[0].End);
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
        if (kind == 0) return all;
        var (first, end) = kinds[kind];
        int ofAChannel = kinds[0].End * columns, skipped = first * columns, count = (end - first) * columns;
        var terms = new OperandOffsets[all.Length / ofAChannel * count];
        for (int from = skipped, to = 0; to < terms.Length; from += ofAChannel, to += count)
            all.AsSpan(from, count).CopyTo(terms.AsSpan(to));
        return terms;
    }
}
