namespace Cnn.Reference.Comparison;

/// <summary>How far apart two sums of the same n products may be that are added in two orders, in parts of eps * sum |x||w|.</summary>
/// <remarks>
/// A sum of n products is off by at most n u sum |x||w|, u half an eps (N. J. Higham, Accuracy and Stability of Numerical
/// Algorithms, section 3.1), and mostly by far less: where roundings are independent, all but certainly by at most
/// lambda sqrt(n) u sum |x||w| (N. J. Higham and T. Mary, A New Approach to Probabilistic Rounding Error Analysis, SIAM J. Sci.
/// Comput. 41 (2019), A2815: false with a probability of some 2 n exp(-lambda^2 / 2)). Two such sums differ by at most twice that.
/// </remarks>
internal static class RoundingBound
{
    private const double Lambda = 8;

    /// <summary>What the two can never exceed.</summary>
    /// <param name="terms">n.</param>
    public static double Certain(double terms) => terms + 2; // of the products, the sums, the bias

    /// <summary>What they all but certainly stay within.</summary>
    /// <param name="terms">n.</param>
    public static double Likely(double terms) => Math.Min(Lambda * Math.Sqrt(terms), Certain(terms));

    /// <summary>
    /// A difference in parts of what is all but certain; where it is more, because equal numbers are added, whose roundings are not
    /// independent, in parts of what is certain.
    /// </summary>
    /// <param name="partOfCertain">The difference, in parts of what is certain.</param>
    /// <param name="terms">n.</param>
    public static double Ratio(double partOfCertain, double terms)
    {
        double likely = Likely(terms) / Certain(terms);
        return partOfCertain <= likely ? partOfCertain / likely : partOfCertain;
    }
}
