using System.Numerics;
using System.Runtime.CompilerServices;
using Cnn.Layers.Kernels.Lanes;

namespace Cnn.Layers.Kernels.Fast;

/// <summary>Rows of outputs of one filter, and what their sums are of.</summary>
/// <remarks>
/// output[i, j] = bias + sum over c, kh, kw of cells[c, i + kh, j + columns[kw]] * weight[c, kh, kw].
/// </remarks>
internal unsafe struct DepthwiseArguments<T> where T : unmanaged
{
    /// <summary>The cell that tap [0, 0] of window [0, 0] reads, less the first of <see cref="Columns"/>.</summary>
    public T* Cells;

    /// <summary>Elements from row to row and channel to channel of the cells.</summary>
    public nint CellRow, CellChannel;

    /// <summary>Elements from a window to where each tap of a row reads.</summary>
    public nint* Columns;

    /// <summary>The weight of tap [0, 0] in channel 0.</summary>
    public T* Weights;

    /// <summary>Elements from tap to tap and channel to channel of the weights.</summary>
    public nint WeightRow, WeightColumn, WeightChannel;

    /// <summary>How many channels are summed over.</summary>
    public nint Channels;

    /// <summary>Taps down and across.</summary>
    public nint KernelRows, KernelColumns;

    /// <summary>Output [0, 0].</summary>
    public T* Output;

    /// <summary>Elements from row to row of the output.</summary>
    public nint OutputRow;

    /// <summary>A number added last; null for none.</summary>
    public T* Bias;
}

