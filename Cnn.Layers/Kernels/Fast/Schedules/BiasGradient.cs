using System.Numerics;
using System.Runtime.CompilerServices;
using Cnn.Layers.Geometry;
using Cnn.Layers.Kernels.Lanes;

namespace Cnn.Layers.Kernels.Fast;

/// <summary>The gradient of the bias: each is one long sum over all windows, for n, for oh, for ow. Lanes run along the channels.</summary>
internal static unsafe class BiasGradient<T, TLanes>
    where T : unmanaged, IFloatingPointIeee754<T>
    where TLanes : struct, ILanes<TLanes, T>
{
    private const int Piece = 64; // cells of a row at a time: transposed, they stay in L1

    /// <summary>sums[c] = sum over n, oh, ow of up[n, c, oh, ow].</summary>
    public static void Run(T* up, Shape4 shape, Shape4 strides, PartialSums partial, T* sums)
    {
        int channels = checked((int)shape.C);
        // As in ConvSchedules: rather a narrow register than a tail that fills half a wide one.
        if (typeof(TLanes) == typeof(Lanes512<T>) && 2 * channels <= TLanes.Count)
            BiasGradient<T, Lanes256<T>>.Run(up, shape, strides, partial, sums);
        else
            Threads.For((channels + TLanes.Count - 1) / TLanes.Count, shape.Elements, task =>
            {
                int first = task * TLanes.Count;
                Sum(up + first * strides.C, shape with { C = Math.Min(TLanes.Count, channels - first) }, strides, partial,
                    sums + first);
            });
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Sum(T* up, Shape4 shape, Shape4 strides, PartialSums partial, T* sums)
    {
        int channels = checked((int)shape.C);
        // rows one behind the other are one row
        bool isRow = strides.H == shape.W * strides.W && partial.Columns == shape.W;
        var (rows, columns, most) = isRow ? (1, shape.H * shape.W, partial.Rows * shape.W) : (shape.H, shape.W, partial.Columns);
        T* transposed = Scratch.Get<T>(Scratch.Transposed, (Piece + 1) * TLanes.Count), total = transposed + Piece * TLanes.Count;
        TLanes zero = TLanes.Broadcast(T.Zero), sum = zero;
        TLanes.Store(zero, total);
        bool isFirst = true;
        for (long n = 0; n < shape.N; n++)
            for (long oh = 0; oh < rows; oh++)
                for (long ow = 0, count; ow < columns; ow += count)
                {
                    count = Math.Min(Math.Min(Piece, columns - ow), most - ow % most);
                    Transpose.Channels(
                        up + n * strides.N + oh * strides.H + ow * strides.W, strides, channels, (nint)count, transposed, TLanes.Count);
                    sum = Add(sum, transposed, (nint)count, TLanes.Count);
                    var (row, column) = isRow ? Math.DivRem(ow + count - 1, shape.W) : (oh, ow + count - 1);
                    if (!partial.EndsWith(n, row, column, shape)) continue;
                    TLanes.Store(isFirst ? sum : TLanes.Add(TLanes.Load(total), sum), total);
                    (sum, isFirst) = (zero, false);
                }
        new Span<T>(total, channels).CopyTo(new(sums, channels));
    }

    /// <summary>A partial sum: sums[c] (+)= the sum of cell[x * step + c], for x.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Add(T* cell, nint count, nint step, T* sums, bool accumulate)
    {
        var sum = Add(TLanes.Broadcast(T.Zero), cell, count, step);
        TLanes.Store(accumulate ? TLanes.Add(TLanes.Load(sums), sum) : sum, sums);
    }

    // In a method of its own, because the JIT keeps no register over a call.
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static TLanes Add(TLanes sum, T* cell, nint count, nint step)
    {
        for (nint x = 0; x < count; x++, cell += step) sum = TLanes.Add(sum, TLanes.Load(cell));
        return sum;
    }
}
