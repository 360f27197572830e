using System.Diagnostics;

namespace Cnn.Reference.Processes;

/// <summary>Keeps one in reserve of what takes long to start: the next is started while the one that was taken is used.</summary>
/// <param name="start">Starts one.</param>
internal sealed class Spare<T>(Func<T> start) : IDisposable where T : IDisposable
{
    private readonly Lock gate = new();
    private Task<T>? next;
    private TimeSpan slowest;

    /// <summary>The longest that a start has taken.</summary>
    public TimeSpan Slowest
    {
        get
        {
            lock (gate) return slowest;
        }
    }

    /// <summary>The one in reserve, or a new one.</summary>
    /// <param name="another">Whether another is started at once, to be taken next.</param>
    public T Take(bool another)
    {
        var taken = next;
        next = null;
        T one = taken is null ? Start() : taken.GetAwaiter().GetResult();
        if (another) next = Task.Run(Start);
        return one;
    }

    private T Start()
    {
        var watch = Stopwatch.StartNew();
        T one = start();
        lock (gate) slowest = watch.Elapsed > slowest ? watch.Elapsed : slowest;
        return one;
    }

    /// <summary>Ends the one in reserve, once it has started.</summary>
    public void Dispose()
    {
        // Nobody waits for it: what it would say, nobody has asked.
        next?.ContinueWith(
            started => started.Result.Dispose(), CancellationToken.None, TaskContinuationOptions.OnlyOnRanToCompletion,
            TaskScheduler.Default);
        next = null;
    }
}
