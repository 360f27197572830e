namespace Cnn.Layers.Kernels;

/// <summary>Threads that share the tasks of one call.</summary>
internal interface ITeam
{
    /// <summary>Runs <paramref name="task"/> on 0 .. <paramref name="tasks"/> - 1, on this thread and up to <paramref name="helpers"/>
    /// others; an exception comes back.</summary>
    void Run(int tasks, int helpers, Action<int> task);
}
