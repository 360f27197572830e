using System.Text.RegularExpressions;
using System.Xml.Linq;
using Cnn.Reference.Report;
using Cnn.Reference.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace Cnn.Tests.Report;

/// <summary>The file as a whole: it is well formed, whatever was trained on whatever, and it needs nothing beside it.</summary>
public sealed class TrainingReportTests : IDisposable
{
    private const string Cnn = "conv 4 3 pad same, relu, pool 2, flatten, fc 3";

    private readonly ReportSamples samples = new();

    public void Dispose() => samples.Dispose();

    public static TheoryData<string, int, int, int, int, int> OddRuns => new()
    {
        // layers, classes, channels, height, width, images
        { Cnn, 3, 1, 8, 6, 7 },
        { "flatten, fc 2", 2, 1, 8, 6, 2 },
        { "flatten, fc 5, relu, fc 100", 100, 1, 8, 6, 150 },
        { "conv 5 3x2, avgpool 2, relu, flatten, fc 3", 3, 3, 9, 7, 4 },
        { "conv 300 2, flatten, fc 2", 2, 1, 3, 4, 3 },
        { "conv 2 1, conv 300 1, flatten, fc 2", 2, 200, 3, 4, 3 },
        { "conv 6 3 groups 3, flatten, fc 2", 2, 3, 8, 6, 3 },
        { "conv 2 1, flatten, fc 2", 2, 2, 4, 5, 3 },
        { "pool 8x6, flatten, fc 3", 3, 1, 8, 6, 4 },
        { "conv 2 90x120 stride 50, flatten, fc 2", 2, 3, 300, 400, 2 },
        { "conv 3 1x1, flatten, fc 30000, fc 2", 2, 1, 1, 1, 1 },
    };

    [Theory]
    [MemberData(nameof(OddRuns))]
    public void ThePageIsWellFormedAndNeedsNothingBesideIt(string layers, int classes, int channels, int height, int width, int images)
    {
        string text = ReportSamples.Write(samples.Run(layers, classes, channels, height, width, images));
        RequireSound(text);
        Assert.True(text.Length < 2_000_000, $"{text.Length:N0}");
    }

    [Theory]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    [InlineData(1e300)]
    public void ARunThatDivergedHasAReport(double loss)
    {
        var run = samples.Run(
            Cnn, epochs: [ReportSamples.Epoch(1), ReportSamples.Epoch(2, loss: loss), ReportSamples.Epoch(3, loss: loss)]);
        using (no_grad())
            foreach (var parameter in run.Network.parameters()) parameter.fill_(double.NaN);
        var page = RequireSound(ReportSamples.Write(run));
        Assert.Contains("Of 7 test images, the scores are not finite numbers.", page.Value, StringComparison.Ordinal);
        Assert.Contains("Some weights are not finite numbers", ReportSamples.Section(page, "kernels").Value, StringComparison.Ordinal);
        Assert.Equal(!double.IsFinite(loss),
            ReportSamples.Section(page, "curves").Value.Contains("4 values cannot be drawn", StringComparison.Ordinal));
    }

    [Fact]
    public void NoLossIsANumber()
    {
        var page = RequireSound(ReportSamples.Write(samples.Run(Cnn, epochs: [ReportSamples.Epoch(1, twin: true, loss: double.NaN)])));
        Assert.Contains("there is nothing to draw", ReportSamples.Section(page, "curves").Value, StringComparison.Ordinal);
    }

