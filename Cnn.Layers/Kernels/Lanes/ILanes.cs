using System.Numerics;

namespace Cnn.Layers.Kernels.Lanes;

/// <summary>
/// A handful of numbers side by side in one register. A loop over lanes computes as many outputs at once, each of them
/// exactly as the scalar loop would: lanes never meet.
/// </summary>
/// <remarks>
/// The loops are written once, over this interface; the JIT makes one body for each width. Every width runs on every
/// processor, slowly where the register is missing, so one process can test them all.
/// </remarks>
/// <typeparam name="TSelf">The implementing type.</typeparam>
/// <typeparam name="T">float or double.</typeparam>
internal unsafe interface ILanes<TSelf, T>
    where TSelf : struct, ILanes<TSelf, T>
    where T : unmanaged, IFloatingPointIeee754<T>
{
    /// <summary>How many numbers.</summary>
    static abstract int Count { get; }

    /// <summary>Reads <see cref="Count"/> neighbours; any alignment.</summary>
    static abstract TSelf Load(T* from);

    /// <summary>Reads <see cref="Count"/> numbers, every second one: those at 0, 2, 4 .. 2 * Count - 2, and nothing behind them.</summary>
    static abstract TSelf LoadEverySecond(T* from);

    /// <summary>The same number in every lane.</summary>
    static abstract TSelf Broadcast(T value);

    /// <summary>a * b + acc, rounded once.</summary>
    static abstract TSelf MultiplyAdd(TSelf a, TSelf b, TSelf acc);

    /// <summary>a + b.</summary>
    static abstract TSelf Add(TSelf a, TSelf b);

    /// <summary>a / b.</summary>
    static abstract TSelf Divide(TSelf a, TSelf b);

    /// <summary>Where x &gt; max or x is NaN, <paramref name="then"/>; elsewhere <paramref name="otherwise"/>.</summary>
    static abstract TSelf SelectIfWins(TSelf x, TSelf max, TSelf then, TSelf otherwise);

    /// <summary>Writes <see cref="Count"/> neighbours; any alignment.</summary>
    static abstract void Store(TSelf lanes, T* to);

    /// <summary>Writes whole numbers, below 2^24 in magnitude (double: 2^51), as int64, <paramref name="origin"/> added to each.</summary>
    static abstract void StoreIndices(TSelf lanes, long origin, long* to);

    /// <summary>
    /// Copies 2 * <see cref="Count"/> neighbours: those at 0, 2, 4 .. to <paramref name="even"/>, those at 1, 3, 5 .. to
    /// <paramref name="odd"/>.
    /// </summary>
    static abstract void SplitPairs(T* from, T* even, T* odd);

    /// <summary>The inverse of <see cref="SplitPairs"/>, from registers.</summary>
    static abstract void MergePairs(TSelf even, TSelf odd, T* to);
}
