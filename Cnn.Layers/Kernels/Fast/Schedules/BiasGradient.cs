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
    public static void Run(T* up, Shape4 shape, Shape4 strides, T* sums)
    {
        int channels = checked((int)shape.C);
        // As in ConvSchedules: rather a narrow register than a tail that fills half a wide one.
        if (typeof(TLanes) == typeof(Lanes512<T>) && 2 * channels <= TLanes.Count)
            BiasGradient<T, Lanes256<T>>.Run(up, shape, strides, sums);
        else
            Threads.For((channels + TLanes.Count - 1) / TLanes.Count, shape.Elements, task =>
            {
                int first = task * TLanes.Count;
                Sum(up + first * strides.C, shape with { C = Math.Min(TLanes.Count, channels - first) }, strides, sums + first);
            });
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Sum(T* up, Shape4 shape, Shape4 strides, T* sums)
    {
        int channels = checked((int)shape.C);
        // rows one behind the other are one row
        var (rows, columns) = strides.H == shape.W * strides.W ? (1, shape.H * shape.W) : (shape.H, shape.W);
        T* transposed = Scratch.Get<T>(Scratch.Transposed, (Piece + 1) * TLanes.Count), acc = transposed + Piece * TLanes.Count;
        TLanes.Store(TLanes.Broadcast(T.Zero), acc);
        for (long n = 0; n < shape.N; n++)
            for (long oh = 0; oh < rows; oh++)
                for (long ow = 0; ow < columns; ow += Piece)
                {
                    nint count = (nint)Math.Min(Piece, columns - ow);
                    Transpose.Channels(
                        up + n * strides.N + oh * strides.H + ow * strides.W, strides, channels, count, transposed, TLanes.Count);
                    Add(transposed, count, TLanes.Count, acc);
                }
        new Span<T>(acc, channels).CopyTo(new(sums, channels));
    }

    /// <summary>sums[c] += cell[x * step + c], for x: in a method of its own, because the JIT keeps no register over a call.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public static void Add(T* cell, nint count, nint step, T* sums)
    {
        var acc = TLanes.Load(sums);
        for (nint x = 0; x < count; x++, cell += step) acc = TLanes.Add(acc, TLanes.Load(cell));
        TLanes.Store(acc, sums);
    }
}
