using Spectre.Console;

namespace Cnn.Reference.Commands;

/// <summary>Runs through work items, with a progress bar where a person watches.</summary>
internal static class ProgressBar
{
    /// <summary>Runs <paramref name="action"/> on each item until all are done or the user stops.</summary>
    public static void Run<T>(string title, IReadOnlyCollection<T> items, CancellationToken cancel, Action<T> action)
    {
        if (!Terminal.IsInteractive)
        {
            foreach (var item in items)
            {
                if (cancel.IsCancellationRequested) return;
                action(item);
            }
            return;
        }
        AnsiConsole.Progress()
            .AutoClear(true)
            .Columns(new TaskDescriptionColumn(), new ProgressBarColumn(), new PercentageColumn(), new RemainingTimeColumn())
            .Start(context =>
            {
                var task = context.AddTask(title, maxValue: items.Count);
                foreach (var item in items)
                {
                    if (cancel.IsCancellationRequested) return;
                    action(item);
                    task.Increment(1);
                }
            });
    }
}
