using System.Xml.Linq;
using Cnn.Reference.Data;
using Cnn.Reference.Printing;
using static Cnn.Reference.Report.Html;

namespace Cnn.Reference.Report;

/// <summary>The test images that the network is surest of, and wrong.</summary>
internal static class MistakesSection
{
    private const int Most = 24;

    /// <summary>What the network is wrong about, surest first. What has no probability is left out.</summary>
    public static IEnumerable<Prediction> SurestFirst(IEnumerable<Prediction> predictions) =>
        predictions.Where(prediction => !prediction.IsRight && double.IsFinite(prediction.Probability))
            .OrderByDescending(prediction => prediction.Probability).ThenBy(prediction => prediction.Image);

    /// <summary>The section.</summary>
    public static XElement Section(IReadOnlyList<Prediction> predictions, ImageDataset test)
    {
        Prediction[] mistakes = [.. SurestFirst(predictions)];
        int unsure = predictions.Count(prediction => !double.IsFinite(prediction.Probability));
        return Html.Section("mistakes", "Mistakes that it is surest of",
            unsure == 0 ? null
                : Warning($"Of {Figures.Count(unsure, "test image")}, the scores are not finite numbers. They count by the class that " +
                "the largest score is found in, and are not shown here."),
            mistakes.Length > 0 ? Shown(mistakes, test)
                : Paragraph(unsure == 0 ? "There are none: every test image is classified rightly." : "There are no others."));
    }

    private static object[] Shown(Prediction[] mistakes, ImageDataset test) =>
    [
        Paragraph(mistakes.Length <= Most
            ? $"All {Figures.Count(mistakes.Length, "mistake")}, the surest first, with the probability that the network gives to " +
                "what it takes the image for."
            : $"{Most} of {Figures.Count(mistakes.Length, "mistake")}, the surest first, with the probability that the network gives " +
                "to what it takes the image for."),
        Element("div", Class("mistakes"), mistakes.Take(Most).Select(mistake => Figure(mistake, test))),
    ];

    private static XElement Figure(Prediction mistake, ImageDataset test)
    {
        var (truth, taken) = (test.ClassNames[mistake.Label], test.ClassNames[mistake.Class]);
        return Element("figure",
            DatasetImages.Element(test, mistake.Image, $"Test image {mistake.Image}, of class {truth}, taken for {taken}"),
            Element("figcaption",
                Element("span", Class("class"), truth),
                Element("span", Class("taken"), $"taken for {taken}"),
                Element("span", Class("probability"), Numbers.Probability(mistake.Probability))));
    }
}
