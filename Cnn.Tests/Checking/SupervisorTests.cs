using Cnn.Reference.Checking;
using Cnn.Reference.Checking.Levels;
using Cnn.Reference.Oracle;
using Cnn.Reference.Processes;

namespace Cnn.Tests.Checking;

/// <summary>Whose fault it was that a worker died, and what is compared all the same.</summary>
public class SupervisorTests
{
    private const string Line = "conv n2 c4 h5 w6 o4 k2x3 s1x2 p1x0 d1 g2 float32 seed3";
    private static readonly Death Segfault = new(139, TimeSpan.FromSeconds(1), "");

    [Fact]
    public void WhatWasComparedStaysAndTheRestGoesOnWithoutWhatLibtorchDiedOf()
    {
        var script = new Script(
            request => request.Alone is null && request.Limits is { MostOrder: > 0, Libtorch: true } && request.Levels.Contains("exact")
            ? new("libtorch", "gradients", 1)
            : request.Alone == "libtorch" ? new("libtorch", "gradients", 1) : null);
        var results = Check(script);
        Assert.Empty(results.Failures);
        Assert.Equal(
            "libtorch died (signal 11, SIGSEGV) in exact, gradients: gradients and second derivatives not compared, at this and the later levels", Assert.Single(results.NotCompared).Reason);
        Assert.Equal(["exact", "real", "corners", "differences", "fast = literal"], script.Done.Select(done => done.Level));
        Assert.All(script.Done, done => Assert.Equal(0, done.Limits.MostOrder));
    }

    [Fact]
    public void WhereLibtorchDiesForwardOnlyLevelsWithoutItAreLeft()
    {
        var script = new Script(request => request.Alone == "libtorch"
            || (request.Alone is null && request.Limits.Libtorch) ? new("libtorch", "forward", 0) : null);
        var results = Check(script);
        Assert.Empty(results.Failures);
        Assert.Single(results.NotCompared);
        Assert.Equal(["differences", "fast = literal"], script.Done.Select(done => done.Level));
        Assert.All(script.Done, done => Assert.False(done.Limits.Libtorch));
    }

    [Fact]
    public void OursDyingIsAFailureEvenWhereLibtorchRunsWhenItShows()
    {
        var script = new Script(request => request.Alone == "fast" ? new("fast", "gradients", 1)
            : request.Alone is null ? new("libtorch", "forward", 0) : null);
        var results = Check(script);
        Assert.Empty(results.NotCompared);
        var failure = Assert.Single(results.Failures);
        Assert.Equal(("fast", "fast died (signal 11, SIGSEGV) in exact, gradients"), (failure.Layer, failure.Sentence));
    }

    [Fact]
    public void ADeathThatDoesNotComeAgainIsNoPass()
    {
        int asked = 0;
        var script = new Script(request => request.Alone is null && asked++ == 0 ? new("literal", "forward", 0) : null);
        var results = Check(script);
        Assert.Empty(results.Failures);
        Assert.Contains("a fresh one did not", Assert.Single(results.NotCompared).Reason, StringComparison.Ordinal);
        Assert.Equal(["exact", "real", "corners", "differences", "fast = literal"], script.Done.Select(done => done.Level));
    }

    [Fact]
    public void AWorkerThatAlwaysDiesComesToAnEnd()
    {
        foreach (var step in (Step[])[new("libtorch", "second derivatives", 2), new("libtorch", "forward", 0), new("fast", "forward", 0)])
        {
            var script = new Script(_ => step);
            var results = Check(script);
            Assert.Empty(script.Done);
            Assert.NotEmpty(results.Failures.Select(failure => failure.Sentence).Concat(results.NotCompared.Select(each => each.Reason)));
            Assert.InRange(script.Asked, 1, 30);
        }
    }

    /// <summary>A slow start, a large problem or a comparison that takes long is no implementation's hang.</summary>
    [Fact]
    public void AHangBetweenTwoLayersIsNobodysFault()
    {
        var results = Check(new Script(_ => null, new(null, TimeSpan.FromSeconds(2), "")));
        Assert.Empty(results.Failures);
        Assert.Equal(
            "nobody did not return within 2 s in exact, between two layers: not compared", Assert.Single(results.NotCompared).Reason);
    }

    /// <summary>Where libtorch has not run, it cannot be to blame, whatever it would do.</summary>
    [Fact]
    public void LibtorchIsNoSuspectWhereItWasNotAsked()
    {
        var script = new Script(
            request => request.Alone is null or "libtorch" ? new("fast", "forward", 0) : null, steps: ["literal", "fast"]);
        var results = Check(script, levels: [new SameBitsLevel()]);
        Assert.Empty(results.NotCompared);
        Assert.Equal(("fast", "fast = literal"), (Assert.Single(results.Failures).Layer, results.Failures[0].Part));
    }

    [Fact]
    public void LinesAreKnownAsACasePrintsItself()
    {
        using var supervisor = new Supervisor(
            new(["fast"], null, 1), CheckSetup.Levels, TimeSpan.FromSeconds(1), () => new Script(_ => null));
        supervisor.Check("conv h5   w6 k3x3 float32");
        Assert.Equal(["conv n1 c1 h5 w6 o1 k3 s1 p0 d1 g1 float32"], supervisor.Lines);
    }

    [Fact]
    public void LackOfMemoryIsNobodysFault()
    {
        var results = Check(new Script(request => new("fast", "forward", 0), new(137, TimeSpan.Zero, "")));
        Assert.Empty(results.Failures);
        Assert.Contains("lack of memory", Assert.Single(results.NotCompared).Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void TheImagesCanDieToo()
    {
        foreach (string layer in (string[])["libtorch", "fast"])
        {
            var script = new Script(_ => new(layer, "whole network", 1));
            var results = Check(script, ImagesCheck.Line);
            Assert.Equal(layer == "fast", results.Failures.Count == 1);
            Assert.Equal(layer == "libtorch", results.NotCompared.Count == 1);
        }
    }

    private static CheckResults Check(Script script, string line = Line, IReadOnlyList<Level>? levels = null)
    {
        using var supervisor = new Supervisor(
            new(["fast", "literal"], null, 1), levels ?? CheckSetup.Levels, TimeSpan.FromSeconds(1), () => script);
        supervisor.Check(line);
        return supervisor.Results;
    }

    /// <summary>A worker that dies as told: at its first level, in the step that <paramref name="diesIn"/> gives.</summary>
    private sealed class Script(Func<WorkerRequest, Step?> diesIn, Death? death = null, string[]? steps = null) : IWorker
    {
        public List<(string Level, Limits Limits)> Done { get; } = [];

        public int Asked { get; private set; }

        public Death? Ask(WorkerRequest request, TimeSpan limit, Action<WorkerMessage> receive)
        {
            Asked++;
            if (diesIn(request) is { } step)
            {
                foreach (string layer in steps ?? ["libtorch", "fast", "literal"])
                    if (request.Alone is null || request.Alone == layer) receive(new(Step: new(layer, "forward", 0))); // all have run
                receive(new(Step: step));
                return death ?? Segfault;
            }
            if (death is { IsHang: true }) return death;
            if (request.Alone is not null) return null;
            foreach (string level in request.Levels)
            {
                Done.Add((level, request.Limits));
                receive(new(Results: new()));
            }
            return null;
        }

        public void Dispose()
        {
        }
    }
}
