using System.Runtime.ExceptionServices;

namespace Cnn.Layers.Kernels;

/// <summary>
/// Threads that wait for work together: for some microseconds awake, so that one kernel after the other finds them, and then
/// asleep. A kernel takes a fraction of a millisecond; a general thread pool needs a good part of that to begin and to end.
/// </summary>
/// <remarks>
/// One call has the crew at a time; who finds it busy works alone. Whoever comes late finds nothing left, and is not waited for.
/// </remarks>
internal sealed class Crew
{
    private const int SpinsAwake = 150; // some 100 microseconds
    private const int RunsAThread = 8; // enough that no thread waits long for the last one

    private readonly Lock gate = new();
    private readonly SemaphoreSlim sleepers = new(0);
    private int workers; // started so far
    private int asleep;
    private volatile int calls; // grows by one with each call: what the workers watch
    private bool open; // whether workers may still join
    private int busy; // workers that have joined and not yet left
    private int seats; // how many more may join
    private Action<int>? task;
    private int tasks;
    private long next;
    private int run; // tasks that a thread takes at a time: neighbours, which read and write neighbouring memory
    private ExceptionDispatchInfo? failure;

    /// <summary>The process' crew.</summary>
    public static Crew Common { get; } = new();

    /// <summary>Runs <paramref name="task"/> on 0 .. <paramref name="tasks"/> - 1, on this thread and up to <paramref name="helpers"/> others.</summary>
    public void Run(int tasks, int helpers, Action<int> task)
    {
        if (!Begin(tasks, helpers, task))
        {
            for (int i = 0; i < tasks; i++) task(i);
            return;
        }
        try
        {
            Work();
        }
        finally
        {
            lock (gate) (open, seats) = (false, 0);
            var wait = new SpinWait();
            while (Volatile.Read(ref busy) > 0) wait.SpinOnce(sleep1Threshold: -1);
            Volatile.Write(ref this.task, null);
        }
        Interlocked.Exchange(ref failure, null)?.Throw();
    }

    private bool Begin(int tasks, int helpers, Action<int> task)
    {
        lock (gate)
        {
            if (this.task is not null) return false; // another thread's call, or one within a task
            try
            {
                for (; workers < helpers; workers++)
                    new Thread(Serve) { IsBackground = true, Name = "Cnn.Layers" }.Start();
            }
            catch (Exception exception) when (exception is OutOfMemoryException or ThreadStartException)
            {
                // The system gives no more threads: those that there are will do.
            }
            (this.tasks, this.task, next, seats, open) = (tasks, task, 0, helpers, true);
            run = Math.Max(tasks / (RunsAThread * (helpers + 1)), 1);
            calls++;
            int woken = Math.Min(asleep, helpers);
            asleep -= woken;
            if (woken > 0) sleepers.Release(woken);
            return true;
        }
    }

    private void Work()
    {
        for (long first; (first = Interlocked.Add(ref next, run) - run) < tasks;)
        {
            try
            {
                for (long i = first; i < Math.Min(first + run, tasks); i++) task!((int)i);
            }
            catch (Exception exception)
            {
                Interlocked.CompareExchange(ref failure, ExceptionDispatchInfo.Capture(exception), null);
                Volatile.Write(ref next, tasks); // nobody begins another run
            }
        }
    }

    private void Serve()
    {
        int seen = 0;
        while (true)
        {
            for (int spin = 0; calls == seen && spin < SpinsAwake; spin++) Thread.SpinWait(20);
            if (calls == seen) Sleep(seen);
            seen = calls;
            lock (gate)
            {
                if (!open || seats == 0) continue;
                seats--;
                busy++;
            }
            Work();
            lock (gate) busy--;
        }
    }

    private void Sleep(int seen)
    {
        lock (gate)
        {
            if (calls != seen) return;
            asleep++;
        }
        sleepers.Wait(); // whoever wakes it has counted it out
    }
}
