using System.Runtime.ExceptionServices;

namespace Cnn.Layers.Kernels;

/// <summary>The tasks of one call, taken by several threads until none is left.</summary>
/// <param name="tasks">How many.</param>
/// <param name="threads">How many threads may come.</param>
/// <param name="task">One of them.</param>
internal sealed class TaskQueue(int tasks, int threads, Action<int> task)
{
    private const int RunsAThread = 8; // enough that no thread waits long for the last one

    // taken at a time: neighbours, which read and write neighbouring memory
    private readonly int run = Math.Max(tasks / (RunsAThread * threads), 1);
    private long next;
    private ExceptionDispatchInfo? failure;

    /// <summary>Works until no task is left. Nothing is thrown here.</summary>
    public void Work()
    {
        for (long first; (first = Interlocked.Add(ref next, run) - run) < tasks;)
        {
            try
            {
                for (long i = first; i < Math.Min(first + run, tasks); i++) task(checked((int)i));
            }
            catch (Exception exception)
            {
                Interlocked.CompareExchange(ref failure, ExceptionDispatchInfo.Capture(exception), null);
                Volatile.Write(ref next, tasks); // nobody begins another run
            }
        }
    }

    /// <summary>Throws what a task has thrown. For when all have stopped working.</summary>
    public void Rethrow() => failure?.Throw();
}
