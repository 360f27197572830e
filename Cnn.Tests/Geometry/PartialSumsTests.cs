using Cnn.Layers.Geometry;
using Cnn.Layers.Kernels;
using Cnn.Layers.Kernels.Fast;
using Cnn.Layers.Kernels.Lanes;
using Cnn.Layers.Kernels.Literal;
using Cnn.Layers.Kernels.Tiled;

namespace Cnn.Tests.Geometry;

/// <summary>Where long sums are cut, and what that is good for.</summary>
public class PartialSumsTests
{
    [Theory]
    [InlineData("3x3 over 32 channels; four parts of seven rows rather than three of nine and one of one", 28, 3, 1, 1, 1, 32, 1, 7, 28)]
    [InlineData("1x1 over 256 channels", 56, 1, 1, 0, 1, 256, 1, 4, 56)]
    [InlineData("small planes: several images", 7, 3, 1, 1, 1, 32, 5, 7, 7)]
    [InlineData("one image", 14, 3, 1, 1, 1, 32, 1, 14, 14)]
    [InlineData("one cell: as many images as terms", 1, 1, 1, 0, 1, 256, 256, 1, 1)]
    [InlineData("a row", 224, 3, 1, 1, 1, 32, 1, 1, 224)]
    [InlineData("a stride", 224, 7, 2, 3, 1, 4, 1, 2, 112)]
    [InlineData("long rows: part of one", 1000, 3, 1, 1, 1, 32, 1, 1, 256)]
    [InlineData("a channel of more terms than a part", 40, 17, 1, 0, 1, 1, 1, 8, 24)]
    [InlineData("windows that reach far: few channels", 400, 3, 1, 150, 150, 2, 1, 1, 256)]
    public void TheSizesSayWhere(
        string what, long size, long kernel, long stride, long padding, long dilation, long channels, long images, long rows, long columns)
    {
        var geometry = Conv2DGeometry.Create(
            new(3, 2, size, size), new(4, 2, kernel, kernel), (stride, stride), (padding, padding), (padding, padding),
            (dilation, dilation), 1);
        Assert.True(new PartialSums(channels, images, rows, columns) == geometry.PartialSums, $"{what}: {geometry.PartialSums}");
    }

    [Fact]
    public void APartEndsAtItsLastTermOrAtTheSumsLast()
    {
        var partial = new PartialSums(Channels: 3, Images: 1, Rows: 2, Columns: 4);
        Assert.Equal([2, 5, 6], from channel in Upto(7) where partial.EndsWith(channel, 7) select channel);

        var output = new Shape4(2, 1, 3, 4);
        Assert.Equal(
            [(0, 1, 3), (0, 2, 3), (1, 1, 3), (1, 2, 3)],
            from n in Upto(2) from oh in Upto(3) from ow in Upto(4) where partial.EndsWith(n, oh, ow, output) select (n, oh, ow));

        output = new(1, 1, 1, 9);
        Assert.Equal([3, 7, 8], from ow in Upto(9) where (partial with { Rows = 1 }).EndsWith(0, 0, ow, output) select ow);

        output = new(5, 1, 1, 2);
        Assert.Equal(
            [(1, 1), (3, 1), (4, 1)],
            from n in Upto(5)
            from ow in Upto(2)
            where new PartialSums(1, Images: 2, Rows: 1, Columns: 2).EndsWith(n, 0, ow, output)
            select (n, ow));

        static IEnumerable<long> Upto(int end) => Enumerable.Range(0, end).Select(i => (long)i);
    }

    /// <summary>One running sum of so many equal numbers is off by more than a ten-thousandth.</summary>
    [Fact]
    public void ALongSumIsAsGoodAsItsParts()
    {
        IConv2DKernel<float>[] kernels =
            [new LiteralConv2D<float>(), new TiledConv2D<float, Lanes128<float>>(), new FastConv2D<float, Lanes128<float>>()];
        foreach (var kernel in kernels)
        {
            AssertNear(0.1 * 50_000, Forward(kernel, channels: 50_000), "output");
            AssertNear(0.1 * 90_000, GradWeight(kernel, size: 300, out float bias), "gradient of the weight");
            AssertNear(0.1 * 90_000, bias, "gradient of the bias");
        }

        static void AssertNear(double expected, float actual, string what) =>
            Assert.True(Math.Abs(actual - expected) <= 1e-5 * expected, $"{what}: {actual}");
    }

    private static float Forward(IConv2DKernel<float> kernel, long channels)
    {
        var geometry = Conv2DGeometry.Create(new(1, channels, 1, 1), new(1, channels, 1, 1), (1, 1), (0, 0), (0, 0), (1, 1), 1);
        float[] output = [float.NaN];
        kernel.Forward(
            geometry, new NchwSpan<float>(Filled(channels, 0.1f), geometry.InputShape),
            new NchwSpan<float>(Filled(channels, 1), geometry.WeightShape), [], new NchwSpan<float>(output, geometry.OutputShape));
        return output[0];
    }

    private static float GradWeight(IConv2DKernel<float> kernel, long size, out float bias)
    {
        var geometry = Conv2DGeometry.Create(new(1, 1, size, size), new(1, 1, 1, 1), (1, 1), (0, 0), (0, 0), (1, 1), 1);
        float[] gradWeight = [float.NaN], gradBias = [float.NaN];
        kernel.GradWeightAndBias(
            geometry, new NchwSpan<float>(Filled(size * size, 0.1f), geometry.OutputShape),
            new NchwSpan<float>(Filled(size * size, 1), geometry.InputShape), new NchwSpan<float>(gradWeight, geometry.WeightShape),
            gradBias);
        bias = gradBias[0];
        return gradWeight[0];
    }

    private static float[] Filled(long count, float value)
    {
        float[] array = new float[count];
        Array.Fill(array, value);
        return array;
    }
}
