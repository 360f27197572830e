using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.X86;
using Cnn.Layers.Kernels.Lanes;

namespace Cnn.Layers.Kernels.Fast;

/// <summary>Copies of short rows: most are a few registers long, where a call to a general copy takes longer than copying.</summary>
internal static unsafe class Row
{
    private const int Line = 64; // bytes of a line of the cache

    /// <summary>to[x] = value.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Fill<T>(T* to, long count, T value) where T : unmanaged
    {
        if (count > 16) new Span<T>(to, checked((int)count)).Fill(value);
        else for (long x = 0; x < count; x++) to[x] = value;
    }

    /// <summary>Zeros, of a row that may be longer than a span.</summary>
    public static void ClearLong<T>(T* to, long count) where T : unmanaged
    {
        if (count > 0) NativeMemory.Clear(to, (nuint)count * (nuint)sizeof(T));
    }

    /// <summary>Elements of a line of the cache.</summary>
    public static int ElementsOfALine<T>() where T : unmanaged => Line / sizeof(T);

    /// <summary>Prefetches a cache line into L2.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void PrefetchLine<T>(T* line) where T : unmanaged
    {
        if (Sse.IsSupported) Sse.Prefetch1(line);
    }

    /// <summary>Prefetches a row that is read soon, where the hardware prefetcher cannot foresee it.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Prefetch<T>(T* row, long count) where T : unmanaged
    {
        if (!Sse.IsSupported) return;
        for (T* end = row + count; row < end; row += ElementsOfALine<T>()) PrefetchLine(row);
    }

    /// <summary>Cells a stride of 1 or 2 apart.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLanes Load<TLanes, T, TStride>(T* from)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TLanes : struct, ILanes<TLanes, T>
        where TStride : struct, ICount =>
        TStride.Value == 1 ? TLanes.Load(from) : TLanes.LoadEverySecond(from);

    /// <summary>to[x] = from[x]: in the widest registers that the row fills.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Copy<T>(T* from, T* to, long count) where T : unmanaged, IFloatingPointIeee754<T> =>
        WidestLanes.Run<T, Lanes512<T>, Copying<T>>(count, new(from, to, count));

    private readonly struct Copying<T>(T* from, T* to, long count) : ILanesLoop<T> where T : unmanaged, IFloatingPointIeee754<T>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Run<TLanes>() where TLanes : struct, ILanes<TLanes, T> => Copy<TLanes, T>(from, to, count);
    }

    /// <summary>The same for a row of at least one such register.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Copy<TLanes, T>(T* from, T* to, long count)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TLanes : struct, ILanes<TLanes, T>
    {
        nint last = (nint)count - TLanes.Count, x = 0; // the last ones, some of them twice
        if (last > 8 * TLanes.Count)
        {
            // Whole lines from here on: a register that is written across two lines takes twice as long.
            TLanes.Store(TLanes.Load(from), to);
            x = TLanes.Count - (nint)((nuint)to / (nuint)sizeof(T) % (nuint)TLanes.Count);
        }
        for (; x < last; x += TLanes.Count) TLanes.Store(TLanes.Load(from + x), to + x);
        if (count > 0) TLanes.Store(TLanes.Load(from + last), to + last);
    }

    /// <summary>to[2 x] = even[x], to[2 x + 1] = odd[x].</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Merge<T>(T* even, T* odd, T* to, long count) where T : unmanaged, IFloatingPointIeee754<T> =>
        WidestLanes.Run<T, Lanes512<T>, Merging<T>>(count, new(even, odd, to, count));

    private readonly struct Merging<T>(T* even, T* odd, T* to, long count) : ILanesLoop<T> where T : unmanaged, IFloatingPointIeee754<T>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Run<TLanes>() where TLanes : struct, ILanes<TLanes, T>
        {
            long last = count - TLanes.Count; // the last ones, some of them twice
            for (long x = 0; x < last; x += TLanes.Count) TLanes.MergePairs(TLanes.Load(even + x), TLanes.Load(odd + x), to + 2 * x);
            if (count > 0) TLanes.MergePairs(TLanes.Load(even + last), TLanes.Load(odd + last), to + 2 * last);
        }
    }

    /// <summary>Whether some element of some rows is -0, infinite or NaN.</summary>
    /// <param name="row">The first row.</param>
    /// <param name="rows">How many.</param>
    /// <param name="count">Elements of a row.</param>
    /// <param name="step">Elements from row to row.</param>
    public static bool HasNegativeZeroOrNonFinite<T>(T* row, nint rows, nint count, nint step) where T : unmanaged, IFloatingPointIeee754<T>
    {
        for (nint r = 0; r < rows; r++, row += step)
        {
            var found = Vector<T>.Zero;
            nint x = 0;
            for (; x + Vector<T>.Count <= count; x += Vector<T>.Count)
            {
                var cells = Vector.Load(row + x);
                // The difference of an infinite number to itself is NaN.
                found |= Vector.Equals(cells, Vector<T>.Zero) & Vector.IsNegative(cells) | ~Vector.Equals(cells - cells, Vector<T>.Zero);
            }
            if (found != Vector<T>.Zero) return true;
            for (; x < count; x++)
                if (!T.IsFinite(row[x]) || T.IsNegative(row[x]) && row[x] == T.Zero) return true;
        }
        return false;
    }
}
