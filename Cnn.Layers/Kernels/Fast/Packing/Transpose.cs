using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using Cnn.Layers.Geometry;

namespace Cnn.Layers.Kernels.Fast;

/// <summary>Transposes: what lay one behind the other comes to lie side by side, in the lanes of a register.</summary>
internal static unsafe class Transpose
{
    private const int Piece = 64; // columns at a time: rows and columns of a piece stay in L1
    private const int Ahead = 2 * Piece; // columns: so far ahead, rows are prefetched into L2

    /// <summary>to[x * toRow + row] = from[rows[row] + x].</summary>
    /// <param name="from">Where row 0 would begin.</param>
    /// <param name="rows">Elements from there to each row.</param>
    /// <param name="count">Elements of a row.</param>
    /// <param name="to">The first column.</param>
    /// <param name="toRow">Elements from column to column.</param>
    /// <param name="isInL2">Whether the rows are in L2 already.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Run<T>(T* from, ReadOnlySpan<nint> rows, nint count, T* to, nint toRow, bool isInL2 = false) where T : unmanaged
    {
        for (nint x = 0; x < count; x += Piece)
        {
            nint columns = Math.Min(Piece, count - x);
            T* start = from + x, place = to + x * toRow;
            int row = 0;
            fixed (nint* at = rows)
            {
                if (Avx.IsSupported && sizeof(T) == sizeof(float) && columns >= 4)
                    for (; row + 8 <= rows.Length; row += 8)
                    {
                        if (!isInL2) // C7
                            for (int r = row; r < row + 8; r++) Row.Prefetch(start + at[r] + Ahead, columns);
                        EightRows((float*)start, at + row, columns, (float*)place + row, toRow, pieces: 1, 0, 0);
                    }
                if (Sse.IsSupported && sizeof(T) == sizeof(float) && columns >= 4 && rows.Length >= 4)
                    for (; row < rows.Length; row += 4) // the last ones, some of them twice
                    {
                        int four = Math.Min(row, rows.Length - 4);
                        FourRows((float*)start, at + four, columns, (float*)place + four, toRow);
                    }
                for (; row < rows.Length; row++)
                    for (nint y = 0; y < columns; y++) place[y * toRow + row] = (start + at[row])[y];
            }
        }
    }

