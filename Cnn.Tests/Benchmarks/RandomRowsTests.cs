using Cnn.Reference.Benchmarks;
using Cnn.Reference.Cases;
using Cnn.Reference.Oracle;

namespace Cnn.Tests.Benchmarks;

public class RandomRowsTests
{
    private const int Many = 2000;
    private static readonly IReadOnlyList<BenchmarkRow> rows = RandomRows.Draw(Many, seed: 3);

    [Fact]
    public void TheSeedDecides()
    {
        string[] first = Lines(RandomRows.Draw(20, seed: 1));
        Assert.Equal(first, Lines(RandomRows.Draw(20, seed: 1)));
        Assert.Equal(first[..7], Lines(RandomRows.Draw(7, seed: 1)));
        Assert.Empty(first.Intersect(Lines(RandomRows.Draw(20, seed: 2))));
        // As of the first version: a run can be repeated with a later one.
        Assert.Equal("r1         conv n4 c480 h10 w10 o288 k1 s1 p0 d1 g1 float32", first[0]);
        Assert.Equal("r3         conv n1 c120 h80 w112 o128 k3 s2 p1 d1 g8 float32", first[2]);

        static string[] Lines(IReadOnlyList<BenchmarkRow> rows) => [.. rows.Select(row => row.ToString())];
    }

    [Fact]
    public void EveryRowCanBeTimedAndIsWorthIt()
    {
        Assert.Equal(Many, rows.DistinctBy(row => row.Case).Count());
        Assert.All(rows, row =>
        {
            var @case = row.Case;
            Assert.Equal(@case, CaseWords.Parse(@case.ToString())); // parsing checks it
            Assert.Null(KnownFaults.ReasonToSkip(@case));
            Assert.Equal(Pass.Both, row.Passes);
            Assert.False(row.IsTiny);
            Assert.InRange(@case.N, 1, 8);
            Assert.InRange(@case.C, 1, 1024);
            Assert.InRange(@case.O, 1, 1024);
            Assert.InRange(@case.H, 7, 224);
            Assert.InRange(@case.W, 7, 224);
            if (!row.IsPool) Assert.InRange(row.Operations(Pass.Forward), 5e5, 4e8);
            else Assert.InRange(@case.Work, 1e5, 1e7);
        });
    }

    [Fact]
    public void KindsHaveTheirShares()
    {
        AssertShare(90, row => !row.IsPool);
        AssertShare(5, row => row.Case.Kind == LayerKind.Max);
        AssertShare(12, row => !row.IsPool && row.Case.Groups > 1 && row.Case.Groups == row.Case.C);
        AssertShare(6, row => row.Case.Groups > 1 && row.Case.Groups < row.Case.C);
        AssertShare(6, row => !row.IsPool && row.Case.C is 1 or 3);
        AssertShare(5, row => row.Case.Dilation != (1, 1));
        AssertShare(3, row => row.Case.Kernel.H != row.Case.Kernel.W && row.Case.Kernel.H == 1);
        AssertShare(20, row => !row.IsPool && row.Case.Stride.H > 1); // of all kinds
        Assert.Contains(rows, row => row.IsPool && row.Case.Kernel.H == row.Case.H);
        Assert.Contains(rows, row => row.Case.CeilMode);
        Assert.Contains(rows, row => !row.Case.CountIncludePad);

        static void AssertShare(double percent, Func<BenchmarkRow, bool> isOfKind) =>
            Assert.InRange(100.0 * rows.Count(isOfKind) / Many, 0.65 * percent, 1.35 * percent);
    }
}
