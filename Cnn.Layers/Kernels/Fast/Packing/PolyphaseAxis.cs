using System.Numerics;
using Cnn.Layers.Geometry;

namespace Cnn.Layers.Kernels.Fast;

/// <summary>
/// One axis of the windows that read a plane, for <see cref="PackedInput{T}"/>: with the cells split by stride phase in the
/// step, every tap reads a run of neighbours, whatever the step.
/// </summary>
/// <remarks>
/// <code>
///   step 2, taps at -1, 0, 1       phase 0: cells -1  1  3  5 ...    window o: tap -1 reads x = o, tap 1 reads x = o + 1
///                                  phase 1: cells  0  2  4  6 ...              tap 0 reads x = o
/// </code>
/// </remarks>
internal readonly struct PolyphaseAxis
{
    private readonly long[] origins; // of each phase: the cell at x = 0
    private readonly (long First, long End)[] inside; // of each phase: the first x in the plane, and the one after the last

    /// <summary>An axis.</summary>
    /// <param name="size">Cells of the plane.</param>
    /// <param name="windows">Windows.</param>
    /// <param name="step">Cells from window to window.</param>
    /// <param name="taps">The taps of each window.</param>
    /// <param name="apart">Whether each tap has a phase of its own.</param>
    public PolyphaseAxis(long size, long windows, long step, AxisTap[] taps, bool apart = false)
    {
        (Size, Windows, Step, Taps) = (size, windows, step, taps);
        (PhaseOf, ShiftOf) = (new int[taps.Length], new long[taps.Length]);
        long lowest = taps.Length == 0 ? 0 : long.MaxValue;
        foreach (var tap in taps) lowest = Math.Min(lowest, tap.Offset);
        origins = new long[apart ? taps.Length : Math.Min(step, taps.Length)];
        for (int t = 0; t < taps.Length; t++)
        {
            if (apart)
            {
                (PhaseOf[t], origins[t]) = (t, taps[t].Offset);
                Phases++;
                continue;
            }
            (ShiftOf[t], long remainder) = Math.DivRem(taps[t].Offset - lowest, step);
            MostShift = Math.Max(MostShift, ShiftOf[t]);
            int phase = Array.IndexOf(origins, lowest + remainder, 0, Phases);
            if (phase < 0) origins[phase = Phases++] = lowest + remainder;
            PhaseOf[t] = phase;
        }
        inside = new (long, long)[Phases];
        for (int phase = 0; phase < Phases; phase++)
            inside[phase] = (
                Math.Max(0, WindowAxis.CeilDiv(-origins[phase], step)), Math.Max(0, WindowAxis.CeilDiv(size - origins[phase], step)));
    }

    /// <summary>The axis of a convolution's or a pool's windows over its input.</summary>
    public static PolyphaseAxis Of(in WindowAxis axis)
    {
        var taps = new AxisTap[axis.Kernel];
        for (long k = 0; k < axis.Kernel; k++) taps[k] = new(axis.InputIndex(0, k), k);
        return new(axis.In, axis.Out, axis.Stride, taps);
    }

    /// <summary><see cref="Phases"/> and <see cref="MostShift"/> of that axis, however many taps it has.</summary>
    public static (long Phases, long MostShift) Extent(in WindowAxis axis)
    {
        long period = axis.Stride / (long)BigInteger.GreatestCommonDivisor(axis.Stride, axis.Dilation); // taps so far apart share a phase
        return (Math.Min(axis.Kernel, period), (axis.Kernel - 1) * axis.Dilation / axis.Stride);
    }

    /// <summary>
    /// The same axis with its cells in their own order, for who looks up each window's position: window o reads at o *
    /// <see cref="WindowStep"/>.
    /// </summary>
    /// <remarks>Where most remainders are read by no tap, it stays sorted.</remarks>
    public PolyphaseAxis Unsorted => Step > 2 * Phases ? this : new(Size, (Windows - 1) * Step + 1, 1, Taps) { WindowStep = Step };

    /// <summary>The same axis with a phase for each tap: all taps of a window read at one x, and no cells lie between rows.</summary>
    public PolyphaseAxis Apart => new(Size, Windows, Step, Taps, apart: true);

    /// <summary>Cells of a phase from window to window.</summary>
    public long WindowStep { get; private init; } = 1;

    /// <summary>Cells of the plane; all others are zeros.</summary>
    public long Size { get; }

    /// <summary>Windows along this axis.</summary>
    public long Windows { get; }

    /// <summary>Cells from window to window.</summary>
    public long Step { get; }

    /// <summary>The taps of a window, in the order of the sum.</summary>
    public AxisTap[] Taps { get; }

    /// <summary>Remainders that some tap needs.</summary>
    public int Phases { get; }

    /// <summary>The phase that each tap reads.</summary>
    public int[] PhaseOf { get; }

    /// <summary>Where each tap of window 0 reads in its phase.</summary>
    public long[] ShiftOf { get; }

    /// <summary>The largest of <see cref="ShiftOf"/>.</summary>
    public long MostShift { get; }

    /// <summary>The cell of the plane at <paramref name="x"/> of a phase.</summary>
    public long Cell(int phase, long x) => origins[phase] + x * Step;

    /// <summary>The first cell of the plane that some of these windows read, and the one after the last.</summary>
    public (long First, long End) Read(long window, long windows)
    {
        long lowest = long.MaxValue, highest = long.MinValue;
        foreach (var tap in Taps) (lowest, highest) = (Math.Min(lowest, tap.Offset), Math.Max(highest, tap.Offset));
        return (Math.Clamp(window * WindowStep * Step + lowest, 0, Size),
            Math.Clamp((window + windows - 1) * WindowStep * Step + highest + 1, 0, Size));
    }

    /// <summary>Whether these taps are those of the kernel from its first row or column on, one after the other.</summary>
    public bool AreInOrder(int[] taps)
    {
        for (int t = 0; t < taps.Length; t++)
            if (Taps[taps[t]].K != t) return false;
        return true;
    }

    /// <summary>The first x of a phase that lies in the plane, and the one after the last.</summary>
    public (long First, long End) Inside(int phase) => inside[phase];
}
