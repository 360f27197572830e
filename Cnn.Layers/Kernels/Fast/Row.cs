using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Cnn.Layers.Kernels.Fast;

/// <summary>Copies of short rows: most are a few registers long, where a call to a general copy takes longer than copying.</summary>
internal static unsafe class Row
{
    /// <summary>Zeros.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Clear<T>(T* to, long count) where T : unmanaged
    {
        if (count > 64) new Span<T>(to, checked((int)count)).Clear();
        else for (long x = 0; x < count; x++) to[x] = default;
    }

    /// <summary>Has a row brought into the cache that is copied soon: a row is too short for the processor to foresee.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Prefetch<T>(T* row, long count, long step) where T : unmanaged
    {
        const int Line = 64;
        if (!Sse.IsSupported || step != 1) return;
        for (T* end = row + count; row < end; row += Line / sizeof(T)) Sse.Prefetch0(row);
    }

    /// <summary>to[x] = from[x * step].</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Copy<T>(T* from, long step, T* to, long count) where T : unmanaged
    {
        if (step == 1) CopyNeighbours((byte*)from, (byte*)to, count * sizeof(T));
        else if (step == 2 && sizeof(T) == sizeof(int)) CopyEverySecond((int*)from, (int*)to, count);
        else for (long x = 0; x < count; x++) to[x] = from[x * step];
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void CopyNeighbours(byte* from, byte* to, long bytes)
    {
        const int Size = 32;
        if (bytes < Size)
        {
            for (long x = 0; x < bytes; x += sizeof(int)) *(int*)(to + x) = *(int*)(from + x);
            return;
        }
        for (long x = 0; x < bytes - Size; x += Size) Vector256.Load(from + x).Store(to + x);
        Vector256.Load(from + bytes - Size).Store(to + bytes - Size); // the last ones, some of them twice
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void CopyEverySecond(int* from, int* to, long count)
    {
        // Of each pair, seen as one number of 64 bits, the lower half; the last pair's upper half may lie outside.
        int step = Vector256<int>.Count;
        long x = 0;
        for (; x < count - step; x += step) Lower((ulong*)(from + 2 * x), 0).Store(to + x);
        if (count > step)
        {
            // The last ones, some of them twice: of the pairs that end with each, the upper half.
            x = count - step;
            Lower((ulong*)(from + 2 * x - 1), 32).Store(to + x);
            return;
        }
        for (; x < count; x++) to[x] = from[2 * x];

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        static Vector256<int> Lower(ulong* pairs, int shift) => Vector256.Narrow(
            Vector256.Load(pairs) >> shift, Vector256.Load(pairs + Vector256<ulong>.Count) >> shift).AsInt32();
    }
}
