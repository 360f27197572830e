using System.Numerics;
using System.Runtime.CompilerServices;
using Cnn.Layers.Kernels.Lanes;

namespace Cnn.Layers.Kernels.Fast;

/// <summary>Rows of a tile, or registers of a row. A type, so that the JIT makes one body for each shape.</summary>
internal interface ICount
{
    /// <summary>How many.</summary>
    static abstract int Value { get; }
}

/// <inheritdoc/>
internal readonly struct One : ICount
{
    public static int Value => 1;
}

/// <inheritdoc/>
internal readonly struct Two : ICount
{
    public static int Value => 2;
}

/// <inheritdoc/>
internal readonly struct Three : ICount
{
    public static int Value => 3;
}

/// <inheritdoc/>
internal readonly struct Four : ICount
{
    public static int Value => 4;
}

/// <inheritdoc/>
internal readonly struct Five : ICount
{
    public static int Value => 5;
}

/// <inheritdoc/>
internal readonly struct Six : ICount
{
    public static int Value => 6;
}

/// <inheritdoc/>
internal readonly struct Seven : ICount
{
    public static int Value => 7;
}

/// <inheritdoc/>
internal readonly struct Eight : ICount
{
    public static int Value => 8;
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
    private const int Lowest = 2, Tallest = 8; // rows

    /// <inheritdoc cref="Tile{T, TLanes, TRows, TRegisters, TFactor}.MultiplyAdd"/>
    public static void MultiplyAdd(int rows, int registers, in Tiles<T> tiles)
    {
        switch (registers)
        {
            case 3: MultiplyAdd<Three>(rows, tiles); break;
            case 2: MultiplyAdd<Two>(rows, tiles); break;
            default: MultiplyAdd<One>(rows, tiles); break;
        }
    }

    private static void MultiplyAdd<TRegisters>(int rows, in Tiles<T> tiles) where TRegisters : struct, ICount
    {
        switch (rows)
        {
            case 8: Tile<T, TLanes, Eight, TRegisters, TFactor>.MultiplyAdd(tiles); break;
            case 7: Tile<T, TLanes, Seven, TRegisters, TFactor>.MultiplyAdd(tiles); break;
            case 6: Tile<T, TLanes, Six, TRegisters, TFactor>.MultiplyAdd(tiles); break;
            case 5: Tile<T, TLanes, Five, TRegisters, TFactor>.MultiplyAdd(tiles); break;
            case 4: Tile<T, TLanes, Four, TRegisters, TFactor>.MultiplyAdd(tiles); break;
            case 3: Tile<T, TLanes, Three, TRegisters, TFactor>.MultiplyAdd(tiles); break;
            default: Tile<T, TLanes, Two, TRegisters, TFactor>.MultiplyAdd(tiles); break;
        }
    }

    /// <summary>All of <paramref name="count"/> rows, in tiles one below the other; the last one as low as will do. (Δ14)</summary>
    public static void MultiplyAddRows(nint count, int registers, Tiles<T> tiles)
    {
        int tall = HeightFor(count, registers, lastIsLow: true);
        (tiles.RowsStep, tiles.CStep, tiles.Count) = (tall, tall * tiles.CRow, count / tall);
        MultiplyAdd(tall, registers, tiles);
        nint done = tiles.Count * tall, left = count - done;
        if (left == 0) return;
        tiles.Rows += done;
        tiles.C += done * tiles.CRow;
        tiles.Count = 1;
        MultiplyAdd((int)left, registers, tiles);
    }

    /// <summary>The most rows of a tile of so many registers.</summary>
    public static int TallestFor(int registers)
    {
        // Sums, one row's worth of the second factors and one of the first take sixteen registers, or the thirty-two of AVX-512.
        int most = (TLanes.Count * sizeof(T) < 64 ? 16 : 32) - registers - 1;
        return Math.Min(Tallest, most / registers);
    }

    /// <summary>The most registers of a row: with three, fewer loads go to a product; they take thirty-two registers in all.</summary>
    public static int MostRegisters => TLanes.Count * sizeof(T) < 64 ? 2 : 3;

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
            int last = left == 0 ? 0 : lastIsLow ? Math.Max((int)left, Lowest) : tile;
            long cost = whole * TimeOf(tile) + TimeOf(last);
            if (cost < least) (best, least) = (tile, cost);
        }
        return best;

        static long TimeOf(int rows) => rows == 0 ? 0 : rows + 1; // and that of a row, for what all rows share
    }
}
