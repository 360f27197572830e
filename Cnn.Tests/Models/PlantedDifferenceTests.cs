using Cnn.Layers;
using Cnn.Reference;
using Cnn.Reference.Models;
using Cnn.Reference.Networks;
using TorchSharp;
using TorchSharp.Modules;
using Xunit.Abstractions;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Cnn.Tests.Models;

/// <summary>A bug planted in one layer is named: the layer, the tensor, the element.</summary>
[Collection(Alone.Name)] // seeds torch's generator
[Trait(Traits.Speed, Traits.Slow)]
public class PlantedDifferenceTests(ITestOutputHelper output)
{
    private const string Shortcut = "layer2.0.downsample.0";

    [Fact]
    public void TheStrideOfAShortcut()
    {
        using var scope = NewDisposeScope();
        using var expected = Resnet18();
        using var actual = Resnet18();
        Surgery.Replace(actual, Shortcut, old =>
        {
            var wrong = Conv2d(64, 128, 1, stride: 1, bias: false);
            wrong.weight = ((Conv2d)old).weight;
            return wrong;
        });
        var report = ModelCheck.Same(expected, actual, Images());
        var first = First(report);
        Assert.Equal((Shortcut, "output"), (first.Path, first.What));
        Assert.Contains("(2, 128, 8, 8) expected, ", first.ToString());
        Assert.Contains("(2, 128, 16, 16) found", first.ToString());
        Assert.Contains(" tensors that the model did not reach", report.ToString());
        // What comes back is other, and not because of a number next to zero.
        Assert.DoesNotContain("next to zero", report.ToString());
    }

    [Fact]
    public void TheStrideOfAShortcutThatLeavesItsShape()
    {
        using var scope = NewDisposeScope();
        using var expected = Resnet18();
        using var actual = Resnet18();
        // Every other cell, beginning with the second.
        Surgery.Replace(actual, Shortcut, old => new TamperedLayer((nn.Module<Tensor, Tensor>)old, before: x => x.roll([-1, -1], [2, 3])));
        var first = First(ModelCheck.Same(expected, actual, Images()));
        Assert.Equal((Shortcut, "output"), (first.Path, first.What));
        Assert.True(first.Isolated > 1000, first.ToString());
    }

    /// <summary>What a wrong layer sends back is no kink, and neither is what its output does to what comes back.</summary>
    [Fact]
    public void WhereALayerIsWrongNoKinkIsSeen()
    {
        using var scope = NewDisposeScope();
        using var expected = Net(stride: 2);
        using var actual = Net(stride: 1);
        var report = ModelCheck.Same(expected, actual, randn(2, 3, 20, 20));
        Assert.Equal("2", First(report).Path);
        Assert.DoesNotContain("next to zero", report.ToString());

        static nn.Module<Tensor, Tensor> Net(long stride)
        {
            manual_seed(5);
            return Sequential(Conv2d(3, 8, 3), ReLU(), Conv2d(8, 4, 3, stride: stride), ReLU(), AdaptiveAvgPool2d(2));
        }
    }

    [Theory]
    [InlineData(1e-7f)] // an ulp or so: no output needs to show it
    [InlineData(0.1f)]
    public void OneWeight(float by)
    {
        using var scope = NewDisposeScope();
        using var expected = Resnet18();
        using var actual = Resnet18();
        var weight = actual.get_parameter("layer3.1.conv2.weight")!;
        float was = weight[5, 7, 2, 1].item<float>();
        using (no_grad()) weight[5, 7, 2, 1] = was + by;
        var report = ModelCheck.Same(expected, actual, Images());
        var first = First(report);
        Assert.Equal(("layer3.1.conv2", "weight"), (first.Path, first.What));
        Assert.Equal([5L, 7, 2, 1], first.Index);
        Assert.Equal((was, was + by), ((float)first.Expected, (float)first.Actual));
        var broken = Assert.Throws<ModelDifferenceException>(report.ThrowIfFailed);
        Assert.StartsWith("DIFFERENT: layer3.1.conv2 (Conv2d), weight [5, 7, 2, 1]:", broken.Message);
        if (by < 1e-3) return;
        Assert.Contains(report.Layers, row => row is { Path: "layer3.1.conv2", What: "output", Isolated: > 100, Propagated: > 1 });
        var before = report.Layers.Where(row => row.Path.StartsWith("layer2", StringComparison.Ordinal) && row.What == "output");
        Assert.All(before, row => Assert.True(row.Passed, row.ToString()));
    }

