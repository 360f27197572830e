using System.Xml.Linq;
using Cnn.Reference.Report;

namespace Cnn.Tests.Report;

/// <summary>The mistakes shown are mistakes, the surest first, each with its own picture.</summary>
public sealed class MistakesTests : IDisposable
{
    private readonly ReportSamples samples = new();

    public void Dispose() => samples.Dispose();

    [Fact]
    public void MistakesAreShownSurestFirst()
    {
        // Wrong: 1 (score 2), 2 (score 5), 4 (score 3). Right: 0 and 3, which it is surer of than of any other.
        float[][] scores = [[9, 0], [2, 0], [0, 5], [0, 9], [3, 0]];
        var run = samples.WithScores(scores, [0, 1, 0, 1, 1], "one", "two");
        XElement[] figures = [.. ReportSamples.Section(ReportSamples.Read(run), "mistakes").Descendants("figure")];
        Assert.Equal(["onetaken for two99.3 %", "twotaken for one95.2 %", "twotaken for one88.0 %"],
            figures.Select(figure => figure.Element("figcaption")!.Value));
        Assert.Equal("Test image 2, of class one, taken for two", (string?)figures[0].Element("img")!.Attribute("alt"));
        foreach (var (figure, image) in figures.Zip([2, 4, 1]))
        {
            using var bitmap = ReportSamples.Decode(figure.Element("img")!);
            Assert.Equal((5, 1), (bitmap.Width, bitmap.Height));
            for (int x = 0; x < 5; x++) Assert.Equal(x == image ? 255 : 0, bitmap.GetPixel(x, 0).Green);
        }
    }

    [Fact]
    public void NoMistakeIsASentence()
    {
        var run = samples.WithScores([[1, 0], [0, 1]], [0, 1], "one", "two");
        var section = ReportSamples.Section(ReportSamples.Read(run), "mistakes");
        Assert.Empty(section.Descendants("img"));
        Assert.Contains("every test image is classified rightly", section.Value, StringComparison.Ordinal);
    }

    [Fact]
    public void OfManyTheSurestAreShown()
    {
        Prediction[] predictions =
            [.. Enumerable.Range(0, 60).Select(n => new Prediction(n, n % 2, n % 4 / 2, (double)(n * 37 % 60) / 60))];
        var shown = MistakesSection.SurestFirst(predictions).ToArray();
        Assert.Equal(predictions.Count(prediction => prediction.Class != prediction.Label), shown.Length);
        Assert.All(shown, mistake => Assert.NotEqual(mistake.Label, mistake.Class));
        Assert.Equal(shown.OrderByDescending(mistake => mistake.Probability), shown);
        var section = MistakesSection.Section(predictions, ReportSamples.Images(2, 1, 4, 3, 60));
        Assert.Equal(24, section.Descendants("img").Count());
        Assert.Contains("24 of 30 mistakes", section.Value, StringComparison.Ordinal);
    }

    /// <summary>What has no probability is neither sure nor unsure.</summary>
    [Fact]
    public void WhatIsNotFiniteIsLeftOutAndCounted()
    {
        Prediction[] predictions = [new(0, 0, 1, double.NaN), new(1, 0, 1, .6), new(2, 0, 0, double.NaN)];
        Assert.Equal([1], MistakesSection.SurestFirst(predictions).Select(mistake => mistake.Image));
        Assert.Contains("Of 2 test images, the scores are not finite",
            MistakesSection.Section(predictions, ReportSamples.Images(2, 1, 4, 3, 3)).Value, StringComparison.Ordinal);
    }
}
