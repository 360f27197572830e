using System.Globalization;
using System.Xml.Linq;
using Cnn.Reference.Report;
using Cnn.Reference.Training;

namespace Cnn.Tests.Report;

/// <summary>Curves are there, at their places, with a twin and without.</summary>
public class CurvesTests
{
    [Theory]
    [InlineData(1, 0)]
    [InlineData(1, 1)]
    [InlineData(4, 0)]
    [InlineData(4, 1)]
    [InlineData(4, 4)]
    public void EveryEpochHasItsPoints(int epochs, int twins)
    {
        var section = CurvesSection.Section(ReportSamples.Epochs(epochs, number => number <= twins));
        foreach (var svg in Charts(section))
        {
            Assert.Equal(epochs, Markers(svg, "fill train"));
            Assert.Equal(epochs, Markers(svg, "fill test"));
            Assert.Equal(twins, Markers(svg, "stroke train twin"));
            Assert.Equal(twins, Markers(svg, "stroke test twin"));
            Assert.Equal(epochs > 1 ? 1 : 0, Lines(svg, "stroke train"));
            Assert.Equal(twins > 1 ? 1 : 0, Lines(svg, "stroke test twin"));
            Assert.Equal(
                Enumerable.Range(1, epochs).Select(n => n.ToString(CultureInfo.InvariantCulture)), Labels(svg, "middle").SkipLast(1));
            Assert.Equal("epoch", Labels(svg, "middle").Last());
        }
        Assert.Equal(twins > 0, section.Value.Contains("libtorch's twin", StringComparison.Ordinal));
        Assert.Equal(twins > 0 ? 4 : 2, section.Descendants("ul").First().Elements("li").Count());
    }

    /// <summary>A marker lies between the labels that its value lies between, in proportion.</summary>
    [Fact]
    public void PointsLieWhereTheLabelsSay()
    {
        var epochs = ReportSamples.Epochs(5, _ => false);
        var svg = Charts(CurvesSection.Section(epochs))[0];
        var ticks = svg.Elements("text").Where(text => (string?)text.Attribute("text-anchor") == "end")
            .Select(text => (Value: double.Parse(text.Value, CultureInfo.InvariantCulture), Y: Number(text, "y") - 5)).ToArray();
        var columns = svg.Elements("text").Where(
            text => (string?)text.Attribute("text-anchor") == "middle" && text.Value != "epoch" && text.Attribute("x") is not null)
            .ToDictionary(text => int.Parse(text.Value, CultureInfo.InvariantCulture), text => Number(text, "x"));
        Assert.True(ticks.Length >= 3);
        double slope = (ticks[^1].Y - ticks[0].Y) / (ticks[^1].Value - ticks[0].Value);
        Assert.True(slope < 0);
        var markers = svg.Descendants("ellipse").Where(marker => (string?)marker.Attribute("class") == "fill test").ToArray();
        foreach (var (marker, epoch) in markers.Zip(epochs))
        {
            Assert.Equal(columns[epoch.Epoch], Number(marker, "cx"), 0.1);
            Assert.Equal(ticks[0].Y + slope * (epoch.Test.Loss - ticks[0].Value), Number(marker, "cy"), 0.2);
            Assert.Equal($"epoch {epoch.Epoch}, test images: {epoch.Test.Loss.ToString("F3", CultureInfo.InvariantCulture)}",
                marker.Element("title")!.Value);
        }
    }

    /// <summary>Text stands in the page's font, at anchors, so that nothing depends on the fonts of the machine that trained.</summary>
    [Fact]
    public void TextHasNoFontOfItsOwn()
    {
        foreach (var svg in Charts(CurvesSection.Section(ReportSamples.Epochs(5, _ => true))))
        {
            Assert.DoesNotContain(svg.Descendants(), element => element.Attribute("font-family") is not null);
            Assert.All(svg.Elements("text"), text => Assert.NotNull(text.Attribute("text-anchor")));
            Assert.All(
                svg.Descendants("text"), text => Assert.DoesNotContain(",", (string?)text.Attribute("x") ?? "", StringComparison.Ordinal));
            // Colours are the style sheet's.
            Assert.All(svg.Descendants().Attributes("fill").Concat(svg.Descendants().Attributes("stroke")),
                paint => Assert.Equal("none", paint.Value));
        }
    }

    [Fact]
    public void WhatIsNoNumberLeavesAGap()
    {
        EpochRecord[] epochs = [.. Enumerable.Range(1, 6).Select(n => ReportSamples.Epoch(n, loss: n == 3 ? double.NaN : 1.0 / n))];
        var section = CurvesSection.Section(epochs);
        var svg = Charts(section)[0];
        Assert.Equal(5, Markers(svg, "fill train"));
        Assert.Equal(2, Lines(svg, "stroke train"));
        Assert.DoesNotContain("NaN", svg.ToString(), StringComparison.Ordinal);
        Assert.Contains("2 values cannot be drawn", section.Value, StringComparison.Ordinal);
    }

    /// <summary>A run that was taken up again, or whose first epochs are not known.</summary>
    [Fact]
    public void EpochsMayStartAnywhere()
    {
        var svg = Charts(CurvesSection.Section([ReportSamples.Epoch(7, twin: true), ReportSamples.Epoch(8)]))[0];
        Assert.Equal(["7", "8", "epoch"], Labels(svg, "middle"));
        Assert.Contains("No epoch was run.", CurvesSection.Section([]).Value, StringComparison.Ordinal);
    }

