using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Cnn.Layers.Kernels.Lanes;

/// <summary>A register of 128 bits.</summary>
internal readonly unsafe struct Lanes128<T>(Vector128<T> value) : ILanes<Lanes128<T>, T> where T : unmanaged, IFloatingPointIeee754<T>
{
    private readonly Vector128<T> value = value;

    /// <inheritdoc/>
    public static int Count => Vector128<T>.Count;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128<T> Load(T* from) => new(Vector128.Load(from));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128<T> LoadEverySecond(T* from)
    {
        var (a, b) = (Vector128.Load(from), Vector128.Load(from + Count - 1)); // of a those at 0, 2 .., of b those at 1, 3 ..
        if (Sse2.IsSupported)
            return typeof(T) == typeof(float)
                ? new(Sse.Shuffle(a.AsSingle(), b.AsSingle(), 0b_11_01_10_00).As<float, T>())
                : new(Sse2.Shuffle(a.AsDouble(), b.AsDouble(), 0b_10).As<double, T>());
        return new(Vector128.Create(EvenThenOdd(a).AsInt64().GetElement(0), EvenThenOdd(b).AsInt64().GetElement(1)).As<long, T>());
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128<T> Broadcast(T value) => new(Vector128.Create(value));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128<T> MultiplyAdd(Lanes128<T> a, Lanes128<T> b, Lanes128<T> acc) => typeof(T) == typeof(float)
        ? new(Vector128.FusedMultiplyAdd(a.value.AsSingle(), b.value.AsSingle(), acc.value.AsSingle()).As<float, T>())
        : new(Vector128.FusedMultiplyAdd(a.value.AsDouble(), b.value.AsDouble(), acc.value.AsDouble()).As<double, T>());

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128<T> Add(Lanes128<T> a, Lanes128<T> b) => new(a.value + b.value);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128<T> Divide(Lanes128<T> a, Lanes128<T> b) => new(a.value / b.value);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128<T> SelectIfWins(Lanes128<T> x, Lanes128<T> max, Lanes128<T> then, Lanes128<T> otherwise)
    {
        var wins = Vector128.GreaterThan(x.value, max.value) | ~Vector128.Equals(x.value, x.value); // only NaN does not equal itself
        return new(Vector128.ConditionalSelect(wins, then.value, otherwise.value));
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(Lanes128<T> lanes, T* to) => lanes.value.Store(to);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StoreIndices(Lanes128<T> lanes, long origin, long* to)
    {
        if (typeof(T) == typeof(float))
        {
            var (low, high) = Vector128.Widen(Vector128.ConvertToInt32Native(lanes.value.AsSingle()));
            (low + Vector128.Create(origin)).Store(to);
            (high + Vector128.Create(origin)).Store(to + Vector128<long>.Count);
        }
        else
        {
            const double shift = 3L << 51; // a number between 2^52 and 2^53 holds a whole number in its last bits
            var bits = (lanes.value.AsDouble() + Vector128.Create(shift)).AsInt64();
            (bits + Vector128.Create(origin - BitConverter.DoubleToInt64Bits(shift))).Store(to);
        }
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void SplitPairs(T* from, T* even, T* odd)
    {
        // Halves as int64: Vector64 is slow on a processor without such registers.
        var (a, b) = (EvenThenOdd(Vector128.Load(from)).AsInt64(), EvenThenOdd(Vector128.Load(from + Count)).AsInt64());
        ((long*)even)[0] = a.GetElement(0);
        ((long*)even)[1] = b.GetElement(0);
        ((long*)odd)[0] = a.GetElement(1);
        ((long*)odd)[1] = b.GetElement(1);
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void MergePairs(Lanes128<T> even, Lanes128<T> odd, T* to)
    {
        var (a, b) = (even.value, odd.value);
        if (Sse2.IsSupported)
        {
            if (typeof(T) == typeof(float))
            {
                Sse.UnpackLow(a.AsSingle(), b.AsSingle()).As<float, T>().Store(to);
                Sse.UnpackHigh(a.AsSingle(), b.AsSingle()).As<float, T>().Store(to + Count);
            }
            else
            {
                Sse2.UnpackLow(a.AsDouble(), b.AsDouble()).As<double, T>().Store(to);
                Sse2.UnpackHigh(a.AsDouble(), b.AsDouble()).As<double, T>().Store(to + Count);
            }
            return;
        }
        Alternate(Vector128.Create(a.AsInt64().GetElement(0), b.AsInt64().GetElement(0)).As<long, T>()).Store(to);
        Alternate(Vector128.Create(a.AsInt64().GetElement(1), b.AsInt64().GetElement(1)).As<long, T>()).Store(to + Count);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<T> EvenThenOdd(Vector128<T> x) => typeof(T) == typeof(float)
        ? Vector128.Shuffle(x.AsSingle(), Vector128.Create(0, 2, 1, 3)).As<float, T>()
        : Vector128.Shuffle(x.AsDouble(), Vector128.Create(0L, 1)).As<double, T>();

    // The inverse: the first of the lower half, the first of the upper half, the second of the lower half ..
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<T> Alternate(Vector128<T> x) => typeof(T) == typeof(float)
        ? Vector128.Shuffle(x.AsSingle(), Vector128.Create(0, 2, 1, 3)).As<float, T>()
        : Vector128.Shuffle(x.AsDouble(), Vector128.Create(0L, 1)).As<double, T>();
}
