using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using Cnn.Layers.Kernels.Lanes;

namespace Cnn.Layers.Kernels.Fast;

/// <summary>Copies of short rows: most are a few registers long, where a call to a general copy takes longer than copying.</summary>
internal static unsafe class Row
{
    private const int Line = 64; // bytes of a line of the cache

    /// <summary>Zeros.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Clear<T>(T* to, long count) where T : unmanaged
    {
        if (count > 16) new Span<T>(to, checked((int)count)).Clear();
        else for (long x = 0; x < count; x++) to[x] = default;
    }

    /// <summary>Has a row brought into the cache: to be read soon, where the processor cannot foresee it.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Prefetch<T>(T* row, long count) where T : unmanaged
    {
        if (!Sse.IsSupported) return;
        for (T* end = row + count; row < end; row += Line / sizeof(T)) Sse.Prefetch0(row);
    }

    /// <summary>to[first + x] = from[x * step] up to to[end - 1]; zeros on either side, up to <paramref name="count"/>.</summary>
    /// <param name="from">The first element that is copied.</param>
    /// <param name="step">Elements from one that is copied to the next.</param>
    /// <param name="to">The row.</param>
    /// <param name="first">Zeros before.</param>
    /// <param name="end">Where the copies end.</param>
    /// <param name="count">Elements of the row.</param>
    /// <param name="ahead">
    /// Elements to a row that is copied soon, or 0: it is brought into the cache, since rows are too short for the processor to
    /// foresee.
    /// </param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Copy<T>(T* from, long step, T* to, long first, long end, long count, long ahead)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        long copied = end - first;
        if (ahead != 0 && step <= 2) Prefetch(from + ahead, copied * step);
        Clear(to, first);
        Clear(to + end, count - end);
        to += first;
        if (step == 1) Copy(from, to, copied);
        else if (step == 2 && sizeof(T) == sizeof(int)) CopyEverySecond((int*)from, (int*)to, copied);
        else for (long x = 0; x < copied; x++) to[x] = from[x * step];
    }

    /// <summary>to[x] = from[x] (+ constant): in the widest registers that the row fills.</summary>
    /// <param name="from">What is copied.</param>
    /// <param name="to">Where it goes.</param>
    /// <param name="count">How many.</param>
    /// <param name="constant">Added to each; null for none, which is not the same as 0: that would turn -0 into +0.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Copy<T>(T* from, T* to, long count, T* constant = null) where T : unmanaged, IFloatingPointIeee754<T>
    {
        if (count >= Lanes512<T>.Count) InLanes<Lanes512<T>, T>(from, to, count, constant);
        else if (count >= Lanes256<T>.Count) InLanes<Lanes256<T>, T>(from, to, count, constant);
        else if (count >= Lanes128<T>.Count) InLanes<Lanes128<T>, T>(from, to, count, constant);
        else InLanes<Lanes1<T>, T>(from, to, count, constant);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void InLanes<TLanes, T>(T* from, T* to, long count, T* constant)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TLanes : struct, ILanes<TLanes, T>
    {
        long last = count - TLanes.Count; // the last ones, some of them twice
        if (constant == null)
        {
            for (long x = 0; x < last; x += TLanes.Count) TLanes.Store(TLanes.Load(from + x), to + x);
            if (count > 0) TLanes.Store(TLanes.Load(from + last), to + last);
            return;
        }
        TLanes plus = TLanes.Broadcast(*constant);
        for (long x = 0; x < last; x += TLanes.Count) TLanes.Store(TLanes.Add(TLanes.Load(from + x), plus), to + x);
        if (count > 0) TLanes.Store(TLanes.Add(TLanes.Load(from + last), plus), to + last);
    }

    /// <summary>to[2 x] = even[x], to[2 x + 1] = odd[x].</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Merge<T>(T* even, T* odd, T* to, long count) where T : unmanaged, IFloatingPointIeee754<T>
    {
        if (count >= Lanes512<T>.Count) Merge<Lanes512<T>, T>(even, odd, to, count);
        else if (count >= Lanes256<T>.Count) Merge<Lanes256<T>, T>(even, odd, to, count);
        else if (count >= Lanes128<T>.Count) Merge<Lanes128<T>, T>(even, odd, to, count);
        else Merge<Lanes1<T>, T>(even, odd, to, count);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Merge<TLanes, T>(T* even, T* odd, T* to, long count)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TLanes : struct, ILanes<TLanes, T>
    {
        long last = count - TLanes.Count; // the last ones, some of them twice
        for (long x = 0; x < last; x += TLanes.Count) TLanes.MergePairs(TLanes.Load(even + x), TLanes.Load(odd + x), to + 2 * x);
        if (count > 0) TLanes.MergePairs(TLanes.Load(even + last), TLanes.Load(odd + last), to + 2 * last);
    }

    /// <summary>even[x] = from[2 x], odd[x] = from[2 x + 1].</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Split<T>(T* from, T* even, T* odd, long count) where T : unmanaged, IFloatingPointIeee754<T>
    {
        if (count >= Lanes512<T>.Count) Split<Lanes512<T>, T>(from, even, odd, count);
        else if (count >= Lanes256<T>.Count) Split<Lanes256<T>, T>(from, even, odd, count);
        else if (count >= Lanes128<T>.Count) Split<Lanes128<T>, T>(from, even, odd, count);
        else Split<Lanes1<T>, T>(from, even, odd, count);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Split<TLanes, T>(T* from, T* even, T* odd, long count)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TLanes : struct, ILanes<TLanes, T>
    {
        long last = count - TLanes.Count;
        for (long x = 0; x < last; x += TLanes.Count) TLanes.SplitPairs(from + 2 * x, even + x, odd + x);
        if (count > 0) TLanes.SplitPairs(from + 2 * last, even + last, odd + last);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void CopyEverySecond(int* from, int* to, long count)
    {
        // Of each pair, seen as one number of 64 bits, the lower half; the last pair's upper half may lie outside.
        int step = Vector256<int>.Count;
        long x = 0;
        for (; x < count - step; x += step) Halves((ulong*)(from + 2 * x), 0).Store(to + x);
        if (count > step)
        {
            // The last ones, some of them twice: of the pairs that end with each, the upper half.
            x = count - step;
            Halves((ulong*)(from + 2 * x - 1), 32).Store(to + x);
            return;
        }
        for (; x < count; x++) to[x] = from[2 * x];

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        static Vector256<int> Halves(ulong* pairs, int shift) => Vector256.Narrow(
            Vector256.Load(pairs) >> shift, Vector256.Load(pairs + Vector256<ulong>.Count) >> shift).AsInt32();
    }
}
