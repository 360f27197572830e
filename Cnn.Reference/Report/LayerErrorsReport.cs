using System.Globalization;
using System.Xml.Linq;
using Cnn.Reference.Models;
using Cnn.Reference.Printing;
using static Cnn.Reference.Report.Html;

namespace Cnn.Reference.Report;

/// <summary>
/// Every layer of some networks on one HTML page: a pair of bars for its errors, by itself and as they come through the network, on a
/// logarithmic scale, and behind each layer its tensors and their worst elements. It needs nothing beside it.
/// </summary>
internal static class LayerErrorsReport
{
    // The scale of the bars: from a ten-thousandth of the bound to a thousand times it.
    private const int FirstDecade = -4, LastDecade = 3;

    /// <summary>Writes the page.</summary>
    public static void Write(Stream file, IReadOnlyList<NetworkResult> results) => Html.Write(file, Page(results));

    private static XElement Page(IReadOnlyList<NetworkResult> results) =>
        Element("html", Attribute("lang", "en"),
            Element("head",
                Element("meta", Attribute("charset", "utf-8")),
                Element("meta", Attribute("name", "viewport"), Attribute("content", "width=device-width, initial-scale=1")),
                Element("meta", Attribute("name", "color-scheme"), Attribute("content", "light dark")),
                Element("title", "Layer by layer: our layers and libtorch's"),
                Element("style", StyleSheet)),
            Element("body",
                Element("header",
                    Element("h1", "Layer by layer"),
                    Paragraph("Networks with our layers in the places of libtorch's, on real images"),
                    Element("nav", Attribute("aria-label", "Networks"),
                        Element("ul", results.Select(result =>
                            Element("li", Element("a", Attribute("href", $"#{Id(result)}"), result.Network.Name)))))),
                Element("main",
                    Guide(),
                    results.Select(Section))));

    private static XElement Guide() => Html.Section("guide", "How to read the bars",
        Paragraph(
            "A bar is a layer's largest error in parts of its bound, on a logarithmic scale. ",
            "The line is the bound: what reaches past it, rounding does not explain."),
        Element("ul", Class("key"),
            Element("li", Element("span", Class("swatch alone")),
                "alone: the layer fed with what libtorch's layer got, input and gradient. This names a culprit."),
            Element("li", Element("span", Class("swatch through")), "through: as the numbers came through the whole network.")),
        Note(
            $"The bars begin at {Power(FirstDecade)} of the bound and end at {Power(LastDecade)} times it. No bar: equal bits. ",
            "A layer opens on a click, and shows its tensors with the worst element of each. Where a network differs, \"here\" is where ",
            "that begins; what \"follows\" is right by itself, and computed after it."));

    private static XElement Section(NetworkResult result)
    {
        var report = result.Report;
        return Html.Section(Id(result), $"{result.Network.Name}, {result.Size} x {result.Size}",
            report.Passed ? Paragraph(report.Verdict) : Warning(report.Verdict, CulpritLink(result)),
            result.Findings.Select(finding => finding.Passed ? Paragraph(finding.Sentence) : Warning(finding.Sentence)),
            Element("div", Class("layers"), report.Layers.GroupBy(row => Place(row.Path)).Select(layer => Layer(result, [.. layer]))),
            report.Remarks.Count == 0 ? null : Element("details",
                Element("summary", Figures.Count(report.Remarks.Count, "remark")),
                Element("ul", report.Remarks.Select(remark => Element("li", remark)))));
    }

    private static XElement? CulpritLink(NetworkResult result) => result.Report.FirstDifference is null
        ? null
        : Element("span", " ", Element("a", Attribute("href", $"#{CulpritId(result)}"), "See it."));

    private static XElement Layer(NetworkResult result, IReadOnlyList<LayerResult> rows)
    {
        var report = result.Report;
        double alone = ModelReport.Largest(rows.Select(row => row.Isolated));
        double through = ModelReport.Largest(rows.Select(row => row.Propagated));
        bool isCulprit = rows.Any(row => ReferenceEquals(row, report.FirstDifference));
        var failed = rows.Where(row => !row.Passed).ToList();
        bool follows = failed.All(row => report.Following.Contains(row, ReferenceEqualityComparer.Instance));
        var (state, verdict) =
            failed.Count == 0 ? (null, rows.Any(row => row.Kink is not null) ? "ok, kink" : "ok")
            : isCulprit ? ("failed", "here")
            : follows ? ("follows", "follows")
            : ("failed", failed.Any(row => !row.IsolatedPassed) ? "wrong" : "differs");
        return Element("details",
            isCulprit ? Attribute("id", CulpritId(result)) : null, isCulprit ? Attribute("open", "open") : null,
            state is null ? null : Class(state),
            Element("summary",
                Element("span", Class("path"), Place(rows[0].Path), rows[0].Kind.Length == 0 ? null : Element("small", $" {rows[0].Kind}")),
                Element("span", Class("errors"), Bar("alone", alone), Bar("through", through)),
                Element("span", Class("verdict"), verdict)),
            Html.Table(
                $"The tensors of {Place(rows[0].Path)}, each with its worst element",
                ["tensor", "alone", "through", "element", "libtorch's", "ours", "remark"],
                [.. rows.Select(row => new[]
                {
                    row.Path == Place(row.Path) ? row.What : $"{row.What}{row.Path[Place(row.Path).Length..]}",
                    ModelReport.Ratio(row.Isolated), ModelReport.Ratio(row.Propagated),
                    row.Index.Length == 0 ? "" : $"[{string.Join(", ", row.Index)}]",
                    Value(row.Expected), Value(row.Actual), row.Remark ?? row.Kink ?? "",
                })],
                texts: [6]));
    }

    private static XElement Bar(string kind, double ratio) => Element("span", Class($"error {kind}"),
        Attribute("title", $"{kind}: {ModelReport.Ratio(ratio)} of the bound"),
        Element("span",
            Class(ratio > 1 ? "over" : "within"),
            Attribute("style", string.Create(CultureInfo.InvariantCulture, $"width: {100 * Position(ratio):F1}%"))),
        Element("span", Class("number"), ModelReport.Ratio(ratio)));

    /// <summary>Where a ratio lies on the scale, from 0 to 1.</summary>
    internal static double Position(double ratio) =>
        ratio > 0 ? Math.Clamp((Math.Log10(ratio) - FirstDecade) / (LastDecade - FirstDecade), 0.01, 1) : 0;

    // A layer's calls stand together.
    private static string Place(string path) => path.IndexOf(" (call ", StringComparison.Ordinal) is >= 0 and var at ? path[..at] : path;

    private static string Value(double value) => double.IsNaN(value) ? "NaN" : value.ToString("G9", CultureInfo.InvariantCulture);

    private static string Power(int decade) => Math.Pow(10, decade).ToString("G", CultureInfo.InvariantCulture);

    private static string CulpritId(NetworkResult result) => $"{Id(result)}-difference";

    private static string Id(NetworkResult result) => $"network-{result.Network.Name}";
}
