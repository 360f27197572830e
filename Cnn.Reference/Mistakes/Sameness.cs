using Cnn.Reference.Comparison;
using static TorchSharp.torch;

namespace Cnn.Reference.Mistakes;

/// <summary>Whether two results are the same up to rounding: in float32, in any order of summation.</summary>
internal static class Sameness
{
    /// <summary>
    /// Differences up to this part of the largest number are rounding's: some 84 eps of float32, far below what any mistake makes of
    /// random numbers.
    /// </summary>
    public const double Rounding = 1e-5;

    /// <summary>The places where two results of one shape differ. NaN equals NaN, and each infinity itself.</summary>
    /// <param name="expected">One of them.</param>
    /// <param name="actual">The other.</param>
    /// <param name="magnitude">
    /// What the largest sum would be if nothing in it cancelled out, of which rounding is a part; null for the largest number expected.
    /// </param>
    /// <param name="relative">A difference up to this part of an element itself is rounding's, too.</param>
    public static IEnumerable<int> Differing(NumberArray expected, NumberArray actual, double? magnitude = null, double relative = 0)
    {
        double? bound = null; // what is equal everywhere needs none
        for (int i = 0; i < expected.Numbers.Length; i++)
        {
            double e = expected.Numbers[i], a = actual.Numbers[i];
            if (e == a || (double.IsNaN(e) && double.IsNaN(a))) continue;
            bound ??= Rounding * (magnitude ?? Largest(expected));
            double off = Math.Abs(e - a);
            // Infinity is as near to nothing as NaN is.
            if (!double.IsFinite(off) || (off > bound && off > relative * Math.Abs(e))) yield return i;
        }
    }

    /// <summary>Whether two results have the same shape and, up to rounding, the same numbers.</summary>
    /// <inheritdoc cref="Differing" path="/param"/>
    public static bool Same(NumberArray expected, NumberArray actual, double? magnitude = null, double relative = 0) =>
        expected.Shape.AsSpan().SequenceEqual(actual.Shape) && !Differing(expected, actual, magnitude, relative).Any();

    /// <summary>Whether two results have the same shape and, up to rounding, the same numbers.</summary>
    public static bool Same(Tensor expected, Tensor actual) => Same(NumberArray.Of(expected), NumberArray.Of(actual));

    /// <summary>The largest magnitude of the numbers that are finite.</summary>
    public static double Largest(NumberArray array)
    {
        double largest = 0;
        foreach (double number in array.Numbers)
            if (double.IsFinite(number)) largest = Math.Max(largest, Math.Abs(number));
        return largest;
    }
}
