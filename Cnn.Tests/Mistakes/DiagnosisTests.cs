using Cnn.Reference.Exercises;
using Cnn.Reference.Mistakes;
using static TorchSharp.torch;

namespace Cnn.Tests.Mistakes;

/// <summary>Which of several explanations is given.</summary>
public class DiagnosisTests
{
    [Theory]
    [InlineData(nameof(Operation.ConvBackward), "padding-after-only", "first-image-only")]
    [InlineData(nameof(Operation.ConvBackward), "stride-ignored-width", "stride-swapped")]
    [InlineData(nameof(Operation.ConvForward), "groups-first-only", "bias-twice")] // one of the calls has no groups
    public void FewestMistakesAreNamed(string operation, params string[] ids)
    {
        using var scope = NewDisposeScope();
        var findings = Diagnosis.Of(Tries(Enum.Parse<Operation>(operation), ids));
        Assert.Equal(ids.Order(StringComparer.Ordinal), Names(findings));
    }

    /// <summary>A third mistake gives the same bias gradient as one of the two, but the two explain everything.</summary>
    [Fact]
    public void TwoThatExplainAllComeBeforeOneThatExplainsAPart()
    {
        using var scope = NewDisposeScope();
        var calls = ExerciseTable.ConvBackward.Cases.Select(@case => @case.ToCall()).ToList();
        var both = Tries(calls, "padding-after-only", "first-image-only");
        var third = Tries(calls, "padding-before-only");
        Assert.All(both.Zip(third), pair => Assert.True(Sameness.Same(pair.First.Results.GradBias!, pair.Second.Results.GradBias!)));
        Assert.Equal(["first-image-only", "padding-after-only"], Names(Diagnosis.Of(both)));
    }

    [Fact]
    public void EachPartHasAMistakeOfItsOwn()
    {
        using var scope = NewDisposeScope();
        var tries = Tries(Operation.ConvBackward, "first-stride-phase-only").Zip(
            Tries(Operation.ConvBackward, "gradient-of-last-image"),
            (one, other) => (one.Call, one.Results with { GradWeight = other.Results.GradWeight, GradBias = other.Results.GradBias }));
        var findings = Diagnosis.Of([.. tries]);
        Assert.Equal(2, findings.Count);
        Assert.Equal([Part.GradWeight, Part.GradBias], findings[0].Parts);
        Assert.Equal(["first-stride-phase-only", "gradient-of-last-image"], Names(findings));
    }

    /// <summary>Of one wrong part there are several explanations: that which leaves the others right is named, then the likelier.</summary>
    [Theory]
    [InlineData("GradInput", "padding-ignored", "gradient-not-shifted-back")]
    [InlineData("GradWeight", "padding-ignored", "weight-gradient-without-padding")]
    [InlineData("GradWeight", "padding-after-only", "weight-gradient-without-padding")]
    [InlineData("GradWeight", "stride-ignored", "weight-gradient-without-stride")]
    [InlineData("GradBias", "gradient-averaged-over-windows", "bias-gradient-averaged")]
    public void TheLikelierOfEqualsIsNamed(string name, string other, string named)
    {
        using var scope = NewDisposeScope();
        var part = Enum.Parse<Part>(name);
        var calls = ExerciseTable.ConvBackward.Cases.Select(@case => @case.ToCall()).ToList();
        var tries = Tries(calls).Zip(Tries(calls, other), (right, wrong) => (right.Call, right.Results.With(part, wrong.Results[part]!)));
        Assert.Equal([named], Names(Diagnosis.Of([.. tries])));
    }

    [Fact]
    public void WhatIsKnownIsNamedBesideWhatIsNot()
    {
        using var scope = NewDisposeScope();
        var tries = Tries(Operation.ConvBackward, "bias-gradient-of-all-filters")
            .Select(each => (each.Call, each.Results with { GradWeight = each.Results.GradWeight! + 0.5 }));
        var findings = Diagnosis.Of([.. tries]);
        Assert.Equal([Part.GradBias, Part.GradWeight], findings.Select(finding => Assert.Single(finding.Parts)));
        Assert.Equal("bias-gradient-of-all-filters", Assert.Single(findings[0].Mistakes).Id);
        Assert.Empty(findings[1].Mistakes);
    }

    /// <summary>Of two mistakes that would change other parts as well, and in another way than they are wrong, no part is
    /// explained.</summary>
    [Theory]
    [InlineData("last-window-missing", "return-inside-loop")]
    [InlineData("last-window-missing-height", "bias-gradient-of-all-filters")]
    public void APairThatFitsOnePartByChanceIsNotNamed(params string[] ids)
    {
        using var scope = NewDisposeScope();
        var calls = ExerciseTable.ConvBackward.Cases.Select(@case => @case.ToCall()).ToList();
        var tries = Tries(calls, ids);
        Assert.Equal(ids.Order(StringComparer.Ordinal), Names(Diagnosis.Of(tries)));
        var others = tries.Select(each => (each.Call, each.Results with
        {
            GradInput = each.Results.GradInput! + 0.5,
            GradWeight = each.Results.GradWeight! + 0.5,
        }));
        Assert.Empty(Assert.Single(Diagnosis.Of([.. others])).Mistakes);
    }

    [Fact]
    public void WhatIsRightHasNoFinding()
    {
        using var scope = NewDisposeScope();
        Assert.All(Enum.GetValues<Operation>().Where(operation => LayerCalls.CasesOf(operation).Count > 0),
            operation => Assert.Empty(Diagnosis.Of(Tries(operation))));
    }

    private static List<(Call Call, Results Results)> Tries(Operation operation, params string[] ids) =>
        Tries(LayerCalls.Of(operation), ids);

    private static List<(Call Call, Results Results)> Tries(IEnumerable<Call> calls, params string[] ids) =>
    [
        .. calls.Select(call =>
        {
            using var maker = new Maker(call);
            var made = maker.Make([.. ids.Select(id => Collection.Find(id)!)]);
            foreach (var part in made.Parts()) made = made.With(part, made[part]!.clone()); // the maker's tensors end with it
            return (call, made);
        }),
    ];

    private static IEnumerable<string> Names(IReadOnlyList<Finding> findings) =>
        findings.SelectMany(finding => finding.Mistakes).Select(mistake => mistake.Id).Distinct().Order(StringComparer.Ordinal);
}
