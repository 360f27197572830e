using Cnn.Reference.Exercises;

namespace Cnn.Tests.Mistakes;

/// <summary>Each mistake is named from what it gives.</summary>
public class RecognisedTests
{
    /// <summary>Where pairs are few; museum --prove makes them all.</summary>
    [Fact]
    public void TwoAtOnceAreNamed()
    {
        var steps = Recognised.All(withPairs: true).Take(2).ToList();
        Assert.Equal(["ZeroPad", "ConvSingleStep"], steps.Select(each => each.Name));
        Assert.All(steps, each => Assert.Equal(each.Pairs.All, each.Pairs.Named));
        Assert.True(steps.Sum(each => each.Pairs.All) >= 20);
    }

    [Fact]
    public void EverySingleMistakeIsNamed() => Assert.All(Recognised.All(withPairs: false), each =>
    {
        Assert.Empty(each.Missed);
        Assert.Equal(each.Singles.All, each.Singles.Named);
        Assert.True(each.Singles.All > 0, each.Name);
    });
}
