using Cnn.Reference.Exercises;
using Cnn.Reference.Mistakes;
using TorchSharp;
using static TorchSharp.torch;

namespace Cnn.Tests.Mistakes;

/// <summary>Right solutions that are written otherwise are not accused; museum --prove puts a thousand to the test.</summary>
[Trait(Traits.Speed, Traits.Slow)]
public class RightVariantTests
{
    private const int Some = 150, Few = 20; // what is wrong takes all pairs

    [Fact]
    public void NothingRightIsAccused() => Assert.All(Accusations.Of(Some, seed: 7), Assert.Null);

    /// <summary>Where all numbers had the same bits, nothing would be shown.</summary>
    [Theory]
    [InlineData("scattered in another order, in float32")]
    [InlineData("by pairs, in float32")]
    [InlineData("im2col in float32")]
    [InlineData("libtorch in float32")]
    public void TheyRoundOtherwise(string name)
    {
        using var scope = NewDisposeScope();
        var random = new Random(7);
        var variant = RightVariant.All(random).Single(each => each.Name == name);
        var call = RightVariant.Real(LayerCalls.Of(Operation.ConvBackward)[0], random);
        Results right = Correct.Of(call), otherwise = variant.Compute(call);
        Assert.Equal(right.Parts(), otherwise.Parts());
        Assert.All(right.Parts(), part => Assert.False(right[part]!.equal(otherwise[part]!.to(ScalarType.Float64)).all().item<bool>()));
    }

    /// <summary>One cell that is off by a thousandth of the largest is no rounding.</summary>
    [Fact]
    public void WhatIsNearlyRightIsAccused()
    {
        var nearly = new RightVariant("nearly", call =>
        {
            var results = Correct.Of(call);
            foreach (var part in results.Parts())
            {
                var wrong = results[part]!.clone();
                double largest = wrong.nan_to_num(0, 0, 0).abs().max().item<double>();
                wrong.view(-1)[0] = wrong.view(-1)[0].nan_to_num(0, 0, 0) + 1e-3 * largest + 1e-3;
                results = results.With(part, wrong);
            }
            return results;
        });
        Assert.All(Accusations.Of(Few, seed: 7, [nearly]), Assert.NotNull);
    }
}