    // What a twin can do wrong, forward and back, each where one element shows it.
    public static TheoryData<string> Bugs => ["output", "NaN", "gradient of input", "gradient of weight", "throws", "shape"];

    [Theory]
    [MemberData(nameof(Bugs))]
    public void ATwinThatIsWrong(string bug)
    {
        using var scope = NewDisposeScope();
        using var model = Resnet18();
        var report = ModelCheck.Swapped(
            model, Images(),
            (path, layer) =>
            {
                var twin = TwinLayers.Of(path, layer);
                return path == "layer1.1.conv1" ? twin with { Actual = Faulty(twin.Actual, bug) } : twin;
            },
            null);
        var first = First(report);
        string what = bug is "gradient of input" or "gradient of weight" ? bug : "output";
        Assert.Equal(("layer1.1.conv1", what), (first.Path, first.What));
        if (bug is not ("throws" or "shape")) Assert.Equal(bug == "gradient of weight" ? [3L, 2, 1, 0] : [1L, 3, 2, 1], first.Index);
        Assert.DoesNotContain(report.Layers, row => !(row.Isolated <= 1) && row.Path != first.Path && row.Path != "(model)");
    }

    [Fact]
    public void ABugBetweenTheLayersIsSaidToBeThere()
    {
        using var scope = NewDisposeScope();
        using var expected = new Model(
            (m, x) => m["two"].call(functional.relu(m["one"].call(x))), ("one", Conv2d(1, 2, 3)), ("two", Conv2d(2, 2, 3)));
        using var actual = new Model((m, x) => m["two"].call(m["one"].call(x)), ("one", Conv2d(1, 2, 3)), ("two", Conv2d(2, 2, 3)));
        actual.load_state_dict(expected.state_dict());
        var first = First(ModelCheck.Same(expected, actual, randn(2, 1, 7, 6)));
        Assert.Equal(("two", "output", 0.0), (first.Path, first.What, first.Isolated));
    }

    [Fact]
    public void AKinkIsExplainedAndNotBlamed()
    {
        using var scope = NewDisposeScope();
        manual_seed(1);
        using var model = new Model((m, x) => m["relu"].call(m["conv"].call(x)), ("conv", Conv2d(2, 3, 3)), ("relu", ReLU()));
        var input = randn(2, 2, 6, 7);
        // The sum at [1, 2, 3, 1] is brought next to zero, and its rounding past it.
        using (no_grad())
        {
            var bias = model.get_parameter("conv.bias")!;
            bias[2] -= model["conv"].forward(input)[1, 2, 3, 1];
            float rest = model["conv"].forward(input)[1, 2, 3, 1].item<float>();
            bias[2] -= rest;
        }
        float before = model["conv"].forward(input)[1, 2, 3, 1].item<float>();
        Assert.InRange(before, -1e-6f, 1e-6f);
        float past = before > 0 ? -before - 1e-7f : -before + 1e-7f;
        var report = ModelCheck.Swapped(
            model, input,
            (path, layer) => new(layer, path == "conv" ? new TamperedLayer(layer, after: y => y + Only(y, [1, 2, 3, 1], past)) : layer),
            null);
        output.WriteLine(report.ToString());
        report.ThrowIfFailed();
        var turned = Assert.Single(report.Layers, row => row is { Path: "conv", What: "gradient of weight" });
        Assert.Contains("conv [1, 2, 3, 1] (", turned.Kink);
        Assert.True(turned.Propagated <= 1);
        Assert.Contains("decided otherwise", report.ToString());
    }

