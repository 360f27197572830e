using System.Diagnostics;
using Cnn.Reference.Cases;
using Cnn.Reference.Checking;
using Cnn.Reference.Oracle;

namespace Cnn.Reference.KernelChecking;

/// <summary>A problem with its numbers.</summary>
internal sealed record Instance(Case Case, Operands Operands);

/// <summary>What a failing problem was shrunk to.</summary>
/// <param name="Instance">The problem.</param>
/// <param name="Failure">How it fails.</param>
internal sealed record Shrunk(Instance Instance, TrialFailure Failure)
{
    /// <summary>Whether everything that is smaller was tried, and does not fail so, but for <see cref="PassedOver"/>.</summary>
    public bool IsLeast { get; init; }

    /// <summary>Whether it fails with whatever numbers its line draws, too.</summary>
    public bool FailsByItsLine { get; init; }

    /// <summary>Smaller ones that fail as well, and were passed over because they show nothing.</summary>
    public IReadOnlyList<Case> PassedOver { get; init; } = [];
}

/// <summary>
/// Makes a failing problem smaller as long as it fails in the same way: first its sizes and options, then its numbers. Each change
/// that is kept makes something smaller, so it comes to an end. A problem whose wrong element is a sum of something is kept before
/// a smaller one where that is a sum of nothing but zeros.
/// </summary>
/// <param name="kernel">The kernel.</param>
/// <param name="runner">Carries the trials out.</param>
/// <param name="nonFinite">Whether NaN and infinity are claimed.</param>
/// <param name="isClaimed">Whether the kernel claims a problem: it may fail at any other.</param>
internal sealed class Shrinker(Kernel kernel, ITrialRunner runner, bool nonFinite, Func<Case, bool> isClaimed)
{
    private const int MostTrials = 4000;
    private const int Attempts = 8; // at what fails now and then
    private const int MostDeaths = 12; // each costs a new process, and what a hang may take

    private readonly Stopwatch watch = Stopwatch.StartNew();
    private readonly List<Case> passedOver = [];
    private readonly int deathsBefore = runner.Deaths;
    private int trials;

    /// <summary>How long a failure is shrunk; twice as long where it ends processes.</summary>
    public static TimeSpan Patience { get; set; } = TimeSpan.FromSeconds(15);

    /// <summary>Whether no more may be tried.</summary>
    public bool Spent
    {
        get
        {
            int deaths = runner.Deaths - deathsBefore;
            return trials >= MostTrials || deaths >= MostDeaths || watch.Elapsed > (deaths > 0 ? 2 : 1) * Patience;
        }
    }

    /// <summary>Shrinks a failing problem; null where it does not fail when it is tried by itself.</summary>
    /// <param name="case">The problem.</param>
    /// <param name="numbers">Which numbers it failed on.</param>
    /// <param name="part">The part of the level that saw it fail.</param>
    /// <param name="kind">How it failed.</param>
    public Shrunk? Shrink(Case @case, Numbers numbers, string part, FaultKind kind)
    {
        bool ends = kind is FaultKind.Died or FaultKind.Hung; // rarely for its numbers, and each trial costs a process
        passedOver.Clear();
        var whole = new Instance(@case, Operands.Of(@case, numbers, kernel.Kind));
        if (Try(whole, part, kind, kind == FaultKind.Hung ? runner.ShortLimit : null) is not { } failure) return null;
        var shrunk = Descend(new(whole, failure), part, SmallerCases.Of);
        shrunk = Descend(shrunk, part, ends ? SmallerNumbers.Ones : SmallerNumbers.Of);
        shrunk = Descend(shrunk, part, SmallerCases.Of); // fewer numbers may need fewer sizes
        shrunk = shrunk with { IsLeast = !Spent, PassedOver = [.. passedOver] };
        if (!XunitTest.NeedsTheCheck(kernel, kind)) return shrunk;
        var byItsLine = Attempt(() =>
            runner.Run(new($"{shrunk.Instance.Case}", nonFinite), kind == FaultKind.Hung ? runner.SureLimit : null).Failure, kind);
        if (byItsLine is not null) return shrunk with { FailsByItsLine = true, Failure = byItsLine };
        if (kind != FaultKind.Hung || Try(shrunk.Instance, part, kind, runner.SureLimit) is not null) return shrunk;
        return new(whole, failure) { FailsByItsLine = true }; // a busy machine has misled us
    }

    private Shrunk Descend(Shrunk shrunk, string part, Func<KernelKind, Instance, IEnumerable<Instance>> smaller)
    {
        bool found = true;
        while (found)
        {
            found = false;
            foreach (var candidate in smaller(kernel.Kind, shrunk.Instance))
            {
                if (Spent) return shrunk;
                if (!isClaimed(candidate.Case) || KnownFaults.ReasonToSkip(candidate.Case) is not null) continue;
                // Whatever else is wrong takes the time it takes.
                var most = shrunk.Failure.Kind == FaultKind.Hung ? runner.ShortLimit : (TimeSpan?)null;
                if (Try(candidate, part, shrunk.Failure.Kind, most) is not { } failure) continue;
                var next = new Shrunk(candidate, failure);
                if (WorkedSum.ShowsNothing(kernel.Kind, next) && !WorkedSum.ShowsNothing(kernel.Kind, shrunk))
                {
                    passedOver.Add(candidate.Case);
                    continue;
                }
                (shrunk, found) = (next, true);
                break;
            }
        }
        return shrunk;
    }

    private TrialFailure? Try(Instance instance, string part, FaultKind kind, TimeSpan? most = null) => Attempt(
        () => runner.Run(new(instance.Case.ToString(), NonFinite: true, instance.Operands, part), most).Failure, kind);

    private TrialFailure? Attempt(Func<TrialFailure?> run, FaultKind kind)
    {
        int attempts = kind == FaultKind.NotRepeatable ? Attempts : 1;
        for (int i = 0; i < attempts; i++)
        {
            trials++;
            var failure = run();
            if (failure?.Kind == kind) return failure;
        }
        return null;
    }
}
