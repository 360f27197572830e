using System.Numerics;
using Cnn.Layers.Kernels.Lanes;

namespace Cnn.Layers.Kernels.Fast;

/// <summary>Dispatches to the micro-kernel of a shape, mr rows of so many registers, and says which shapes suit a problem.</summary>
internal static unsafe class MicroKernelShapes<T, TLanes, TOperandA>
    where T : unmanaged, IFloatingPointIeee754<T>
    where TLanes : struct, ILanes<TLanes, T>
    where TOperandA : struct, IOperandA<TLanes, T>
{
    private const int LeastMr = 2, MostMr = 8;

    /// <inheritdoc cref="MicroKernel{T, TLanes, TMr, TRegisters, TOperandA}.MultiplyAdd"/>
    public static void MultiplyAdd(int mr, int registers, in MicroKernelArguments<T> tiles)
    {
        switch (registers)
        {
            case 3: MultiplyAdd<Three>(mr, tiles); break;
            case 2: MultiplyAdd<Two>(mr, tiles); break;
            default: MultiplyAdd<One>(mr, tiles); break;
        }
    }

    private static void MultiplyAdd<TRegisters>(int mr, in MicroKernelArguments<T> tiles) where TRegisters : struct, ICount
    {
        switch (mr)
        {
            case 8: MicroKernel<T, TLanes, Eight, TRegisters, TOperandA>.MultiplyAdd(tiles); break;
            case 7: MicroKernel<T, TLanes, Seven, TRegisters, TOperandA>.MultiplyAdd(tiles); break;
            case 6: MicroKernel<T, TLanes, Six, TRegisters, TOperandA>.MultiplyAdd(tiles); break;
            case 5: MicroKernel<T, TLanes, Five, TRegisters, TOperandA>.MultiplyAdd(tiles); break;
            case 4: MicroKernel<T, TLanes, Four, TRegisters, TOperandA>.MultiplyAdd(tiles); break;
            case 3: MicroKernel<T, TLanes, Three, TRegisters, TOperandA>.MultiplyAdd(tiles); break;
            default: MicroKernel<T, TLanes, Two, TRegisters, TOperandA>.MultiplyAdd(tiles); break;
        }
    }

    /// <summary>All of <paramref name="count"/> rows, in tiles one below the other; the tail tiles are as low as will do. (C3)</summary>
    /// <remarks>One row alone is a tile of two: <see cref="MicroKernelArguments{T}.RowOffsets"/> and C have room for a row behind it.
    /// </remarks>
    public static void MultiplyAddRows(nint count, int registers, MicroKernelArguments<T> tiles)
    {
        int mr = MrFor(count, registers, tailIsLow: true);
        if (mr == LeastMr && count > 1 && count % LeastMr == 1) mr++; // so that no tile need have one row
        nint whole = count / mr, tail = count - whole * mr;
        if (tail != 1 || whole == 0)
        {
            Rows(mr, whole);
            Rows(checked((int)Math.Max(tail, LeastMr)), tail > 0 ? 1 : 0);
            return;
        }
        Rows(mr, whole - 1);
        Rows(mr - 1, 1);
        Rows(LeastMr, 1);

        void Rows(int height, nint count)
        {
            if (count == 0) return;
            (tiles.RowOffsetsStep, tiles.CStep, tiles.Count) = (height, height * tiles.Ldc, count);
            MultiplyAdd(height, registers, tiles);
            tiles.RowOffsets += count * height;
            tiles.C += count * tiles.CStep;
        }
    }

    /// <summary>The most rows that a tile of so many registers a row can have.</summary>
    public static int MostMrFor(int registers)
    {
        int sums = CostModel.Registers<T, TLanes>() - registers - 1; // beside a row of B, and an operand A
        return Math.Min(MostMr, sums / registers);
    }

    /// <summary>The most registers of a row: with three, a product needs fewer loads, and a tile needs thirty-two registers.</summary>
    public static int MostRegisters => CostModel.Registers<T, TLanes>() == 16 ? 2 : 3;

    /// <summary>Registers of a row, where B has so many columns in all.</summary>
    public static int RegistersFor(long columns) => columns > TLanes.Count ? 2 : 1;

    /// <summary>Rows of tiles of so many registers a row, all of one height, for this many rows.</summary>
    public static int MrFor(long rows, int registers) => MrFor(rows, registers, tailIsLow: false);

    // That which takes least time, and rather a large one.
    private static int MrFor(long rows, int registers, bool tailIsLow)
    {
        int best = LeastMr;
        long least = long.MaxValue;
        for (int mr = MostMrFor(registers); mr >= LeastMr; mr--)
        {
            var (whole, tail) = Math.DivRem(rows, mr);
            int last = tail == 0 ? 0 : tailIsLow ? checked((int)Math.Max(tail, LeastMr)) : mr;
            long cost = whole * TimeOf(mr) + TimeOf(last);
            if (cost < least) (best, least) = (mr, cost);
        }
        return best;

        static long TimeOf(int mr) => mr == 0 ? 0 : mr + 1; // and that of a row, for the loads of B that all rows share
    }
}
