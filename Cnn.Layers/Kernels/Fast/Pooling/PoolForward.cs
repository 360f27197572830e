using System.Numerics;
using System.Runtime.CompilerServices;
using Cnn.Layers.Geometry;
using Cnn.Layers.Kernels.Lanes;

namespace Cnn.Layers.Kernels.Fast;

/// <summary>What computes the windows of a band: a maximum or an average of each.</summary>
internal unsafe interface IPoolWindows<T> where T : unmanaged, IFloatingPointIeee754<T>
{
    /// <summary>Makes ready for the windows of rows [oh, oh + rows).</summary>
    void BeginAt(long oh, int rows);

    /// <summary>Computes windows [first, first + count), <typeparamref name="TWidth"/> at a time; they fill a register at least.</summary>
    /// <param name="first">Number of the first window in the band, i * pitch + j.</param>
    /// <param name="count">Windows.</param>
    /// <param name="firstTap">The first tap that is read; taps are numbered for kh, for kw.</param>
    /// <param name="endTap">The tap after the last.</param>
    /// <param name="cells">What tap 0 of the first window reads, and <typeparamref name="TStride"/> cells on that of the next.</param>
    /// <param name="output">Where the first result goes, and the others behind it.</param>
    /// <param name="indices">The same for the indices of a max pool; null for none.</param>
    void Run<TWidth, TStride>(nint first, nint count, nint firstTap, nint endTap, T* cells, T* output, long* indices)
        where TWidth : struct, ILanes<TWidth, T> where TStride : struct, ICount;
}

