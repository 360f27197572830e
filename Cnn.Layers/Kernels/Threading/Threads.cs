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

    /// <summary>The process' threads: our own, unless there are others that wait for work anyhow.</summary>
    public static ITeam Team { get; set; } = new Crew();

    // Sharing takes some microseconds: below this many multiply-adds (or copies) it is not worth it.
    private const double WorthAThread = 1e6;

    /// <summary>Runs <paramref name="task"/> on 0 .. <paramref name="tasks"/> - 1, on up to <see cref="Count"/> threads.</summary>
    /// <param name="tasks">How many.</param>
    /// <param name="work">Multiply-adds of all tasks together.</param>
    /// <param name="task">One of them.</param>
    public static void For(int tasks, double work, Action<int> task)
    {
        int threads = Count;
        if (threads == 1 || tasks <= 1 || work < WorthAThread)
        {
            for (int i = 0; i < tasks; i++) task(i);
            return;
        }
        Team.Run(tasks, threads - 1, task);
    }
}
