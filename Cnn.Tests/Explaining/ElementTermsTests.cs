using Cnn.Reference.Cases;
using Cnn.Reference.Comparison;
using Cnn.Reference.Explaining;

namespace Cnn.Tests.Explaining;

/// <summary>The terms of an element come to what the literal loops gave, bit for bit, everywhere.</summary>
public class ElementTermsTests
{
    public static TheoryData<int> All => [.. Enumerable.Range(0, Walkthroughs.All.Length)];

    [Theory, MemberData(nameof(All))]
    public void TermsComeToTheLoopsResult(int number)
    {
        using var walkthrough = Walkthroughs.Of(number);
        AssertTermsComeToTheResult(walkthrough);
    }

    /// <summary>Sums of several partial sums: over channels of a group, over windows of some rows, over images.</summary>
    [Theory]
    [InlineData("conv n1 c600 h2 w3 o4 k1 g2")]
    [InlineData("conv n1 c4 h9 w40 o70 k3 p1 g2")]
    [InlineData("conv n9 c2 h7 w8 o3 k2 s1x2 float64")]
    public void TheyDoWherePartialSumsAreAdded(string line)
    {
        using var walkthrough = Walkthroughs.Of(line, Numbers.Real);
        AssertTermsComeToTheResult(walkthrough);
    }

    private static void AssertTermsComeToTheResult(Walkthrough walkthrough)
    {
        var elements = new ElementTerms(walkthrough);
        foreach (string view in CodeView.Views(walkthrough))
        {
            var result = NumberArray.Of(walkthrough.Ours(CodeView.ResultOf(view))!);
            foreach (long[] index in Walkthroughs.Indices(result.Shape))
            {
                double value = elements.Finish(view, index, elements.Of(view, index));
                Assert.True(
                    result[index].Equals(value), $"{walkthrough.Case}, {view}[{string.Join(", ", index)}]: {value}, not {result[index]}");
            }
        }
    }

    [Fact]
    public void GradientsAreThereWhereLibtorchHasThem()
    {
        using var convolution = Walkthroughs.Of(0);
        Assert.Equal(["forward", "gradInput", "gradWeight", "gradBias"], CodeView.Views(convolution));
        using var unbiased = Walkthroughs.Of("conv c2 h4 w5 o2 k2x3 nobias");
        Assert.Equal(["forward", "gradInput", "gradWeight"], CodeView.Views(unbiased));
        using var pool = Walkthroughs.Of("avg h4 w5 k2x3 s1x2");
        Assert.Equal(["forward", "gradInput"], CodeView.Views(pool));
        using var emptyWindows = Walkthroughs.Of("max h3 w4 k2 s1 p1 d4x1 ceil");
        Assert.Equal(["forward"], CodeView.Views(emptyWindows));
        Assert.Contains("padding", Assert.Single(emptyWindows.Notes).English, StringComparison.Ordinal);
    }
}
