using System.Diagnostics;
using Cnn.Reference.Cases;
using Cnn.Reference.Oracle;

namespace Cnn.Reference.KernelChecking;

/// <summary>A problem with its numbers.</summary>
internal sealed record Instance(Case Case, Operands Operands);

/// <summary>What a failing problem was shrunk to.</summary>
/// <param name="Instance">The problem.</param>
/// <param name="Failure">How it fails.</param>
/// <param name="IsLeast">Whether everything that is smaller was tried, and does not fail so.</param>
internal sealed record Shrunk(Instance Instance, TrialFailure Failure, bool IsLeast = false);

/// <summary>
/// Makes a failing problem smaller as long as it fails in the same way: first its sizes and options, then its numbers. Each change
/// that is kept makes something smaller, so it comes to an end.
/// </summary>
/// <param name="kernel">The kernel.</param>
/// <param name="runner">Carries the trials out.</param>
/// <param name="isClaimed">Whether the kernel claims a problem: it may fail at any other.</param>
internal sealed class Shrinker(Kernel kernel, ITrialRunner runner, Func<Case, bool> isClaimed)
{
    private const int MostTrials = 4000;
    private const int Attempts = 8; // at what fails now and then
    private const int MostDeaths = 20; // each costs a new process, or what a hang may take
    private static readonly TimeSpan Most = TimeSpan.FromSeconds(15), MostWithDeaths = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan ShortHang = TimeSpan.FromSeconds(2); // what it leads to is tried again for as long as was asked

    private readonly Stopwatch watch = Stopwatch.StartNew();
    private int trials;
    private int deathsBefore;

    /// <summary>Shrinks a failing problem; null where it does not fail when it is tried by itself.</summary>
    /// <param name="case">The problem.</param>
    /// <param name="numbers">Which numbers it failed on.</param>
    /// <param name="part">The part of the level that saw it fail.</param>
    /// <param name="kind">How it failed.</param>
    public Shrunk? Shrink(Case @case, Numbers numbers, string part, FaultKind kind)
    {
        deathsBefore = runner.Deaths;
        var whole = new Instance(@case, Operands.Of(@case, numbers, kernel.Kind));
        if (Try(whole, part, kind) is not { } failure) return null;
        var shrunk = Descend(new(whole, failure), part, SmallerCases.Of);
        shrunk = Descend(shrunk, part, SmallerNumbers.Of);
        shrunk = Descend(shrunk, part, SmallerCases.Of); // fewer numbers may need fewer sizes
        if (kind == FaultKind.Hung)
        {
            if (Try(shrunk.Instance, part, kind) is not { } hang) return new(whole, failure);
            shrunk = shrunk with { Failure = hang };
        }
        return shrunk with { IsLeast = !Spent };
    }

    private bool Spent
    {
        get
        {
            int deaths = runner.Deaths - deathsBefore;
            return trials >= MostTrials || deaths >= MostDeaths || watch.Elapsed > (deaths > 0 ? MostWithDeaths : Most);
        }
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
                if (Try(candidate, part, shrunk.Failure.Kind, ShortHang) is not { } failure) continue;
                (shrunk, found) = (new(candidate, failure), true);
                break;
            }
        }
        return shrunk;
    }

    private TrialFailure? Try(Instance instance, string part, FaultKind kind, TimeSpan? most = null)
    {
        int attempts = kind == FaultKind.NotRepeatable ? Attempts : 1;
        for (int i = 0; i < attempts; i++)
        {
            trials++;
            var failure = runner.Run(new(instance.Case.ToString(), NonFinite: true, instance.Operands, part), most).Failure;
            if (failure?.Kind == kind) return failure;
        }
        return null;
    }
}
