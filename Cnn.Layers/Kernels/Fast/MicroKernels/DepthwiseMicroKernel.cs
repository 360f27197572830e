using System.Numerics;
using System.Runtime.CompilerServices;
using Cnn.Layers.Kernels.Lanes;

namespace Cnn.Layers.Kernels.Fast;

/// <summary>Rows of outputs of one filter, and what their sums are of.</summary>
/// <remarks>
/// output[i, j] = bias + sum over kh, kw of cells[i * stride + kh, j + columns[kw]] * weights[kw, kh], where row r of the cells is row
/// r / stride of phase r mod stride.
/// </remarks>
internal unsafe struct DepthwiseArguments<T> where T : unmanaged
{
    /// <summary>Registers of a row of outputs at a time, at most.</summary>
    public const int MostRegisters = 4;

    /// <summary>The cell that tap [0, 0] of window [0, 0] reads, less the first of <see cref="Columns"/>.</summary>
    public T* Cells;

    /// <summary>Elements from window to window down, and from phase to phase of the rows.</summary>
    public nint CellRow, CellPhase;

    /// <summary>Elements from a window to where each tap of a row reads.</summary>
    public nint* Columns;

    /// <summary>Taps down and across.</summary>
    public nint KernelRows, KernelColumns;

    /// <summary>The weights, column by column: those of a column side by side.</summary>
    public T* Weights;

    /// <summary>Rows of outputs.</summary>
    public nint Rows;

    /// <summary>Rows of cells that are summed, in strides: from the first to the one after the last. The others hold nothing but padding.
    /// </summary>
    public nint First, End;

    /// <summary>What stands for taps from each kh on that are not summed: the sum of their products, +0 or -0.</summary>
    public T* Zeros;

    /// <summary>Output [0, 0].</summary>
    public T* Output;

    /// <summary>Elements from row to row of the output.</summary>
    public nint OutputRow;

    /// <summary>A number added last; null for none.</summary>
    public T* Bias;
}

