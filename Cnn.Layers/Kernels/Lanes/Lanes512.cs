using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Cnn.Layers.Kernels.Lanes;

/// <summary>A register of 512 bits.</summary>
internal readonly unsafe struct Lanes512<T>(Vector512<T> value) : ILanes<Lanes512<T>, T> where T : unmanaged, IFloatingPointIeee754<T>
{
    private readonly Vector512<T> value = value;

    /// <inheritdoc/>
    public static int Count => Vector512<T>.Count;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512<T> Load(T* from) => new(Vector512.Load(from));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512<T> LoadEverySecond(T* from)
    {
        var (a, b) = (Vector512.Load(from), Vector512.Load(from + Count - 1)); // of a those at 0, 2 .., of b those at 1, 3 ..
        if (Avx512F.IsSupported)
            return typeof(T) == typeof(float)
                ? new(Avx512F.PermuteVar16x32x2(
                    a.AsSingle(), Vector512.Create(0, 2, 4, 6, 8, 10, 12, 14, 17, 19, 21, 23, 25, 27, 29, 31), b.AsSingle()).As<float, T>())
                : new(Avx512F.PermuteVar8x64x2(a.AsDouble(), Vector512.Create(0L, 2, 4, 6, 9, 11, 13, 15), b.AsDouble()).As<double, T>());
        return new(Vector512.Create(EvenThenOdd(a).GetLower(), EvenThenOdd(b).GetUpper()));
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512<T> Broadcast(T value) => new(Vector512.Create(value));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512<T> MultiplyAdd(Lanes512<T> a, Lanes512<T> b, Lanes512<T> acc) => typeof(T) == typeof(float)
        ? new(Vector512.FusedMultiplyAdd(a.value.AsSingle(), b.value.AsSingle(), acc.value.AsSingle()).As<float, T>())
        : new(Vector512.FusedMultiplyAdd(a.value.AsDouble(), b.value.AsDouble(), acc.value.AsDouble()).As<double, T>());

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512<T> Add(Lanes512<T> a, Lanes512<T> b) => new(a.value + b.value);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512<T> Divide(Lanes512<T> a, Lanes512<T> b) => new(a.value / b.value);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512<T> SelectIfWins(Lanes512<T> x, Lanes512<T> max, Lanes512<T> then, Lanes512<T> otherwise)
    {
        var wins = Vector512.GreaterThan(x.value, max.value) | ~Vector512.Equals(x.value, x.value); // only NaN does not equal itself
        return new(Vector512.ConditionalSelect(wins, then.value, otherwise.value));
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(Lanes512<T> lanes, T* to) => lanes.value.Store(to);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StoreIndices(Lanes512<T> lanes, long origin, long* to)
    {
        if (typeof(T) == typeof(float))
        {
            var (low, high) = Vector512.Widen(Vector512.ConvertToInt32Native(lanes.value.AsSingle()));
            (low + Vector512.Create(origin)).Store(to);
            (high + Vector512.Create(origin)).Store(to + Vector512<long>.Count);
        }
        else
        {
            const double shift = 3L << 51; // a number between 2^52 and 2^53 holds a whole number in its last bits
            var bits = (lanes.value.AsDouble() + Vector512.Create(shift)).AsInt64();
            (bits + Vector512.Create(origin - BitConverter.DoubleToInt64Bits(shift))).Store(to);
        }
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void SplitPairs(T* from, T* even, T* odd)
    {
        var (x, y) = (Vector512.Load(from), Vector512.Load(from + Count));
        if (Avx512F.IsSupported && typeof(T) == typeof(float))
        {
            var evens = Vector512.Create(0, 2, 4, 6, 8, 10, 12, 14, 16, 18, 20, 22, 24, 26, 28, 30);
            Avx512F.PermuteVar16x32x2(x.AsSingle(), evens, y.AsSingle()).As<float, T>().Store(even);
            Avx512F.PermuteVar16x32x2(x.AsSingle(), evens + Vector512<int>.One, y.AsSingle()).As<float, T>().Store(odd);
            return;
        }
        var (a, b) = (EvenThenOdd(x), EvenThenOdd(y));
        a.GetLower().Store(even);
        b.GetLower().Store(even + Count / 2);
        a.GetUpper().Store(odd);
        b.GetUpper().Store(odd + Count / 2);
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void MergePairs(Lanes512<T> even, Lanes512<T> odd, T* to)
    {
        Alternate(Vector512.Create(even.value.GetLower(), odd.value.GetLower())).Store(to);
        Alternate(Vector512.Create(even.value.GetUpper(), odd.value.GetUpper())).Store(to + Count);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<T> EvenThenOdd(Vector512<T> x) => typeof(T) == typeof(float)
        ? Vector512.Shuffle(x.AsSingle(), Vector512.Create(0, 2, 4, 6, 8, 10, 12, 14, 1, 3, 5, 7, 9, 11, 13, 15)).As<float, T>()
        : Vector512.Shuffle(x.AsDouble(), Vector512.Create(0L, 2, 4, 6, 1, 3, 5, 7)).As<double, T>();

    // The inverse: the first of the lower half, the first of the upper half, the second of the lower half ..
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<T> Alternate(Vector512<T> x) => typeof(T) == typeof(float)
        ? Vector512.Shuffle(x.AsSingle(), Vector512.Create(0, 8, 1, 9, 2, 10, 3, 11, 4, 12, 5, 13, 6, 14, 7, 15)).As<float, T>()
        : Vector512.Shuffle(x.AsDouble(), Vector512.Create(0L, 4, 1, 5, 2, 6, 3, 7)).As<double, T>();
}
