using Cnn.Reference.Exercises;

namespace Cnn.Tests.Mistakes;

/// <summary>Each mistake is named from what it gives.</summary>
public class RecognisedTests
{
    [Fact]
    public void EverySingleMistakeIsNamed() => Assert.All(Recognised.All(withPairs: false), each =>
    {
        Assert.Empty(each.Missed);
        Assert.Equal(each.Singles.All, each.Singles.Named);
        Assert.True(each.Singles.All > 0, each.Name);
    });
}