/// <summary>
/// The innermost loop of depthwise sums. It goes down the rows of cells: each is row kh of the windows of one row of outputs, row kh -
/// stride of those of the next, and so on, so that a register of cells, loaded once for each kw, goes into a sum of each of them.
/// </summary>
/// <remarks>
/// As the rows go by, kh of every output grows: each sum takes its terms in the order of the literal loop. With 3 x 3 taps, 3 registers
/// are loaded for 9 products.
/// </remarks>
/// <typeparam name="T">Element type.</typeparam>
/// <typeparam name="TLanes">The registers.</typeparam>
/// <typeparam name="TSums">Rows of outputs whose windows a row of cells lies in: taps down / stride, rounded up.</typeparam>
/// <typeparam name="TStride">Rows of cells from window to window.</typeparam>
internal static unsafe class DepthwiseMicroKernel<T, TLanes, TSums, TStride>
    where T : unmanaged, IFloatingPointIeee754<T>
    where TLanes : struct, ILanes<TLanes, T>
    where TSums : struct, ICount
    where TStride : struct, ICount
{
    /// <summary>Registers of a row of outputs at a time: of each, a sum for every row, and one of cells; and one for the weight.</summary>
    public static int MostRegisters =>
        Math.Clamp((CostModel.Registers<T, TLanes>() - 1) / (TSums.Value + 1), 1, DepthwiseArguments<T>.MostRegisters);

    /// <summary>Computes so many columns; at least a register.</summary>
    public static void MultiplyAdd(nint columns, DepthwiseArguments<T> outputs)
    {
        bool is3x3 = outputs is { KernelRows: 3, KernelColumns: 3 };
        int most = is3x3 ? Depthwise3x3MicroKernel<T, TLanes, TStride>.MostRegisters : MostRegisters;
        nint registers = (columns + TLanes.Count - 1) / TLanes.Count;
        for (nint strips = (registers + most - 1) / most; strips > 0; strips--)
        {
            int wide = checked((int)((registers + strips - 1) / strips));
            nint last = Math.Min(wide * TLanes.Count, columns) - TLanes.Count;
            switch (wide)
            {
                case 4: MultiplyAdd<Four>(outputs, last, is3x3); break;
                case 3: MultiplyAdd<Three>(outputs, last, is3x3); break;
                case 2: MultiplyAdd<Two>(outputs, last, is3x3); break;
                default: MultiplyAdd<One>(outputs, last, is3x3); break;
            }
            registers -= wide;
            columns -= wide * TLanes.Count;
            outputs.Cells += wide * TLanes.Count;
            outputs.Output += wide * TLanes.Count;
        }
    }

    private static void MultiplyAdd<TRegisters>(in DepthwiseArguments<T> outputs, nint last, bool is3x3) where TRegisters : struct, ICount
    {
        if (is3x3) Depthwise3x3MicroKernel<T, TLanes, TStride>.MultiplyAdd<TRegisters>(outputs, last);
        else MultiplyAdd<TRegisters>(outputs, last);
    }

    // The last register begins at column `last`: it may overlap the one before it, in this strip or (below 0) in the one before,
    // whose sums it computes again.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void MultiplyAdd<TRegisters>(in DepthwiseArguments<T> outputs, nint last) where TRegisters : struct, ICount
    {
        // c[s]: of the row of outputs that began s windows above the row of cells.
        TLanes none = TLanes.Broadcast(T.Zero);
        TLanes c00 = none, c01 = none, c02 = none, c03 = none, c10 = none, c11 = none, c12 = none, c13 = none;
        TLanes c20 = none, c21 = none, c22 = none, c23 = none, c30 = none, c31 = none, c32 = none, c33 = none;
        TLanes c40 = none, c41 = none, c42 = none, c43 = none, c50 = none, c51 = none, c52 = none, c53 = none;
        TLanes c60 = none, c61 = none, c62 = none, c63 = none;
        TLanes bias = TLanes.Broadcast(outputs.Bias == null ? T.Zero : *outputs.Bias);
        bool hasBias = outputs.Bias != null;
        nint rows = outputs.Rows + TSums.Value - 1, outputRow = outputs.OutputRow;
        nint kernelRows = outputs.KernelRows, kernelColumns = outputs.KernelColumns, cellRow = outputs.CellRow;
        nint* columns = outputs.Columns;
        nint y = outputs.First, end = Math.Min(outputs.End, rows);
        T* row = outputs.Cells + y * cellRow, to = outputs.Output;
        for (; y < rows; y++, row += cellRow)
        {
            T* cells = row, rowWeights = outputs.Weights;
            for (int phase = 0; phase < TStride.Value && y < end; phase++, cells += outputs.CellPhase, rowWeights++)
            {
                bool lastHasTap = TStride.Value == 1 || (TSums.Value - 1) * TStride.Value + phase < kernelRows;
                if (!lastHasTap && y == rows - 1) break; // there is no such row
                T* weight = rowWeights;
                for (nint kw = 0; kw < kernelColumns; kw++, weight += kernelRows)
                {
                    T* cell = cells + columns[kw];
                    TLanes b0 = TLanes.Load(TRegisters.Value > 1 ? cell : cell + last);
                    TLanes b1 = TRegisters.Value > 1 ? TLanes.Load(cell + (TRegisters.Value > 2 ? TLanes.Count : last)) : none;
                    TLanes b2 = TRegisters.Value > 2 ? TLanes.Load(cell + (TRegisters.Value > 3 ? 2 * TLanes.Count : last)) : none;
                    TLanes b3 = TRegisters.Value > 3 ? TLanes.Load(cell + last) : none;
                    if (TSums.Value > 1 || lastHasTap) Step(weight, b0, b1, b2, b3, ref c00, ref c01, ref c02, ref c03);
                    if (TSums.Value > 2 || TSums.Value == 2 && lastHasTap)
                        Step(weight + TStride.Value, b0, b1, b2, b3, ref c10, ref c11, ref c12, ref c13);
                    if (TSums.Value > 3 || TSums.Value == 3 && lastHasTap)
                        Step(weight + 2 * TStride.Value, b0, b1, b2, b3, ref c20, ref c21, ref c22, ref c23);
                    if (TSums.Value > 4 || TSums.Value == 4 && lastHasTap)
                        Step(weight + 3 * TStride.Value, b0, b1, b2, b3, ref c30, ref c31, ref c32, ref c33);
                    if (TSums.Value > 5 || TSums.Value == 5 && lastHasTap)
                        Step(weight + 4 * TStride.Value, b0, b1, b2, b3, ref c40, ref c41, ref c42, ref c43);
                    if (TSums.Value > 6 || TSums.Value == 6 && lastHasTap)
                        Step(weight + 5 * TStride.Value, b0, b1, b2, b3, ref c50, ref c51, ref c52, ref c53);
                    if (TSums.Value == 7 && lastHasTap)
                        Step(weight + 6 * TStride.Value, b0, b1, b2, b3, ref c60, ref c61, ref c62, ref c63);
                }
            }
            if (y >= TSums.Value - 1)
            {
                // Taps in the padding below.
                T* zero = y < end ? null : outputs.Zeros + Math.Max(end - y + TSums.Value - 1, 0) * TStride.Value;
                switch (TSums.Value)
                {
                    case 1: Store(to, zero, c00, c01, c02, c03); break;
                    case 2: Store(to, zero, c10, c11, c12, c13); break;
                    case 3: Store(to, zero, c20, c21, c22, c23); break;
                    case 4: Store(to, zero, c30, c31, c32, c33); break;
                    case 5: Store(to, zero, c40, c41, c42, c43); break;
                    case 6: Store(to, zero, c50, c51, c52, c53); break;
                    default: Store(to, zero, c60, c61, c62, c63); break;
                }
                to += outputRow;
            }
            if (TSums.Value > 6) (c60, c61, c62, c63) = (c50, c51, c52, c53);
            if (TSums.Value > 5) (c50, c51, c52, c53) = (c40, c41, c42, c43);
            if (TSums.Value > 4) (c40, c41, c42, c43) = (c30, c31, c32, c33);
            if (TSums.Value > 3) (c30, c31, c32, c33) = (c20, c21, c22, c23);
            if (TSums.Value > 2) (c20, c21, c22, c23) = (c10, c11, c12, c13);
            if (TSums.Value > 1) (c10, c11, c12, c13) = (c00, c01, c02, c03);
            (c00, c01, c02, c03) = (none, none, none, none);
        }

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
        void Store(T* to, T* zero, TLanes c0, TLanes c1, TLanes c2, TLanes c3)
        {
            if (zero != null) (c0, c1, c2, c3) = Plus(TLanes.Broadcast(*zero), c0, c1, c2, c3);
            if (hasBias) (c0, c1, c2, c3) = Plus(bias, c0, c1, c2, c3);
            TLanes.Store(c0, TRegisters.Value > 1 ? to : to + last);
            if (TRegisters.Value > 1) TLanes.Store(c1, to + (TRegisters.Value > 2 ? TLanes.Count : last));
            if (TRegisters.Value > 2) TLanes.Store(c2, to + (TRegisters.Value > 3 ? 2 * TLanes.Count : last));
            if (TRegisters.Value > 3) TLanes.Store(c3, to + last);
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        static (TLanes, TLanes, TLanes, TLanes) Plus(TLanes x, TLanes c0, TLanes c1, TLanes c2, TLanes c3) =>
            (TLanes.Add(c0, x), TLanes.Add(c1, x), TLanes.Add(c2, x), TLanes.Add(c3, x));
    }
}
