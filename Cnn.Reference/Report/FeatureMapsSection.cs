using System.Globalization;
using System.Xml.Linq;
using Cnn.Reference.Printing;
using Cnn.Reference.Training;
using TorchSharp;
using static Cnn.Reference.Report.Html;
using static TorchSharp.torch;

namespace Cnn.Reference.Report;

/// <summary>A few test images on their way through the network: what leaves each layer.</summary>
internal static class FeatureMapsSection
{
    private const int MostImages = 4, MostChannels = 32, FewChannels = 8, MostNumbers = 4096, MostClasses = 10;
    private const int CellsARow = 64;

    /// <summary>
    /// Pixels in all, which keeps the file small: of large images, and in deep networks, there are fewer channels and smaller
    /// pictures.
    /// </summary>
    private const int Budget = 640_000;

    /// <summary>The section.</summary>
    public static XElement Section(RunSummary run, IReadOnlyList<Prediction> predictions)
    {
        Prediction[] shown = [.. predictions.DistinctBy(prediction => prediction.Label).Take(MostImages)];
        int layers = run.Plan.Layers.Count(layer => !layer.Output.IsRow);
        int budget = Budget / Math.Max(1, shown.Length * layers);
        return Html.Section("features", "What leaves each layer",
            Paragraph($"The first test image of {(shown.Length == 1 ? "one class" : $"each of {shown.Length} classes")}, and what " +
                "becomes of it from layer to layer. A picture is a channel; a cell of it is a number: blue below zero, red above, " +
                "fading into the page at zero. Within a layer, equal colours are equal numbers."),
            Palette.Key(),
            shown.Select((prediction, index) => Journey(run, prediction, budget, open: index == 0)));
    }

    private static XElement Journey(RunSummary run, Prediction prediction, int budget, bool open)
    {
        using var scope = NewDisposeScope();
        string truth = run.ClassNames[prediction.Label], taken = run.ClassNames[prediction.Class];
        string verdict = prediction.IsRight ? $"{truth}, recognised" : $"{truth}, taken for {taken}";
        var (features, _) = run.Test.Batch([prediction.Image]);
        var steps = new List<XElement>
        {
            Step("image", run.Plan.Image.ToString(),
                DatasetImages.Element(run.Test, prediction.Image, $"Test image {prediction.Image}, of class {truth}")),
        };
        foreach (var (layer, (_, module)) in run.Plan.Layers.Zip(run.Network.named_children()))
        {
            features = ((nn.Module<Tensor, Tensor>)module).forward(features);
            steps.Add(layer.Output.IsRow ? Row(layer, features[0]) : Channels(layer, features[0], budget));
        }
        steps.Add(Step("softmax", "probabilities", Probabilities(run, prediction, features)));
        return Element("details", open ? Attribute("open", "open") : null,
            Element("summary", $"Test image {prediction.Image}: {verdict}"),
            Element("div", Class("journey"), steps));
    }

    private static XElement Channels(PlannedLayer layer, Tensor features, int budget)
    {
        var (channels, height, width) = (layer.Output.C, layer.Output.H, layer.Output.W);
        int longest = Longest(layer.Output, budget);
        long square = Plane.Square(height, width, longest);
        long cells = ((height + square - 1) / square) * ((width + square - 1) / square);
        int shown = (int)Math.Min(channels, Math.Clamp(budget / cells, FewChannels, MostChannels));
        Plane[] planes = [.. Enumerable.Range(0, shown).Select(channel => Planes.Of(features[channel]).ShrunkTo(longest))];
        float most = Plane.Largest(planes);
        string size = $"{layer.Output}" + (shown < channels ? $"; {shown} of {Figures.Whole(channels)} channels" : "")
            + (square > 1 ? $"; means of {square} x {square}" : "");
        return Step(layer.Spec.Words, $"{size}; {Extent(planes, most)}",
            Element("div", Class("pictures signed"), Attribute("role", "img"),
                Attribute("aria-label", $"What leaves {layer.Spec.Words}: {Figures.Count(shown, "channel")}"),
                planes.Select((plane, channel) =>
                    Picture.Element(Picture.OfSigned(plane, most), "", Picture.Width(plane, wanted: 60), $"channel {channel + 1}"))));
    }

    // The longest side with which a few channels still fit.
    private static int Longest(Features features, int budget)
    {
        double few = Math.Min(features.C, FewChannels), area = (double)features.H * features.W;
        double longest = Math.Max(features.H, features.W) * Math.Min(1, Math.Sqrt(budget / (few * area)));
        return (int)Math.Clamp(longest, 1, 64);
    }

    private static XElement Row(PlannedLayer layer, Tensor features)
    {
        int shown = (int)Math.Min(layer.Output.C, MostNumbers);
        var plane = Planes.OfRow(features[..shown], CellsARow);
        float most = Plane.Largest([plane]);
        string size = $"{layer.Output}" + (shown < layer.Output.C ? $"; the first {Figures.Whole(shown)}" : "");
        return Step(layer.Spec.Words, $"{size}; {Extent([plane], most)}",
            Element("div", Class("signed"), Picture.Element(Picture.OfSigned(plane, most),
                $"What leaves {layer.Spec.Words}: {Figures.Count(shown, "number")}", plane.Width * (shown <= CellsARow ? 10 : 5))));
    }

    private static string Extent(Plane[] planes, float most) =>
        (most == 0 ? "all zero" : $"up to {Numbers.General(most)} from zero")
            + (planes.All(plane => plane.IsFinite) ? "" : $"; not finite: {Palette.NotFinite}");

    private static XElement Probabilities(RunSummary run, Prediction prediction, Tensor scores)
    {
        double[] probabilities = Predictions.Probabilities(scores).data<double>().ToArray();
        var classes = Enumerable.Range(0, probabilities.Length);
        if (probabilities.Length > MostClasses) classes = classes.OrderByDescending(index => probabilities[index]).Take(MostClasses);
        return Element("table", Class("bars"),
            Element("caption", probabilities.Length > MostClasses
                ? $"The {MostClasses} likeliest of {Figures.Whole(probabilities.Length)} classes" : "Probability of each class"),
            Element("tbody", classes.Select(index => Element("tr",
                Element("th", Attribute("scope", "row"), index == prediction.Label ? Class("true") : null,
                    run.ClassNames[index] + (index == prediction.Label ? " (true)" : "")),
                Element("td", Element("span", Class("bar"), Bar(probabilities[index]))),
                Element("td", Numbers.Probability(probabilities[index]))))));
    }

    private static XAttribute Bar(double probability) =>
        Attribute("style",
            string.Create(CultureInfo.InvariantCulture, $"width:{(double.IsFinite(probability) ? 100 * probability : 0):F1}%"));

    private static XElement Step(string words, string size, params object?[] content) =>
        Element("figure", Element("figcaption", Element("b", words), " ", Element("span", Class("size"), size)), content);
}
