using System.Diagnostics;
using Cnn.Reference.Checking;
using Cnn.Reference.Oracle;
using Cnn.Reference.Processes;

namespace Cnn.Reference.KernelChecking;

/// <summary>Something that carries trials out.</summary>
internal interface ITrialRunner : IDisposable
{
    /// <summary>How many deaths and hangs there were.</summary>
    int Deaths { get; }

    /// <summary>After what time something is most likely a hang, once there was one: many times what right answers take.</summary>
    TimeSpan ShortLimit { get; }

    /// <summary>After what time it is said to be one, once there was one: longer, because a machine may be busy.</summary>
    TimeSpan SureLimit { get; }

    /// <summary>Carries one out.</summary>
    /// <param name="trial">The problem.</param>
    /// <param name="most">How long a step may take, where that is less than what was asked for; only a worker can be stopped.</param>
    /// <exception cref="OperationCanceledException">The user has stopped it.</exception>
    TrialResult Run(Trial trial, TimeSpan? most = null);

    /// <summary>Carries some out, one after the other, with a kernel that has not been called before.</summary>
    /// <returns>One a trial; null where the kernel cannot be had anew, as a lambda.</returns>
    /// <exception cref="OperationCanceledException">The user has stopped it.</exception>
    IReadOnlyList<TrialResult>? RunFresh(IReadOnlyList<Trial> trials);
}

/// <summary>In this process.</summary>
/// <param name="kernel">The kernel.</param>
/// <param name="exact">Whether sums of the products themselves are claimed.</param>
internal sealed class TrialRunner(Kernel kernel, bool exact) : ITrialRunner
{
    private readonly KernelBench bench = new(kernel);

    /// <inheritdoc/>
    public int Deaths => 0;

    /// <inheritdoc/>
    public TimeSpan ShortLimit => TimeSpan.MaxValue;

    /// <inheritdoc/>
    public TimeSpan SureLimit => TimeSpan.MaxValue;

    /// <inheritdoc/>
    public TrialResult Run(Trial trial, TimeSpan? most = null) => bench.Run(trial with { Exact = exact });

    /// <inheritdoc/>
    public IReadOnlyList<TrialResult>? RunFresh(IReadOnlyList<Trial> trials)
    {
        try
        {
            // Its assembly once more: nothing static is shared with the first.
            var fresh = new KernelBench(KernelName.Of(kernel.Yours).Load());
            return [.. trials.Select(trial => fresh.Run(trial with { Exact = exact }))];
        }
        catch (Exception exception) when (exception is ArgumentException or KernelNameException)
        {
            return null;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
    }
}

/// <summary>
/// In a worker, which is replaced where it dies or hangs. Where libtorch's own step ended it, a fresh one tells whether the kernel had
/// spoilt memory before.
/// </summary>
/// <param name="kernel">Where the worker finds the kernel.</param>
/// <param name="exact">Whether sums of the products themselves are claimed.</param>
/// <param name="limit">How long one step may take.</param>
/// <param name="start">Starts a worker.</param>
internal sealed class WorkerTrialRunner(KernelName kernel, bool exact, TimeSpan limit, Func<IWorker> start) : ITrialRunner
{
    private const int Patience = 20; // times what the slowest right answer took
    private const int MoreThanShort = 2; // times

    private static readonly CheckSetup Nothing = new([], null, 0);
    private static readonly TimeSpan LeastLimit = TimeSpan.FromSeconds(0.5); // or what a start takes: a machine may be busy

    private readonly Spare<IWorker> spare = new(start);
    private IWorker? worker;
    private TimeSpan slowest;

    /// <inheritdoc/>
    public int Deaths { get; private set; }

    /// <inheritdoc/>
    public TimeSpan ShortLimit => Shorter(limit, Longer(Longer(LeastLimit, spare.Slowest), Patience * slowest));

    /// <inheritdoc/>
    public TimeSpan SureLimit => Shorter(limit, MoreThanShort * ShortLimit);

    /// <inheritdoc/>
    public TrialResult Run(Trial trial, TimeSpan? most = null)
    {
        var shortest = Shorter(limit, most ?? limit);
        var (result, death, step, seen) = Ask(trial, shortest);
        if (death is null) return result!;
        bool yours = step?.Layer == KernelLayer.LayerName;
        if (!yours && !death.IsHang && !death.IsKill)
        {
            // Memory that was written out of bounds is noticed by whoever uses it next.
            (result, death, step, seen) = Ask(trial, shortest);
            if (death is null)
                return GivenUp(
                    trial, "the process ended, and a fresh one did not: what ran before may have written out of bounds", result!);
            yours = seen;
        }
        if (death.IsKill)
            return GivenUp(trial, "the system killed the process, most likely for lack of memory: not compared", layer: step?.Layer);
        if (!yours) return GivenUp(trial, $"{step?.Layer ?? "the process"} {death}: not compared{death.Cause}");
        string part = trial.Part ?? (step?.What == ContractLevel.LevelName ? ContractLevel.LevelName : PartOf(step));
        string after = step?.Layer == KernelLayer.LayerName ? "" : ", after the kernel had run: it may have written out of bounds";
        string sentence = $"{death}{after}{death.Cause}{death.Where}";
        var results = new CheckResults();
        results.Fail(trial.Line, part, KernelLayer.LayerName, sentence);
        return new(results, new(death.IsHang ? FaultKind.Hung : FaultKind.Died, part, sentence, null, null, []));
    }

    /// <inheritdoc/>
    public IReadOnlyList<TrialResult>? RunFresh(IReadOnlyList<Trial> trials)
    {
        End();
        TrialResult[] results = [.. trials.Select(trial => Run(trial))];
        End();
        return results;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        End();
        spare.Dispose();
    }

    private void End()
    {
        worker?.Dispose();
        worker = null;
    }

    private static TimeSpan Shorter(TimeSpan one, TimeSpan other) => one < other ? one : other;

    private static TimeSpan Longer(TimeSpan one, TimeSpan other) => one > other ? one : other;

    private static string PartOf(Step? step) => step?.Order > 0 ? "exact gradients" : "exact forward";

    private static TrialResult GivenUp(Trial trial, string reason, TrialResult? result = null, string? layer = null)
    {
        result ??= new(new(), null);
        result.Results.GiveUp(trial.Line, reason, layer);
        return result;
    }

    private (TrialResult? Result, Death? Death, Step? Step, bool Seen) Ask(Trial trial, TimeSpan most)
    {
        bool isFresh = worker is null; // what it loads is no part of an answer
        worker ??= spare.Take(another: Deaths > 0);
        var watch = Stopwatch.StartNew();
        TrialResult? result = null;
        Step? step = null;
        bool seen = false;
        var request = new WorkerRequest(trial.Line, [], Nothing, new()) { Trial = trial with { Kernel = kernel, Exact = exact } };
        var death = worker.Ask(request, most, message =>
        {
            if (message.Trial is not null) result = message.Trial;
            else step = message.Step;
            seen |= step?.Layer == KernelLayer.LayerName;
        });
        if (death is not null)
        {
            Deaths++;
            End();
        }
        else if (result is null)
        {
            // What it prints is between the messages; the next answer would be this one's.
            End();
            result = GivenUp(trial, "yours prints what looks like an answer of its process: not compared", layer: KernelLayer.LayerName);
        }
        else if (!isFresh) slowest = Longer(slowest, watch.Elapsed);
        return (result, death, step, seen);
    }
}
