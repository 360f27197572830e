using System.Numerics;
using System.Runtime.CompilerServices;

namespace Cnn.Layers.Kernels.Lanes;

/// <summary>One number: the scalar loop.</summary>
internal readonly unsafe struct Lanes1<T>(T value) : ILanes<Lanes1<T>, T> where T : unmanaged, IFloatingPointIeee754<T>
{
    private readonly T value = value;

    /// <inheritdoc/>
    public static int Count => 1;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes1<T> Load(T* from) => new(*from);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes1<T> Broadcast(T value) => new(value);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes1<T> MultiplyAdd(Lanes1<T> a, Lanes1<T> b, Lanes1<T> acc) => new(T.FusedMultiplyAdd(a.value, b.value, acc.value));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes1<T> Add(Lanes1<T> a, Lanes1<T> b) => new(a.value + b.value);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(Lanes1<T> lanes, T* to) => *to = lanes.value;
}