    [Fact]
    public void NamesAreTextAndNeverMarkup()
    {
        const string Script = "<script>alert('1')</script>", Quoted = "\"a\" & 'b'",
        Control = "bell\u0007 and half a pair \uD800, cat \U0001F408";
        string text = ReportSamples.Write(samples.Run(Cnn, names: [Script, Quoted, Control], dataset: Script + Quoted + Control,
            epochs: [ReportSamples.Epoch(1) with { Twin = ReportSamples.Epoch(1, twin: true).Twin! with { WorstAt = Script } }]));
        var page = RequireSound(text);
        Assert.DoesNotContain("<script", text, StringComparison.OrdinalIgnoreCase);
        string[] names =
            [.. ReportSamples.Section(page, "confusion").Descendants("tbody").Single().Descendants("th").Select(cell => cell.Value)];
        Assert.Equal([Script, Quoted, "bell\uFFFD and half a pair \uFFFD, cat \U0001F408"], names);
        Assert.Contains(Script, ReportSamples.Section(page, "twin").Value, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void TheNetworkStaysAsItIs(bool training)
    {
        var run = samples.Run(Cnn);
        run.Network.train(training);
        var before = run.Network.parameters().Select(parameter => parameter.data<float>().ToArray()).ToArray();
        ReportSamples.Write(run);
        Assert.All(run.Network.modules(), module => Assert.Equal(training, module.training));
        Assert.Equal(before, run.Network.parameters().Select(parameter => parameter.data<float>().ToArray()).ToArray());
        Assert.True(is_grad_enabled());
    }

    [Fact]
    public void NoTensorIsLeftBehind()
    {
        var run = samples.Run(Cnn);
        ReportSamples.Write(run);
        long before = DisposeScopeManager.Statistics.TensorStatistics.ThreadTotalLiveCount;
        ReportSamples.Write(run);
        Assert.Equal(before, DisposeScopeManager.Statistics.TensorStatistics.ThreadTotalLiveCount);
    }

    [Fact]
    public void LargeImagesAndDeepNetworksMakeNoLargeFile()
    {
        string deep = string.Join(", ", Enumerable.Repeat("conv 16 3 pad same, relu", 12));
        string text = ReportSamples.Write(
            samples.Run($"avgpool 2, {deep}, avgpool 10, flatten, fc 4", classes: 4, channels: 3, height: 300, width: 400, images: 5));
        RequireSound(text);
        Assert.True(text.Length < 3_500_000, $"{text.Length:N0}");
    }

    [Fact]
    public void TheOverviewTellsTheRun()
    {
        var run = samples.Run("conv 4 3 pad same, relu, pool 2, flatten, fc 3", epochs: ReportSamples.Epochs(3, _ => false));
        string overview = string.Join(
            " ", ReportSamples.Section(ReportSamples.Read(run), "overview").DescendantNodes().OfType<XText>().Select(text => text.Value));
        Assert.Contains("7 to train on, 7 to test with", overview, StringComparison.Ordinal);
        Assert.Contains("learning rate 0.001", overview, StringComparison.Ordinal);
        Assert.Contains("6.00 s", overview, StringComparison.Ordinal);
        Assert.Contains("conv 4 3 pad same 4 x 8 x 6 40", overview, StringComparison.Ordinal);
    }

    /// <summary>What the console prints of a plan and what the page shows are the same rows.</summary>
    [Fact]
    public void TheLayersAreThePlans()
    {
        var run = samples.Run("conv 4 3 pad same, relu, pool 2, flatten, fc 3");
        var table = ReportSamples.Section(ReportSamples.Read(run), "overview").Descendants("table").Single();
        Assert.Equal(run.Plan.Rows.Prepend([.. NetworkPlan.Columns]),
            table.Descendants("tr").Select(row => row.Elements().Select(cell => cell.Value).ToArray()));
        Assert.Equal(["all", "", "187", "1,872", ""], run.Plan.Rows[^1]);
    }

    private static XElement RequireSound(string text)
    {
        Assert.StartsWith("<!DOCTYPE html", text, StringComparison.Ordinal);
        var page = ReportSamples.Parse(text);

        // As HTML: nothing but void elements ends itself, and the style sheet reads the same unescaped.
        Assert.All(
            Regex.Matches(text, @"<([a-z0-9]+)(\s[^<>]*)?/>"), match => Assert.Contains(match.Groups[1].Value, new[] { "meta", "img" }));
        Assert.DoesNotMatch("[<>&]", page.Descendants("style").Single().Value);

        // Nothing from outside.
        Assert.DoesNotContain(
            page.Descendants(), element => element.Name.LocalName is "script" or "link" or "iframe" or "object" or "embed" or "base");
        string words = Regex.Replace(text, "base64,[A-Za-z0-9+/=]*", ""); // in which any word may be found
        Assert.DoesNotContain("http", words, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("@import", text, StringComparison.Ordinal);
        Assert.All(Regex.Matches(text, @"url\((.)"), match => Assert.Equal("#", match.Groups[1].Value));
        Assert.All(page.Descendants().Attributes("src"),
            source => Assert.StartsWith("data:image/png;base64,", source.Value, StringComparison.Ordinal));
        Assert.DoesNotContain(
            page.Descendants().Attributes(), attribute => attribute.Name.LocalName.StartsWith("on", StringComparison.Ordinal));

        // What refers to a place within the page finds it, and only one.
        string[] ids = [.. page.Descendants().Attributes("id").Select(id => id.Value)];
        Assert.Equal(ids.Distinct(), ids);
        Assert.All(page.Descendants().Attributes("href"), link => Assert.Contains(link.Value[1..], ids));
        Assert.All(Regex.Matches(text, @"url\(#([^)]*)\)"), match => Assert.Contains(match.Groups[1].Value, ids));

        // For those who hear it.
        Assert.All(page.Descendants("img"), image => Assert.True(
            image.Attribute("alt") is { Value.Length: > 0 } || image.Ancestors().Any(outer => (string?)outer.Attribute("role") == "img")));
        Assert.All(page.Descendants("th"), header => Assert.NotNull(header.Attribute("scope")));
        Assert.All(page.Descendants("table"), table => Assert.Equal("caption", table.Elements().First().Name.LocalName));
        int level = 0;
        foreach (var heading in page.Descendants().Where(element => Regex.IsMatch(element.Name.LocalName, "^h[1-6]$")))
        {
            int next = heading.Name.LocalName[1] - '0';
            Assert.InRange(next, 1, level + 1);
            level = next;
        }
        Assert.DoesNotContain(
            "NaN", string.Concat(page.DescendantNodes().OfType<XText>().Select(node => node.Value)), StringComparison.Ordinal);
        return page;
    }
}
