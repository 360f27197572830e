using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Cnn.Layers.Kernels.Lanes;

/// <summary>A register of 256 bits.</summary>
internal readonly unsafe struct Lanes256<T>(Vector256<T> value) : ILanes<Lanes256<T>, T> where T : unmanaged, IFloatingPointIeee754<T>
{
    private readonly Vector256<T> value = value;

    /// <inheritdoc/>
    public static int Count => Vector256<T>.Count;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256<T> Load(T* from) => new(Vector256.Load(from));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256<T> LoadEverySecond(T* from)
    {
        var (a, b) = (Vector256.Load(from), Vector256.Load(from + Count - 1)); // of a those at 0, 2 .., of b those at 1, 3 ..
        if (Avx512F.VL.IsSupported)
            return typeof(T) == typeof(float)
                ? new(Avx512F.VL.PermuteVar8x32x2(a.AsSingle(), Vector256.Create(0, 2, 4, 6, 9, 11, 13, 15), b.AsSingle()).As<float, T>())
                : new(Avx512F.VL.PermuteVar4x64x2(a.AsDouble(), Vector256.Create(0L, 2, 5, 7), b.AsDouble()).As<double, T>());
        return new(Vector256.Create(EvenThenOdd(a).GetLower(), EvenThenOdd(b).GetUpper()));
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256<T> Broadcast(T value) => new(Vector256.Create(value));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256<T> MultiplyAdd(Lanes256<T> a, Lanes256<T> b, Lanes256<T> acc) => typeof(T) == typeof(float)
        ? new(Vector256.FusedMultiplyAdd(a.value.AsSingle(), b.value.AsSingle(), acc.value.AsSingle()).As<float, T>())
        : new(Vector256.FusedMultiplyAdd(a.value.AsDouble(), b.value.AsDouble(), acc.value.AsDouble()).As<double, T>());

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256<T> Add(Lanes256<T> a, Lanes256<T> b) => new(a.value + b.value);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256<T> Divide(Lanes256<T> a, Lanes256<T> b) => new(a.value / b.value);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256<T> SelectIfWins(Lanes256<T> x, Lanes256<T> max, Lanes256<T> then, Lanes256<T> otherwise)
    {
        var wins = Vector256.GreaterThan(x.value, max.value) | ~Vector256.Equals(x.value, x.value); // only NaN does not equal itself
        return new(Vector256.ConditionalSelect(wins, then.value, otherwise.value));
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(Lanes256<T> lanes, T* to) => lanes.value.Store(to);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StoreIndices(Lanes256<T> lanes, long origin, long* to)
    {
        if (typeof(T) == typeof(float))
        {
            var (low, high) = Vector256.Widen(Vector256.ConvertToInt32Native(lanes.value.AsSingle()));
            (low + Vector256.Create(origin)).Store(to);
            (high + Vector256.Create(origin)).Store(to + Vector256<long>.Count);
        }
        else
        {
            const double shift = 3L << 51; // a number between 2^52 and 2^53 holds a whole number in its last bits
            var bits = (lanes.value.AsDouble() + Vector256.Create(shift)).AsInt64();
            (bits + Vector256.Create(origin - BitConverter.DoubleToInt64Bits(shift))).Store(to);
        }
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void SplitPairs(T* from, T* even, T* odd)
    {
        var (x, y) = (Vector256.Load(from), Vector256.Load(from + Count));
        if (Avx2.IsSupported && typeof(T) == typeof(float))
        {
            // Of each half of x, then of y: the 64 bits in the middle change places.
            var evens = Avx.Shuffle(x.AsSingle(), y.AsSingle(), 0b10_00_10_00).AsDouble();
            var odds = Avx.Shuffle(x.AsSingle(), y.AsSingle(), 0b11_01_11_01).AsDouble();
            Avx2.Permute4x64(evens, 0b11_01_10_00).As<double, T>().Store(even);
            Avx2.Permute4x64(odds, 0b11_01_10_00).As<double, T>().Store(odd);
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
    public static void MergePairs(Lanes256<T> even, Lanes256<T> odd, T* to)
    {
        Alternate(Vector256.Create(even.value.GetLower(), odd.value.GetLower())).Store(to);
        Alternate(Vector256.Create(even.value.GetUpper(), odd.value.GetUpper())).Store(to + Count);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<T> EvenThenOdd(Vector256<T> x) => typeof(T) == typeof(float)
        ? Vector256.Shuffle(x.AsSingle(), Vector256.Create(0, 2, 4, 6, 1, 3, 5, 7)).As<float, T>()
        : Vector256.Shuffle(x.AsDouble(), Vector256.Create(0L, 2, 1, 3)).As<double, T>();

    // The inverse: the first of the lower half, the first of the upper half, the second of the lower half ..
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<T> Alternate(Vector256<T> x) => typeof(T) == typeof(float)
        ? Vector256.Shuffle(x.AsSingle(), Vector256.Create(0, 4, 1, 5, 2, 6, 3, 7)).As<float, T>()
        : Vector256.Shuffle(x.AsDouble(), Vector256.Create(0L, 2, 1, 3)).As<double, T>();
}
