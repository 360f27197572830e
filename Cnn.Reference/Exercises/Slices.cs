using Cnn.Layers.Geometry;
using Cnn.Reference.Mistakes;

namespace Cnn.Reference.Exercises;

/// <summary>
/// The windows of the exercise's loops as slices of the padded image, which numpy and libtorch cut short at its end, and what becomes of
/// them there.
/// </summary>
internal static class Slices
{
    /// <summary>What becomes of a call whose windows start elsewhere, or are too many.</summary>
    /// <param name="call">The call.</param>
    /// <param name="isPython">Whether a negative index counts from the end.</param>
    /// <param name="counts">How many windows there are along each axis.</param>
    /// <param name="start">Where a window starts along an axis, by its index.</param>
    /// <returns>Null where the exercise has no such call.</returns>
    public static Outcome? Of(Call call, bool isPython, (long H, long W) counts, Func<long, WindowAxis, long> start)
    {
        if (call.Windows.Dilation != (1, 1) || call.Windows.CeilMode) return null;
        var (height, width) = call.IsConv ? Axes(call.ConvGeometry()) : Axes(call.PoolGeometry());
        long[] rows = [.. UpTo(counts.H).Select(h => start(h, height))], columns = [.. UpTo(counts.W).Select(w => start(w, width))];
        if (!isPython && rows.Concat(columns).Any(each => each < 0)) return new(Thrown.OfNegativeRange);
        var slices =
            (from row in rows from column in columns select (H: Length(row, height), W: Length(column, width))).ToList();
        var side = call.Windows.Kernel;
        var cut = slices.Where(slice => slice != side).ToList();
        // Forwards one row or column is broadcast to those of the filter. A mask has its slice's shape; a mean takes what there is.
        var misfits = call.Operation switch
        {
            Operation.ConvForward => cut.Where(slice => IsMisfit(slice.H, side.H) || IsMisfit(slice.W, side.W)).ToList(),
            Operation.ConvBackward or Operation.AverageBackward => cut,
            Operation.AverageForward => [],
            _ => cut.Where(slice => slice.H == 0 || slice.W == 0).ToList(),
        };
        bool isMaximum = call.Operation is Operation.MaxForward or Operation.MaxBackward;
        return misfits.Count == 0 ? new(null, IsBroadcast: call.IsConv && cut.Count > 0)
            : new(isMaximum ? Thrown.OfNothing : Thrown.OfCutSlice(misfits, side));

        // Of a slice that begins at an index, and is to be as long as the kernel.
        long Length(long start, WindowAxis axis)
        {
            long size = axis.In + axis.PadBefore + axis.PadAfter;
            return Math.Max(0, Within(start + axis.Kernel, size) - Within(start, size));
        }

        long Within(long index, long size) => Math.Clamp(index < 0 && isPython ? index + size : index, 0, size);
    }

    /// <summary>0, 1, and so on.</summary>
    public static IEnumerable<long> UpTo(long count) => Enumerable.Range(0, (int)count).Select(at => (long)at);

    private static (WindowAxis, WindowAxis) Axes(Conv2DGeometry geometry) => (geometry.Height, geometry.Width);

    private static (WindowAxis, WindowAxis) Axes(Pool2DGeometry geometry) => (geometry.Height, geometry.Width);

    private static bool IsMisfit(long cells, long side) => cells != side && cells != 1;
}
