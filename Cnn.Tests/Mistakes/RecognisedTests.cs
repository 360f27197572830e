using Cnn.Reference.Exercises;
using Cnn.Reference.Mistakes;
using static TorchSharp.torch;

namespace Cnn.Tests.Mistakes;

/// <summary>Each mistake is named from what it gives.</summary>
public class RecognisedTests
{
    /// <summary>In three of the groups; <c>exercises check</c> asks all of them.</summary>
    [Fact, Trait(Traits.Speed, Traits.Slow)]
    public void MistakesAreNamedAloneAndByTwo()
    {
        var groups = Recognised.All(
            withTimes: false, name => name is "ConvSingleStep" or "PoolForward, AverageForward" or "layers, AverageBackward")
            .ToList();
        Assert.Equal(3, groups.Count);
        Assert.All(groups, each => Assert.Equal(each.Singles.All, each.Singles.Named));
        Assert.All(groups, each => Assert.True(each.Singles.All > 0, each.Name));
        var pairs = groups.Aggregate(new NamedCount(), (sum, each) => sum + each.Pairs);
        Assert.True(pairs.All > 800, $"{pairs}");
        Assert.True(pairs.Named >= 0.98 * pairs.All && pairs.ByAnotherName <= 0.05 * pairs.All, $"{pairs}");
        Assert.Equal(pairs.All - pairs.Named, groups.Sum(each => each.Missed.Count));
    }

    /// <summary>What is the same function has either name; what is not, has not.</summary>
    [Fact]
    public void TheSameFunctionUnderAnotherNameIsCountedApart()
    {
        using var scope = NewDisposeScope();
        using var explanations = new Explanations(LayerCalls.Of(Operation.ConvForward, LayerCalls.LargerThan));
        var both = explanations.Of([Mistake("stride-ignored-height"), Mistake("stride-ignored-width")]);
        Assert.True(both.IsSame(explanations.Of([Mistake("stride-ignored")])));
        Assert.False(both.IsSame(explanations.Of([Mistake("stride-ignored-height")])));

        static Mistake Mistake(string id) => Collection.Find(id)!;
    }
}