    [Fact]
    public void OtherLayersAreRefusedInASentence()
    {
        using var scope = NewDisposeScope();
        using var one = Sequential(("a", Conv2d(1, 1, 1)));
        using var two = Sequential(("b", ReLU()), ("c", Tanh()));
        var refusal = Assert.Throws<ArgumentException>(() => ModelCheck.Same(one, two, rand(1, 1, 2, 3)));
        Assert.StartsWith(
            "actual has no layer that belongs to one of expected: expected has a (Conv2d), actual has b (ReLU), c (Tanh).",
            refusal.Message);
        var itself = Assert.Throws<ArgumentException>(() => ModelCheck.Same(one, one, rand(1, 1, 2, 3)));
        Assert.StartsWith("actual is the same object as expected", itself.Message);
    }

    // A port that calls functions where the original has modules, its layers numbered otherwise for that.
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void LayersThatStandAloneAreNamedAndTheOthersCompared(bool wrong)
    {
        using var scope = NewDisposeScope();
        using var expected = Sequential(
            ("0", Conv2d(1, 2, 3)), ("1", ReLU()), ("2", Conv2d(2, 2, 3)), ("3", BatchNorm2d(2)), ("4", ReLU()), ("5", Conv2d(2, 2, 1)));
        using var actual = new Model(
            (m, x) => m["3"].call(functional.relu(m["2"].call(m["1"].call(functional.relu(m["0"].call(x)))))),
            ("0", Conv2d(1, 2, 3)), ("1", new Conv2D(2, 2, 3)), ("2", BatchNorm2d(2)), ("3", Conv2d(2, 2, 1)));
        using (no_grad())
            foreach (var (mine, theirs) in actual.parameters().Zip(expected.parameters())) mine.copy_(theirs);
        if (wrong)
            using (no_grad()) actual.get_parameter("1.weight")![1, 0, 2, 1] += 0.1;
        var report = ModelCheck.Same(expected, actual, randn(3, 1, 9, 8));
        output.WriteLine(report.ToString());
        Assert.Equal(["1", "4"], report.NotCompared.Select(layer => layer.Path));
        Assert.All(report.NotCompared, layer => Assert.Equal("only expected has it", layer.Reason));
        Assert.Equal(["0", "2", "3", "5", "(model)"], report.Layers.Select(row => row.Path).Distinct());
        Assert.Equal(!wrong, report.Passed);
        if (wrong) Assert.Equal(("2", "weight"), (report.FirstDifference!.Path, report.FirstDifference.What));
        else Assert.StartsWith("EQUAL WHERE COMPARED: 4 of 6 layers; not 1 (ReLU), 4 (ReLU). ", report.ToString());
    }

    [Fact]
    public void ALayerThatStandsAloneIsLeftAsItWas()
    {
        using var scope = NewDisposeScope();
        using var expected = Sequential(("conv", Conv2d(1, 2, 3)), ("norm", BatchNorm2d(2)));
        using var actual = Sequential(("conv", Conv2d(1, 2, 3)));
        var norm = expected.named_modules().Single(entry => entry.name == "norm").module;
        var mean = norm.get_buffer("running_mean")!.clone();
        Assert.False(ModelCheck.Same(expected, actual, randn(3, 1, 9, 8)).Passed);
        Exact.Equal(mean, norm.get_buffer("running_mean")!);
        Assert.All(norm.parameters(), parameter => Assert.Null(parameter.grad));
    }

