using System.Globalization;
using System.Runtime.InteropServices;
using TorchSharp;
using static TorchSharp.torch;

namespace Cnn.Reference.Comparison;

/// <summary>What a comparison of two tensors has found. A pass is stated, never assumed: NaN against a number is a mismatch.</summary>
/// <param name="Name">Which result was compared.</param>
/// <param name="Elements">How many elements were compared.</param>
/// <param name="EqualBits">How many of them have the same bits (NaN counts as NaN, whatever its payload).</param>
/// <param name="Mismatches">How many lie outside of the bound.</param>
/// <param name="WorstRatio">The largest error in parts of what is allowed: up to 1 is inside.</param>
/// <param name="WorstUlp">The largest error in units of the last place.</param>
/// <param name="MostlyZero">Whether nearly all expected values are zero, so that equality proves little.</param>
/// <param name="FirstMismatch">Where the first mismatch is, with both values, or what else is wrong; null for none.</param>
internal sealed record TensorComparison(
    string Name, long Elements, long EqualBits, long Mismatches, double WorstRatio, double WorstUlp, bool MostlyZero, string? FirstMismatch)
{
    /// <summary>The index of the first mismatch; null where there is none, or where shapes or types differ.</summary>
    public long[]? FirstIndex { get; init; }

    /// <summary>The index of the element with the largest error; null where there is no error, or where shapes or types differ.</summary>
    public long[]? WorstIndex { get; init; }

    /// <summary>How many eps a result may be off in any case.</summary>
    public const double Roundings = 4;

    private const double MostZeros = 0.95;

    /// <summary>Whether every element is inside of the bound.</summary>
    public bool Passed => FirstMismatch is null;

    /// <summary>Every element equal. -0 equals +0 unless <paramref name="signOfZero"/>; NaN equals NaN.</summary>
    public static TensorComparison Exact(string name, Tensor expected, Tensor actual, bool signOfZero = false) =>
        Compare(name, expected, actual, (_, e, a) =>
            Equal(e, a) && (!signOfZero || double.IsNegative(e) == double.IsNegative(a) || double.IsNaN(e)) ? 0 : double.PositiveInfinity);

    /// <summary>
    /// Every element as near to the truth as rounding allows: |actual - truth| at most the larger of 4 eps * magnitude and
    /// twice the worst that libtorch itself is off, on the same problem, in the same measure.
    /// </summary>
    /// <remarks>
    /// A sum of n products is off by at most about n eps sum |x||w| (Higham, Accuracy and Stability of Numerical Algorithms,
    /// section 3.1), mostly far less. Long sums of one sign can exceed 4, in any order; libtorch's own error says where.
    /// Where the magnitudes add up to more than the type holds, whether a sum overflows, to infinity of either sign or on to NaN, is a
    /// matter of its order: no number there is as right as any.
    /// </remarks>
    /// <param name="name">Which result.</param>
    /// <param name="truth">The result in float64.</param>
    /// <param name="magnitude">The same sums over magnitudes, in float64: sum |x||w|.</param>
    /// <param name="libtorch">libtorch's result in the type under test.</param>
    /// <param name="actual">The result under test.</param>
    public static TensorComparison Bounded(string name, Tensor truth, Tensor magnitude, Tensor libtorch, Tensor actual)
    {
        double eps = EpsilonOf(actual.dtype);
        double[] scale = Values(magnitude), exact = Values(truth), theirs = Values(libtorch);
        double allowed = Roundings;
        for (int i = 0; i < exact.Length && i < theirs.Length; i++)
            if (Off(i, exact[i], theirs[i]) is var off && double.IsFinite(off)) allowed = Math.Max(allowed, 2 * off);
        if (!libtorch.shape.SequenceEqual(actual.shape) || libtorch.dtype != actual.dtype) return Exact(name, libtorch, actual);
        if (Differs(name, truth, actual, checkType: false) is { } difference) return difference;
        double[] ours = Values(actual);
        var comparison = Compare(name, truth.shape, eps, exact, ours, (i, e, a) => Off(i, e, a) / allowed);
        // What has the same bits is a question about libtorch in the same type, not about the truth.
        return comparison with { EqualBits = theirs.Zip(ours).LongCount(pair => HaveEqualBits(pair.First, pair.Second)) };

        double Off(int i, double e, double a) =>
            Equal(e, a) || (!double.IsFinite(a) && MayOverflow(scale[i])) ? 0 : Math.Abs(a - e) / (eps * scale[i]);

        bool MayOverflow(double size) => double.IsFinite(size) && size > LargestOf(actual.dtype);
    }

    /// <summary>
    /// Every element of a sum as near to the same sum in another order as independent roundings leave them
    /// (<see cref="RoundingBound"/>): for numbers of which there is no wider truth.
    /// </summary>
    /// <param name="name">Which result.</param>
    /// <param name="magnitude">The same sums over magnitudes: sum |x||w|.</param>
    /// <param name="terms">How many terms each sum has.</param>
    /// <param name="expected">One of the two.</param>
    /// <param name="actual">The other.</param>
    public static TensorComparison Reordered(string name, Tensor magnitude, Tensor terms, Tensor expected, Tensor actual)
    {
        double eps = EpsilonOf(actual.dtype);
        double[] scale = Values(magnitude), counts = Values(terms);
        return Compare(
            name, expected, actual,
            (i, e, a) => Equal(e, a)
                ? 0
                : RoundingBound.Ratio(Math.Abs(a - e) / (eps * RoundingBound.Certain(counts[i]) * scale[i]), counts[i]));
    }

    /// <summary>
    /// Every element within four roundings of what is expected: a quotient of integers, whichever way it was divided.
    /// </summary>
    public static TensorComparison Quotients(string name, Tensor expected, Tensor actual)
    {
        double eps = EpsilonOf(actual.dtype);
        return Compare(name, expected, actual, (_, e, a) => Equal(e, a) ? 0 : Math.Abs(a - e) / (Roundings * eps * Math.Abs(e)));
    }

    /// <summary>Every element within <paramref name="relative"/> of the largest expected value of the tensor.</summary>
    public static TensorComparison Near(string name, Tensor expected, Tensor actual, double relative)
    {
        double largest = Values(expected).Select(Math.Abs).DefaultIfEmpty(0).Max();
        if (!double.IsFinite(largest)) return Exact(name, expected, actual); // nothing can be near to infinity or NaN
        return Compare(name, expected, actual, (_, e, a) => Equal(e, a) ? 0 : Math.Abs(a - e) / (relative * largest));
    }

    /// <summary>The distance from 1 to the next larger number of a type; 1 for integers.</summary>
    public static double EpsilonOf(ScalarType type) => type switch
    {
        ScalarType.Float64 => Math.Pow(2, -52),
        ScalarType.Float32 => Math.Pow(2, -23),
        ScalarType.Float16 => Math.Pow(2, -10),
        ScalarType.BFloat16 => Math.Pow(2, -7),
        _ => 1,
    };

    private static double LargestOf(ScalarType type) => type switch
    {
        ScalarType.Float32 => float.MaxValue,
        ScalarType.Float16 => (double)Half.MaxValue,
        ScalarType.BFloat16 => (2 - EpsilonOf(ScalarType.BFloat16)) * Math.Pow(2, 127),
        _ => double.MaxValue,
    };

    private static TensorComparison Compare(string name, Tensor expected, Tensor actual, Func<int, double, double, double> ratio) =>
        Differs(name, expected, actual)
        ?? Compare(name, expected.shape, EpsilonOf(actual.dtype), Values(expected), Values(actual), ratio);

    // Tensors of different shapes, or types, are not compared.
    private static TensorComparison? Differs(string name, Tensor expected, Tensor actual, bool checkType = true) =>
        expected.shape.SequenceEqual(actual.shape) && (!checkType || expected.dtype == actual.dtype) ? null
        : new(name, 0, 0, 1, double.PositiveInfinity, double.PositiveInfinity, false,
            $"{Describe(expected)} expected, {Describe(actual)} found");

    private static TensorComparison Compare(
        string name, long[] shape, double eps, double[] e, double[] a, Func<int, double, double, double> ratio)
    {
        double worstRatio = 0, worstUlp = 0;
        long equalBits = 0, mismatches = 0, zeros = 0;
        string? first = null;
        long[]? firstIndex = null;
        int worstAt = -1;
        for (int i = 0; i < e.Length; i++)
        {
            if (e[i] == 0) zeros++;
            if (HaveEqualBits(e[i], a[i])) equalBits++;
            double r = ratio(i, e[i], a[i]);
            if (!(r <= worstRatio)) (worstRatio, worstAt) = (double.IsNaN(r) ? double.PositiveInfinity : r, i);
            if (!Equal(e[i], a[i])) worstUlp = Math.Max(worstUlp, Ulps(e[i], a[i], eps));
            if (r <= 1) continue;
            mismatches++;
            if (first is not null) continue;
            firstIndex = IndexOf(i, shape);
            first = string.Create(CultureInfo.InvariantCulture, $"[{string.Join(", ", firstIndex)}]: {e[i]:R} expected, {a[i]:R} found");
        }
        bool mostlyZero = e.Length >= 16 && zeros > MostZeros * e.Length;
        return new(name, e.Length, equalBits, mismatches, worstRatio, worstUlp, mostlyZero, first)
        {
            FirstIndex = firstIndex,
            WorstIndex = worstAt < 0 ? null : IndexOf(worstAt, shape),
        };
    }

    private static bool HaveEqualBits(double e, double a) =>
        BitConverter.DoubleToInt64Bits(e) == BitConverter.DoubleToInt64Bits(a) || (double.IsNaN(e) && double.IsNaN(a));

    private static bool Equal(double e, double a) => e == a || (double.IsNaN(e) && double.IsNaN(a));

    private static double Ulps(double e, double a, double eps)
    {
        if (!double.IsFinite(e) || !double.IsFinite(a)) return double.PositiveInfinity;
        double size = Math.Max(Math.Abs(e), Math.Abs(a)); // not zero: the two differ
        return Math.Abs(a - e) / (eps * Math.Pow(2, Math.ILogB(size)));
    }

    private static double[] Values(Tensor tensor)
    {
        using var wide = tensor.to(ScalarType.Float64);
        using var flat = wide.contiguous();
        return MemoryMarshal.Cast<byte, double>(flat.bytes).ToArray(); // flat.data<double>() takes microseconds an element
    }

    /// <summary>The index of an element, by its place in the order of the shape.</summary>
    public static long[] IndexOf(long flat, long[] shape)
    {
        var index = new long[shape.Length];
        for (int axis = shape.Length - 1; axis >= 0; axis--) (flat, index[axis]) = Math.DivRem(flat, shape[axis]);
        return index;
    }

    /// <summary>One element of a tensor.</summary>
    public static double ValueAt(Tensor tensor, long[] index)
    {
        // No index at all is refused: a tensor without axes is its own element.
        using var element = index.Length == 0 ? tensor.alias() : tensor[[.. index.Select(at => TensorIndex.Single(at))]];
        using var wide = element.to(ScalarType.Float64);
        return wide.item<double>();
    }

    private static string Describe(Tensor tensor) => $"{tensor.dtype} ({string.Join(", ", tensor.shape)})";
}
