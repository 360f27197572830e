using Cnn.Reference.Benchmarks;

namespace Cnn.Tests.Benchmarks;

public class StatisticsTests
{
    [Theory]
    [InlineData(new[] { 3.0 }, 3)]
    [InlineData(new[] { 5.0, 1, 1000 }, 5)]
    [InlineData(new[] { 4.0, 1, 2, 1000 }, 3)]
    public void TheMedianIsTheMiddle(double[] figures, double median) => Assert.Equal(median, Statistics.Median(figures));

    [Fact]
    public void TwiceAndHalfComeToOne() => Assert.Equal(1, Statistics.GeometricMean([2, 0.5, 4, 0.25]), 12);

    [Fact]
    public void TheGeometricMeanOfEqualRatiosIsTheRatio() => Assert.Equal(1.5, Statistics.GeometricMean([1.5, 1.5, 1.5]), 12);

    [Fact]
    public void TheSpreadIsTheMiddleHalf() => Assert.Equal(2.0 / 3, Statistics.Spread([1, 2, 3, 4, 1000]), 12);

    [Fact]
    public void NoFiguresHaveNoMean()
    {
        Assert.Throws<ArgumentException>(() => Statistics.Median([]));
        Assert.Throws<ArgumentException>(() => Statistics.GeometricMean([]));
    }
}