    /// <summary>Several pieces of rows: to[piece * toPiece + x * toRow + row] = from[piece * fromPiece + rows[row] + x].</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Pieces<T>(
        T* from, ReadOnlySpan<nint> rows, nint count, T* to, nint toRow, nint pieces, nint fromPiece, nint toPiece) where T : unmanaged
    {
        int row = 0;
        if (Avx.IsSupported && sizeof(T) == sizeof(float) && count >= 4)
            fixed (nint* at = rows)
                for (; row + 8 <= rows.Length; row += 8)
                    EightRows((float*)from, at + row, count, (float*)to + row, toRow, pieces, fromPiece, toPiece);
        if (row < rows.Length)
            for (nint piece = 0; piece < pieces; piece++)
                Run(from + piece * fromPiece, rows[row..], count, to + piece * toPiece + row, toRow, isInL2: true);
    }

    /// <summary>to[x * toRow + c] = the cell of channel c, x cells along a row from <paramref name="from"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Channels<T>(T* from, Shape4 strides, int channels, nint count, T* to, nint toRow, bool isInL2 = false)
        where T : unmanaged
    {
        if (strides.W == 1)
        {
            Span<nint> rows = stackalloc nint[channels];
            for (int c = 0; c < channels; c++) rows[c] = (nint)(c * strides.C);
            Run(from, rows, count, to, toRow, isInL2);
            return;
        }
        for (nint x = 0; x < count; x++)
            for (int c = 0; c < channels; c++) to[x * toRow + c] = from[c * strides.C + x * strides.W];
    }

    /// <summary>to[f, i, j] = from[i, j, f], a row of windows at a time; all of them, where the rows lie one behind the other.</summary>
    /// <param name="from">Where window [0, 0] begins.</param>
    /// <param name="fromRow">Elements from row to row of windows.</param>
    /// <param name="fromColumn">Elements from window to window of a row; with <paramref name="odds"/>, to the next but one.</param>
    /// <param name="filters">Elements of a window.</param>
    /// <param name="to">Element [0, 0, 0].</param>
    /// <param name="strides">Elements from filter to filter, row to row, column to column.</param>
    /// <param name="height">Rows.</param>
    /// <param name="width">Windows of a row.</param>
    /// <param name="odds">Elements from the windows 0, 2 .. of a row to the windows 1, 3 ..; 0 where they are one row.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void ToRows<T>(
        T* from, nint fromRow, nint fromColumn, int filters, T* to, Shape4 strides, long height, long width, nint odds = 0)
        where T : unmanaged
    {
        if (width == 1 && height == 1 && strides.C == 1)
        {
            new ReadOnlySpan<T>(from, filters).CopyTo(new(to, filters));
            return;
        }
        if (odds == 0 && strides.W == 1 && strides.H == width && fromRow == (nint)width * fromColumn) (width, height) = (width * height, 1);
        nint* windows = (nint*)Scratch.Get<long>(Scratch.Offsets, (nint)width);
        for (nint j = 0; j < width; j++) windows[j] = odds == 0 ? j * fromColumn : j / 2 * fromColumn + j % 2 * odds;
        for (long i = 0; i < height; i++, from += fromRow, to += strides.H)
            if (strides.W == 1)
                for (nint j = 0; j < width; j += Piece)
                {
                    nint count = Math.Min(Piece, (nint)width - j);
                    for (int f = 0; f < filters; f++) Row.Prefetch(to + f * strides.C + j + Piece, Piece);
                    int done = 0;
                    if (Avx.IsSupported && sizeof(T) == sizeof(float) && count >= 8)
                        for (; done + 8 <= filters; done += 8)
                            EightColumns((float*)from + done, windows + j, count, (float*)to + j + done * strides.C, (nint)strides.C);
                    if (done < filters)
                        Run(from + done, new(windows + j, checked((int)count)), filters - done, to + j + done * strides.C, (nint)strides.C,
                            isInL2: true);
                }
            else
                for (long j = 0; j < width; j++)
                    for (int f = 0; f < filters; f++) to[f * strides.C + j * strides.W] = from[windows[j] + f];
    }

    // Eight rows of several pieces: as many columns, each piece a step behind the one before.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void EightRows(
        float* from, nint* rows, nint columns, float* to, nint toRow, nint pieces, nint fromPiece, nint toPiece)
    {
        float* r0 = from + rows[0], r1 = from + rows[1], r2 = from + rows[2], r3 = from + rows[3];
        float* r4 = from + rows[4], r5 = from + rows[5], r6 = from + rows[6], r7 = from + rows[7];
        nint last = columns - 4; // the last columns, some of them twice
        for (nint start = 0; pieces > 0; pieces--, start += fromPiece, to += toPiece)
            for (nint x = 0; ; x = Math.Min(x + 4, last))
            {
                nint y = start + x;
                FourColumns(r0 + y, r1 + y, r2 + y, r3 + y, r4 + y, r5 + y, r6 + y, r7 + y, to + x * toRow, toRow);
                if (x == last) break;
            }
    }

    // Eight columns of so many rows.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void EightColumns(float* from, nint* rows, nint count, float* to, nint toRow)
    {
        nint last = count - 8; // the last rows, some of them twice
        float* upper = to + 4 * toRow;
        for (nint r = 0; ; r = Math.Min(r + 8, last))
        {
            nint* at = rows + r;
            float* r0 = from + at[0], r1 = from + at[1], r2 = from + at[2], r3 = from + at[3];
            float* r4 = from + at[4], r5 = from + at[5], r6 = from + at[6], r7 = from + at[7];
            FourColumns(r0, r1, r2, r3, r4, r5, r6, r7, to + r, toRow);
            FourColumns(r0 + 4, r1 + 4, r2 + 4, r3 + 4, r4 + 4, r5 + 4, r6 + 4, r7 + 4, upper + r, toRow);
            if (r == last) break;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void FourColumns(
        float* r0, float* r1, float* r2, float* r3, float* r4, float* r5, float* r6, float* r7, float* to, nint toRow)
    {
        var (a, b, c, d) = (Both(r0, r4), Both(r1, r5), Both(r2, r6), Both(r3, r7)); // a: a0 a1 a2 a3, e0 e1 e2 e3
        var (ab, cd) = (Avx.UnpackLow(a, b).AsDouble(), Avx.UnpackLow(c, d).AsDouble()); // a0 b0 a1 b1, e0 f0 e1 f1; c0 d0 c1 d1, ..
        Avx.UnpackLow(ab, cd).AsSingle().Store(to); // a0 b0 c0 d0, e0 f0 g0 h0
        Avx.UnpackHigh(ab, cd).AsSingle().Store(to + toRow);
        (ab, cd) = (Avx.UnpackHigh(a, b).AsDouble(), Avx.UnpackHigh(c, d).AsDouble());
        Avx.UnpackLow(ab, cd).AsSingle().Store(to + 2 * toRow);
        Avx.UnpackHigh(ab, cd).AsSingle().Store(to + 3 * toRow);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        static Vector256<float> Both(float* lower, float* upper) => Vector256.Create(Vector128.Load(lower), Vector128.Load(upper));
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void FourRows(float* from, nint* rows, nint columns, float* to, nint toRow)
    {
        float* r0 = from + rows[0], r1 = from + rows[1], r2 = from + rows[2], r3 = from + rows[3];
        nint last = columns - 4;
        for (nint x = 0; ; x = Math.Min(x + 4, last))
        {
            float* place = to + x * toRow;
            Vector128<float> a = Vector128.Load(r0 + x), b = Vector128.Load(r1 + x), c = Vector128.Load(r2 + x), d = Vector128.Load(r3 + x);
            Vector128<float> ab = Sse.UnpackLow(a, b), cd = Sse.UnpackLow(c, d); // a0 b0 a1 b1, c0 d0 c1 d1
            Sse.MoveLowToHigh(ab, cd).Store(place);
            Sse.MoveHighToLow(cd, ab).Store(place + toRow);
            (ab, cd) = (Sse.UnpackHigh(a, b), Sse.UnpackHigh(c, d)); // a2 b2 a3 b3, c2 d2 c3 d3
            Sse.MoveLowToHigh(ab, cd).Store(place + 2 * toRow);
            Sse.MoveHighToLow(cd, ab).Store(place + 3 * toRow);
            if (x == last) break;
        }
    }
}
