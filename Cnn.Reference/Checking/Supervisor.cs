using Cnn.Reference.Cases;
using Cnn.Reference.Checking.Levels;
using Cnn.Reference.Oracle;
using Cnn.Reference.Processes;

namespace Cnn.Reference.Checking;

/// <summary>
/// Has lines checked in a worker process, starts another one where it dies or hangs, and says whose fault it was. What was
/// compared before stays; libtorch's death is "not compared", ours is a failure.
/// </summary>
/// <param name="setup">What is compared.</param>
/// <param name="levels">Which levels.</param>
/// <param name="limit">How long one line may take.</param>
/// <param name="start">Starts a worker.</param>
internal sealed class Supervisor(CheckSetup setup, IReadOnlyList<Level> levels, TimeSpan limit, Func<IWorker> start) : IDisposable
{
    private readonly List<string> lines = [];
    private IWorker? worker;

    /// <summary>All that was found so far.</summary>
    public CheckResults Results { get; } = new();

    /// <summary>Lines checked so far.</summary>
    public IReadOnlyList<string> Lines => lines;

    /// <summary>Checks one line.</summary>
    public void Check(string line)
    {
        lines.Add(line);
        if (line == ImagesCheck.Line)
        {
            CheckImages();
            return;
        }
        if (KnownFaults.LeftOut(CaseWords.Parse(line)) is var (what, because)) Results.LeaveOut(what, because);
        var (rest, limits) = (levels, Limits.None);
        while (rest.Count > 0)
        {
            var request = new WorkerRequest(line, [.. rest.Select(level => level.Name)], setup, limits);
            int done = 0;
            var (death, step) = Ask(request, results =>
            {
                Results.Add(results);
                done++;
            });
            if (death is null) return;
            (rest, limits) = GoOn(request, [.. rest.Skip(done)], death, step);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => StopWorker();

    // The level at whose hand the worker died is the first of the rest. What remains to be done, and how far it may go?
    private (IReadOnlyList<Level> Remaining, Limits Limits) GoOn(WorkerRequest request, IReadOnlyList<Level> rest, Death death, Step? step)
    {
        var (level, limits) = (rest[0], request.Limits);
        var blame = Blame(request with { Levels = [level.Name] }, death, step);
        if (blame is null) return (rest.Skip(1).ToList(), limits); // it did not die again, and its results are there
        string sentence = $"{blame.Layer} {death} in {level.Name}, {blame.What}";
        if (death.IsKill)
        {
            Results.GiveUp(request.Line, $"the system killed the process in {level.Name}, most likely for lack of memory: not compared");
            return ([], limits);
        }
        if (blame.Layer != LibtorchLayer.LayerName)
        {
            Results.Fail(request.Line, level.Parts[0], blame.Layer, sentence);
            return ([], limits);
        }
        Results.GiveUp(request.Line, $"{sentence}: not compared");
        // Without the order that it died of; then without libtorch. So every death leaves less to be done.
        int order = Math.Min(blame.Order, limits.MostOrder);
        return order > 0 && limits.Libtorch
            ? (rest, new(order - 1))
            : (rest.Where(other => !other.NeedsLibtorch).Skip(limits.Libtorch ? 0 : 1).ToList(), new(limits.MostOrder, Libtorch: false));
    }

    // Memory that was written out of bounds may be noticed by somebody else, later. So each is run alone.
    private Step? Blame(WorkerRequest request, Death death, Step? step)
    {
        if (death.IsHang || death.IsKill || request.Line == ImagesCheck.Line) return step ?? new("any", "before any layer", 0);
        int order = step?.Order ?? request.Limits.MostOrder;
        string[] suspects = [LibtorchLayer.LayerName, .. setup.Layers];
        foreach (string suspect in suspects.OrderByDescending(name => name == step?.Layer))
        {
            StopWorker(); // the last suspect may have done damage that shows now
            var (alone, at) = Ask(request with { Alone = suspect, Limits = new(order) }, _ => { });
            if (alone is not null) return new(at?.Layer ?? suspect, at?.What ?? "alone", at?.Order ?? order);
        }
        // Nobody by himself: the same once more, in a process that has done nothing else.
        StopWorker();
        var results = new List<CheckResults>();
        var (again, last) = Ask(request, results.Add);
        if (again is not null) return last ?? step ?? new("any", "before any layer", 0);
        foreach (var result in results) Results.Add(result);
        Results.GiveUp(request.Line, $"the process {death} in {request.Levels[0]}, and a fresh one did not: one of the problems before it may have written out of bounds");
        return null;
    }

    private void CheckImages()
    {
        var (death, step) = Ask(new(ImagesCheck.Line, [], setup, Limits.None), Results.Add);
        if (death is null) return;
        string sentence = $"{step?.Layer ?? "any"} {death} in {ImagesCheck.Line}, {step?.What ?? "before any layer"}";
        if (step?.Layer == LibtorchLayer.LayerName || death.IsKill) Results.GiveUp(ImagesCheck.Line, $"{sentence}: not compared");
        else Results.Fail(ImagesCheck.Line, ImagesCheck.Parts[0], step?.Layer ?? "any", sentence);
    }

    private (Death? Death, Step? Step) Ask(WorkerRequest request, Action<CheckResults> found)
    {
        worker ??= start();
        Step? step = null;
        var death = worker.Ask(request, limit, message =>
        {
            if (message.Step is not null) step = message.Step;
            if (message.Results is not null) found(message.Results);
        });
        if (death is not null) StopWorker();
        return (death, step);
    }

    private void StopWorker()
    {
        worker?.Dispose();
        worker = null;
    }
}
