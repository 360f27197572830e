using System.Xml.Linq;
using Cnn.Layers;
using Cnn.Reference;
using Cnn.Reference.Models;
using Cnn.Reference.Networks;
using Cnn.Reference.Report;
using TorchSharp;
using static TorchSharp.torch;

namespace Cnn.Tests.Models;

[Collection(Alone.Name)] // reads torch's generator
[Trait(Traits.Speed, Traits.Slow)]
public class NetworkCheckTests
{
    [Theory]
    [InlineData("lenet5")]
    [InlineData("dilated")]
    [InlineData("rectangular")]
    public void LossesKeepTogetherAndTheSwapGoesBack(string name)
    {
        var network = NetworkTable.Find(name)!;
        var result = NetworkCheck.Run(network, network.SmallSize, seed: 2);
        Assert.All(result.Findings, finding => Assert.True(finding.Passed, finding.Sentence));
        Assert.True(result.Passed, result.Report.ToString());
        Assert.Equal(["each step", "losses", "swap and back"], result.Findings.Select(finding => finding.Name));
        Assert.EndsWith(" (20)", result.Findings[0].Result);
    }

    // A network that learns otherwise once it is swapped: its only convolution reads its own dilation.
    [Fact]
    public void LossesThatPartAreSeen()
    {
        var network = new Network("parting", 1, 28, 28, () => new Model(
            (m, x) => m["head"].call((m["conv"] is Cnn.Layers.Conv2D ? 1.001 : 1.0) * m["conv"].call(x)),
            ("conv", nn.Conv2d(1, 2, 5, stride: 4)), ("head", nn.Sequential(nn.Flatten(), nn.Linear(2 * 6 * 6, 10)))));
        Assert.True(NetworkCheck.Run(network, 28, seed: 1).Findings[1] is { Passed: false, Name: "losses" });
    }

    // A normalisation over few numbers: at the ordinary rate a rounding grows to the loss itself within the steps.
    [Fact]
    public void ANetworkThatMagnifiesRoundingIsNotAccused()
    {
        var network = NetworkTable.Find("mobilenet_v2")!;
        var losses = PropagatedTraining.Run(network, 32, seed: 1, _ => { });
        Assert.True(losses.Passed, losses.Sentence);
        Assert.Contains("in float64", losses.Sentence);
    }

    // What the free losses cannot say of a network that magnifies rounding: every step of it is proved by itself.
    [Theory]
    [InlineData("mobilenet_v2", 64, 1)]
    [InlineData("resnet18", 64, 2)]
    [InlineData("googlenet", 64, 3)]
    public void EveryStepOfTrainingProvesSomething(string name, long size, int seed)
    {
        var steps = new List<string>();
        var found = IsolatedTraining.Run(NetworkTable.Find(name)!, size, seed, TwinLayers.Of, steps.Add);
        Assert.True(found.Passed, found.Sentence);
        Assert.EndsWith(" (20)", found.Result);
        Assert.Equal(TrainingPlan.Steps, steps.Count);
    }

    // Far less than what free training could tell from rounding.
    [Theory]
    [InlineData("output", "new layer1.1.bn1.running_", 1)] // the normalisation takes the factor away again
    [InlineData("gradient", "gradient of layer1.1.conv1.weight", 1)]
    [InlineData("late", "gradient of layer1.1.conv1.weight", 4)]
    public void AStepThatIsWrongIsNamed(string bug, string what, int step)
    {
        int runs = 0;
        var found = IsolatedTraining.Run(
            NetworkTable.Find("resnet18")!, 64, seed: 1,
            (path, layer) =>
            {
                var twin = TwinLayers.Of(path, layer);
                return path == "layer1.1.conv1" ? twin with { Actual = new TamperedLayer(twin.Actual, after: Tampered) } : twin;
            },
            _ => { });
        Assert.False(found.Passed, found.Sentence);
        Assert.True(found.Sentence.Contains($"in step {step} of 20, {what}", StringComparison.Ordinal), found.Sentence);

        Tensor Tampered(Tensor y)
        {
            bool isRight = bug == "late" && runs++ < 6; // two runs a step
            double by = isRight ? 0 : 1e-3;
            return bug == "output" ? y * (1 + by) : y + by * (y - y.detach());
        }
    }

