using Cnn.Layers.Geometry;

namespace Cnn.Layers.Kernels.Fast;

/// <summary>
/// One axis of a window seen without its stride: the padded input is split into stride phases, one for each remainder of the
/// stride that a tap reads, and in its phase every tap reads neighbouring cells for neighbouring windows.
/// </summary>
/// <remarks>
/// <code>
///   padded index p     0  1  2  3  4  5  6        Kernel = 3, Stride = 2: window o reads p = 2 o, 2 o + 1, 2 o + 2
///   phase 0            0     1     2     3        tap 0 is phase 0 at o, tap 2 is phase 0 at o + 1
///   phase 1               0     1     2           tap 1 is phase 1 at o
/// </code>
/// Tap k of window o reads p = o * Stride + k * Dilation, which is cell j = o + Shift(k) of phase Phase(k).
/// </remarks>
internal readonly struct PhaseAxis
{
    private readonly WindowAxis axis;
    private readonly long period; // k * Dilation has the same remainder at k and k + period

    /// <summary>Describes the phases of an axis.</summary>
    public PhaseAxis(WindowAxis axis)
    {
        this.axis = axis;
        period = axis.Stride / Gcd(axis.Stride, axis.Dilation);
        Phases = Math.Min(axis.Kernel, period);
        MaxShift = Shift(axis.Kernel - 1);
    }

    /// <summary>How many phases: the remainders of the stride that some tap reads.</summary>
    public long Phases { get; }

    /// <summary>The shift of the last tap. Windows [o, o + count) read count + MaxShift cells of a phase at most.</summary>
    public long MaxShift { get; }

    /// <summary>The phase that tap <paramref name="k"/> reads.</summary>
    public long Phase(long k) => k % period;

    /// <summary>How far behind cell o of its phase tap <paramref name="k"/> of window o reads.</summary>
    public long Shift(long k) => k * axis.Dilation / axis.Stride;

    /// <summary>The largest shift among the taps of a phase.</summary>
    public long LastShift(long phase) => Shift(phase + (axis.Kernel - 1 - phase) / period * period);

    /// <summary>The input index of cell <paramref name="j"/> of a phase; it may lie in the padding.</summary>
    public long InputIndex(long phase, long j) => j * axis.Stride + Remainder(phase) - axis.PadBefore;

    /// <summary>The first cell of a phase that lies in the input, and the one after the last, of <paramref name="length"/> cells.</summary>
    public (long First, long End) Inside(long phase, long length)
    {
        long first = Math.Clamp(WindowAxis.CeilDiv(axis.PadBefore - Remainder(phase), axis.Stride), 0, length);
        long end = Math.Clamp(WindowAxis.CeilDiv(axis.PadBefore + axis.In - Remainder(phase), axis.Stride), first, length);
        return (first, end);
    }

    private long Remainder(long phase) => phase * axis.Dilation % axis.Stride;

    private static long Gcd(long a, long b) => b == 0 ? a : Gcd(b, a % b);
}
