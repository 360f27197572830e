using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;
using Cnn.Layers.Geometry;
using Cnn.Layers.Kernels.Lanes;

namespace Cnn.Layers.Kernels.Fast;

/// <summary>
/// What a band of windows reads, split by stride phase along both axes (<see cref="PhaseAxis"/>), padding included: a small
/// image for each pair of phases, in which tap (kh, kw) of all windows of the band reads one run of neighbours.
/// </summary>
/// <remarks>
/// Window (i, j) of the band has number q = i * <see cref="Pitch"/> + j; its tap (kh, kw) reads element q + Shift(kh, kw),
/// counted from <see cref="First"/>. So neighbouring windows lie in neighbouring lanes, at any stride and dilation, and a run
/// of lanes may cross the end of a row: what it finds in the columns behind the last window belongs to no window.
/// </remarks>
internal sealed unsafe class PhaseImages<T, TLanes>
    where T : unmanaged, IFloatingPointIeee754<T>
    where TLanes : struct, ILanes<TLanes, T>
{
    private readonly WindowAxis height, width;
    private readonly PhaseAxis rows, columns;
    private readonly T* input;
    private readonly Shape4 strides;
    private readonly T padding;
    private readonly nint image; // elements from the image of a pair of phases to the next
    private readonly PhaseRow<T, TLanes> row;
    private readonly long[] firstRows, lastShifts; // of the row phases: the input index of row 0, and the largest shift

    /// <summary>Images for bands of up to <paramref name="bandRows"/> rows of windows.</summary>
    /// <param name="geometry">The pool.</param>
    /// <param name="bandRows">Rows of windows.</param>
    /// <param name="input">Element [0, 0, 0, 0] of what is read.</param>
    /// <param name="strides">Its strides.</param>
    /// <param name="padding">What the cells of the padding hold.</param>
    public PhaseImages(in Pool2DGeometry geometry, int bandRows, T* input, Shape4 strides, T padding)
    {
        (height, width) = (geometry.Height, geometry.Width);
        (rows, columns) = (new(height), new(width));
        this.input = input;
        (this.strides, this.padding) = (strides, padding);
        Pitch = (nint)(width.Out + columns.MaxShift);
        image = (nint)(bandRows + rows.MaxShift) * Pitch;
        row = new(width, Pitch, strides.W);
        firstRows = new long[checked((int)rows.Phases)];
        lastShifts = new long[firstRows.Length];
        for (int phase = 0; phase < firstRows.Length; phase++)
            (firstRows[phase], lastShifts[phase]) = (rows.InputIndex(phase, 0), rows.LastShift(phase));
        nint count = (nint)(rows.Phases * columns.Phases) * image;
        First = Scratch.Get<T>(0, count + (nint)columns.MaxShift + TLanes.Count); // the last run may end behind the last image
        new Span<T>(First, checked((int)count)).Fill(padding);
    }

    /// <summary>Element 0: tap (0, 0) of window (0, 0).</summary>
    public T* First { get; }

    /// <summary>Elements from a row of windows to the next.</summary>
    public nint Pitch { get; }

    /// <summary>Bytes for one row of windows, and for a band besides, whatever its rows.</summary>
    public static (Int128 Row, Int128 Band) Bytes(in Pool2DGeometry geometry)
    {
        var (rows, columns) = (new PhaseAxis(geometry.Height), new PhaseAxis(geometry.Width));
        Int128 row = (Int128)(rows.Phases * columns.Phases) * (geometry.Width.Out + columns.MaxShift) * sizeof(T);
        return (row, row * rows.MaxShift);
    }

    /// <summary>How far from element q tap (kh, kw) of window q reads, for kh, for kw.</summary>
    public nint[] Shifts()
    {
        var shifts = new nint[checked(height.Kernel * width.Kernel)];
        nint t = 0;
        for (long kh = 0; kh < height.Kernel; kh++)
            for (long kw = 0; kw < width.Kernel; kw++)
            {
                nint phase = (nint)(rows.Phase(kh) * columns.Phases + columns.Phase(kw));
                shifts[t++] = phase * image + (nint)rows.Shift(kh) * Pitch + (nint)columns.Shift(kw);
            }
        return shifts;
    }

    /// <summary>Fills the images with what windows [firstRow, firstRow + count) of plane [n, c] read.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Read(long n, long c, long firstRow, int count)
    {
        T* plane = input + n * strides.N + c * strides.C;
        for (int i = 0; i < count + rows.MaxShift; i++) // the rows in their order in memory, which the processor reads ahead
            for (int phase = 0; phase < lastShifts.Length; phase++)
            {
                if (i >= count + lastShifts[phase]) continue;
                long ih = (firstRow + i) * height.Stride + firstRows[phase];
                Prefetch(plane + (ih + count * height.Stride) * strides.H);
                T* to = First + phase * (nint)columns.Phases * image + i * Pitch;
                if (height.IsInput(ih)) row.Split(plane + ih * strides.H, to, image);
                else for (long at = 0; at < columns.Phases; at++) new Span<T>(to + (nint)at * image, checked((int)Pitch)).Fill(padding);
            }
    }

    // The same row of the next band: it comes from memory while this band is computed.
    private void Prefetch(T* row)
    {
        const int Line = 64;
        if (!Sse.IsSupported || strides.W != 1) return;
        for (T* end = row + width.In; row < end; row += Line / sizeof(T)) Sse.Prefetch1(row);
    }
}
