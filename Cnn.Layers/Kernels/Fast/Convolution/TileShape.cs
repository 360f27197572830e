using System.Numerics;
using System.Runtime.CompilerServices;
using Cnn.Layers.Kernels.Lanes;

namespace Cnn.Layers.Kernels.Fast;

/// <summary>Rows and registers of a tile. A type, so that the JIT makes one body for each shape.</summary>
internal interface ITileShape
{
    /// <summary>Rows: 2, 4, 6 or 8.</summary>
    static abstract int Rows { get; }

    /// <summary>Registers of a row: 1 to 3.</summary>
    static abstract int Registers { get; }
}

/// <summary>Twenty-four sums and four factors: of the thirty-two registers of AVX-512.</summary>
internal readonly struct EightByThree : ITileShape
{
    public static int Rows => 8;
    public static int Registers => 3;
}

/// <summary>The same for fewer rows.</summary>
internal readonly struct SixByThree : ITileShape
{
    public static int Rows => 6;
    public static int Registers => 3;
}

/// <inheritdoc cref="SixByThree"/>
internal readonly struct FourByThree : ITileShape
{
    public static int Rows => 4;
    public static int Registers => 3;
}

/// <summary>Sixteen sums and three factors: of the thirty-two registers of AVX-512.</summary>
internal readonly struct EightByTwo : ITileShape
{
    public static int Rows => 8;
    public static int Registers => 2;
}

/// <summary>Twelve sums and three factors: of the sixteen registers of AVX2.</summary>
internal readonly struct SixByTwo : ITileShape
{
    public static int Rows => 6;
    public static int Registers => 2;
}

/// <summary>For what is left over.</summary>
internal readonly struct FourByTwo : ITileShape
{
    public static int Rows => 4;
    public static int Registers => 2;
}

/// <inheritdoc cref="FourByTwo"/>
internal readonly struct EightByOne : ITileShape
{
    public static int Rows => 8;
    public static int Registers => 1;
}

/// <inheritdoc cref="FourByTwo"/>
internal readonly struct SixByOne : ITileShape
{
    public static int Rows => 6;
    public static int Registers => 1;
}

/// <inheritdoc cref="FourByTwo"/>
internal readonly struct FourByOne : ITileShape
{
    public static int Rows => 4;
    public static int Registers => 1;
}

/// <inheritdoc cref="FourByTwo"/>
internal readonly struct TwoByThree : ITileShape
{
    public static int Rows => 2;
    public static int Registers => 3;
}

/// <inheritdoc cref="FourByTwo"/>
internal readonly struct TwoByTwo : ITileShape
{
    public static int Rows => 2;
    public static int Registers => 2;
}

/// <inheritdoc cref="FourByTwo"/>
internal readonly struct TwoByOne : ITileShape
{
    public static int Rows => 2;
    public static int Registers => 1;
}

/// <summary>The first factors of a row of a tile.</summary>
internal unsafe interface IFactor<TLanes, T> where T : unmanaged
{
    /// <summary>Those of the first register.</summary>
    static abstract TLanes First(T* at);

    /// <summary>Those of a later one, 1 or 2.</summary>
    static abstract TLanes Next(T* at, int register, TLanes first);
}

/// <summary>One factor for the whole row.</summary>
internal readonly unsafe struct OneForAll<TLanes, T> : IFactor<TLanes, T>
    where T : unmanaged, IFloatingPointIeee754<T>
    where TLanes : struct, ILanes<TLanes, T>
{
    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLanes First(T* at) => TLanes.Broadcast(*at);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLanes Next(T* at, int register, TLanes first) => first;
}

/// <summary>One factor for each column.</summary>
internal readonly unsafe struct OneForEach<TLanes, T> : IFactor<TLanes, T>
    where T : unmanaged, IFloatingPointIeee754<T>
    where TLanes : struct, ILanes<TLanes, T>
{
    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLanes First(T* at) => TLanes.Load(at);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLanes Next(T* at, int register, TLanes first) => TLanes.Load(at + register * TLanes.Count);
}

