using Cnn.Layers.Geometry;

namespace Cnn.Tests.Geometry;

public sealed class Pad2DGeometryTests
{
    private const long Absurd = 1L << 62;

    [Fact]
    public void EveryShapeIsDerived()
    {
        var geometry = Pad2DGeometry.Create(new(2, 3, 5, 7), (1, 4), (3, 2), Border.Circular);

        Assert.Equal((2, 3), (geometry.Batch, geometry.Channels));
        Assert.Equal(new PadAxis(5, 1, 3, Border.Circular), geometry.Height);
        Assert.Equal(new PadAxis(7, 4, 2, Border.Circular), geometry.Width);
        Assert.Equal(new Shape4(2, 3, 5, 7), geometry.InputShape);
        Assert.Equal(new Shape4(2, 3, 9, 13), geometry.OutputShape);
    }

    /// <summary>The rows that <see cref="Border"/> shows in its documentation, and their continuation.</summary>
    [Theory]
    [InlineData(nameof(Border.Reflect), 2, 2, "cb|abc|ba")]
    [InlineData(nameof(Border.Reflect), 1, 2, "b|abc|ba")]
    [InlineData(nameof(Border.Replicate), 2, 2, "aa|abc|cc")]
    [InlineData(nameof(Border.Replicate), 5, 1, "aaaaa|abc|c")]
    [InlineData(nameof(Border.Circular), 2, 2, "bc|abc|ab")]
    [InlineData(nameof(Border.Circular), 1, 3, "c|abc|abc")]
    public void EveryCellCopiesItsSource(string border, long before, long after, string expected)
    {
        var axis = new PadAxis(3, before, after, Enum.Parse<Border>(border));
        var cells = Enumerable.Range(0, (int)axis.Out).Select(o => "abc"[(int)axis.InputIndex(o)]).ToArray();

        Assert.Equal(expected.Replace("|", ""), new string(cells));
    }

    [Theory]
    [InlineData(-1, 0)]
    [InlineData(0, -1)]
    [InlineData(-Absurd, 0)]
    public void PaddingMustNotBeNegative(long h, long w)
    {
        foreach (var border in Enum.GetValues<Border>())
        {
            Refusal.Of("padding", $"({h}, {w})", () => Create((h, w), (0, 0), border));
            Refusal.Of("padding", "", () => Create((0, 0), (h, w), border));
        }
    }

    [Theory]
    [InlineData(nameof(Border.Reflect), 4, 6)] // one less than the cells: the edge is not repeated
    [InlineData(nameof(Border.Replicate), int.MaxValue, int.MaxValue)]
    [InlineData(nameof(Border.Circular), 5, 7)]
    public void PaddingIsAtMostWhatTheBorderCanFill(string name, long h, long w)
    {
        var border = Enum.Parse<Border>(name);

        Assert.Equal(5 + h, Create((h, 0), (0, 0), border).OutputShape.H);
        Assert.Equal(5 + h, Create((0, 0), (h, 0), border).OutputShape.H);
        Assert.Equal(7 + w, Create((0, 0), (0, w), border).OutputShape.W);
        Refusal.Of("padding", $"({h + 1}, 0)", () => Create((h + 1, 0), (0, 0), border));
        Refusal.Of("padding", $"({h + 1}, 0)", () => Create((0, 0), (h + 1, 0), border));
        Refusal.Of("padding", $"(0, {w + 1})", () => Create((0, w + 1), (0, 0), border));
        Refusal.Of("padding", $"({Absurd}, {Absurd})", () => Create((Absurd, Absurd), (Absurd, Absurd), border));
    }

    [Fact]
    public void TheOutputMustBeAddressable() =>
        Refusal.Of("padding", $"({int.MaxValue}, {int.MaxValue})", () => Create((int.MaxValue, int.MaxValue), (0, 0), Border.Replicate));

    private static Pad2DGeometry Create((long, long) before, (long, long) after, Border border) =>
        Pad2DGeometry.Create(new(2, 3, 5, 7), before, after, border);
}
