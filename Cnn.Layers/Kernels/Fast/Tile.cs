using System.Numerics;
using Cnn.Layers.Kernels.Lanes;

namespace Cnn.Layers.Kernels.Fast;

/// <summary>
/// The innermost loop of every fast convolution: a tile of 6 rows by 2 registers of outputs, each a sum over the same depth,
/// held in registers while the depth runs by.
/// </summary>
/// <remarks>
/// Twelve independent sums keep two multiply-add units busy, whose result takes four cycles; with two registers of b and one
/// of a they fill the sixteen registers of AVX2. Each output still adds its own terms in the order of the depth, one fused
/// multiply-add each: these are the bits of the literal loop.
/// </remarks>
internal static unsafe class Tile<T, TLanes>
    where T : unmanaged, IFloatingPointIeee754<T>
    where TLanes : struct, ILanes<TLanes, T>
{
    /// <summary>Rows of a tile.</summary>
    public const int Rows = 6;

    /// <summary>Columns of a tile.</summary>
    public static int Columns => 2 * TLanes.Count;

    /// <summary>c[row, column] += sum over d of a[row, d] * b[d, column].</summary>
    /// <param name="depth">Terms of each sum.</param>
    /// <param name="a">Element [row, d] at row * aRow + d * aDepth.</param>
    /// <param name="aRow">Elements from row to row of a.</param>
    /// <param name="aDepth">Elements from term to term of a.</param>
    /// <param name="b">Element [d, column] at d * bDepth + column.</param>
    /// <param name="bDepth">Elements from term to term of b.</param>
    /// <param name="c">Element [row, column] at row * cRow + column: where the sums stand, and go on.</param>
    /// <param name="cRow">Elements from row to row of c.</param>
    public static void MultiplyAdd(nint depth, T* a, nint aRow, nint aDepth, T* b, nint bDepth, T* c, nint cRow)
    {
        int lanes = TLanes.Count;
        T* a1 = a + aRow, a2 = a1 + aRow, a3 = a2 + aRow, a4 = a3 + aRow, a5 = a4 + aRow;
        T* c1 = c + cRow, c2 = c1 + cRow, c3 = c2 + cRow, c4 = c3 + cRow, c5 = c4 + cRow;
        TLanes c00 = TLanes.Load(c), c01 = TLanes.Load(c + lanes);
        TLanes c10 = TLanes.Load(c1), c11 = TLanes.Load(c1 + lanes);
        TLanes c20 = TLanes.Load(c2), c21 = TLanes.Load(c2 + lanes);
        TLanes c30 = TLanes.Load(c3), c31 = TLanes.Load(c3 + lanes);
        TLanes c40 = TLanes.Load(c4), c41 = TLanes.Load(c4 + lanes);
        TLanes c50 = TLanes.Load(c5), c51 = TLanes.Load(c5 + lanes);
        nint at = 0;
        for (nint d = 0; d < depth; d++)
        {
            TLanes b0 = TLanes.Load(b), b1 = TLanes.Load(b + lanes);
            TLanes row = TLanes.Broadcast(a[at]);
            c00 = TLanes.MultiplyAdd(row, b0, c00);
            c01 = TLanes.MultiplyAdd(row, b1, c01);
            row = TLanes.Broadcast(a1[at]);
            c10 = TLanes.MultiplyAdd(row, b0, c10);
            c11 = TLanes.MultiplyAdd(row, b1, c11);
            row = TLanes.Broadcast(a2[at]);
            c20 = TLanes.MultiplyAdd(row, b0, c20);
            c21 = TLanes.MultiplyAdd(row, b1, c21);
            row = TLanes.Broadcast(a3[at]);
            c30 = TLanes.MultiplyAdd(row, b0, c30);
            c31 = TLanes.MultiplyAdd(row, b1, c31);
            row = TLanes.Broadcast(a4[at]);
            c40 = TLanes.MultiplyAdd(row, b0, c40);
            c41 = TLanes.MultiplyAdd(row, b1, c41);
            row = TLanes.Broadcast(a5[at]);
            c50 = TLanes.MultiplyAdd(row, b0, c50);
            c51 = TLanes.MultiplyAdd(row, b1, c51);
            at += aDepth;
            b += bDepth;
        }
        TLanes.Store(c00, c);
        TLanes.Store(c01, c + lanes);
        TLanes.Store(c10, c1);
        TLanes.Store(c11, c1 + lanes);
        TLanes.Store(c20, c2);
        TLanes.Store(c21, c2 + lanes);
        TLanes.Store(c30, c3);
        TLanes.Store(c31, c3 + lanes);
        TLanes.Store(c40, c4);
        TLanes.Store(c41, c4 + lanes);
        TLanes.Store(c50, c5);
        TLanes.Store(c51, c5 + lanes);
    }
}
