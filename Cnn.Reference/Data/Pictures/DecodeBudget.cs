namespace Cnn.Reference.Data.Pictures;

/// <summary>
/// The memory that all pictures together may take while they are decoded. Those that do not fit wait, in the order in
/// which they came; one that is larger than the whole budget is decoded alone.
/// </summary>
internal sealed class DecodeBudget(long bytes)
{
    private readonly SemaphoreSlim turn = new(1, 1);
    private readonly Lock gate = new();
    private readonly AutoResetEvent freed = new(false);
    private long taken;

    /// <summary>A quarter of the memory that the process may have.</summary>
    public static DecodeBudget Shared { get; } = new(GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / 4);

    /// <summary>Waits for room. What is given is returned by disposing.</summary>
    /// <exception cref="OperationCanceledException">The user has stopped it.</exception>
    public IDisposable Take(long wanted, CancellationToken cancel)
    {
        turn.Wait(cancel);
        try
        {
            while (!TryTake(wanted))
                WaitHandle.WaitAny([freed, cancel.WaitHandle]);
            return new Share(this, wanted);
        }
        finally
        {
            turn.Release();
        }

        bool TryTake(long wanted)
        {
            cancel.ThrowIfCancellationRequested();
            lock (gate)
            {
                if (taken > 0 && taken + wanted > bytes) return false;
                taken += wanted;
                return true;
            }
        }
    }

    private sealed class Share(DecodeBudget budget, long bytes) : IDisposable
    {
        private long held = bytes;

        public void Dispose()
        {
            lock (budget.gate)
            {
                budget.taken -= held;
                held = 0;
            }
            budget.freed.Set();
        }
    }
}
