using System.Numerics;
using Cnn.Layers.Kernels.Lanes;

namespace Cnn.Layers.Kernels.Fast;

/// <summary>Where term d of every sum of a tile finds its two factors, in elements from where a row and a column begin.</summary>
internal readonly record struct Term(int A, int B);

/// <summary>How many rows a tile has. A type, so that the JIT makes one body for each number, without the rows beyond it.</summary>
internal interface IRows
{
    static abstract int Count { get; }
}

/// <summary>Eight rows by two registers: sixteen of the thirty-two registers of AVX-512.</summary>
internal readonly struct EightRows : IRows
{
    public static int Count => 8;
}

/// <summary>Six rows by two registers, two registers of b, one of a: fifteen of the sixteen registers of AVX2.</summary>
internal readonly struct SixRows : IRows
{
    public static int Count => 6;
}

/// <summary>Four rows, for what six or eight leave over.</summary>
internal readonly struct FourRows : IRows
{
    public static int Count => 4;
}

/// <summary>
/// The innermost loop of a fast convolution: a tile of rows by two registers of outputs, each a sum over the same terms,
/// held in registers while the terms run by.
/// </summary>
/// <remarks>
/// Twelve or sixteen independent sums keep two multiply-add units busy, whose result takes four cycles. Each output adds its
/// own terms in the order of the table, one fused multiply-add each: these are the bits of the literal loop.
/// </remarks>
internal static unsafe class Tile<T, TLanes, TRows>
    where T : unmanaged, IFloatingPointIeee754<T>
    where TLanes : struct, ILanes<TLanes, T>
    where TRows : struct, IRows
{
    /// <summary>c[row, column] (+)= sum over terms of a[rows[row] + term.A] * b[term.B + column].</summary>
    /// <param name="terms">The terms, in the order of the sum.</param>
    /// <param name="count">How many.</param>
    /// <param name="a">One number for each row and term.</param>
    /// <param name="rows">Where each row of a begins.</param>
    /// <param name="b">Two registers for each term.</param>
    /// <param name="c">Element [row, column] at row * cRow + column.</param>
    /// <param name="cRow">Elements from row to row of c.</param>
    /// <param name="goesOn">Whether the sums go on from what stands in c; otherwise they start at +0.</param>
    public static void MultiplyAdd(Term* terms, nint count, T* a, nint* rows, T* b, T* c, nint cRow, bool goesOn)
    {
        int lanes = TLanes.Count;
        T* a0 = a + rows[0], a1 = a + rows[1], a2 = a + rows[2], a3 = a + rows[3];
        T* a4 = a, a5 = a, a6 = a, a7 = a;
        if (TRows.Count > 4)
        {
            a4 = a + rows[4];
            a5 = a + rows[5];
        }
        if (TRows.Count > 6)
        {
            a6 = a + rows[6];
            a7 = a + rows[7];
        }
        TLanes zero = TLanes.Broadcast(T.Zero);
        TLanes c00 = zero, c01 = zero, c10 = zero, c11 = zero, c20 = zero, c21 = zero, c30 = zero, c31 = zero;
        TLanes c40 = zero, c41 = zero, c50 = zero, c51 = zero, c60 = zero, c61 = zero, c70 = zero, c71 = zero;
        if (goesOn)
        {
            (c00, c01) = (TLanes.Load(c), TLanes.Load(c + lanes));
            (c10, c11) = (TLanes.Load(c + cRow), TLanes.Load(c + cRow + lanes));
            (c20, c21) = (TLanes.Load(c + 2 * cRow), TLanes.Load(c + 2 * cRow + lanes));
            (c30, c31) = (TLanes.Load(c + 3 * cRow), TLanes.Load(c + 3 * cRow + lanes));
            if (TRows.Count > 4)
            {
                (c40, c41) = (TLanes.Load(c + 4 * cRow), TLanes.Load(c + 4 * cRow + lanes));
                (c50, c51) = (TLanes.Load(c + 5 * cRow), TLanes.Load(c + 5 * cRow + lanes));
            }
            if (TRows.Count > 6)
            {
                (c60, c61) = (TLanes.Load(c + 6 * cRow), TLanes.Load(c + 6 * cRow + lanes));
                (c70, c71) = (TLanes.Load(c + 7 * cRow), TLanes.Load(c + 7 * cRow + lanes));
            }
        }
        for (Term* end = terms + count; terms < end; terms++)
        {
            nint at = terms->A;
            T* column = b + terms->B;
            TLanes b0 = TLanes.Load(column), b1 = TLanes.Load(column + lanes);
            TLanes row = TLanes.Broadcast(a0[at]);
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
            if (TRows.Count > 4)
            {
                row = TLanes.Broadcast(a4[at]);
                c40 = TLanes.MultiplyAdd(row, b0, c40);
                c41 = TLanes.MultiplyAdd(row, b1, c41);
                row = TLanes.Broadcast(a5[at]);
                c50 = TLanes.MultiplyAdd(row, b0, c50);
                c51 = TLanes.MultiplyAdd(row, b1, c51);
            }
            if (TRows.Count > 6)
            {
                row = TLanes.Broadcast(a6[at]);
                c60 = TLanes.MultiplyAdd(row, b0, c60);
                c61 = TLanes.MultiplyAdd(row, b1, c61);
                row = TLanes.Broadcast(a7[at]);
                c70 = TLanes.MultiplyAdd(row, b0, c70);
                c71 = TLanes.MultiplyAdd(row, b1, c71);
            }
        }
        Store(c00, c01, c);
        Store(c10, c11, c + cRow);
        Store(c20, c21, c + 2 * cRow);
        Store(c30, c31, c + 3 * cRow);
        if (TRows.Count > 4)
        {
            Store(c40, c41, c + 4 * cRow);
            Store(c50, c51, c + 5 * cRow);
        }
        if (TRows.Count > 6)
        {
            Store(c60, c61, c + 6 * cRow);
            Store(c70, c71, c + 7 * cRow);
        }

        static void Store(TLanes left, TLanes right, T* to)
        {
            TLanes.Store(left, to);
            TLanes.Store(right, to + TLanes.Count);
        }
    }
}

/// <summary>The same for a number of rows that is known only when it runs.</summary>
internal static unsafe class Tile<T, TLanes>
    where T : unmanaged, IFloatingPointIeee754<T>
    where TLanes : struct, ILanes<TLanes, T>
{
    /// <inheritdoc cref="Tile{T, TLanes, TRows}.MultiplyAdd"/>
    public static void MultiplyAdd(int tileRows, Term* terms, nint count, T* a, nint* rows, T* b, T* c, nint cRow, bool goesOn)
    {
        if (tileRows == EightRows.Count) Tile<T, TLanes, EightRows>.MultiplyAdd(terms, count, a, rows, b, c, cRow, goesOn);
        else if (tileRows == SixRows.Count) Tile<T, TLanes, SixRows>.MultiplyAdd(terms, count, a, rows, b, c, cRow, goesOn);
        else Tile<T, TLanes, FourRows>.MultiplyAdd(terms, count, a, rows, b, c, cRow, goesOn);
    }
}
