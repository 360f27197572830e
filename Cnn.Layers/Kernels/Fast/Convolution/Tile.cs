using System.Numerics;
using System.Runtime.CompilerServices;
using Cnn.Layers.Kernels.Lanes;

namespace Cnn.Layers.Kernels.Fast;

/// <summary>Where term d of every sum of a tile finds its two factors, in elements from where a row and a column begin.</summary>
internal readonly record struct Term(int A, int B);

/// <summary>
/// The innermost loop of a fast convolution: a tile of a few rows by up to three registers of outputs, each a sum over the
/// same terms, held in registers while the terms run by.
/// </summary>
/// <remarks>
/// Independent sums keep the multiply-add units busy, whose result takes four cycles. Each output adds its own terms in the
/// order of the table, one fused multiply-add each: these are the bits of the literal loop.
/// </remarks>
/// <typeparam name="T">float or double.</typeparam>
/// <typeparam name="TLanes">The registers.</typeparam>
/// <typeparam name="TShape">Rows and registers of the tile.</typeparam>
/// <typeparam name="TFactor">Whether a row has one factor a for all columns, or one for each.</typeparam>
internal static unsafe class Tile<T, TLanes, TShape, TFactor>
    where T : unmanaged, IFloatingPointIeee754<T>
    where TLanes : struct, ILanes<TLanes, T>
    where TShape : struct, ITileShape
    where TFactor : struct, IFactor<TLanes, T>
{
    private const int Soon = 24; // Δ12, terms: shorter sums end before a line of the output has come

    /// <summary>Computes tiles: c[row, column] (+)= sum over terms of a[rows[row] + term.A] * b[term.B + column].</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)] // runs seldom and long: it must not begin unoptimized
    public static void MultiplyAdd(in Tiles<T> tiles)
    {
        T* a = tiles.A, b = tiles.B, c = tiles.C;
        nint* rows = tiles.Rows;
        nint cRow = tiles.CRow;
        for (nint tile = 0; tile < tiles.Count; tile++, rows += tiles.RowsStep, b += tiles.BStep, c += tiles.CStep)
        {
            // The shape is known when the machine code is made: what lies beyond it is not there.
            T* a0 = a + rows[0], a1 = a + rows[1], a2 = a, a3 = a, a4 = a, a5 = a, a6 = a, a7 = a;
            if (TShape.Rows > 2)
            {
                a2 = a + rows[2];
                a3 = a + rows[3];
            }
            if (TShape.Rows > 4)
            {
                a4 = a + rows[4];
                a5 = a + rows[5];
            }
            if (TShape.Rows > 6)
            {
                a6 = a + rows[6];
                a7 = a + rows[7];
            }
            TLanes zero = TLanes.Broadcast(T.Zero);
            TLanes c00 = zero, c01 = zero, c02 = zero, c10 = zero, c11 = zero, c12 = zero, c20 = zero, c21 = zero, c22 = zero;
            TLanes c30 = zero, c31 = zero, c32 = zero, c40 = zero, c41 = zero, c42 = zero, c50 = zero, c51 = zero, c52 = zero;
            TLanes c60 = zero, c61 = zero, c62 = zero, c70 = zero, c71 = zero, c72 = zero;
            if (tiles.GoesOn)
            {
                Load(c, out c00, out c01, out c02);
                Load(c + cRow, out c10, out c11, out c12);
                if (TShape.Rows > 2)
                {
                    Load(c + 2 * cRow, out c20, out c21, out c22);
                    Load(c + 3 * cRow, out c30, out c31, out c32);
                }
                if (TShape.Rows > 4)
                {
                    Load(c + 4 * cRow, out c40, out c41, out c42);
                    Load(c + 5 * cRow, out c50, out c51, out c52);
                }
                if (TShape.Rows > 6)
                {
                    Load(c + 6 * cRow, out c60, out c61, out c62);
                    Load(c + 7 * cRow, out c70, out c71, out c72);
                }
            }
            else if (tiles.TermCount >= Soon)
            {
                Expect(c);
                Expect(c + cRow);
                if (TShape.Rows > 2)
                {
                    Expect(c + 2 * cRow);
                    Expect(c + 3 * cRow);
                }
                if (TShape.Rows > 4)
                {
                    Expect(c + 4 * cRow);
                    Expect(c + 5 * cRow);
                }
                if (TShape.Rows > 6)
                {
                    Expect(c + 6 * cRow);
                    Expect(c + 7 * cRow);
                }
            }
            Term* terms = tiles.Terms, end = terms + tiles.TermCount;
            while (terms < end)
            {
                if (tiles.Ahead != null) tiles.Ahead->Bring(tiles.AheadLines); // Δ12
                for (Term* stop = terms + Math.Min(Tiles<T>.Piece, (nint)(end - terms)); terms < stop; terms++)
                {
                    nint at = terms->A;
                    T* column = b + terms->B;
                    TLanes b0 = TLanes.Load(column), b1 = TShape.Registers > 1 ? TLanes.Load(column + TLanes.Count) : zero;
                    TLanes b2 = TShape.Registers > 2 ? TLanes.Load(column + 2 * TLanes.Count) : zero;
                    TLanes factor = TFactor.First(a0 + at);
                    c00 = TLanes.MultiplyAdd(factor, b0, c00);
                    if (TShape.Registers > 1) c01 = TLanes.MultiplyAdd(TFactor.Next(a0 + at, 1, factor), b1, c01);
                    if (TShape.Registers > 2) c02 = TLanes.MultiplyAdd(TFactor.Next(a0 + at, 2, factor), b2, c02);
                    factor = TFactor.First(a1 + at);
                    c10 = TLanes.MultiplyAdd(factor, b0, c10);
                    if (TShape.Registers > 1) c11 = TLanes.MultiplyAdd(TFactor.Next(a1 + at, 1, factor), b1, c11);
                    if (TShape.Registers > 2) c12 = TLanes.MultiplyAdd(TFactor.Next(a1 + at, 2, factor), b2, c12);
                    if (TShape.Rows > 2)
                    {
                        factor = TFactor.First(a2 + at);
                        c20 = TLanes.MultiplyAdd(factor, b0, c20);
                        if (TShape.Registers > 1) c21 = TLanes.MultiplyAdd(TFactor.Next(a2 + at, 1, factor), b1, c21);
                        if (TShape.Registers > 2) c22 = TLanes.MultiplyAdd(TFactor.Next(a2 + at, 2, factor), b2, c22);
                        factor = TFactor.First(a3 + at);
                        c30 = TLanes.MultiplyAdd(factor, b0, c30);
                        if (TShape.Registers > 1) c31 = TLanes.MultiplyAdd(TFactor.Next(a3 + at, 1, factor), b1, c31);
                        if (TShape.Registers > 2) c32 = TLanes.MultiplyAdd(TFactor.Next(a3 + at, 2, factor), b2, c32);
                    }
                    if (TShape.Rows > 4)
                    {
                        factor = TFactor.First(a4 + at);
                        c40 = TLanes.MultiplyAdd(factor, b0, c40);
                        if (TShape.Registers > 1) c41 = TLanes.MultiplyAdd(TFactor.Next(a4 + at, 1, factor), b1, c41);
                        if (TShape.Registers > 2) c42 = TLanes.MultiplyAdd(TFactor.Next(a4 + at, 2, factor), b2, c42);
                        factor = TFactor.First(a5 + at);
                        c50 = TLanes.MultiplyAdd(factor, b0, c50);
                        if (TShape.Registers > 1) c51 = TLanes.MultiplyAdd(TFactor.Next(a5 + at, 1, factor), b1, c51);
                        if (TShape.Registers > 2) c52 = TLanes.MultiplyAdd(TFactor.Next(a5 + at, 2, factor), b2, c52);
                    }
                    if (TShape.Rows > 6)
                    {
                        factor = TFactor.First(a6 + at);
                        c60 = TLanes.MultiplyAdd(factor, b0, c60);
                        if (TShape.Registers > 1) c61 = TLanes.MultiplyAdd(TFactor.Next(a6 + at, 1, factor), b1, c61);
                        if (TShape.Registers > 2) c62 = TLanes.MultiplyAdd(TFactor.Next(a6 + at, 2, factor), b2, c62);
                        factor = TFactor.First(a7 + at);
                        c70 = TLanes.MultiplyAdd(factor, b0, c70);
                        if (TShape.Registers > 1) c71 = TLanes.MultiplyAdd(TFactor.Next(a7 + at, 1, factor), b1, c71);
                        if (TShape.Registers > 2) c72 = TLanes.MultiplyAdd(TFactor.Next(a7 + at, 2, factor), b2, c72);
                    }
                }
            }
            if (tiles.Bias != null)
            {
                T* bias = tiles.Bias;
                Add(bias, ref c00, ref c01, ref c02);
                Add(bias + 1, ref c10, ref c11, ref c12);
                if (TShape.Rows > 2)
                {
                    Add(bias + 2, ref c20, ref c21, ref c22);
                    Add(bias + 3, ref c30, ref c31, ref c32);
                }
                if (TShape.Rows > 4)
                {
                    Add(bias + 4, ref c40, ref c41, ref c42);
                    Add(bias + 5, ref c50, ref c51, ref c52);
                }
                if (TShape.Rows > 6)
                {
                    Add(bias + 6, ref c60, ref c61, ref c62);
                    Add(bias + 7, ref c70, ref c71, ref c72);
                }
            }
            Store(c00, c01, c02, c);
            Store(c10, c11, c12, c + cRow);
            if (TShape.Rows > 2)
            {
                Store(c20, c21, c22, c + 2 * cRow);
                Store(c30, c31, c32, c + 3 * cRow);
            }
            if (TShape.Rows > 4)
            {
                Store(c40, c41, c42, c + 4 * cRow);
                Store(c50, c51, c52, c + 5 * cRow);
            }
            if (TShape.Rows > 6)
            {
                Store(c60, c61, c62, c + 6 * cRow);
                Store(c70, c71, c72, c + 7 * cRow);
            }
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        static void Load(T* from, out TLanes first, out TLanes second, out TLanes third)
        {
            first = TLanes.Load(from);
            second = TShape.Registers > 1 ? TLanes.Load(from + TLanes.Count) : first;
            third = TShape.Registers > 2 ? TLanes.Load(from + 2 * TLanes.Count) : first;
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        static void Expect(T* to) => Row.Prefetch(to, TShape.Registers * TLanes.Count);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        static void Add(T* bias, ref TLanes first, ref TLanes second, ref TLanes third)
        {
            TLanes plus = TLanes.Broadcast(*bias);
            first = TLanes.Add(first, plus);
            if (TShape.Registers > 1) second = TLanes.Add(second, plus);
            if (TShape.Registers > 2) third = TLanes.Add(third, plus);
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        static void Store(TLanes first, TLanes second, TLanes third, T* to)
        {
            TLanes.Store(first, to);
            if (TShape.Registers > 1) TLanes.Store(second, to + TLanes.Count);
            if (TShape.Registers > 2) TLanes.Store(third, to + 2 * TLanes.Count);
        }
    }
}
