using System.Numerics;
using Cnn.Layers.Kernels.Lanes;

namespace Cnn.Layers.Kernels.Fast;

/// <summary>A tile whose shape is known only when it runs.</summary>
internal static unsafe class MicroKernelShapes<T, TLanes, TOperandA>
    where T : unmanaged, IFloatingPointIeee754<T>
    where TLanes : struct, ILanes<TLanes, T>
    where TOperandA : struct, IOperandA<TLanes, T>
{
    private const int Lowest = 2, Tallest = 8; // rows

    /// <inheritdoc cref="MicroKernel{T, TLanes, TRows, TRegisters, TOperandA}.MultiplyAdd"/>
    public static void MultiplyAdd(int rows, int registers, in MicroKernelArguments<T> tiles)
    {
        switch (registers)
        {
            case 3: MultiplyAdd<Three>(rows, tiles); break;
            case 2: MultiplyAdd<Two>(rows, tiles); break;
            default: MultiplyAdd<One>(rows, tiles); break;
        }
    }

    private static void MultiplyAdd<TRegisters>(int rows, in MicroKernelArguments<T> tiles) where TRegisters : struct, ICount
    {
        switch (rows)
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

    /// <summary>All of <paramref name="count"/> rows, in tiles one below the other; the last one as low as will do. (Δ14)</summary>
    /// <remarks>A last row alone is a tile of two: <see cref="MicroKernelArguments{T}.Rows"/> and c have room for a row behind the last.</remarks>
    public static void MultiplyAddRows(nint count, int registers, MicroKernelArguments<T> tiles)
    {
        int tall = HeightFor(count, registers, lastIsLow: true);
        (tiles.RowsStep, tiles.CStep, tiles.Count) = (tall, tall * tiles.CRow, count / tall);
        MultiplyAdd(tall, registers, tiles);
        nint done = tiles.Count * tall, left = count - done;
        if (left == 0) return;
        tiles.Rows += done;
        tiles.C += done * tiles.CRow;
        tiles.Count = 1;
        MultiplyAdd(checked((int)Math.Max(left, Lowest)), registers, tiles);
    }

    /// <summary>The most rows of a tile of so many registers.</summary>
    public static int TallestFor(int registers)
    {
        int sums = CostModel.Registers<T, TLanes>() - registers - 1; // beside a row of the second factors and one of the first
        return Math.Min(Tallest, sums / registers);
    }

    /// <summary>The most registers of a row: with three, fewer loads go to a product; they take thirty-two registers in all.</summary>
    public static int MostRegisters => CostModel.Registers<T, TLanes>() == 16 ? 2 : 3;

    /// <summary>Registers of a tile for so many columns of which a few are left over.</summary>
    public static int RegistersFor(long columns) => columns > TLanes.Count ? 2 : 1;

    /// <summary>Rows of tiles of so many registers, all of one height, for this many rows.</summary>
    public static int RowsFor(long rows, int registers) => HeightFor(rows, registers, lastIsLow: false);

    // The height that takes least time, and rather a large one.
    private static int HeightFor(long rows, int registers, bool lastIsLow)
    {
        int best = Lowest;
        long least = long.MaxValue;
        for (int tile = TallestFor(registers); tile >= Lowest; tile--)
        {
            var (whole, left) = Math.DivRem(rows, tile);
            int last = left == 0 ? 0 : lastIsLow ? checked((int)Math.Max(left, Lowest)) : tile;
            long cost = whole * TimeOf(tile) + TimeOf(last);
            if (cost < least) (best, least) = (tile, cost);
        }
        return best;

        static long TimeOf(int rows) => rows == 0 ? 0 : rows + 1; // and that of a row, for what all rows share
    }
}
