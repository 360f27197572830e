using Cnn.Reference.Commands;
using Cnn.Reference.Printing;

namespace Cnn.Tests.Printing;

public class FoldingTests
{
    [Theory]
    [InlineData("one two three", 13, 0, "one two three")]
    [InlineData("one two three", 12, 0, "one two\nthree")]
    [InlineData("one two three", 7, 2, "one two\n  three")]
    [InlineData("  one two three", 9, 4, "  one two\n    three")]
    [InlineData("unbreakable 9.68E-07", 5, 0, "unbreakable\n9.68E-07")]
    [InlineData("大大 大", 6, 0, "大大\n大")]
    [InlineData("", 5, 3, "")]
    public void LinesAreFoldedBetweenWords(string text, int width, int indent, string folded) =>
        Assert.Equal(folded, Folding.Fold(text, width, indent));

    [Theory]
    [InlineData("epoch 1 of 2: loss 1.5, 64.1 % right, 3,469 images/s", 60, "epoch 1 of 2: loss 1.5, 64.1 % right, 3,469 images/s")]
    [InlineData("epoch 1 of 2: loss 1.5, 64.1 % right, 3,469 images/s", 51, "epoch 1 of 2: loss 1.5, 64.1 % right")]
    [InlineData("epoch 1 of 2: loss 1.5, 64.1 % right, 3,469 images/s", 5, "epoch 1 of 2: loss 1.5")]
    public void BesideABarStandsWhatFits(string text, int width, string fitting) => Assert.Equal(fitting, ProgressBar.Fitting(text, width));

    [Theory]
    [InlineData(0.2, "1 s")]
    [InlineData(59.5, "60 s")]
    [InlineData(150, "2 min")]
    [InlineData(3599, "60 min")]
    [InlineData(12_000, "3 h 20 min")]
    [InlineData(86_399, "23 h 59 min")]
    [InlineData(100_000, "1 day")]
    [InlineData(400_000, "4 days")]
    public void ATimeToWaitIsRead(double seconds, string text) => Assert.Equal(text, Figures.Duration(TimeSpan.FromSeconds(seconds)));

    [Theory]
    [InlineData(0, "0 rows")]
    [InlineData(1, "1 row")]
    [InlineData(2000, "2,000 rows")]
    public void OneIsNotMany(long number, string text) => Assert.Equal(text, Figures.Count(number, "row"));

    [Fact]
    public void AWordMayHaveAPluralOfItsOwn() =>
        Assert.Equal(("1 class", "2 classes"), (Figures.Count(1, "class", "classes"), Figures.Count(2, "class", "classes")));
}
