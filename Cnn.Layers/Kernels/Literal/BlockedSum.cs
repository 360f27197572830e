using System.Numerics;
using Cnn.Layers.Geometry;

namespace Cnn.Layers.Kernels.Literal;

/// <summary>A long sum, made of partial sums: rounding errors grow with the length of a running sum (<see cref="PartialSums"/>).</summary>
internal struct BlockedSum<T> where T : unmanaged, IFloatingPointIeee754<T>
{
    private T partial; // +0 where it begins
    private bool isLong; // whether a partial sum has ended

    /// <summary>All partial sums that have ended.</summary>
    public T Total { get; private set; }

    /// <summary>Adds a product to the partial sum, rounded once.</summary>
    public void MultiplyAdd(T x, T y) => partial = T.FusedMultiplyAdd(x, y, partial);

    /// <summary>Adds a number to the partial sum.</summary>
    public void Add(T x) => partial += x;

    /// <summary>Adds the partial sum to the others, and begins the next one.</summary>
    public void EndPartialSum()
    {
        Total = isLong ? Total + partial : partial; // the first alone: 0 + -0 would be +0
        (partial, isLong) = (T.Zero, true);
    }
}
