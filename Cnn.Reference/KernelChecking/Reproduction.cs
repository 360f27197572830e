using Cnn.Reference.Checking;

namespace Cnn.Reference.KernelChecking;

/// <summary>
/// Whether a fault shows with a kernel that has not been called before, as in a test that is run by itself, and what it needs there.
/// </summary>
/// <param name="runner">Carries the trials out.</param>
/// <param name="nonFinite">Whether NaN and infinity are claimed.</param>
internal sealed class Reproduction(ITrialRunner runner, bool nonFinite)
{
    private const int MostRuns = 24; // each may cost a process
    private const int Calls = 4; // of what fails now and then, one of them passes

    /// <summary>What was shrunk, in the form that fails with a new kernel as well; null for none.</summary>
    public Shrunk? Confirm(Shrunk shrunk)
    {
        var (instance, failure) = shrunk;
        // The first two had a process of their own; what differs from call to call is called again and again by its test.
        if (failure.Kind is FaultKind.Died or FaultKind.Hung or FaultKind.NotRepeatable) return shrunk;
        string line = instance.Case.ToString();
        Trial[] trials = shrunk.FailsByItsLine
            ? [new(line, nonFinite)]
            : [.. Enumerable.Repeat(new Trial(line, NonFinite: true, instance.Operands, failure.Part), Calls)];
        if (runner.RunFresh(trials) is not { } results) return shrunk; // not to be known
        return results.All(result => result.Failure?.Kind == failure.Kind) ? shrunk : null;
    }

    /// <summary>Whether the kernel can be had as one that has not been called before.</summary>
    public bool IsPossible => runner.RunFresh([]) is not null;

    /// <summary>The last few of some problems, without which the last one passes; null where it passes after all of them.</summary>
    /// <param name="lines">The problems that were run, up to the one that failed.</param>
    public IReadOnlyList<string>? Predecessors(IReadOnlyList<string> lines)
    {
        int runs = 0;
        List<string> before = [.. lines.Take(lines.Count - 1)];
        string last = lines[^1];
        List<string>? needed = null;
        for (int count = 0; needed is null; count = Math.Max(1, 2 * count))
        {
            var some = before.TakeLast(count).ToList();
            if (Shows(some)) needed = some;
            else if (count >= before.Count) return null;
        }
        // Without one part after the other, as long as it fails.
        for (int part = needed.Count / 2; part > 0; part /= 2)
            for (int at = 0; at < needed.Count && runs < MostRuns;)
            {
                List<string> fewer = [.. needed.Take(at), .. needed.Skip(at + part)];
                if (Shows(fewer)) needed = fewer;
                else at += part;
            }
        if (needed.Count == 1 && Shows([])) needed = [];
        return [.. needed, last];

        bool Shows(List<string> some)
        {
            runs++;
            return Fails([.. some.Append(last).Select(line => new Trial(line, nonFinite))]) is not null;
        }
    }

    private TrialFailure? Fails(IReadOnlyList<Trial> trials) => runner.RunFresh(trials) is { } results ? results[^1].Failure : null;
}
