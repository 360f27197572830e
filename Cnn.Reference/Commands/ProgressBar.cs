using Spectre.Console;

namespace Cnn.Reference.Commands;

/// <summary>Runs through work items, with a progress bar where a person watches.</summary>
internal static class ProgressBar
{
    /// <summary>Runs <paramref name="action"/> on each item until all are done or the user stops.</summary>
    public static void Run<T>(string title, IReadOnlyCollection<T> items, CancellationToken cancel, Action<T> action) =>
        Run(title, items.Count, items, cancel, item =>
        {
            action(item);
            return title;
        });

    /// <summary>Runs <paramref name="action"/> on each of <paramref name="count"/> items; what it returns is shown beside the bar.</summary>
    public static void Run<T>(string title, int count, IEnumerable<T> items, CancellationToken cancel, Func<T, string> action)
    {
        if (!Terminal.IsInteractive)
        {
            foreach (var item in items)
            {
                action(item);
                if (cancel.IsCancellationRequested) return;
            }
            return;
        }
        AnsiConsole.Progress()
            .AutoClear(true)
            .Columns(new TaskDescriptionColumn(), new ProgressBarColumn(), new PercentageColumn(), new RemainingTimeColumn())
            .Start(context =>
            {
                var task = context.AddTask(title, maxValue: count);
                foreach (var item in items)
                {
                    task.Description = Markup.Escape(action(item));
                    task.Increment(1);
                    if (cancel.IsCancellationRequested) return;
                }
            });
    }
}