/// <summary>
/// The innermost loop of depthwise sums: up to four rows by up to four registers of outputs. A register of cells is loaded
/// once for all the rows that read it: with 3 x 3 taps, 18 registers for 36 products.
/// </summary>
/// <remarks>
/// Row s of the cells holds tap kh = s of output row 0, kh = s - 1 of row 1, and so on: as s grows, so does kh of every
/// output, and each sum takes its terms in the order of the literal loop.
/// </remarks>
internal static unsafe class DepthwiseMicroKernel<T, TLanes>
    where T : unmanaged, IFloatingPointIeee754<T>
    where TLanes : struct, ILanes<TLanes, T>
{
    /// <summary>Rows of a tile.</summary>
    public const int Mr = 4;

    /// <summary>Registers of a row of a tile.</summary>
    // with four rows: twenty-one registers of thirty-two, eleven of sixteen
    public static int Nr => CostModel.Registers<T, TLanes>() == 16 ? 2 : 4;

    /// <summary>Computes so many rows and columns; at least a register of columns.</summary>
    public static void MultiplyAdd(long rows, long columns, DepthwiseArguments<T> outputs)
    {
        for (; rows > 0; rows -= Mr)
        {
            var tile = outputs;
            for (nint left = (nint)columns; left > 0; left -= Nr * TLanes.Count)
            {
                nint wide = Math.Min(left, Nr * TLanes.Count);
                int tall = checked((int)Math.Min(rows, Mr)), registers = checked((int)((wide + TLanes.Count - 1) / TLanes.Count));
                MultiplyAdd(tall, registers, tile, wide - TLanes.Count);
                tile.Cells += Nr * TLanes.Count;
                tile.Output += Nr * TLanes.Count;
            }
            outputs.Cells += Mr * outputs.CellRow;
            outputs.Output += Mr * outputs.OutputRow;
        }
    }

    private static void MultiplyAdd(int rows, int registers, in DepthwiseArguments<T> outputs, nint last)
    {
        switch (rows)
        {
            case 4: MultiplyAdd<Four>(registers, outputs, last); break;
            case 3: MultiplyAdd<Three>(registers, outputs, last); break;
            case 2: MultiplyAdd<Two>(registers, outputs, last); break;
            default: MultiplyAdd<One>(registers, outputs, last); break;
        }
    }

    private static void MultiplyAdd<TRows>(int registers, in DepthwiseArguments<T> outputs, nint last) where TRows : struct, ICount
    {
        switch (registers)
        {
            case 4: MultiplyAdd<TRows, Four>(outputs, last); break;
            case 3: MultiplyAdd<TRows, Three>(outputs, last); break;
            case 2: MultiplyAdd<TRows, Two>(outputs, last); break;
            default: MultiplyAdd<TRows, One>(outputs, last); break;
        }
    }

    // The last register begins at column `last`: it may overlap the one before it, in this tile or (below 0) in the one before,
    // whose sums it computes again.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void MultiplyAdd<TRows, TRegisters>(in DepthwiseArguments<T> outputs, nint last) where TRows : struct, ICount
        where TRegisters : struct, ICount
    {
        TLanes zero = TLanes.Broadcast(T.Zero);
        TLanes c00 = zero, c01 = zero, c02 = zero, c03 = zero, c10 = zero, c11 = zero, c12 = zero, c13 = zero;
        TLanes c20 = zero, c21 = zero, c22 = zero, c23 = zero, c30 = zero, c31 = zero, c32 = zero, c33 = zero;
        nint weightRow = outputs.WeightRow, weightColumn = outputs.WeightColumn;
        nint kernelRows = outputs.KernelRows, kernelColumns = outputs.KernelColumns;
        nint* columns = outputs.Columns;
        for (nint c = 0; c < outputs.Channels; c++)
        {
            T* row = outputs.Cells + c * outputs.CellChannel, rowWeights = outputs.Weights + c * outputs.WeightChannel;
            for (nint s = 0; s < kernelRows + TRows.Value - 1; s++, row += outputs.CellRow, rowWeights += weightRow)
            {
                T* weight = rowWeights; // of kh = s, where there is one
                for (nint kw = 0; kw < kernelColumns; kw++, weight += weightColumn)
                {
                    T* cells = row + columns[kw];
                    TLanes b0 = TLanes.Load(TRegisters.Value > 1 ? cells : cells + last);
                    TLanes b1 = TRegisters.Value > 1 ? TLanes.Load(cells + (TRegisters.Value > 2 ? TLanes.Count : last)) : zero;
                    TLanes b2 = TRegisters.Value > 2 ? TLanes.Load(cells + (TRegisters.Value > 3 ? 2 * TLanes.Count : last)) : zero;
                    TLanes b3 = TRegisters.Value > 3 ? TLanes.Load(cells + last) : zero;
                    if (s < kernelRows) Step(weight, b0, b1, b2, b3, ref c00, ref c01, ref c02, ref c03);
                    if (TRows.Value > 1 && (nuint)(s - 1) < (nuint)kernelRows)
                        Step(weight - weightRow, b0, b1, b2, b3, ref c10, ref c11, ref c12, ref c13);
                    if (TRows.Value > 2 && (nuint)(s - 2) < (nuint)kernelRows)
                        Step(weight - 2 * weightRow, b0, b1, b2, b3, ref c20, ref c21, ref c22, ref c23);
                    if (TRows.Value > 3 && (nuint)(s - 3) < (nuint)kernelRows)
                        Step(weight - 3 * weightRow, b0, b1, b2, b3, ref c30, ref c31, ref c32, ref c33);
                }
            }
        }
        T* to = outputs.Output;
        Finish(to, c00, c01, c02, c03, outputs.Bias);
        if (TRows.Value > 1) Finish(to + outputs.OutputRow, c10, c11, c12, c13, outputs.Bias);
        if (TRows.Value > 2) Finish(to + 2 * outputs.OutputRow, c20, c21, c22, c23, outputs.Bias);
        if (TRows.Value > 3) Finish(to + 3 * outputs.OutputRow, c30, c31, c32, c33, outputs.Bias);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        static void Step(T* weight, TLanes b0, TLanes b1, TLanes b2, TLanes b3, ref TLanes c0, ref TLanes c1, ref TLanes c2, ref TLanes c3)
        {
            TLanes factor = TLanes.Broadcast(*weight);
            c0 = TLanes.MultiplyAdd(factor, b0, c0);
            if (TRegisters.Value > 1) c1 = TLanes.MultiplyAdd(factor, b1, c1);
            if (TRegisters.Value > 2) c2 = TLanes.MultiplyAdd(factor, b2, c2);
            if (TRegisters.Value > 3) c3 = TLanes.MultiplyAdd(factor, b3, c3);
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        void Finish(T* to, TLanes c0, TLanes c1, TLanes c2, TLanes c3, T* bias)
        {
            if (bias != null)
            {
                TLanes plus = TLanes.Broadcast(*bias);
                (c0, c1, c2, c3) = (TLanes.Add(c0, plus), TLanes.Add(c1, plus), TLanes.Add(c2, plus), TLanes.Add(c3, plus));
            }
            TLanes.Store(c0, TRegisters.Value > 1 ? to : to + last);
            if (TRegisters.Value > 1) TLanes.Store(c1, to + (TRegisters.Value > 2 ? TLanes.Count : last));
            if (TRegisters.Value > 2) TLanes.Store(c2, to + (TRegisters.Value > 3 ? 2 * TLanes.Count : last));
            if (TRegisters.Value > 3) TLanes.Store(c3, to + last);
        }
    }
}
