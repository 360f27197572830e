using Cnn.Reference.Printing;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace Cnn.Reference.Commands;

/// <summary>Runs through work items, with a progress bar where a person watches.</summary>
internal static class ProgressBar
{
    private const int LongestBar = 40, ShortestBar = 10;
    private const int Wanted = 132; // what is said beside the bar is worth more than its length
    private const int PercentWidth = 4, TimeWidth = 16, Gaps = 3; // "100%", "23 h 59 min left", and a space between two columns

    /// <summary>Runs <paramref name="action"/> on each item until all are done or the user stops.</summary>
    public static void Run<T>(string title, IReadOnlyCollection<T> items, CancellationToken cancel, Action<T> action) =>
        Run(title, items.Count, items, cancel, item =>
        {
            action(item);
            return title;
        });

    /// <summary>
    /// Runs <paramref name="action"/> on each of <paramref name="count"/> items; what it returns is shown beside the bar, up to the
    /// comma where the room ends. An action may end where the user stops, by an <see cref="OperationCanceledException"/>.
    /// </summary>
    public static void Run<T>(string title, int count, IEnumerable<T> items, CancellationToken cancel, Func<T, string> action)
    {
        try
        {
            Run(title, count, advance =>
            {
                foreach (var item in items)
                {
                    advance(action(item));
                    if (cancel.IsCancellationRequested) return;
                }
            });
        }
        catch (OperationCanceledException) when (cancel.IsCancellationRequested)
        {
            // The report says so.
        }
    }

    /// <summary>
    /// Runs <paramref name="work"/>, which tells each of its at most <paramref name="count"/> steps when it is done: what it is is
    /// shown beside the bar.
    /// </summary>
    public static void Run(string title, int count, Action<Action<string>> work)
    {
        if (!Terminal.IsInteractive)
        {
            work(_ => { });
            return;
        }
        int width = AnsiConsole.Profile.Width, bar = Math.Clamp(width - Wanted, ShortestBar, LongestBar);
        AnsiConsole.Progress()
            .AutoClear(true)
            .Columns(new TaskDescriptionColumn(), new ProgressBarColumn { Width = bar }, new PercentageColumn(), new TimeLeftColumn())
            .Start(context =>
            {
                var task = context.AddTask(Markup.Escape(title), maxValue: count);
                work(step =>
                {
                    task.Description = Markup.Escape(Fitting(step, width - bar - PercentWidth - TimeWidth - Gaps));
                    task.Increment(1);
                });
            });
    }

    /// <summary>As many of the parts between commas as fit, the first in any case.</summary>
    internal static string Fitting(string text, int width)
    {
        string[] parts = text.Split(", ");
        int count = parts.Length;
        while (count > 1 && string.Join(", ", parts[..count]).GetCellWidth() > width) count--;
        return string.Join(", ", parts[..count]);
    }

    /// <summary>How long it will still take; nothing before that can be told.</summary>
    private sealed class TimeLeftColumn : ProgressColumn
    {
        protected override bool NoWrap => true;

        public override IRenderable Render(RenderOptions options, ProgressTask task, TimeSpan deltaTime) =>
            new Text(task.RemainingTime is { } time ? $"{Figures.Duration(time)} left" : "").RightJustified();

        public override int? GetColumnWidth(RenderOptions options) => TimeWidth;
    }
}
