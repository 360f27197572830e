using System.Xml.Linq;
using Cnn.Reference.Printing;
using Cnn.Reference.Training;
using static Cnn.Reference.Report.Html;

namespace Cnn.Reference.Report;

/// <summary>Loss and accuracy from epoch to epoch.</summary>
internal static class CurvesSection
{
    /// <summary>The section.</summary>
    public static XElement Section(IReadOnlyList<EpochRecord> epochs)
    {
        if (epochs.Count == 0) return Html.Section("curves", "From epoch to epoch", Paragraph("No epoch was run."));
        bool anyTwin = epochs.Any(epoch => epoch.Twin is not null);
        return Html.Section("curves", "From epoch to epoch",
            Element("div", Class("charts"),
                Figure("loss", "Loss", "mean cross-entropy", epochs, score => score.Loss, Numbers.Loss),
                Figure(
                    "accuracy", "Accuracy", "right, in percent", epochs, score => 100 * score.Accuracy,
                    percent => Numbers.Percent(percent / 100))),
            Note(
                "Training images are counted at the weights of their step, test images at the weights that the epoch left.",
                anyTwin ? " The rings are the twin's: a network of libtorch's own layers, with the same first weights and the same batches."
                    : null),
            Table(epochs));
    }

    private static XElement Figure(
        string id, string title, string yAxis, IReadOnlyList<EpochRecord> epochs, Func<Score, double> value, Func<double, string> format)
    {
        Series[] series =
        [
            Line("libtorch's twin, training images", "train", true, epoch => epoch.Twin?.Train),
            Line("libtorch's twin, test images", "test", true, epoch => epoch.Twin?.Test),
            Line("training images", "train", false, epoch => epoch.Train),
            Line("test images", "test", false, epoch => epoch.Test),
        ];
        var shown = series.Where(line => line.Points.Count > 0).ToArray();
        int missing = shown.Sum(line => line.Points.Count - line.Drawn.Count);
        return Element("figure",
            Element("h3", title),
            new Chart($"{title} by epoch; the numbers are in the table below", yAxis, shown, format).Svg(id)
                ?? Paragraph("No value is a finite number: there is nothing to draw."),
            missing == 0 ? null : Warning($"{Figures.Count(missing, "value")} cannot be drawn, not being finite."),
            Element("figcaption",
                Element("ul", Class("key"), shown.OrderBy(line => line.IsTwin).Select(line => Element("li", Key(line), line.Name)))));

        Series Line(string name, string colour, bool isTwin, Func<EpochRecord, Score?> score) =>
            new(name, colour, isTwin,
                [.. epochs.Where(epoch => score(epoch) is not null).Select(epoch => (epoch.Epoch, value(score(epoch)!.Value)))]);
    }

    private static XElement Key(Series line)
    {
        return Element("svg", Attribute("viewBox", "0 0 30 14"), Attribute("aria-hidden", "true"),
            Element("path", Class($"stroke {line.Style}"), Attribute("d", "M0 7H30"), Attribute("stroke-width", "2")),
            Element("circle", Class($"{(line.IsTwin ? "stroke" : "fill")} {line.Style}"), Attribute("cx", "15"), Attribute("cy", "7"),
                Attribute("r", line.IsTwin ? "6" : "3"),
                line.IsTwin ? Attribute("stroke-width", "2") : null, line.IsTwin ? Attribute("fill", "none") : null));
    }

    private static XElement Table(IReadOnlyList<EpochRecord> epochs)
    {
        var shown = EpochRows.Of(epochs);
        string caption = shown.Count == epochs.Count ? "Every epoch" : $"{shown.Count} of {Figures.Count(epochs.Count, "epoch")}";
        return Element("details", Attribute("class", "numbers"),
            Element("summary", $"The numbers: {(shown.Count == epochs.Count ? "every epoch" : caption)}"),
            Html.Table(caption, ["epoch", "training loss", "test loss", "training images right", "test images right", "time of the steps"],
                [.. shown.Select(epoch => new[]
                {
                    Figures.Whole(epoch.Epoch), Numbers.Loss(epoch.Train.Loss), Numbers.Loss(epoch.Test.Loss),
                    Numbers.Percent(epoch.Train.Accuracy), Numbers.Percent(epoch.Test.Accuracy), Figures.Time(epoch.Seconds),
                })]));
    }
}
