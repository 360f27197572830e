using Cnn.Reference.Comparison;
using TorchSharp;
using static TorchSharp.torch;

namespace Cnn.Tests.Comparison;

/// <summary>The judge is judged: what must fail fails.</summary>
public class TensorComparisonTests
{
    [Fact]
    public void EqualTensorsPass()
    {
        var comparison = TensorComparison.Exact("x", tensor(new float[] { 1, float.NaN, -2 }), tensor(new float[] { 1, float.NaN, -2 }));
        Assert.True(comparison.Passed);
        Assert.Equal((3, 3, 0), (comparison.Elements, comparison.EqualBits, comparison.Mismatches));
    }

    [Theory]
    [InlineData(1f, float.NaN)]
    [InlineData(float.NaN, 1f)]
    [InlineData(1f, 1.0000001f)]
    [InlineData(float.PositiveInfinity, float.NegativeInfinity)]
    [InlineData(0f, 1e-45f)]
    public void AnyDifferenceFailsAnExactComparison(float expected, float actual)
    {
        var comparison = TensorComparison.Exact("x", tensor(new[] { 5f, expected }), tensor(new[] { 5f, actual }));
        Assert.False(comparison.Passed);
        Assert.Equal(1, comparison.Mismatches);
    }

    [Fact]
    public void TheSignOfZeroCountsOnlyWhereAsked()
    {
        using var plus = tensor(new[] { 0.0 });
        using var minus = tensor(new[] { -0.0 });
        Assert.True(TensorComparison.Exact("x", plus, minus).Passed);
        Assert.False(TensorComparison.Exact("x", plus, minus, signOfZero: true).Passed);
    }

    [Fact]
    public void TheFirstMismatchIsNamedByIndexWithBothValues()
    {
        using var expected = arange(24, float32).reshape(1, 2, 3, 4);
        using var actual = expected.clone();
        actual[0, 1, 2, 0] = 99;
        actual[0, 1, 2, 3] = 99;
        var comparison = TensorComparison.Exact("x", expected, actual);
        Assert.Equal("[0, 1, 2, 0]: 20 expected, 99 found", comparison.FirstMismatch);
        Assert.Equal(2, comparison.Mismatches);
    }

    [Fact]
    public void AnotherShapeOrTypeFails()
    {
        Assert.False(TensorComparison.Exact("x", zeros(2, 3), zeros(3, 2)).Passed);
        Assert.False(TensorComparison.Exact("x", zeros(2), zeros(2, float64)).Passed);
        Assert.False(TensorComparison.Bounded("x", ones(2, float64), ones(2, float64), ones(2), ones(3)).Passed);
    }

    [Fact]
    public void AMostlyZeroResultIsCalledSo()
    {
        using var sparse = zeros(100);
        sparse[3] = 1;
        Assert.True(TensorComparison.Exact("x", sparse, sparse).MostlyZero);
        Assert.False(TensorComparison.Exact("x", ones(100), ones(100)).MostlyZero);
    }

    [Theory]
    [InlineData(3.9, true)]
    [InlineData(4.1, false)]
    [InlineData(double.NaN, false)]
    public void FourEpsOfTheMagnitudeAreAllowed(double eps, bool passes)
    {
        using var truth = tensor(new[] { 1.0 });
        using var magnitude = tensor(new[] { 8.0 });
        using var actual = tensor(new[] { (float)(1 + eps * 8 * Math.Pow(2, -23)) });
        Assert.Equal(passes, TensorComparison.Bounded("x", truth, magnitude, tensor(new[] { 1f }), actual).Passed);
    }

    [Fact]
    public void TwiceLibtorchsOwnErrorIsAllowed()
    {
        double eps = Math.Pow(2, -23);
        using var truth = tensor(new[] { 1.0 });
        using var magnitude = tensor(new[] { 1.0 });
        using var theirs = tensor(new[] { (float)(1 + 10 * eps) });
        Assert.True(TensorComparison.Bounded("x", truth, magnitude, theirs, tensor(new[] { (float)(1 + 19 * eps) })).Passed);
        Assert.False(TensorComparison.Bounded("x", truth, magnitude, theirs, tensor(new[] { (float)(1 + 21 * eps) })).Passed);
    }

    [Fact]
    public void AnErrorWhereNothingWasAddedFails() =>
        Assert.False(TensorComparison.Bounded("x", zeros(1, float64), zeros(1, float64), zeros(1), tensor(new[] { 1e-30f })).Passed);

    /// <summary>60000 + 60000 - 60000 is infinite in one order of float16, and 60000 in another.</summary>
    [Theory]
    [InlineData(180_000, float.PositiveInfinity, true)]
    [InlineData(180_000, float.NaN, true)]
    [InlineData(180_000, 60_000f, true)]
    [InlineData(180_000, 50_000f, false)]
    [InlineData(60_000, float.PositiveInfinity, false)] // nothing overflows
    public void WhetherASumOverflowsMayDependOnItsOrder(double magnitude, float found, bool passes)
    {
        using var truth = tensor(new[] { 60_000.0 });
        using var size = tensor(new[] { magnitude });
        using var theirs = tensor(new[] { 60_000f }).to(float16);
        using var actual = tensor(new[] { found }).to(float16);
        Assert.Equal(passes, TensorComparison.Bounded("x", truth, size, theirs, actual).Passed);
    }

    [Fact]
    public void UlpsAreCountedInTheTypeOfTheResult()
    {
        var comparison = TensorComparison.Exact("x", tensor(new[] { 1f }), tensor(new[] { MathF.BitIncrement(MathF.BitIncrement(1f)) }));
        Assert.Equal(2, comparison.WorstUlp);
    }

    [Fact]
    public void AQuotientMayBeRoundedTwiceAndNoMore()
    {
        using var expected = tensor(new[] { 7f / 5, 0, float.NaN, float.PositiveInfinity });
        Assert.True(TensorComparison.Quotients("x", expected, tensor(new[] { 7 * (1f / 5), 0, float.NaN, float.PositiveInfinity })).Passed);
        Assert.False(TensorComparison.Quotients("x", expected, tensor(new[] { 1.400001f, 0, float.NaN, float.PositiveInfinity })).Passed);
        Assert.False(TensorComparison.Quotients("x", expected, tensor(new[] { 7f / 5, 1e-30f, float.NaN, float.PositiveInfinity })).Passed);
        Assert.False(TensorComparison.Quotients("x", expected, tensor(new[] { 7f / 5, 0, 1, float.PositiveInfinity })).Passed);
        Assert.False(TensorComparison.Quotients("x", expected, tensor(new[] { 7f / 5, 0, float.NaN, 1e30f })).Passed);
    }

    [Fact]
    public void NearIsRelativeToTheLargestValue()
    {
        using var expected = tensor(new[] { 100.0, 1.0 });
        Assert.True(TensorComparison.Near("x", expected, tensor(new[] { 100.0, 1.00009 }), 1e-6).Passed);
        Assert.False(TensorComparison.Near("x", expected, tensor(new[] { 100.0, 1.00011 }), 1e-6).Passed);
        Assert.False(TensorComparison.Near("x", expected, tensor(new[] { 100.0, double.NaN }), 1e-6).Passed);
    }
}