    [Fact]
    public void ALongRunStaysSmall()
    {
        var section = CurvesSection.Section(ReportSamples.Epochs(20_000, number => number % 2 == 0));
        Assert.True(section.ToString().Length < 400_000, $"{section.ToString().Length}");
        var rows = section.Descendants("tbody").Single().Elements("tr").Select(row => row.Elements().First().Value).ToArray();
        Assert.Equal(100, rows.Length);
        Assert.Equal(("1", "20,000"), (rows[0], rows[^1]));
        Assert.Contains("100 of 20,000 epochs", section.Value, StringComparison.Ordinal);
    }

    /// <summary>Of many points, the extremes stay.</summary>
    [Fact]
    public void ThinningKeepsPeaks()
    {
        var series = new Series("", "train", false, [.. Enumerable.Range(1, 5000).Select(n => (n, n == 3333 ? 100.0 : n % 7))]);
        var run = Assert.Single(series.Runs(most: 400));
        Assert.InRange(run.Length, 200, 401);
        Assert.Contains((3333, 100.0), run);
        Assert.Equal(run.OrderBy(point => point.Epoch), run);
    }

    [Theory]
    [InlineData(1, 1, "1")]
    [InlineData(1, 8, "1 2 3 4 5 6 7 8")]
    [InlineData(1, 10, "2 4 6 8 10")]
    [InlineData(1, 100, "20 40 60 80 100")]
    [InlineData(7, 1000, "200 400 600 800 1000")]
    public void EpochsAreWholeNumbers(int first, int last, string expected) =>
        Assert.Equal(expected, string.Join(" ", Ticks.Whole(first, last, most: 8)));

    [Theory]
    [InlineData(0, 1, "0.0 0.2 0.4 0.6 0.8 1.0")]
    [InlineData(0.811, 0.829, "0.815 0.820 0.825")]
    [InlineData(-3, 91, "0 20 40 60 80")]
    [InlineData(2.2e7, 4.1e7, "2.5E+07 3E+07 3.5E+07 4E+07")]
    public void ValuesAreRound(double low, double high, string expected)
    {
        var (at, text) = Ticks.Round(low, high);
        Assert.Equal(expected, string.Join(" ", at.Select(text)));
    }

    [Fact]
    public void TheTwinsTimeAndWorstDifferenceAreTold()
    {
        EpochRecord[] epochs = [ReportSamples.Epoch(1, twin: true), ReportSamples.Epoch(2), ReportSamples.Epoch(3, twin: true)];
        epochs[2] = epochs[2] with { Twin = epochs[2].Twin! with { WorstRatio = 0.75, WorstAt = "step 3 of the third", Seconds = 1 } };
        var section = TwinSection.Section(epochs);
        Assert.Contains(
            "The largest difference was 0.75 of what is allowed, at step 3 of the third.", section.Value, StringComparison.Ordinal);
        Assert.Contains("In 2 of 3 epochs", section.Value, StringComparison.Ordinal);
        Assert.Contains("Our steps took 4.00 s there and the twin's 5.00 s: 0.80 of its time.", section.Value, StringComparison.Ordinal);
        Assert.Equal(
            ["0.50", "2.00"], section.Descendants("tbody").Single().Elements("tr").Select(row => row.Elements().ElementAt(3).Value));
        Assert.DoesNotContain(section.Elements("p"), p => (string?)p.Attribute("class") == "warning");
        Assert.Contains("No twin", TwinSection.Section([epochs[1]]).Value, StringComparison.Ordinal);
    }

    /// <summary>Beyond the bound, or not comparable at all.</summary>
    [Theory]
    [InlineData(1.5)]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    public void ADifferenceBeyondTheBoundIsAWarning(double ratio)
    {
        EpochRecord[] epochs = [ReportSamples.Epoch(1, twin: true), ReportSamples.Epoch(2, twin: true), ReportSamples.Epoch(3, twin: true)];
        epochs[1] = epochs[1] with { Twin = epochs[1].Twin! with { WorstRatio = ratio, WorstAt = "there" } };
        var warning = Assert.Single(TwinSection.Section(epochs).Elements("p"), p => (string?)p.Attribute("class") == "warning");
        Assert.Contains("at there", warning.Value, StringComparison.Ordinal);
    }

    private static XElement[] Charts(XElement section) => [.. section.Descendants("figure").Select(figure => figure.Element("svg")!)];

    private static int Markers(XElement svg, string style) =>
        svg.Descendants("ellipse").Count(marker => (string?)marker.Attribute("class") == style);

    private static int Lines(XElement svg, string style) =>
        svg.Descendants("path").Count(path => (string?)path.Attribute("class") == style);

    private static string[] Labels(XElement svg, string anchor) =>
        [.. svg.Elements("text").Where(text => (string?)text.Attribute("text-anchor") == anchor
            && text.Attribute("x") is not null).Select(text => text.Value)];

    private static double Number(XElement element, string attribute) =>
        double.Parse(element.Attribute(attribute)!.Value, CultureInfo.InvariantCulture);
}