    [Fact]
    public void ThePageIsOfOnePieceAndShowsEveryLayerAndItsWorstElement()
    {
        using var scope = NewDisposeScope();
        var network = NetworkTable.Find("rectangular")!;
        using var model = network.Create();
        var report = ModelCheck.Swapped(
            model, rand(2, 1, 24, 27),
            (path, layer) =>
            {
                var twin = TwinLayers.Of(path, layer);
                return path == "strip" ? twin with { Actual = new TamperedLayer(twin.Actual, after: y => y * 1.5) } : twin;
            },
            null);
        using var file = new MemoryStream();
        LayerErrorsReport.Write(file, [new(network, 24, report, [], 1)]);
        file.Position = 0;
        var page = XDocument.Load(file);
        var layers = page.Descendants("div").Single(div => (string?)div.Attribute("class") == "layers").Elements("details").ToList();
        Assert.Equal(report.Layers.Select(row => row.Path.Split(" (call")[0]).Distinct().Count(), layers.Count);
        var culprit = Assert.Single(layers, layer => layer.Attribute("open") is not null);
        Assert.StartsWith("strip", culprit.Element("summary")!.Value);
        Assert.Contains($"[{string.Join(", ", report.FirstDifference!.Index)}]", culprit.Value);
        Assert.Contains("over", culprit.ToString());
        Assert.Equal("failed", (string?)culprit.Attribute("class"));
        var warning = page.Descendants("p").Single(p => (string?)p.Attribute("class") == "warning");
        string link = warning.Descendants("a").Single().Attribute("href")!.Value;
        Assert.Equal($"#{(string?)culprit.Attribute("id")}", link);
        Assert.All(
            layers.Where(layer => layer != culprit && layer.Attribute("class") is not null),
            layer => Assert.Equal("follows", layer.Attribute("class")!.Value));
        Assert.DoesNotContain(page.Descendants("script"), _ => true);
        Assert.DoesNotContain("http", page.Root!.Element("body")!.ToString());
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(double.NaN, 0)]
    [InlineData(1, 4 / 7.0)]
    [InlineData(1e-9, 0.01)]
    [InlineData(double.PositiveInfinity, 1)]
    public void BarsStandOnALogarithmicScale(double ratio, double position) => Assert.Equal(position, LayerErrorsReport.Position(ratio), 9);

    [Fact]
    public void HooksFireAsTheyDoWithoutARecorder()
    {
        using var scope = NewDisposeScope();
        using var model = new Model(
            (m, x) => m["direct"].forward(m["called"].call(x)), ("called", nn.Conv2d(1, 2, 3)), ("direct", nn.Conv2d(2, 2, 1)));
        foreach (string name in new[] { "called", "direct" }) model[name].register_forward_hook((_, _, y) => y + 100);
        var input = rand(2, 1, 5, 4);
        using var before = model.forward(input);
        var report = ModelCheck.Swapped(model, input);
        report.ThrowIfFailed();
        Exact.Equal(before, model.forward(input));
        // What the model gives with the hook of the layer that is called, and without that of the other.
        var whole = report.Layers.Single(row => row is { Path: "(model)", What: "output" });
        Assert.Equal(before[[.. whole.Index.Select(at => TensorIndex.Single(at))]].item<float>(), (float)whole.Expected);
    }

    [Fact]
    public void AModelThatHasOurLayersIsHeldAgainstLibtorchs()
    {
        using var scope = NewDisposeScope();
        using var model = nn.Sequential(new Conv2D(2, 3, (3, 2)), new Pool2D(PoolMode.Average, 2));
        var report = ModelCheck.Swapped(model, rand(2, 2, 9, 8));
        report.ThrowIfFailed();
        Assert.Contains(report.Layers, row => row is { Path: "0", Kind: "Conv2D", What: "gradient of weight", Isolated: >= 0 });
    }
}
