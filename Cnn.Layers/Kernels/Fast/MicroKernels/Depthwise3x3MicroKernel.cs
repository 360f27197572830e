using System.Numerics;
using System.Runtime.CompilerServices;
using Cnn.Layers.Kernels.Lanes;

namespace Cnn.Layers.Kernels.Fast;

/// <summary>
/// <see cref="DepthwiseMicroKernel{T, TLanes, TSums, TStride}"/> for 3 x 3 taps, which most depthwise convolutions have: all nine weights
/// stay in registers, and a row of cells needs loads, multiply-adds and a store alone.
/// </summary>
internal static unsafe class Depthwise3x3MicroKernel<T, TLanes, TStride>
    where T : unmanaged, IFloatingPointIeee754<T>
    where TLanes : struct, ILanes<TLanes, T>
    where TStride : struct, ICount
{
    /// <summary>Registers of a row of outputs at a time.</summary>
    public static int MostRegisters => CostModel.Registers<T, TLanes>() == 16 ? 2 : DepthwiseArguments<T>.MostRegisters;

    /// <summary>Computes all rows of so many registers.</summary>
    /// <param name="outputs">Where they lie.</param>
    /// <param name="last">The column at which the last register begins: it may overlap the one before it.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void MultiplyAdd<TRegisters>(in DepthwiseArguments<T> outputs, nint last) where TRegisters : struct, ICount
    {
        T* weights = outputs.Weights;
        TLanes w00 = TLanes.Broadcast(weights[0]), w10 = TLanes.Broadcast(weights[1]), w20 = TLanes.Broadcast(weights[2]);
        TLanes w01 = TLanes.Broadcast(weights[3]), w11 = TLanes.Broadcast(weights[4]), w21 = TLanes.Broadcast(weights[5]);
        TLanes w02 = TLanes.Broadcast(weights[6]), w12 = TLanes.Broadcast(weights[7]), w22 = TLanes.Broadcast(weights[8]);
        TLanes none = TLanes.Broadcast(T.Zero);
        // Of the rows of outputs whose tap kh = 2, 1 and 0 the row of cells is; with a stride of 2, 2 and 0, then 1.
        TLanes a0 = none, a1 = none, a2 = none, a3 = none, b0 = none, b1 = none, b2 = none, b3 = none;
        TLanes c0 = none, c1 = none, c2 = none, c3 = none;
        nint k0 = outputs.Columns[0], k1 = outputs.Columns[1], k2 = outputs.Columns[2];
        nint before = TStride.Value == 1 ? 2 : 1; // rows of windows that begin before the first one ends
        nint rows = outputs.Rows + before, end = outputs.End, row = outputs.CellRow, outputRow = outputs.OutputRow;
        T* cells = outputs.Cells + outputs.First * row, to = outputs.Output;
        for (nint y = outputs.First; y < rows; y++, cells += row)
        {
            if (y < end)
            {
                Column(cells + k0, w20, w10, w00, ref a0, ref a1, ref a2, ref a3, ref b0, ref b1, ref b2, ref b3,
                    ref c0, ref c1, ref c2, ref c3);
                Column(cells + k1, w21, w11, w01, ref a0, ref a1, ref a2, ref a3, ref b0, ref b1, ref b2, ref b3,
                    ref c0, ref c1, ref c2, ref c3);
                Column(cells + k2, w22, w12, w02, ref a0, ref a1, ref a2, ref a3, ref b0, ref b1, ref b2, ref b3,
                    ref c0, ref c1, ref c2, ref c3);
            }
            if (y >= before)
            {
                if (y >= end) (a0, a1, a2, a3) = Plus(outputs.Zeros + Math.Max(end - y + before, 0) * TStride.Value, a0, a1, a2, a3);
                if (outputs.Bias != null) (a0, a1, a2, a3) = Plus(outputs.Bias, a0, a1, a2, a3);
                TLanes.Store(a0, TRegisters.Value > 1 ? to : to + last);
                if (TRegisters.Value > 1) TLanes.Store(a1, to + (TRegisters.Value > 2 ? TLanes.Count : last));
                if (TRegisters.Value > 2) TLanes.Store(a2, to + (TRegisters.Value > 3 ? 2 * TLanes.Count : last));
                if (TRegisters.Value > 3) TLanes.Store(a3, to + last);
                to += outputRow;
            }
            if (TStride.Value == 2 && y < end && y < rows - 1)
            {
                T* odd = cells + outputs.CellPhase;
                Middle(odd + k0, w10, ref b0, ref b1, ref b2, ref b3);
                Middle(odd + k1, w11, ref b0, ref b1, ref b2, ref b3);
                Middle(odd + k2, w12, ref b0, ref b1, ref b2, ref b3);
            }
            (a0, a1, a2, a3) = (b0, b1, b2, b3);
            (b0, b1, b2, b3) = (c0, c1, c2, c3); // with a stride of 2, none
            (c0, c1, c2, c3) = (none, none, none, none);
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        void Column(T* cell, TLanes w2, TLanes w1, TLanes w0, ref TLanes a0, ref TLanes a1, ref TLanes a2, ref TLanes a3,
            ref TLanes b0, ref TLanes b1, ref TLanes b2, ref TLanes b3, ref TLanes c0, ref TLanes c1, ref TLanes c2, ref TLanes c3)
        {
            TLanes x0 = TLanes.Load(TRegisters.Value > 1 ? cell : cell + last);
            TLanes x1 = TRegisters.Value > 1 ? TLanes.Load(cell + (TRegisters.Value > 2 ? TLanes.Count : last)) : x0;
            TLanes x2 = TRegisters.Value > 2 ? TLanes.Load(cell + (TRegisters.Value > 3 ? 2 * TLanes.Count : last)) : x0;
            TLanes x3 = TRegisters.Value > 3 ? TLanes.Load(cell + last) : x0;
            Step(w2, x0, x1, x2, x3, ref a0, ref a1, ref a2, ref a3);
            if (TStride.Value == 1)
            {
                Step(w1, x0, x1, x2, x3, ref b0, ref b1, ref b2, ref b3);
                Step(w0, x0, x1, x2, x3, ref c0, ref c1, ref c2, ref c3);
            }
            else Step(w0, x0, x1, x2, x3, ref b0, ref b1, ref b2, ref b3);
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        void Middle(T* cell, TLanes w1, ref TLanes b0, ref TLanes b1, ref TLanes b2, ref TLanes b3)
        {
            b0 = TLanes.MultiplyAdd(TLanes.Load(TRegisters.Value > 1 ? cell : cell + last), w1, b0);
            if (TRegisters.Value > 1) b1 = TLanes.MultiplyAdd(TLanes.Load(cell + (TRegisters.Value > 2 ? TLanes.Count : last)), w1, b1);
            if (TRegisters.Value > 2) b2 = TLanes.MultiplyAdd(TLanes.Load(cell + (TRegisters.Value > 3 ? 2 * TLanes.Count : last)), w1, b2);
            if (TRegisters.Value > 3) b3 = TLanes.MultiplyAdd(TLanes.Load(cell + last), w1, b3);
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        static void Step(
            TLanes weight, TLanes x0, TLanes x1, TLanes x2, TLanes x3, ref TLanes c0, ref TLanes c1, ref TLanes c2, ref TLanes c3)
        {
            c0 = TLanes.MultiplyAdd(x0, weight, c0);
            if (TRegisters.Value > 1) c1 = TLanes.MultiplyAdd(x1, weight, c1);
            if (TRegisters.Value > 2) c2 = TLanes.MultiplyAdd(x2, weight, c2);
            if (TRegisters.Value > 3) c3 = TLanes.MultiplyAdd(x3, weight, c3);
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        static (TLanes, TLanes, TLanes, TLanes) Plus(T* value, TLanes c0, TLanes c1, TLanes c2, TLanes c3)
        {
            TLanes x = TLanes.Broadcast(*value);
            return (TLanes.Add(c0, x), TLanes.Add(c1, x), TLanes.Add(c2, x), TLanes.Add(c3, x));
        }
    }
}
