namespace Cnn.Layers.Kernels;

/// <summary>How many threads a kernel may use, and how it shares its outputs among them.</summary>
/// <remarks>Threads share outputs, never the terms of one sum: the bits do not depend on their number.</remarks>
internal static class Threads
{
    // Sharing takes some microseconds. Below this many multiply-adds of a call, and cells of a pool's task, it does not pay.
    private const double MultiplyAdds = 1e6, Cells = 1 << 15;
    private const int TasksAThread = 4; // of a pool: so many that none waits long for the last

    [ThreadStatic] private static int count;
    [ThreadStatic] private static bool sharesAll;

    /// <summary>Threads that a kernel called from this thread may use; 1 unless set.</summary>
    public static int Count
    {
        get => Math.Max(count, 1);
        set => count = value;
    }

    /// <summary>
    /// Whether kernels called from this thread share calls of any size: a parallel grain of 0, so that small problems test threads as well.
    /// </summary>
    public static bool SharesAll
    {
        get => sharesAll;
        set => sharesAll = value;
    }

    /// <summary>The process' threads: our own, unless there are others that wait for work anyhow.</summary>
    public static ITeam Team { get; set; } = new Crew();

    /// <summary>Runs <paramref name="task"/> on 0 .. <paramref name="tasks"/> - 1, on up to <see cref="Count"/> threads.</summary>
    /// <param name="tasks">How many.</param>
    /// <param name="work">Multiply-adds of all tasks together.</param>
    /// <param name="task">One of them.</param>
    public static void For(int tasks, double work, Action<int> task)
    {
        int threads = Count;
        if (threads == 1 || tasks <= 1 || (work < MultiplyAdds && !SharesAll))
        {
            for (int i = 0; i < tasks; i++) task(i);
            return;
        }
        Team.Run(tasks, threads - 1, task);
    }

    /// <summary>Has a pool's pieces computed, neighbouring ones by one thread.</summary>
    /// <param name="pieces">How many.</param>
    /// <param name="cells">Cells read and written in all: a measure of the work.</param>
    /// <param name="work">Computes pieces first .. end - 1.</param>
    public static void ForPieces(long pieces, double cells, Action<long, long> work)
    {
        double most = SharesAll ? pieces : Math.Min(cells / Cells, pieces);
        int tasks = Count == 1 ? 1 : checked((int)Math.Clamp(Math.Floor(most), 1, TasksAThread * Count));
        For(tasks, double.PositiveInfinity, task => work(pieces * task / tasks, pieces * (task + 1) / tasks));
    }
}
