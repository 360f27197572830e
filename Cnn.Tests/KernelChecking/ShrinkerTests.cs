using Cnn.Reference;
using Cnn.Reference.Cases;
using Cnn.Reference.Checking;
using Cnn.Reference.KernelChecking;

namespace Cnn.Tests.KernelChecking;

/// <summary>A failing problem becomes small in few steps where each costs something, and at once nothing where the user stops it.</summary>
public sealed class ShrinkerTests
{
    private static readonly SpanKernel<float> Any = new((Conv2dSpanFunction<float>)RightKernels.Conv2d);
    private static readonly Case Wide = CaseWords.Parse("conv n2 c4 h7 w10 o6 k2x3 s1x2 p1x2 d2x1 g2 float32 seed20");

    [Fact]
    public void AHangIsWaitedForAFewTimesAndShortly()
    {
        var runner = new Script(@case => @case.Stride.W > 1 ? FaultKind.Hung : null);
        var shrunk = Assert.IsType<Shrunk>(
            new Shrinker(Any, runner, true, _ => true).Shrink(Wide, Numbers.Exact, "contract", FaultKind.Hung));
        Assert.Equal("conv n1 c1 h1 w1 o1 k1 s1x2 p0 d1 g1 float32 nobias", shrunk.Instance.Case.ToString());
        Assert.True(shrunk is { FailsByItsLine: true, IsLeast: true });
        Assert.InRange(runner.Deaths, 1, 8);
        Assert.All(runner.Limits, limit => Assert.InRange(limit!.Value, runner.ShortLimit, runner.SureLimit));
    }

    [Fact]
    public void WhatABusyMachineMadeLookLikeAHangIsNone()
    {
        // Only the first hangs whatever time it is given.
        var runner = new Script(@case => FaultKind.Hung, (@case, limit) => @case == Wide || limit <= TimeSpan.FromSeconds(1));
        var shrunk = Assert.IsType<Shrunk>(
            new Shrinker(Any, runner, true, _ => true).Shrink(Wide, Numbers.Exact, "contract", FaultKind.Hung));
        Assert.Equal(Wide, shrunk.Instance.Case);
    }

    [Fact]
    public void WhoStopsItWaitsForNothing()
    {
        var runner = new Script(@case => FaultKind.Threw);
        KernelCheckOptions options = new() { Only = [Wide.ToString()] };
        var session = new KernelSession(Any, options, runner);
        session.Put(Wide);
        runner.Stop();
        var findings = session.Finish(new(Any, options), stopped: false).Findings;
        Assert.True(findings is { Stopped: true, Found: null, Failed: 1 });
        Assert.StartsWith("STOPPED: Conv2d is wrong in 1 problem so far", KernelReportText.Verdict(findings), StringComparison.Ordinal);
    }

    /// <summary>Answers as told.</summary>
    private sealed class Script(Func<Case, FaultKind?> failure, Func<Case, TimeSpan?, bool>? fails = null) : ITrialRunner
    {
        private bool stopped;

        public int Deaths { get; private set; }

        public TimeSpan ShortLimit => TimeSpan.FromSeconds(1);

        public TimeSpan SureLimit => TimeSpan.FromSeconds(4);

        public List<TimeSpan?> Limits { get; } = [];

        public IReadOnlyList<TrialResult>? RunFresh(IReadOnlyList<Trial> trials) => null;

        public void Stop() => stopped = true;

        public TrialResult Run(Trial trial, TimeSpan? most = null)
        {
            if (stopped) throw new OperationCanceledException();
            var @case = CaseWords.Parse(trial.Line);
            Limits.Add(most);
            var results = new CheckResults();
            if (failure(@case) is not { } kind || fails?.Invoke(@case, most) == false) return new(results, null);
            if (kind == FaultKind.Hung) Deaths++;
            results.Fail(trial.Line, "contract", "yours", "planted");
            return new(results, new(kind, "contract", "planted", null, null, []));
        }

        public void Dispose()
        {
        }
    }
}
