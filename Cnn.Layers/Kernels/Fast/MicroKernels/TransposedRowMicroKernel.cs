using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Cnn.Layers.Kernels.Fast;

/// <summary>
/// The innermost loop of one window's sums to many filters, whose weights lie term after term and are used once: they are transposed in
/// registers, eight filters by four terms, instead of being packed.
/// </summary>
internal static unsafe class TransposedRowMicroKernel
{
    private const int Lanes = 8, Registers = 4; // of sums: as many chains of multiply-adds
    private const int Terms = 4; // at a time

    /// <summary>Filters at a time.</summary>
    public const int Filters = Lanes * Registers;

    /// <summary>Whether there is such a loop: for float, in registers of 256 bits.</summary>
    public static bool IsSupported<T>() => typeof(T) == typeof(float) && Fma.IsSupported;

    /// <summary>c[f] (+)= sum over k of x[k] * weights[f * filter + k].</summary>
    /// <param name="x">What the window reads, in the order of the sum.</param>
    /// <param name="kc">How many terms.</param>
    /// <param name="weights">Those of the first filter.</param>
    /// <param name="filter">Elements from filter to filter.</param>
    /// <param name="filters">How many.</param>
    /// <param name="c">Where the sums stand: room for <paramref name="filters"/>, rounded up to <see cref="Filters"/>.</param>
    /// <param name="accumulate">Whether these sums, which start at +0, are added to those in C.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void MultiplyAdd<T>(T* x, nint kc, T* weights, nint filter, int filters, T* c, bool accumulate)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        nint* rows = stackalloc nint[Filters];
        for (int first = 0; first < filters; first += Filters)
        {
            // Lanes behind the last filter compute it again.
            for (int r = 0; r < Filters; r++) rows[r] = (nint)((float*)weights + Math.Min(first + r, filters - 1) * filter);
            Sum((float*)x, kc, (float**)rows, (float*)c + first, accumulate);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static void Sum(float* x, nint kc, float** rows, float* c, bool accumulate)
    {
        Vector256<float> c0 = default, c1 = default, c2 = default, c3 = default;
        nint k = 0;
        for (; k + Terms <= kc; k += Terms)
        {
            var (x0, x1, x2, x3) = (
                Vector256.Create(x[k]), Vector256.Create(x[k + 1]), Vector256.Create(x[k + 2]), Vector256.Create(x[k + 3]));
            c0 = FourTerms(rows, k, x0, x1, x2, x3, c0);
            c1 = FourTerms(rows + Lanes, k, x0, x1, x2, x3, c1);
            c2 = FourTerms(rows + 2 * Lanes, k, x0, x1, x2, x3, c2);
            c3 = FourTerms(rows + 3 * Lanes, k, x0, x1, x2, x3, c3);
        }
        for (; k < kc; k++)
        {
            var factor = Vector256.Create(x[k]);
            c0 = Vector256.FusedMultiplyAdd(factor, OneTerm(rows, k), c0);
            c1 = Vector256.FusedMultiplyAdd(factor, OneTerm(rows + Lanes, k), c1);
            c2 = Vector256.FusedMultiplyAdd(factor, OneTerm(rows + 2 * Lanes, k), c2);
            c3 = Vector256.FusedMultiplyAdd(factor, OneTerm(rows + 3 * Lanes, k), c3);
        }
        if (accumulate)
        {
            (c0, c1) = (Vector256.Load(c) + c0, Vector256.Load(c + Lanes) + c1);
            (c2, c3) = (Vector256.Load(c + 2 * Lanes) + c2, Vector256.Load(c + 3 * Lanes) + c3);
        }
        c0.Store(c);
        c1.Store(c + Lanes);
        c2.Store(c + 2 * Lanes);
        c3.Store(c + 3 * Lanes);
    }

    // As Transpose has it: a holds a0 a1 a2 a3, e0 e1 e2 e3.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<float> FourTerms(
        float** rows, nint k, Vector256<float> x0, Vector256<float> x1, Vector256<float> x2, Vector256<float> x3, Vector256<float> sum)
    {
        var (a, b) = (Both(rows[0] + k, rows[4] + k), Both(rows[1] + k, rows[5] + k));
        var (c, d) = (Both(rows[2] + k, rows[6] + k), Both(rows[3] + k, rows[7] + k));
        var (ab, cd) = (Avx.UnpackLow(a, b).AsDouble(), Avx.UnpackLow(c, d).AsDouble());
        sum = Vector256.FusedMultiplyAdd(x0, Avx.UnpackLow(ab, cd).AsSingle(), sum);
        sum = Vector256.FusedMultiplyAdd(x1, Avx.UnpackHigh(ab, cd).AsSingle(), sum);
        (ab, cd) = (Avx.UnpackHigh(a, b).AsDouble(), Avx.UnpackHigh(c, d).AsDouble());
        sum = Vector256.FusedMultiplyAdd(x2, Avx.UnpackLow(ab, cd).AsSingle(), sum);
        return Vector256.FusedMultiplyAdd(x3, Avx.UnpackHigh(ab, cd).AsSingle(), sum);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<float> Both(float* lower, float* upper) => Vector256.Create(Vector128.Load(lower), Vector128.Load(upper));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<float> OneTerm(float** rows, nint k) => Vector256.Create(
        rows[0][k], rows[1][k], rows[2][k], rows[3][k], rows[4][k], rows[5][k], rows[6][k], rows[7][k]);
}
