using System.Numerics;
using System.Runtime.CompilerServices;
using Cnn.Layers.Kernels.Lanes;

namespace Cnn.Layers.Kernels.Fast;

/// <summary>How a row of a register tile reads operand A.</summary>
internal unsafe interface IOperandA<TLanes, T> where T : unmanaged
{
    /// <summary>For the first register of the row.</summary>
    static abstract TLanes First(T* at);

    /// <summary>For a later one, 1 or 2.</summary>
    static abstract TLanes Next(T* at, int register, TLanes first);
}

/// <summary>One element, broadcast over the row.</summary>
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

/// <summary>A vector: an element for each column.</summary>
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
