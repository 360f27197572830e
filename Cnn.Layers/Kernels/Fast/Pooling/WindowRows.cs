using System.Numerics;
using System.Runtime.CompilerServices;
using Cnn.Layers.Geometry;
using Cnn.Layers.Kernels.Lanes;

namespace Cnn.Layers.Kernels.Fast;

/// <summary>How neighbouring windows lie in a row of the input.</summary>
internal unsafe interface IWindowStep<T> where T : unmanaged, IFloatingPointIeee754<T>
{
    /// <summary>Cells from a window to the next.</summary>
    static abstract nint Stride { get; }

    /// <summary>The cells that one tap of neighbouring windows reads.</summary>
    static abstract TWidth Load<TWidth>(T* from) where TWidth : struct, ILanes<TWidth, T>;
}

/// <summary>Windows at a stride of 1.</summary>
internal readonly unsafe struct Stride1<T> : IWindowStep<T> where T : unmanaged, IFloatingPointIeee754<T>
{
    /// <inheritdoc/>
    public static nint Stride => 1;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TWidth Load<TWidth>(T* from) where TWidth : struct, ILanes<TWidth, T> => TWidth.Load(from);
}

/// <summary>Windows at a stride of 2.</summary>
internal readonly unsafe struct Stride2<T> : IWindowStep<T> where T : unmanaged, IFloatingPointIeee754<T>
{
    /// <inheritdoc/>
    public static nint Stride => 2;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TWidth Load<TWidth>(T* from) where TWidth : struct, ILanes<TWidth, T> => TWidth.LoadEverySecond(from);
}

/// <summary>What computes windows straight from the rows of the input.</summary>
internal unsafe interface IWindowRow<T> where T : unmanaged, IFloatingPointIeee754<T>
{
    /// <summary>Computes a row of windows, <typeparamref name="TWidth"/> at a time; the row fills a register at least.</summary>
    /// <param name="oh">The row.</param>
    /// <param name="firstTap">The first tap that lies in the input; taps are numbered for kh, for kw.</param>
    /// <param name="endTap">The tap after the last.</param>
    /// <param name="cells">What tap 0 of window (oh, 0) reads; before the first row it lies outside of the tensor.</param>
    /// <param name="output">Where the result of window (oh, 0) goes, and the others behind it.</param>
    /// <param name="indices">The same for the indices of a max pool; null for none.</param>
    void Run<TWidth, TStep>(long oh, nint firstTap, nint endTap, T* cells, T* output, long* indices)
        where TWidth : struct, ILanes<TWidth, T> where TStep : struct, IWindowStep<T>;
}

/// <summary>The rows of a pool's windows, where neighbouring windows can be read from the input as it lies, without a copy.</summary>
/// <remarks>
/// That is where no window sees columns of padding, at strides of 1, a register of neighbours, and of 2, every second of two
/// registers of neighbours (<see cref="ILanes{TSelf, T}.LoadEverySecond"/>). Rows of padding are left out.
/// </remarks>
internal readonly unsafe struct WindowRows<T, TLanes>
    where T : unmanaged, IFloatingPointIeee754<T>
    where TLanes : struct, ILanes<TLanes, T>
{
    private const int BytesAhead = 32 << 10;

    private readonly WindowAxis height, width;
    private readonly nint pitch; // elements from a row of the input to the next
    private readonly (nint First, nint End)[] taps; // of the windows of each row, the taps that lie in the input

    /// <summary>The rows of a pool.</summary>
    /// <param name="geometry">The pool.</param>
    /// <param name="pitch">Elements from a row of the input to the next.</param>
    public WindowRows(in Pool2DGeometry geometry, long pitch)
    {
        (height, width, this.pitch) = (geometry.Height, geometry.Width, (nint)pitch);
        taps = new (nint, nint)[height.Out];
        for (long oh = 0; oh < taps.Length; oh++)
        {
            var (firstRow, endRow) = height.InputTaps(oh);
            taps[oh] = ((nint)(firstRow * width.Kernel), (nint)(endRow * width.Kernel));
        }
    }

    /// <summary>Whether rows can be read as they lie, and are long enough.</summary>
    /// <param name="width">The axis of the columns.</param>
    /// <param name="inputStep">Elements from a column of the input to the next.</param>
    /// <param name="outputStep">The same for the output.</param>
    /// <param name="indicesStep">The same for the indices; 1 where none are written.</param>
    public static bool CanRead(WindowAxis width, long inputStep, long outputStep, long indicesStep = 1) =>
        inputStep == 1 && outputStep == 1 && indicesStep == 1
        && width.Stride <= 2 && width.Out >= Math.Min(TLanes.Count, Lanes128<T>.Count)
        && width.PadBefore == 0 && width.InputIndex(width.Out - 1, width.Kernel - 1) < width.In;

    /// <summary>How far from its first tap each tap of a window reads, for kh, for kw.</summary>
    public nint[] Shifts()
    {
        var shifts = new nint[checked(height.Kernel * width.Kernel)];
        nint t = 0;
        for (long kh = 0; kh < height.Kernel; kh++)
            for (long kw = 0; kw < width.Kernel; kw++) shifts[t++] = (nint)(kh * height.Dilation * pitch + kw * width.Dilation);
        return shifts;
    }

    /// <summary>Has row <paramref name="oh"/> of a plane's windows computed.</summary>
    /// <param name="windows">What computes them.</param>
    /// <param name="oh">The row.</param>
    /// <param name="plane">Cell [0, 0] of the input's plane.</param>
    /// <param name="output">Where the result of window (oh, 0) goes, and the others behind it.</param>
    /// <param name="indices">The same for the indices of a max pool; null for none.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Run<TRow>(in TRow windows, long oh, T* plane, T* output, long* indices) where TRow : struct, IWindowRow<T>
    {
        T* cells = plane + (nint)(oh * height.Stride - height.PadBefore) * pitch;
        // Rows are too short for the hardware prefetcher to foresee what is read soon.
        for (nint i = 0; i < height.Stride; i++) Row.Prefetch(cells + i * pitch + BytesAhead / sizeof(T), width.In);
        // The widest register that the row fills.
        if (width.Out >= TLanes.Count) Run<TRow, TLanes>(windows, oh, cells, output, indices);
        else if (TLanes.Count > Lanes256<T>.Count && width.Out >= Lanes256<T>.Count)
            Run<TRow, Lanes256<T>>(windows, oh, cells, output, indices);
        else Run<TRow, Lanes128<T>>(windows, oh, cells, output, indices);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Run<TRow, TWidth>(in TRow windows, long oh, T* cells, T* output, long* indices)
        where TRow : struct, IWindowRow<T> where TWidth : struct, ILanes<TWidth, T>
    {
        var (first, end) = taps[oh];
        if (width.Stride == 1) windows.Run<TWidth, Stride1<T>>(oh, first, end, cells, output, indices);
        else windows.Run<TWidth, Stride2<T>>(oh, first, end, cells, output, indices);
    }
}