/// <summary>The forward pass of a pool, a band of windows at a time: where they read, and where their results go.</summary>
/// <remarks>
/// Where windows are read in place (<see cref="PoolSchedules{T, TLanes}"/>), at a stride of 1 they read a register of neighbours, of 2
/// every second of two registers of neighbours (<see cref="ILanes{TSelf, T}.LoadEverySecond"/>); rows of padding are left out. Elsewhere
/// what a band reads is packed first (<see cref="PackedInput{T}"/>), and window (i, j) is number i * pitch + j of it: a run of windows may
/// cross the end of a row, and what it finds behind the last column belongs to no window.
/// </remarks>
/// <typeparam name="T">float or double.</typeparam>
/// <typeparam name="TLanes">The registers.</typeparam>
/// <typeparam name="TWindows">What computes the windows.</typeparam>
internal static unsafe class PoolForward<T, TLanes, TWindows>
    where T : unmanaged, IFloatingPointIeee754<T>
    where TLanes : struct, ILanes<TLanes, T>
    where TWindows : struct, IPoolWindows<T>
{
    private const int BytesAhead = 32 << 10; // of what is read in place, so far ahead is prefetched

    /// <summary>Computes all windows.</summary>
    /// <param name="pool">The pool.</param>
    /// <param name="bands">How its windows are cut.</param>
    /// <param name="padding">What the cells of the padding hold.</param>
    /// <param name="input">Element [0, 0, 0, 0].</param>
    /// <param name="inputStrides">Its strides.</param>
    /// <param name="output">Element [0, 0, 0, 0].</param>
    /// <param name="outputStrides">Its strides.</param>
    /// <param name="indices">Element [0, 0, 0, 0] of the indices of a max pool, or null for none.</param>
    /// <param name="indicesStrides">Its strides.</param>
    /// <param name="schedule">A schedule to take wherever it does not refuse; null for the first that does not.</param>
    /// <param name="windowsOf">
    /// What computes the windows of a thread, for a pitch and for how far each tap reads from tap 0, for kh, for kw.
    /// </param>
    public static void Run(
        Pool2DGeometry pool, PoolBands bands, T padding, T* input, Shape4 inputStrides, T* output, Shape4 outputStrides, long* indices,
        Shape4 indicesStrides, string? schedule, Func<nint, nint[], TWindows> windowsOf)
    {
        var (height, width) = (pool.Height, pool.Width);
        nint columns = (nint)width.Out;
        bool rowsAreDense = outputStrides.W == 1 && (indices == null || indicesStrides.W == 1);
        bool isDense = rowsAreDense && outputStrides.H == columns && (indices == null || indicesStrides.H == columns);
        bool isInPlace = schedule != PoolSchedules<T, TLanes>.Packed
            && PoolSchedules<T, TLanes>.InPlaceRefusal(width, rowsAreDense && inputStrides.W == 1) is null;
        long work = pool.InputShape.Elements + pool.OutputShape.Elements;
        bands.Share(work, [MethodImpl(MethodImplOptions.AggressiveOptimization)] (band, end) => // M2, A2
        {
            var packed = isInPlace ? default : bands.Packed(pool, TLanes.Count, padding);
            T* cells = isInPlace ? null : Scratch.Get<T>(Scratch.Planes, packed.Cells);
            nint pitch = isInPlace ? columns : (nint)packed.Pitch;
            nint[] shifts = isInPlace ? ShiftsInPlace(pool, inputStrides.H) : packed.TapOffsets();
            var taps = isInPlace ? TapsOfRows(pool) : [];
            var windows = windowsOf(pitch, shifts);
            nint most = isInPlace ? 0 : PoolBands.RoundUp(bands.BandRows * pitch, TLanes.Count);
            long* winners = indices == null ? null : Scratch.Get<long>(Scratch.Winners, most);
            T* values = Scratch.Get<T>(Scratch.Results, most);
            for (; band < end; band++)
            {
                var (n, c, oh, rows) = bands[band];
                T* plane = input + n * inputStrides.N + c * inputStrides.C;
                T* to = output + n * outputStrides.N + c * outputStrides.C + oh * outputStrides.H;
                long* toIndices = indices == null ? null
                    : indices + n * indicesStrides.N + c * indicesStrides.C + oh * indicesStrides.H;
                windows.BeginAt(oh, rows);
                if (isInPlace) // M6, A5
                {
                    T* row = plane + (oh * height.Stride - height.PadBefore) * inputStrides.H; // before row 0 it lies outside of the tensor
                    for (int i = 0; i < rows; i++, row += height.Stride * inputStrides.H, to += outputStrides.H)
                    {
                        // Rows are too short for the hardware prefetcher to foresee what is read soon.
                        for (long s = 0; s < height.Stride; s++) Row.Prefetch(row + s * inputStrides.H + BytesAhead / sizeof(T), width.In);
                        WidestLanes.Run<T, TLanes, RowInPlace>(columns, new(ref windows, i * pitch, columns, width.Stride, taps[oh + i],
                            row, to, toIndices == null ? null : toIndices + i * indicesStrides.H));
                    }
                    continue;
                }
                // M3, A3
                packed.Copy(plane, inputStrides, 1, 1, oh, 0, cells, ahead: rows * height.Stride * inputStrides.H);
                if (isDense && columns == pitch && rows * columns >= TLanes.Count)
                    windows.Run<TLanes, One>(0, rows * columns, 0, shifts.Length, cells, to, toIndices);
                else if (rowsAreDense && columns >= TLanes.Count)
                    for (int i = 0; i < rows; i++)
                        windows.Run<TLanes, One>(i * pitch, columns, 0, shifts.Length, cells + i * pitch, to + i * outputStrides.H,
                            toIndices == null ? null : toIndices + i * indicesStrides.H);
                else
                {
                    windows.Run<TLanes, One>(0, PoolBands.RoundUp(rows * pitch, TLanes.Count), 0, shifts.Length, cells, values, winners);
                    for (int i = 0; i < rows; i++)
                    {
                        Move(values + i * pitch, to + i * outputStrides.H, columns, (nint)outputStrides.W);
                        if (toIndices != null) Move(winners + i * pitch, toIndices + i * indicesStrides.H, columns, (nint)indicesStrides.W);
                    }
                }
            }
        });
    }

    private readonly ref struct RowInPlace(
        ref TWindows windows, nint first, nint columns, long stride, (nint First, nint End) taps, T* cells, T* to, long* indices)
        : ILanesLoop<T>
    {
        private readonly ref TWindows windows = ref windows;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Run<TWidth>() where TWidth : struct, ILanes<TWidth, T>
        {
            if (stride == 1) windows.Run<TWidth, One>(first, columns, taps.First, taps.End, cells, to, indices);
            else windows.Run<TWidth, Two>(first, columns, taps.First, taps.End, cells, to, indices);
        }
    }

    // How far from tap 0 each tap reads where nothing is packed, for kh, for kw.
    private static nint[] ShiftsInPlace(in Pool2DGeometry pool, long pitch)
    {
        var (height, width) = (pool.Height, pool.Width);
        var shifts = new nint[checked(height.Kernel * width.Kernel)];
        for (long t = 0; t < shifts.Length; t++)
            shifts[t] = (nint)(t / width.Kernel * height.Dilation * pitch + t % width.Kernel * width.Dilation);
        return shifts;
    }

    // Of the windows of each row, the taps that lie in the input.
    private static (nint First, nint End)[] TapsOfRows(in Pool2DGeometry pool)
    {
        var taps = new (nint, nint)[pool.Height.Out];
        for (long oh = 0; oh < taps.Length; oh++)
        {
            var (first, end) = pool.Height.InputTaps(oh);
            taps[oh] = ((nint)(first * pool.Width.Kernel), (nint)(end * pool.Width.Kernel));
        }
        return taps;
    }

    private static void Move<TElement>(TElement* from, TElement* to, nint count, nint step) where TElement : unmanaged
    {
        if (step == 1) new ReadOnlySpan<TElement>(from, checked((int)count)).CopyTo(new(to, checked((int)count)));
        else for (nint ow = 0; ow < count; ow++) to[ow * step] = from[ow];
    }
}
