using System.Globalization;
using System.Xml.Linq;
using Cnn.Reference.Printing;
using static Cnn.Reference.Report.Html;

namespace Cnn.Reference.Report;

/// <summary>Which classes are taken for which: the whole matrix, or, of many classes, what is confused most.</summary>
internal static class ConfusionSection
{
    private const int MostClasses = 30, MostPairs = 20;

    /// <summary>The section.</summary>
    public static XElement Section(IReadOnlyList<Prediction> predictions, IReadOnlyList<string> names)
    {
        var matrix = new ConfusionMatrix(predictions, names.Count);
        return Html.Section(
            "confusion", "What is taken for what", matrix.Classes <= MostClasses ? Whole(matrix, names) : Pairs(matrix, names));
    }

    private static object[] Whole(ConfusionMatrix matrix, IReadOnlyList<string> names) =>
    [
        Paragraph("Each row is a true class and each column a prediction: on the diagonal, in blue, what was recognised, and beside " +
            "it, in orange, what was mistaken. The stronger the colour, the larger the part of the row."),
        Scrolling("Confusion matrix", Element("table", Class("confusion"),
            Element("caption", "Test images by true class and prediction"),
            Element("thead", Element("tr",
                Element("th", Attribute("scope", "col"), "true class"),
                names.Select(name =>
                    Element("th", Attribute("scope", "col"), Class("predicted"), Attribute("title", name), Element("span", name))),
                Element("th", Attribute("scope", "col"), "images"),
                Element("th", Attribute("scope", "col"), "recall"))),
            Element("tbody", names.Select((name, trueClass) => Element("tr",
                Element("th", Attribute("scope", "row"), Attribute("title", name), name),
                names.Select((_, predicted) => Cell(matrix, trueClass, predicted)),
                Element("td", Figures.Whole(matrix.Images(trueClass))),
                Element("td", Share(matrix.Recall(trueClass)))))),
            Element("tfoot", Element("tr",
                Element("th", Attribute("scope", "row"), "precision"),
                names.Select((_, predicted) => Element("td", Share(matrix.Precision(predicted)))),
                Element("td"),
                Element("td"))))),
        Note("Recall: the part of a class's images that is recognised. Precision: the part of the images taken for a class that are " +
            "of it."),
    ];

    private static XElement Cell(ConfusionMatrix matrix, int trueClass, int predicted)
    {
        int count = matrix[trueClass, predicted];
        if (count == 0) return Element("td", Class("none"), "0");
        double share = (double)count / matrix.Images(trueClass);
        return Element("td",
            Class(trueClass == predicted ? "right" : "wrong"),
            Attribute("style", string.Create(CultureInfo.InvariantCulture, $"--share:{share:F3}")),
            Figures.Whole(count));
    }

    private static object[] Pairs(ConfusionMatrix matrix, IReadOnlyList<string> names)
    {
        var pairs = matrix.MostConfused.ToArray();
        if (pairs.Length == 0) return [Paragraph("No test image was mistaken.")];
        string[][] rows = [.. pairs.Take(MostPairs).Select(pair => new[]
        {
            names[pair.True], names[pair.Predicted], Figures.Whole(pair.Count), Share((double)pair.Count / matrix.Images(pair.True)),
        })];
        return
        [
            Paragraph($"The {names.Count:N0} classes are too many for a table of all pairs. {Shown(rows.Length, pairs.Length)}"),
            Table("Classes that are confused most", ["true class", "taken for", "test images", "part of the class"], rows, texts: [1]),
        ];
    }

    private static string Shown(int shown, int all) => shown == all
        ? "These were confused:"
        : $"Of {Figures.Whole(all)} pairs that were confused, these {shown} were so most often:";

    private static string Share(double part) => double.IsNaN(part) ? "\u2013" : Figures.Percent(part);
}
