using Cnn.Reference.Checking;
using Cnn.Reference.Checking.Levels;
using Cnn.Reference.Processes;
using Cnn.Tests.Build;
using Cnn.Tests.Checking;
using Cnn.Tests.Commands;

namespace Cnn.Tests.Processes;

/// <summary>Real workers, and layers that end them: what was compared before and after is there.</summary>
[Trait(Traits.Speed, Traits.Slow)]
public class WorkerProcessTests
{
    private const string First = "conv n2 c2 h4 w5 o2 k2x3 s1x2 p1x0 d1 g1 float32 seed4";
    private const string Deadly = "conv n2 c2 h4 w5 o2 k2x3 s1x2 p1x0 d1 g2 float32 seed4";
    private const string Last = "conv n2 c3 h4 w5 o2 k2x3 s1x2 p1x0 d1 g1 float32 seed4";

    [LinuxFact]
    public void ACrashIsOneFailureAndTheOthersAreCompared()
    {
        var results = Check(DyingLayer.NameOf<CrashingLayer>(), TimeSpan.FromSeconds(60));
        var failure = Assert.Single(results.Failures);
        Assert.Equal((Deadly, "dying"), (failure.Case, failure.Layer));
        // and what it said last
        Assert.Equal("dying died (signal 6, SIGABRT) in exact, forward: Process terminated. planted", failure.Sentence);
        Assert.Empty(results.NotCompared);
        Assert.Equal(2, results.TallyOf("exact forward").Cases);
    }

    [Fact]
    public void AHangIsOneFailureAndTheOthersAreCompared()
    {
        var results = Check(DyingLayer.NameOf<HangingLayer>(), TimeSpan.FromSeconds(10)); // of which a start takes one or two
        Assert.Equal("dying did not return within 10 s in exact, forward", Assert.Single(results.Failures).Sentence);
        Assert.Equal(2, results.TallyOf("exact forward").Cases);
    }

    [Fact]
    public void AnAllocationThatFailsIsNoMismatch()
    {
        var results = Check(DyingLayer.NameOf<GreedyLayer>(), TimeSpan.FromSeconds(60));
        Assert.Empty(results.Failures);
        Assert.Equal(
            (Deadly, "there was not enough memory for exact"), (Assert.Single(results.NotCompared).Case, results.NotCompared[0].Reason));
        Assert.Equal(2, results.TallyOf("exact forward").Cases);
    }

    [Fact]
    public void WhatALayerPrintsIsNoMessage()
    {
        var results = Check(DyingLayer.NameOf<TalkingLayer>(), TimeSpan.FromSeconds(60));
        Assert.Empty(results.Failures);
        Assert.Equal(3, results.TallyOf("exact forward").Cases);
    }

    /// <summary>What cannot be told to the user must not stop the comparison.</summary>
    [LinuxFact]
    public void AStandardErrorThatCannotBeWrittenStopsNothing()
    {
        var (code, output, _) = CommandLine.RunInShell("2>/dev/full", "check", "--level", "exact", First);
        Assert.Equal(0, code);
        Assert.Contains("ALL EQUAL", output, StringComparison.Ordinal);
    }

    private static CheckResults Check(string layer, TimeSpan limit)
    {
        using var supervisor = new Supervisor(new([layer], null, 1), [new ExactLevel()], limit, () => new WorkerProcess());
        foreach (string line in (string[])[First, Deadly, Last]) supervisor.Check(line);
        Assert.Equal([First, Deadly, Last], supervisor.Lines);
        return supervisor.Results;
    }
}
