using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Cnn.Layers.Kernels.Fast;

/// <summary>Turns rows into columns: what lay one behind the other comes to lie side by side, in the lanes of a register.</summary>
internal static unsafe class Transpose
{
    private const int Piece = 64; // columns at a time: rows and columns of a piece stay in the first cache

    /// <summary>to[x * toRow + row] = from[rows[row] + x].</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Run<T>(T* from, ReadOnlySpan<nint> rows, nint count, T* to, nint toRow) where T : unmanaged
    {
        for (nint x = 0; x < count; x += Piece)
        {
            nint end = Math.Min(x + Piece, count);
            int row = 0;
            if (Sse2.IsSupported && sizeof(T) == sizeof(float))
                for (; row + 4 <= rows.Length; row += 4)
                {
                    float* from0 = (float*)(from + rows[row]), from1 = (float*)(from + rows[row + 1]);
                    float* from2 = (float*)(from + rows[row + 2]), from3 = (float*)(from + rows[row + 3]);
                    FourRows(from0, from1, from2, from3, x, end, (float*)to + row, toRow);
                }
            for (; row < rows.Length; row++)
                for (nint y = x; y < end; y++) to[y * toRow + row] = (from + rows[row])[y];
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void FourRows(float* from, float* from1, float* from2, float* from3, nint x, nint end, float* to, nint toRow)
    {
        for (; x + 4 <= end; x += 4)
        {
            if (x % 16 == 0) // a line of the cache
            {
                Sse.Prefetch0(from + x + Piece);
                Sse.Prefetch0(from1 + x + Piece);
                Sse.Prefetch0(from2 + x + Piece);
                Sse.Prefetch0(from3 + x + Piece);
            }
            Vector128<float> a = Vector128.Load(from + x), b = Vector128.Load(from1 + x);
            Vector128<float> c = Vector128.Load(from2 + x), d = Vector128.Load(from3 + x);
            Vector128<float> ab = Sse.UnpackLow(a, b), cd = Sse.UnpackLow(c, d); // a0 b0 a1 b1, c0 d0 c1 d1
            Sse.MoveLowToHigh(ab, cd).Store(to + x * toRow);
            Sse.MoveHighToLow(cd, ab).Store(to + (x + 1) * toRow);
            (ab, cd) = (Sse.UnpackHigh(a, b), Sse.UnpackHigh(c, d)); // a2 b2 a3 b3, c2 d2 c3 d3
            Sse.MoveLowToHigh(ab, cd).Store(to + (x + 2) * toRow);
            Sse.MoveHighToLow(cd, ab).Store(to + (x + 3) * toRow);
        }
        for (; x < end; x++)
        {
            float* at = to + x * toRow;
            at[0] = from[x];
            at[1] = from1[x];
            at[2] = from2[x];
            at[3] = from3[x];
        }
    }
}
