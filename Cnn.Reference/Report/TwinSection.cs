using System.Xml.Linq;
using Cnn.Reference.Printing;
using Cnn.Reference.Training;
using static Cnn.Reference.Report.Html;

namespace Cnn.Reference.Report;

/// <summary>What the run took, and, where a twin of libtorch's layers ran beside it, how the two compare.</summary>
internal static class TwinSection
{
    /// <summary>The section.</summary>
    public static XElement Section(IReadOnlyList<EpochRecord> epochs)
    {
        EpochRecord[] twins = [.. epochs.Where(epoch => epoch.Twin is not null)];
        double seconds = epochs.Sum(epoch => epoch.Seconds);
        return Html.Section("twin", "Time, and libtorch beside it",
            epochs.Count == 0 ? null
                : Paragraph($"The steps of {Figures.Count(epochs.Count, "epoch")} took {Figures.Time(seconds)}, " +
                $"{Figures.Time(seconds / epochs.Count)} each."),
            twins.Length == 0 ? Paragraph("No twin of libtorch's own layers ran beside this run.") : Comparison(epochs, twins));
    }

    private static object?[] Comparison(IReadOnlyList<EpochRecord> epochs, EpochRecord[] twins)
    {
        var worst = twins.MaxBy(epoch => Rank(epoch.Twin!.WorstRatio))!;
        var twin = worst.Twin!;
        int steps = twins.Sum(epoch => epoch.Twin!.Steps);
        string where = twins.Length == epochs.Count ? "In every epoch" : twins.Length == 1 ? $"In epoch {Figures.Whole(twins[0].Epoch)}"
            : $"In {Figures.Whole(twins.Length)} of {Figures.Count(epochs.Count, "epoch")}";
        string compared =
            $"{where}, a twin of libtorch's own layers was trained beside, and our layers were compared with its in " +
            $"{Figures.Count(steps, "step")}.";
        string place = $"The largest difference was {Numbers.General(twin.WorstRatio)} of what is allowed, at {twin.WorstAt}.";
        double ours = twins.Sum(epoch => epoch.Seconds), theirs = twins.Sum(epoch => epoch.Twin!.Seconds);
        var shown = EpochRows.Of(twins);
        return
        [
            twin.WorstRatio <= 1 ? Paragraph(compared, " ", place) : Warning(compared, " ", place, " That is more than rounding explains."),
            Paragraph($"Our steps took {Figures.Time(ours)} there and the twin's {Figures.Time(theirs)}: {Ratio(ours, theirs)} of its " +
                "time."),
            Html.Table(
                shown.Count == twins.Length ? "Epochs with a twin" : $"{shown.Count} of {Figures.Whole(twins.Length)} epochs with a twin",
                ["epoch", "ours", "libtorch's", "ratio", "ours", "libtorch's", "ours", "libtorch's", "steps", "largest difference", "at"],
                [.. shown.Select(epoch => new[]
                {
                    Figures.Whole(epoch.Epoch), Figures.Time(epoch.Seconds), Figures.Time(epoch.Twin!.Seconds),
                    Ratio(epoch.Seconds, epoch.Twin.Seconds),
                    Numbers.Loss(epoch.Train.Loss), Numbers.Loss(epoch.Twin.Train.Loss),
                    Numbers.Percent(epoch.Test.Accuracy), Numbers.Percent(epoch.Twin.Test.Accuracy),
                    Figures.Whole(epoch.Twin.Steps), Numbers.General(epoch.Twin.WorstRatio), epoch.Twin.WorstAt,
                })],
                texts: [10],
                groups: [("", 1), ("time", 3), ("training loss", 2), ("test images right", 2), ("compared", 3)]),
            Note("The difference is in parts of what rounding allows: 1 is the bound."),
        ];
    }

    // What is no number has compared with nothing, which is worse than any difference.
    private static double Rank(double ratio) => double.IsNaN(ratio) ? double.PositiveInfinity : ratio;

    private static string Ratio(double ours, double theirs) => theirs > 0 ? Figures.Ratio(ours / theirs) : "\u2013";
}
