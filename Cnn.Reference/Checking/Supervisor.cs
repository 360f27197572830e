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
/// <param name="limit">How long one pass of one implementation may take.</param>
/// <param name="start">Starts a worker.</param>
internal sealed class Supervisor(CheckSetup setup, IReadOnlyList<Level> levels, TimeSpan limit, Func<IWorker> start) : IDisposable
{
    private static readonly Step Nobody = new("nobody", "between two layers", 0);

    private readonly List<string> lines = [];
    private IWorker? worker;

    /// <summary>All that was found so far.</summary>
    public CheckResults Results { get; } = new();

    /// <summary>Lines checked so far, as a case prints itself.</summary>
    public IReadOnlyList<string> Lines => lines;

    /// <summary>Checks one line.</summary>
    /// <exception cref="WorkerStartException">No worker can be started.</exception>
    public void Check(string line)
    {
        if (line == ImagesCheck.Line)
        {
            lines.Add(line);
            CheckImages();
            return;
        }
        var @case = CaseWords.Parse(line);
        lines.Add(line = @case.ToString());
        if (KnownFaults.LeftOut(@case) is var (what, because)) Results.LeaveOut(what, because);
        var (rest, limits) = (levels, Limits.None);
        while (rest.Count > 0)
        {
            var request = new WorkerRequest(line, [.. rest.Select(level => level.Name)], setup, limits);
            int done = 0;
            var end = Ask(request, results =>
            {
                Results.Add(results);
                done++;
            });
            if (end.Death is null) return;
            (rest, limits) = GoOn(request, [.. rest.Skip(done)], end);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => StopWorker();

    // The level at whose hand the worker died is the first of the rest. What remains to be done, and how far it may go?
    private (IReadOnlyList<Level> Remaining, Limits Limits) GoOn(WorkerRequest request, IReadOnlyList<Level> rest, End end)
    {
        var (level, limits) = (rest[0], request.Limits);
        if (Blame(request with { Levels = [level.Name] }, end) is not { } blame) return (rest.Skip(1).ToList(), limits);
        int order = Math.Min(blame.Order, limits.MostOrder);
        string lost = order switch { 0 => "", 1 => "gradients and second derivatives ", _ => "second derivatives " };
        bool goesOn = Judge(
            request.Line, level.Name, level.Parts[0], blame, end.Death!, $"{lost}not compared, at this and the later levels");
        if (!goesOn) return ([], limits);
        // Without the order that it died of; then without libtorch. So every death leaves less to be done.
        return order > 0 && limits.Libtorch
            ? (rest, new(order - 1))
            : (rest.Where(other => !other.NeedsLibtorch).Skip(limits.Libtorch ? 0 : 1).ToList(), new(limits.MostOrder, Libtorch: false));
    }

    // Memory that was written out of bounds may be noticed by somebody else, later. So the level is tried again in a process that
    // has done nothing else; if that dies as well, each is run alone. Null: it did not die again, and its results are there.
    private Step? Blame(WorkerRequest request, End end)
    {
        if (end.Death is { IsHang: true } or { IsKill: true }) return end.Step ?? Nobody;
        var results = new List<CheckResults>();
        var again = Ask(request, results.Add);
        if (again.Death is null)
        {
            foreach (var result in results) Results.Add(result);
            Results.GiveUp(
                request.Line,
                $"the process {end.Death} in {request.Levels[0]}, and a fresh one did not: what ran before may have written out of bounds");
            return null;
        }
        int order = again.Step?.Order ?? request.Limits.MostOrder;
        foreach (string suspect in again.Seen.OrderByDescending(name => name == again.Step?.Layer))
        {
            StopWorker(); // the last suspect may have done damage that shows now
            var alone = Ask(request with { Alone = NameOf(suspect), Limits = new(order) }, _ => { });
            if (alone.Death is not null) return alone.Step ?? new(suspect, "alone", order);
        }
        return again.Step ?? Nobody;
    }

    private void CheckImages()
    {
        var end = Ask(new(ImagesCheck.Line, [], setup, Limits.None), Results.Add);
        if (end.Death is { } death)
            Judge(ImagesCheck.Line, ImagesCheck.Line, ImagesCheck.Parts[0], end.Step ?? Nobody, death, "not compared");
    }

    // Whether what is left can go on: the death was libtorch's.
    private bool Judge(string line, string level, string part, Step blame, Death death, string lost)
    {
        string sentence = $"{blame.Layer} {death} in {level}, {blame.What}";
        if (death.IsKill) Results.GiveUp(line, $"the system killed the process in {level}, most likely for lack of memory: not compared");
        else if (blame == Nobody && death.IsHang) Results.GiveUp(line, $"{sentence}: not compared");
        else if (blame.Layer != LibtorchLayer.LayerName) Results.Fail(line, part, blame.Layer, $"{sentence}{death.Cause}");
        else
        {
            Results.GiveUp(line, $"{sentence}: {lost}");
            return true;
        }
        return false;
    }

    // A layer of an assembly is created by another name than its own.
    private string NameOf(string layer) =>
        layer == LibtorchLayer.LayerName || setup.Layers.Contains(layer) || Enum.TryParse<Layers.Algorithm>(layer, ignoreCase: true, out _)
            ? layer
            : setup.Layers[0];

    private End Ask(WorkerRequest request, Action<CheckResults> found)
    {
        worker ??= start();
        Step? step = null;
        var seen = new HashSet<string>();
        var death = worker.Ask(request, limit, message =>
        {
            if (message.Results is not null) found(message.Results);
            else step = message.Step;
            if (step is not null) seen.Add(step.Layer);
        });
        if (death is not null) StopWorker();
        return new(death, step, seen);
    }

    private void StopWorker()
    {
        worker?.Dispose();
        worker = null;
    }

    // How a request has ended: the death, the step it came in, and which implementations had run.
    private sealed record End(Death? Death, Step? Step, IReadOnlySet<string> Seen);
}
