using System.Xml.Linq;
using Cnn.Reference.Report;

namespace Cnn.Tests.Report;

/// <summary>What is taken for what, counted by hand beside a network whose scores are given.</summary>
public sealed class ConfusionTests : IDisposable
{
    private static readonly int[] Labels = [0, 0, 0, 1, 1, 2, 2];
    private static readonly int[] Taken = [0, 1, 1, 1, 0, 1, 1]; // class 2 is never predicted

    private readonly ReportSamples samples = new();

    public void Dispose() => samples.Dispose();

    [Fact]
    public void PredictionsAreTheNetworks()
    {
        var run = Run();
        var predictions = Predictions.Of(run.Network, run.Test, batch: 3);
        Assert.Equal(Enumerable.Range(0, 7), predictions.Select(prediction => prediction.Image));
        Assert.Equal(Labels, predictions.Select(prediction => prediction.Label));
        Assert.Equal(Taken, predictions.Select(prediction => prediction.Class));
        for (int n = 0; n < 7; n++) Assert.Equal(Math.Exp(n) / (Math.Exp(n) + 2), predictions[n].Probability, 1e-12);
        Assert.Equal(2 / 7.0, Predictions.Accuracy(predictions));
    }

    [Fact]
    public void TheTableIsTheCount()
    {
        var page = ReportSamples.Read(Run());
        var table = ReportSamples.Section(page, "confusion").Descendants("table").Single();
        Assert.Equal(["true class", "a", "b", "c", "images", "recall"], Texts(table.Element("thead")!.Element("tr")!));
        Assert.Equal(
            [["a", "1", "2", "0", "3", "33 %"], ["b", "1", "1", "0", "2", "50 %"], ["c", "0", "2", "0", "2", "0 %"]],
            table.Element("tbody")!.Elements("tr").Select(Texts));
        Assert.Equal(["precision", "50 %", "20 %", "\u2013", "", ""], Texts(table.Element("tfoot")!.Element("tr")!));
        XElement[] first = [.. table.Element("tbody")!.Elements("tr").First().Elements("td")];
        Assert.Equal(("right", "--share:0.333"), ((string?)first[0].Attribute("class"), (string?)first[0].Attribute("style")));
        Assert.Equal(("wrong", "--share:0.667"), ((string?)first[1].Attribute("class"), (string?)first[1].Attribute("style")));
        Assert.Contains("28.6 %", ReportSamples.Section(page, "overview").Value, StringComparison.Ordinal);
    }

    [Fact]
    public void OfManyClassesTheMostConfusedPairsAreNamed()
    {
        Prediction[] predictions =
        [
            new(0, 3, 4, .5), new(1, 3, 4, .5), new(2, 3, 3, .5), new(3, 3, 5, .5), new(4, 9, 8, .5), new(5, 9, 8, .5), new(6, 9, 8, .5),
            new(7, 1, 1, .5),
        ];
        string[] names = [.. Enumerable.Range(0, 31).Select(n => $"class {n}")];
        var section = ConfusionSection.Section(predictions, names);
        Assert.Equal(
            [["class 9", "class 8", "3", "100 %"], ["class 3", "class 4", "2", "50 %"], ["class 3", "class 5", "1", "25 %"]],
            section.Descendants("tbody").Single().Elements("tr").Select(Texts));
        Assert.Equal(31, ConfusionSection.Section(predictions, names[..30]).Descendants("tbody").Single().Elements("tr").Count() + 1);
        Assert.Contains("No test image was mistaken.", ConfusionSection.Section(predictions[^1..], names).Value, StringComparison.Ordinal);

        Prediction[] many = [.. Enumerable.Range(0, 30).Select(n => new Prediction(n, n, n + 1, .5))];
        section = ConfusionSection.Section(many, names);
        Assert.Equal(20, section.Descendants("tbody").Single().Elements("tr").Count());
        Assert.Contains("Of 30 pairs that were confused, these 20", section.Value, StringComparison.Ordinal);
    }

    private RunSummary Run() => samples.WithScores(
        [.. Taken.Select((taken, n) => Enumerable.Range(0, 3).Select(c => c == taken ? (float)n : 0).ToArray()).Select((row,
            n) => n == 0 ? [0, 0, 0] : row)], Labels, "a", "b", "c");

    private static string[] Texts(XElement row) => [.. row.Elements().Select(cell => cell.Value)];
}
