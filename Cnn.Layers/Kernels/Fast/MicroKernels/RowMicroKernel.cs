using System.Numerics;
using System.Runtime.CompilerServices;
using Cnn.Layers.Kernels.Lanes;

namespace Cnn.Layers.Kernels.Fast;

/// <summary>The innermost loop where one filter stands alone (depthwise): one row of eight registers instead of a tile.</summary>
internal static unsafe class RowMicroKernel<T, TLanes>
    where T : unmanaged, IFloatingPointIeee754<T>
    where TLanes : struct, ILanes<TLanes, T>
{
    private const int Ahead = 4; // C7, tiles: so far ahead, cache lines of the output are prefetched before they are written

    /// <summary>Columns of a tile.</summary>
    public static int Columns => 8 * TLanes.Count;

    /// <summary>c[column] (+)= sum over terms of a[term.A] * b[term.B + column].</summary>
    /// <param name="terms">The terms, in the order of the sum.</param>
    /// <param name="count">How many.</param>
    /// <param name="a">One number for each term.</param>
    /// <param name="b">Eight registers for each term.</param>
    /// <param name="c">Where the sums stand.</param>
    /// <param name="tiles">How many tiles, one behind the other.</param>
    /// <param name="accumulate">Whether these sums, which start at +0, are added to those in C.</param>
    /// <param name="bias">A number added last; null for none.</param>
    /// <param name="ahead">What is read after these sums; null for nothing.</param>
    /// <param name="prefetchLines">Cache lines of it to prefetch with each tile.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void MultiplyAdd(OperandOffsets* terms, nint count, T* a, T* b, T* c, nint tiles, bool accumulate, T* bias,
        PrefetchStream<T>* ahead, nint prefetchLines)
    {
        int lanes = TLanes.Count;
        for (; tiles > 0; tiles--, b += Columns, c += Columns)
        {
            TLanes zero = TLanes.Broadcast(T.Zero);
            TLanes c0 = zero, c1 = zero, c2 = zero, c3 = zero, c4 = zero, c5 = zero, c6 = zero, c7 = zero;
            if (ahead != null) ahead->Prefetch(prefetchLines); // C7
            Row.Prefetch(c + Ahead * Columns, Columns);
            for (OperandOffsets* term = terms, end = terms + count; term < end; term++)
            {
                TLanes weight = TLanes.Broadcast(a[term->A]);
                T* column = b + term->B;
                c0 = TLanes.MultiplyAdd(weight, TLanes.Load(column), c0);
                c1 = TLanes.MultiplyAdd(weight, TLanes.Load(column + lanes), c1);
                c2 = TLanes.MultiplyAdd(weight, TLanes.Load(column + 2 * lanes), c2);
                c3 = TLanes.MultiplyAdd(weight, TLanes.Load(column + 3 * lanes), c3);
                c4 = TLanes.MultiplyAdd(weight, TLanes.Load(column + 4 * lanes), c4);
                c5 = TLanes.MultiplyAdd(weight, TLanes.Load(column + 5 * lanes), c5);
                c6 = TLanes.MultiplyAdd(weight, TLanes.Load(column + 6 * lanes), c6);
                c7 = TLanes.MultiplyAdd(weight, TLanes.Load(column + 7 * lanes), c7);
            }
            if (accumulate)
            {
                T* half = c + 4 * lanes;
                (c0, c1) = (TLanes.Add(TLanes.Load(c), c0), TLanes.Add(TLanes.Load(c + lanes), c1));
                (c2, c3) = (TLanes.Add(TLanes.Load(c + 2 * lanes), c2), TLanes.Add(TLanes.Load(c + 3 * lanes), c3));
                (c4, c5) = (TLanes.Add(TLanes.Load(half), c4), TLanes.Add(TLanes.Load(half + lanes), c5));
                (c6, c7) = (TLanes.Add(TLanes.Load(half + 2 * lanes), c6), TLanes.Add(TLanes.Load(half + 3 * lanes), c7));
            }
            if (bias != null)
            {
                TLanes plus = TLanes.Broadcast(*bias);
                (c0, c1, c2, c3) = (TLanes.Add(c0, plus), TLanes.Add(c1, plus), TLanes.Add(c2, plus), TLanes.Add(c3, plus));
                (c4, c5, c6, c7) = (TLanes.Add(c4, plus), TLanes.Add(c5, plus), TLanes.Add(c6, plus), TLanes.Add(c7, plus));
            }
            TLanes.Store(c0, c);
            TLanes.Store(c1, c + lanes);
            TLanes.Store(c2, c + 2 * lanes);
            TLanes.Store(c3, c + 3 * lanes);
            TLanes.Store(c4, c + 4 * lanes);
            TLanes.Store(c5, c + 5 * lanes);
            TLanes.Store(c6, c + 6 * lanes);
            TLanes.Store(c7, c + 7 * lanes);
        }
    }
}
