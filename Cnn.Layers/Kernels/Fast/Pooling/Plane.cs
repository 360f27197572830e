using System.Numerics;
using Cnn.Layers.Geometry;

namespace Cnn.Layers.Kernels.Fast;

/// <summary>The cells of one plane, by row, or by their index ih * W + iw.</summary>
/// <param name="first">Cell [0, 0].</param>
/// <param name="strides">Those of the tensor.</param>
/// <param name="rows">H.</param>
/// <param name="columns">W.</param>
internal readonly unsafe struct Plane<T>(T* first, Shape4 strides, long rows, long columns) where T : unmanaged
{
    /// <summary>Whether a cell's index is its address.</summary>
    public bool IsDense { get; } = strides.W == 1 && strides.H == columns;

    /// <summary>Cell [ih, 0].</summary>
    public T* Row(long ih) => first + ih * strides.H;

    /// <summary>Whether an index lies in the plane.</summary>
    public bool Holds(long index) => (ulong)index < (ulong)(rows * columns);

    /// <summary>The cell at an index.</summary>
    public T* At(long index)
    {
        if (IsDense) return first + index;
        var (ih, iw) = Math.DivRem(index, columns);
        return first + ih * strides.H + iw * strides.W;
    }

    /// <summary>Sets rows [from, from + count) to zero, as far as they lie in the plane.</summary>
    public void Clear(long from, long count)
    {
        (from, long end) = (Math.Max(from, 0), Math.Min(from + count, rows));
        if (IsDense)
        {
            Kernels.Fast.Row.ClearLong(Row(from), (end - from) * columns);
            return;
        }
        for (long ih = from; ih < end; ih++)
            if (strides.W == 1) Kernels.Fast.Row.ClearLong(Row(ih), columns);
            else for (long iw = 0; iw < columns; iw++) Row(ih)[iw * strides.W] = default;
    }
}