/// <summary>A tile whose shape is known only when it runs.</summary>
internal static unsafe class Tile<T, TLanes, TFactor>
    where T : unmanaged, IFloatingPointIeee754<T>
    where TLanes : struct, ILanes<TLanes, T>
    where TFactor : struct, IFactor<TLanes, T>
{
    /// <inheritdoc cref="Tile{T, TLanes, TShape, TFactor}.MultiplyAdd"/>
    public static void MultiplyAdd(int tileRows, int registers, in Tiles<T> tiles)
    {
        switch (tileRows, registers)
        {
            case (8, 3): Tile<T, TLanes, EightByThree, TFactor>.MultiplyAdd(tiles); break;
            case (6, 3): Tile<T, TLanes, SixByThree, TFactor>.MultiplyAdd(tiles); break;
            case (4, 3): Tile<T, TLanes, FourByThree, TFactor>.MultiplyAdd(tiles); break;
            case (8, 2): Tile<T, TLanes, EightByTwo, TFactor>.MultiplyAdd(tiles); break;
            case (6, 2): Tile<T, TLanes, SixByTwo, TFactor>.MultiplyAdd(tiles); break;
            case (4, 2): Tile<T, TLanes, FourByTwo, TFactor>.MultiplyAdd(tiles); break;
            case (8, 1): Tile<T, TLanes, EightByOne, TFactor>.MultiplyAdd(tiles); break;
            case (6, 1): Tile<T, TLanes, SixByOne, TFactor>.MultiplyAdd(tiles); break;
            case (4, 1): Tile<T, TLanes, FourByOne, TFactor>.MultiplyAdd(tiles); break;
            case (2, 3): Tile<T, TLanes, TwoByThree, TFactor>.MultiplyAdd(tiles); break;
            case (2, 2): Tile<T, TLanes, TwoByTwo, TFactor>.MultiplyAdd(tiles); break;
            default: Tile<T, TLanes, TwoByOne, TFactor>.MultiplyAdd(tiles); break;
        }
    }

    /// <summary>All of <paramref name="count"/> rows, in tiles one below the other; the last one as low as will do. (Δ14)</summary>
    public static void MultiplyAddRows(nint count, int registers, Tiles<T> tiles)
    {
        int tall = TallestFor(registers);
        (tiles.RowsStep, tiles.CStep, tiles.Count) = (tall, tall * tiles.CRow, count / tall);
        MultiplyAdd(tall, registers, tiles);
        nint done = tiles.Count * tall, left = count - done;
        if (left == 0) return;
        tiles.Rows += done;
        tiles.C += done * tiles.CRow;
        tiles.Count = 1;
        MultiplyAdd(RowsFor(left, registers), registers, tiles);
    }

    /// <summary>The most rows of a tile of so many registers.</summary>
    public static int TallestFor(int registers) => RowsFor(1 << 16, registers);

    /// <summary>The most registers of a row: with three, fewer loads go to a product; they take thirty-two registers in all.</summary>
    public static int MostRegisters => TLanes.Count * sizeof(T) < 64 ? 2 : 3;

    /// <summary>Registers of a tile for so many columns of which a few are left over.</summary>
    public static int RegistersFor(long columns) => columns > TLanes.Count ? 2 : 1;

    /// <summary>Rows of a tile of so many registers for this many rows: the fewest beyond the last, and rather eight than four.</summary>
    public static int RowsFor(long rows, int registers)
    {
        int best = 0;
        double least = double.MaxValue;
        foreach (int tile in (ReadOnlySpan<int>)[8, 6, 4, 2])
        {
            if (tile * registers >= 16 && TLanes.Count * sizeof(T) < 64) continue; // sixteen sums and three factors need more than sixteen registers
            double cost = (rows + tile - 1) / tile * (tile + 1.0);
            if (cost < least) (best, least) = (tile, cost);
        }
        return best;
    }
}
