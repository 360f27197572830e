namespace Cnn.Layers.Kernels;

/// <summary>
/// Threads that wait for work together: for some microseconds awake, so that one kernel after the other finds them, and then
/// asleep. A kernel takes a fraction of a millisecond; a general thread pool needs a good part of that to begin and to end.
/// </summary>
/// <remarks>
/// One call has the crew at a time; who finds it busy works alone. Whoever comes late finds nothing left, and is not waited for.
/// </remarks>
internal sealed class Crew : ITeam
{
    private const int SpinsAwake = 150; // some 100 microseconds

    private readonly Lock gate = new();
    private readonly SemaphoreSlim sleepers = new(0);
    private int workers; // started so far
    private int asleep;
    private volatile int calls; // grows by one with each call: what the workers watch
    private int busy; // workers that have joined and not yet left
    private int seats; // how many more may join
    private TaskQueue? queue; // of the call that has the crew

    /// <inheritdoc/>
    public void Run(int tasks, int helpers, Action<int> task)
    {
        helpers = Math.Min(helpers, tasks - 1);
        var queue = new TaskQueue(tasks, helpers + 1, task);
        if (!Begin(queue, helpers))
        {
            queue.Work();
            queue.Rethrow();
            return;
        }
        queue.Work();
        lock (gate) seats = 0;
        var wait = new SpinWait();
        while (Volatile.Read(ref busy) > 0) wait.SpinOnce(sleep1Threshold: -1);
        Volatile.Write(ref this.queue, null);
        queue.Rethrow();
    }

    private bool Begin(TaskQueue queue, int helpers)
    {
        lock (gate)
        {
            if (this.queue is not null) return false; // another thread's call, or one within a task
            try
            {
                for (; workers < helpers; workers++)
                    new Thread(Serve) { IsBackground = true, Name = "Cnn.Layers" }.Start();
            }
            catch (Exception exception) when (exception is OutOfMemoryException or ThreadStartException)
            {
                // The system gives no more threads: those that there are will do.
            }
            (this.queue, seats) = (queue, helpers);
            calls++;
            int woken = Math.Min(asleep, helpers);
            asleep -= woken;
            if (woken > 0) sleepers.Release(woken);
            return true;
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
            TaskQueue work;
            lock (gate)
            {
                if (seats == 0) continue;
                seats--;
                busy++;
                work = queue!;
            }
            work.Work();
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
