using Cnn.Layers;
using Cnn.Layers.Geometry;
using Cnn.Layers.Kernels;

namespace Cnn.Tests.Kernels;

/// <summary>What the fast convolution does not take goes to the literal one, with a reason.</summary>
public class FastConv2DRefusalTests
{
    // A window of 3 x 3 taps that spans 1801 x 2001 cells.
    private static readonly Conv2DGeometry TooWide = Conv2DGeometry.Create(new(1, 1, 3, 4), new(2, 1, 3, 3), (1, 1), (900, 1000),
        (900, 1000), (900, 1000), 1);

    [Fact]
    public void AWindowThatSpansTooMuchIsLeftToTheLiteralLoops()
    {
        var table = KernelTables<float>.Conv2D;
        Assert.Equal("literal", table.Choose(Algorithm.Fast, TooWide).Name);
        var asked = table.Explain(TooWide).ToList();
        Assert.Equal("literal", asked[^1].Name);
        Assert.Contains(asked, kernel => kernel.Refusal is { } reason && reason.Contains("1801 by 2001", StringComparison.Ordinal));
    }

    /// <summary>Of each window only the tap in the middle lies on the input: every sum has one product.</summary>
    [Fact]
    public void ItGivesTheRightSums()
    {
        var random = new Random(3);
        var input = StridedArray<float>.Of(TooWide.InputShape, Cnn.Reference.Cases.Layout.Contiguous, random.Reals<float>());
        var weight = StridedArray<float>.Of(TooWide.WeightShape, Cnn.Reference.Cases.Layout.Contiguous, random.Reals<float>());
        var output = StridedArray<float>.ForOutput(TooWide.OutputShape, Cnn.Reference.Cases.Layout.Contiguous);
        KernelDispatch.Conv2DForward(Algorithm.Fast, TooWide, input.Span, weight.Span, [], output.Span);
        Assert.Equal(new(1, 2, 3, 4), TooWide.OutputShape);
        Assert.Equal([.. from at in output.Indices() select weight[at.C, 0, 1, 1] * input[0, 0, at.H, at.W]], output.Elements().ToArray());
    }

    /// <summary>An int counts filters and groups: more are left to the literal loops, which count in 64 bits.</summary>
    [Theory]
    [InlineData(1L << 31, 1, 1)]
    [InlineData(1, 1L << 31, 1)]
    [InlineData(1L << 31, 1L << 31, 1L << 31)]
    public void MoreChannelsThanAnIntCountsAreLeftToTheLiteralLoops(long inChannels, long outChannels, long groups)
    {
        var weight = new Shape4(outChannels, inChannels / groups, 2, 3);
        var geometry = Conv2DGeometry.Create(new(0, inChannels, 3, 4), weight, (1, 1), (0, 0), (0, 0), (1, 1), groups);
        Assert.Equal("literal", KernelTables<float>.Conv2D.Choose(Algorithm.Fast, geometry).Name);
    }

    [Fact]
    public void OrdinaryDilationIsTaken()
    {
        var geometry = Conv2DGeometry.Create(new(1, 8, 65, 65), new(8, 8, 3, 3), (1, 1), (24, 24), (24, 24), (24, 24), 1);
        Assert.StartsWith("fast", KernelTables<float>.Conv2D.Choose(Algorithm.Fast, geometry).Name, StringComparison.Ordinal);
    }
}
