namespace Cnn.Layers.Kernels;

/// <summary>How many threads a kernel may use, and how it shares its outputs among them.</summary>
/// <remarks>Threads share outputs, never the terms of one sum: the bits do not depend on their number.</remarks>
internal static class Threads
{
    [ThreadStatic] private static int count;

    /// <summary>Threads that a kernel called from this thread may use; 1 unless set.</summary>
    public static int Count
    {
        get => Math.Max(count, 1);
        set => count = value;
    }

    /// <summary>Runs <paramref name="work"/> on 0 .. <paramref name="tasks"/> - 1, on up to <see cref="Count"/> threads.</summary>
    public static void For(int tasks, Action<int> work)
    {
        if (Count == 1 || tasks <= 1)
        {
            for (int task = 0; task < tasks; task++) work(task);
            return;
        }
        Parallel.For(0, tasks, new ParallelOptions { MaxDegreeOfParallelism = Count }, work);
    }
}
