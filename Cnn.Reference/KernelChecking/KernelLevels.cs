using Cnn.Reference.Checking.Levels;

namespace Cnn.Reference.KernelChecking;

/// <summary>The levels that a kernel is put to.</summary>
internal static class KernelLevels
{
    /// <summary>In the order of the report; the first that fails says what is wrong, and the later ones are not asked.</summary>
    /// <param name="nonFinite">Whether NaN and infinity are claimed.</param>
    /// <param name="exact">Whether sums of the products themselves are claimed.</param>
    public static IReadOnlyList<Level> Create(bool nonFinite, bool exact = true) => !exact
        ? [new ContractLevel(), new RealLevel(winners: false, anyOrder: true, ofTheLargest: true)]
        :
    [
        new ContractLevel(), new ExactLevel(winners: false, anyDivision: true), new RealLevel(winners: false, anyOrder: true),
        new CornersLevel(winners: false, special: nonFinite, specialInBFloat16: false, anyDivision: true),
    ];
}
