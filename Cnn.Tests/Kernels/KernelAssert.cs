using System.Globalization;
using System.Numerics;
using System.Runtime.CompilerServices;

namespace Cnn.Tests.Kernels;

/// <summary>Comparison without any tolerance. A mismatch names the case, the result, the element and both values.</summary>
internal static class KernelAssert
{
    /// <summary>The same values: -0 equals +0, and NaN equals NaN.</summary>
    public static void SameValues<T>(string @case, string name, StridedArray<T> expected, StridedArray<T> actual)
        where T : unmanaged, INumber<T> =>
        Same(@case, name, expected, actual, (e, a) => e == a || (T.IsNaN(e) && T.IsNaN(a)));

    /// <summary>The same bits, with the sign of zero.</summary>
    public static void SameBits<T>(string @case, string name, StridedArray<T> expected, StridedArray<T> actual)
        where T : unmanaged, INumber<T> =>
        Same(@case, name, expected, actual, SameBits);

    /// <summary>Every element has the bits that <paramref name="expected"/> computes for it.</summary>
    public static void SameBits<T>(string @case, string name, StridedArray<T> actual, Func<long, long, long, long, T> expected)
        where T : unmanaged, INumber<T>
    {
        foreach (var (n, c, h, w) in actual.Indices())
            if (expected(n, c, h, w) is var e && !SameBits(e, actual[n, c, h, w]))
                Assert.Fail(Sentence(@case, name, (n, c, h, w), e, actual[n, c, h, w]));
    }

    /// <summary>Whether two numbers have the same bits; NaN is NaN, whatever its payload.</summary>
    public static bool SameBits<T>(T e, T a) where T : unmanaged, INumber<T> =>
        (T.IsNaN(e) && T.IsNaN(a)) || (e == a && T.IsNegative(e) == T.IsNegative(a));

    private static void Same<T>(string @case, string name, StridedArray<T> expected, StridedArray<T> actual, Func<T, T, bool> same)
        where T : unmanaged, INumber<T>
    {
        Assert.Equal(expected.Shape, actual.Shape);
        foreach (var (n, c, h, w) in expected.Indices())
            if (!same(expected[n, c, h, w], actual[n, c, h, w]))
                Assert.Fail(Sentence(@case, name, (n, c, h, w), expected[n, c, h, w], actual[n, c, h, w]));
    }

    private static string Sentence<T>(string @case, string name, ITuple at, T expected, T actual) =>
        string.Create(CultureInfo.InvariantCulture,
            $"{@case}: {name}[{at[0]}, {at[1]}, {at[2]}, {at[3]}]: {expected} expected, {actual} found");
}
