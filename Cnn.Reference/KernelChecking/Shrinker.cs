using System.Diagnostics;
using Cnn.Reference.Cases;
using Cnn.Reference.Oracle;

namespace Cnn.Reference.KernelChecking;

/// <summary>A problem with its numbers.</summary>
internal sealed record Instance(Case Case, Operands Operands);

/// <summary>What a failing problem was shrunk to.</summary>
internal sealed record Shrunk(Instance Instance, TrialFailure Failure);

/// <summary>
/// Makes a failing problem smaller as long as it fails in the same way: first its sizes and options, then its numbers. Each change
/// that is kept makes something smaller, so it comes to an end.
/// </summary>
/// <param name="kernel">The kernel.</param>
/// <param name="runner">Carries the trials out.</param>
internal sealed class Shrinker(Kernel kernel, ITrialRunner runner)
{
    private const int MostTrials = 4000, MostDeaths = 10, MostHangs = 5;
    private static readonly TimeSpan Most = TimeSpan.FromSeconds(15);

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
        var instance = new Instance(@case, Operands.Of(@case, numbers, kernel.Kind));
        if (Try(instance, part, kind) is not { } failure) return null;
        var shrunk = new Shrunk(instance, failure);
        shrunk = Descend(shrunk, part, SmallerCases.Of);
        shrunk = Descend(shrunk, part, SmallerNumbers.Of);
        return Descend(shrunk, part, SmallerCases.Of); // fewer numbers may need fewer sizes
    }

    private bool Spent => trials >= MostTrials || watch.Elapsed > Most;

    private Shrunk Descend(Shrunk shrunk, string part, Func<KernelKind, Instance, IEnumerable<Instance>> smaller)
    {
        bool found = true;
        while (found && !Spent)
        {
            found = false;
            foreach (var candidate in smaller(kernel.Kind, shrunk.Instance))
            {
                if (Spent || TooManyDeaths(shrunk.Failure.Kind)) return shrunk;
                if (KnownFaults.ReasonToSkip(candidate.Case) is not null) continue;
                if (Try(candidate, part, shrunk.Failure.Kind) is not { } failure) continue;
                (shrunk, found) = (new(candidate, failure), true);
                break;
            }
        }
        return shrunk;
    }

    // A hang costs its whole time limit.
    private bool TooManyDeaths(FaultKind kind) => runner.Deaths - deathsBefore >= (kind == FaultKind.Hung ? MostHangs : MostDeaths);

    private TrialFailure? Try(Instance instance, string part, FaultKind kind)
    {
        trials++;
        var failure = runner.Run(new(instance.Case.ToString(), NonFinite: true, instance.Operands, part)).Failure;
        return failure?.Kind == kind ? failure : null;
    }
}
