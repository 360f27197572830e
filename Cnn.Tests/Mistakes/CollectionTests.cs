using System.Runtime.InteropServices;
using System.Text.RegularExpressions;
using Cnn.Reference.Exercises;
using Cnn.Reference.Mistakes;

namespace Cnn.Tests.Mistakes;

/// <summary>The collection of mistakes: how its entries are written, and that each can be told from all others.</summary>
public partial class CollectionTests
{
    public static TheoryData<string> Ids => [.. Collection.All.Select(mistake => mistake.Id)];

    [Theory, MemberData(nameof(Ids))]
    public void EntryIsWrittenAsTheOthers(string id)
    {
        var mistake = Assert.Single(Collection.All, mistake => mistake.Id == id);
        Assert.Matches(KebabCase(), mistake.Id);
        Assert.EndsWith(".", mistake.English, StringComparison.Ordinal);
        Assert.EndsWith(".", mistake.Spanish, StringComparison.Ordinal);
        Assert.NotEqual(mistake.English, mistake.Spanish);
        Assert.NotEmpty(mistake.LookAt.English);
        Assert.NotEmpty(mistake.LookAt.Spanish);
        Assert.NotEmpty(mistake.Where);
        Assert.All(mistake.SeenIn, thread => Assert.Matches(Thread(), thread));
        Assert.All(mistake.SeenIn, thread => Assert.EndsWith(".", Threads.Stories[thread].English, StringComparison.Ordinal));
    }

    [Fact]
    public void WhatLibtorchRefusesCannotBeMade()
    {
        using var scope = TorchSharp.torch.NewDisposeScope();
        var call = ExerciseTable.ZeroPad.Cases[0].ToCall();
        var mistake = Collection.Find("padding-ignored")! with
        {
            Where = [Operation.ZeroPad],
            Change = (_, _) => throw new ExternalException("sizes do not match"),
        };
        Assert.Null(mistake.Of(call, Correct.Of));
    }

    [Fact]
    public void EveryStoryIsToldOfAMistake() =>
        Assert.Empty(Threads.Stories.Keys.Except(Collection.All.SelectMany(mistake => mistake.SeenIn)));

    [Theory, MemberData(nameof(Ids))]
    public void MistakeShowsSomewhere(string id)
    {
        using var scope = TorchSharp.torch.NewDisposeScope();
        var mistake = Collection.Find(id)!;
        var calls = ExerciseTable.All.SelectMany(exercise => exercise.Cases).Select(@case => @case.ToCall())
            .Concat(Enum.GetValues<Operation>().SelectMany(operation => LayerCalls.Of(operation)));
        Assert.Contains(calls, call => Exposure.Shows(mistake, call));
    }

    public static TheoryData<string> Groups => [.. CallGroup.All().Select(group => group.Name)];

    /// <summary>What shows in some calls is not shown alike by another: the name is that of the mistake, and not of its
    /// neighbour.</summary>
    [Theory, MemberData(nameof(Groups))]
    public void NoTwoGiveTheSame(string name)
    {
        using var scope = TorchSharp.torch.NewDisposeScope();
        using var explanations = new Explanations(CallGroup.All().Single(group => group.Name == name).Calls(), PairUse.None);
        var shown = explanations.Shown;
        Assert.NotEmpty(shown);
        var same = from one in shown
                   from other in shown.SkipWhile(other => other != one).Skip(1)
                   where one.IsSame(other)
                   select $"{one.Mistakes[0]} = {other.Mistakes[0]}";
        Assert.Empty(same);
    }

    [GeneratedRegex("^[a-z]+(-[a-z]+)*$")]
    private static partial Regex KebabCase();

    [GeneratedRegex(@"^[\w.-]+/[\w.-]+#\d+$")]
    private static partial Regex Thread();
}
