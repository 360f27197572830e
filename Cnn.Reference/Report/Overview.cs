using System.Globalization;
using System.Xml.Linq;
using Cnn.Layers;
using Cnn.Reference.Printing;
using Cnn.Reference.Training;
using static Cnn.Reference.Report.Html;

namespace Cnn.Reference.Report;

/// <summary>What was trained on what, and what came of it.</summary>
internal static class Overview
{
    private const int MostNames = 30;

    /// <summary>The section.</summary>
    public static XElement Section(RunSummary run, IReadOnlyList<Prediction> predictions)
    {
        var settings = run.Settings;
        int right = predictions.Count(prediction => prediction.IsRight);
        return Html.Section("overview", "Overview",
            Element("dl", Class("headline"),
                Fact("test images right", Numbers.Percent(Predictions.Accuracy(predictions)),
                    $"{Figures.Whole(right)} of {Figures.Whole(predictions.Count)}"),
                Fact("epochs", Figures.Whole(run.Epochs.Count),
                    run.Epochs.Count == 0 ? "" : Figures.Time(run.Epochs.Sum(epoch => epoch.Seconds))),
                Fact("parameters", Figures.Whole(run.Plan.Layers.Sum(layer => layer.Parameters)),
                    $"{Figures.Count(run.Plan.Layers.Count, "layer")}")),
            Element("div", Class("columns"),
                Element("div",
                    Element("h3", "Data"),
                    List(
                        ("dataset", run.DatasetName),
                        ("images", $"{Figures.Whole(run.Train.Count)} to train on, {Figures.Whole(run.Test.Count)} to test with"),
                        ("size", $"{run.Plan.Image} (channels, height, width)"),
                        ($"{Figures.Whole(run.ClassNames.Count)} classes", Names(run.ClassNames)))),
                Element("div",
                    Element("h3", "Settings"),
                    List(
                        ("batch", Figures.Count(settings.Batch, "image")),
                        ("optimizer", settings.Optimizer == OptimizerKind.Adam ? "Adam" : "SGD with momentum 0.9"),
                        ("learning rate", settings.LearningRate.ToString(CultureInfo.InvariantCulture) + (settings.Decay == 1 ? ""
                            : string.Create(CultureInfo.InvariantCulture, $", times {settings.Decay} after each epoch"))),
                        ("seed", settings.Seed.ToString(CultureInfo.InvariantCulture)),
                        ("loops", settings.Algorithm == Algorithm.Fast ? "fast" : "literal"),
                        ("threads", Figures.Whole(settings.Threads))))),
            Element("h3", "Layers"),
            Html.Table("The layers, first to last, for one image", NetworkPlan.Columns, run.Plan.Rows, sums: true));
    }

    private static XElement Fact(string name, string value, string beside) =>
        Element("div", Element("dt", name), Element("dd", Element("b", value), " ", Element("span", beside)));

    private static XElement List(params (string Term, string Words)[] facts) =>
        Element("dl", Class("facts"), facts.Select(fact => Element("div", Element("dt", fact.Term), Element("dd", fact.Words))));

    private static string Names(IReadOnlyList<string> names) =>
        string.Join(", ", names.Take(MostNames)) + (names.Count > MostNames ? $" and {Figures.Whole(names.Count - MostNames)} more" : "");
}