    [Fact]
    public void TheWeightsOfALayerThatDoesNotRunAreCompared()
    {
        using var scope = NewDisposeScope();
        using var expected = new Model((m, x) => m["conv"].call(x), ("conv", Conv2d(1, 2, 3)), ("idle", Conv2d(1, 2, 3)));
        using var actual = new Model((m, x) => m["conv"].call(x), ("conv", Conv2d(1, 2, 3)), ("idle", Conv2d(1, 2, 3)));
        actual.load_state_dict(expected.state_dict());
        var input = randn(2, 1, 7, 6);
        var equal = ModelCheck.Same(expected, actual, input);
        Assert.True(equal.Passed);
        Assert.Contains("idle (Conv2d) is not compared: forward does not run it: its weights alone are compared.", equal.Remarks);
        using (no_grad()) actual.get_parameter("idle.weight")![1, 0, 2, 1] += 1;
        var first = First(ModelCheck.Same(expected, actual, input));
        Assert.Equal(("idle", "weight"), (first.Path, first.What));
        Assert.Equal([1L, 0, 2, 1], first.Index);
    }

    // One line for what follows from the culprit, whatever is wrong; the culprit's layer with all its tensors.
    [Fact]
    public void TheTableShowsTheCulpritAndSumsUpWhatFollows()
    {
        using var scope = NewDisposeScope();
        using var expected = Resnet18();
        using var actual = Resnet18();
        var weight = actual.get_parameter("layer3.1.conv2.weight")!;
        using (no_grad()) weight[5, 7, 2, 1] += 0.1f;
        var report = ModelCheck.Same(expected, actual, Images());
        First(report);
        string text = report.ToString();
        string[] rows = Rows(text);
        Assert.True(report.Layers.Count(row => !row.Passed) > 20);
        Assert.InRange(rows.Length, 3, 8);
        Assert.Contains("<- HERE", rows.Single(row => row.Contains("| weight ", StringComparison.Ordinal)));
        Assert.All(rows, row => Assert.StartsWith("| layer3.1.conv2 (Conv2d) ", row));
        Assert.Contains("computed after layer3.1.conv2, from which it follows", text.Replace("\n  ", " ", StringComparison.Ordinal));
    }

    [Fact]
    public void TheTableIsInTheOrderOfExecution()
    {
        using var scope = NewDisposeScope();
        using var model = NetworkTable.Find("lenet5")!.Create();
        var report = ModelCheck.Swapped(model, rand(2, 1, 28, 28));
        string[] rows = Rows(report.ToString());
        string[] all = [.. report.Layers.Select(row => row.Path).Distinct()];
        int[] places = [.. rows.Select(row => Array.IndexOf(all, row[2..].Split(' ')[0]))];
        Assert.Equal(places.Order(), places);
        Assert.Contains(rows, row => row.StartsWith("| features.c1 (Conv2D)", StringComparison.Ordinal));
    }

    [Fact]
    public void RenamedLayersAreComparedInTheirOrder()
    {
        using var scope = NewDisposeScope();
        using var one = Sequential(("a", Conv2d(1, 2, 3)), ("b", ReLU()));
        using var two = Sequential(("first", new Conv2D(1, 2, 3)), ("second", ReLU()));
        var own = one.parameters().ToList();
        using (no_grad())
            foreach (var (mine, theirs) in two.parameters().Zip(own)) mine.copy_(theirs);
        ModelCheck.Same(one, two, rand(2, 1, 5, 4)).ThrowIfFailed();
    }

    // What a layer makes of its own tensors, and of its input, is compared as well.
    [Theory]
    [InlineData("momentum", "new running_mean")]
    [InlineData("not updated", "new running_mean")]
    [InlineData("counted twice", "new num_batches_tracked")]
    [InlineData("changes its input", "new input")]
    [InlineData("changes its weight", "new weight")]
    public void StateThatALayerLeavesBehind(string bug, string what)
    {
        using var scope = NewDisposeScope();
        using var expected = Normalised(bug: null);
        using var actual = Normalised(bug);
        var first = First(ModelCheck.Same(expected, actual, randn(3, 2, 5, 4)));
        Assert.Equal(("norm", what), (first.Path, first.What));
    }

