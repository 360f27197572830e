using System.Numerics;
using System.Runtime.CompilerServices;
using Cnn.Layers.Kernels.Lanes;

namespace Cnn.Layers.Kernels.Fast;

/// <summary>The first factors of a row of a tile.</summary>
internal unsafe interface IOperandA<TLanes, T> where T : unmanaged
{
    /// <summary>Those of the first register.</summary>
    static abstract TLanes First(T* at);

    /// <summary>Those of a later one, 1 or 2.</summary>
    static abstract TLanes Next(T* at, int register, TLanes first);
}

/// <summary>One factor for the whole row.</summary>
internal readonly unsafe struct Broadcast<TLanes, T> : IOperandA<TLanes, T>
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
internal readonly unsafe struct Vector<TLanes, T> : IOperandA<TLanes, T>
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
