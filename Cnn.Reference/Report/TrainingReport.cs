using System.Xml.Linq;
using TorchSharp;
using static Cnn.Reference.Report.Html;

namespace Cnn.Reference.Report;

/// <summary>A training run as one HTML file, which needs nothing beside it: neither network, nor scripts, nor fonts.</summary>
internal static class TrainingReport
{
    /// <summary>Writes the report. The network is read, its mode put back; nothing of it is changed.</summary>
    public static void Write(Stream file, RunSummary run) => Html.Write(file, Page(run));

    private static XElement Page(RunSummary run)
    {
        bool wasTraining = run.Network.training;
        run.Network.eval();
        try
        {
            using var noGradients = torch.no_grad();
            using var scope = torch.NewDisposeScope();
            var predictions = Predictions.Of(run.Network, run.Test, run.Settings.Batch);
            return Page(run.DatasetName,
            [
                Overview.Section(run, predictions),
                CurvesSection.Section(run.Epochs),
                TwinSection.Section(run.Epochs),
                ConfusionSection.Section(predictions, run.ClassNames),
                MistakesSection.Section(predictions, run.Test),
                KernelsSection.Section(run),
                FeatureMapsSection.Section(run, predictions),
            ]);
        }
        finally
        {
            run.Network.train(wasTraining);
        }
    }

    private static XElement Page(string dataset, XElement[] sections) =>
        Element("html", Attribute("lang", "en"),
            Element("head",
                Element("meta", Attribute("charset", "utf-8")),
                Element("meta", Attribute("name", "viewport"), Attribute("content", "width=device-width, initial-scale=1")),
                Element("meta", Attribute("name", "color-scheme"), Attribute("content", "light dark")),
                Element("title", $"Training report: {dataset}"),
                Element("style", StyleSheet)),
            Element("body",
                Element("header",
                    Element("h1", "Training report"),
                    Paragraph($"A convolutional network on {dataset}"),
                    Element("nav", Attribute("aria-label", "Sections"),
                        Element("ul", sections.Select(section =>
                            Element("li",
                                Element("a", Attribute("href", $"#{section.Attribute("id")!.Value}"), section.Element("h2")!.Value)))))),
                Element("main", sections)));
}