    [Fact]
    public void AResultOfAnotherType()
    {
        using var scope = NewDisposeScope();
        using var expected = new Model((m, x) => m["conv"].call(x), ("conv", Conv2d(1, 2, 3)));
        using var actual = new Model((m, x) => m["conv"].call(x).to(ScalarType.Float64), ("conv", Conv2d(1, 2, 3)));
        actual.load_state_dict(expected.state_dict());
        var first = First(ModelCheck.Same(expected, actual, randn(2, 1, 7, 6)));
        Assert.Equal(("(model)", "output"), (first.Path, first.What));
        Assert.Contains("Float32 expected, Float64 found", first.ToString());
    }

    [Fact]
    public void AParameterOfABlockIsNamedItself()
    {
        using var scope = NewDisposeScope();
        using var expected = new Model((m, x) => m["conv"].call(x) * m.get_parameter("scale")!, ("conv", Conv2d(1, 2, 3)));
        using var actual = new Model((m, x) => m["conv"].call(x) * m.get_parameter("scale")!, ("conv", Conv2d(1, 2, 3)));
        expected.register_parameter("scale", Parameter(tensor(new[] { 1f, 2f, 3f, 4f })));
        actual.register_parameter("scale", Parameter(tensor(new[] { 1f, 2f, 3.5f, 4f })));
        actual["conv"].load_state_dict(expected["conv"].state_dict());
        var first = First(ModelCheck.Same(expected, actual, randn(2, 1, 7, 6)));
        Assert.Equal(("(model)", "scale"), (first.Path, first.What));
        Assert.Equal([2L], first.Index);
    }

    // Of the table, without its head.
    private static string[] Rows(string text) =>
        [.. text.Split('\n').Where(line => line.StartsWith("| ", StringComparison.Ordinal)).Skip(1)];

    private static Model Normalised(string? bug)
    {
        manual_seed(1); // the same weights
        var norm = BatchNorm2d(2, momentum: bug == "momentum" ? 0.5 : 0.1);
        nn.Module<Tensor, Tensor> layer = bug is null or "momentum" ? norm : new TamperedNorm(norm, bug);
        return new((m, x) => m["norm"].call(m["conv"].call(x)), ("conv", Conv2d(2, 2, 1)), ("norm", layer));
    }

    private LayerResult First(ModelReport report)
    {
        output.WriteLine(report.ToString());
        Assert.False(report.Passed);
        Assert.All(report.ToString().Split('\n'), line => Assert.InRange(line.Length, 0, 80));
        return report.FirstDifference!;
    }

    private static TamperedLayer Faulty(nn.Module<Tensor, Tensor> layer, string bug) => bug switch
    {
        "output" => new(layer, after: y => y + Only(y, [1, 3, 2, 1], 0.01f)),
        "NaN" => new(layer, after: y => y + Only(y, [1, 3, 2, 1], float.NaN)),
        "gradient of input" => new(layer, before: x => x + 0.01 * Only(x, [1, 3, 2, 1], 1) * (x - x.detach())),
        "gradient of weight" => new(new FunctionLayer(x => functional.conv2d(x, Half(layer.get_parameter("weight")!), padding: [1, 1]))
        {
            Parameters = layer,
        }),
        "throws" => new(layer, after: _ => throw new InvalidOperationException("planted")),
        _ => new(layer, after: y => y.narrow(3, 0, y.shape[3] - 1)),
    };

    // The same values, and a gradient that is wrong at one of them.
    private static Tensor Half(Tensor weight) => weight + 0.01 * Only(weight, [3, 2, 1, 0], 1) * (weight - weight.detach());

    private static Tensor Only(Tensor like, long[] index, float value)
    {
        var only = zeros_like(like).detach();
        only[[.. index.Select(at => TensorIndex.Single(at))]] = tensor(value);
        return only;
    }

    private static nn.Module<Tensor, Tensor> Resnet18() => NetworkTable.Find("resnet18")!.Create();

    private static Tensor Images()
    {
        manual_seed(3);
        return rand(2, 3, 64, 64);
    }
}
