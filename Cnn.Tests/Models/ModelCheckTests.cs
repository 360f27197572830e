using Cnn.Reference;
using Cnn.Reference.Networks;
using TorchSharp;
using Xunit.Abstractions;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Cnn.Tests.Models;

/// <summary>Models that are right, whatever they are made of.</summary>
[Collection(Alone.Name)] // reads torch's generator
[Trait(Traits.Speed, Traits.Slow)]
public class ModelCheckTests(ITestOutputHelper output)
{
    public static TheoryData<string> SmallNetworks => ["lenet5", "dilated", "rectangular", "resnet18", "mobilenet_v2"];

    [Theory]
    [MemberData(nameof(SmallNetworks))]
    public void ASwappedNetworkIsEqualAtEveryLayer(string name)
    {
        using var scope = NewDisposeScope();
        var network = NetworkTable.Find(name)!;
        using var model = network.Create();
        // mobilenet_v2 calls its last pool as a function.
        Pass(ModelCheck.Swapped(model, Images(network)), name == "mobilenet_v2" ? "EQUAL WHERE COMPARED: 52 of 53 " : "EQUAL: ");
    }

    [Theory]
    [InlineData("rectangular")]
    [InlineData("resnet18")]
    public void SoItIsInEvaluationMode(string name)
    {
        using var scope = NewDisposeScope();
        var network = NetworkTable.Find(name)!;
        using var model = network.Create();
        model.eval();
        Pass(ModelCheck.Swapped(model, Images(network)));
    }

    [Theory]
    [InlineData("dilated")]
    [InlineData("rectangular")]
    public void SoItIsInFloat64(string name)
    {
        using var scope = NewDisposeScope();
        var network = NetworkTable.Find(name)!;
        using var model = network.Create();
        model.to(ScalarType.Float64);
        Pass(ModelCheck.Swapped(model, Images(network).to(ScalarType.Float64)));
    }

    [Fact]
    public void WithoutGradientsOutputsAloneAreCompared()
    {
        using var scope = NewDisposeScope();
        using var model = NetworkTable.Find("lenet5")!.Create();
        var report = ModelCheck.Swapped(model, rand(2, 1, 28, 28), new() { Gradients = false });
        Pass(report);
        Assert.All(report.Layers, row => Assert.Equal("output", row.What));
        Assert.Contains(report.Layers, row => row.Isolated > 0);
    }

    [Fact]
    public void ALayerThatRunsTwiceIsComparedTwiceAndItsWeightsOnce()
    {
        using var scope = NewDisposeScope();
        using var model = new Model((m, x) => m["conv"].call(functional.relu(m["conv"].call(x))), ("conv", Conv2d(3, 3, 3, padding: 1)));
        var report = ModelCheck.Swapped(model, rand(2, 3, 5, 7));
        Pass(report);
        Assert.Equal(
            [
                "conv (call 1) output", "conv (call 1) gradient of input", "conv gradient of weight", "conv gradient of bias",
                "conv (call 2) output", "conv (call 2) gradient of input",
            ],
            report.Layers.Where(row => row.Path != "(model)").Select(row => $"{row.Path} {row.What}"));
    }

    [Fact]
    public void RecordsOutliveALayerThatWorksInPlace()
    {
        using var scope = NewDisposeScope();
        // The model counts on relu having changed x itself.
        using var model = new Model(
            (m, x) =>
            {
                x = m["conv"].call(x);
                m["relu"].call(x);
                return m["next"].call(x) + x;
            },
            ("conv", Conv2d(2, 2, 3, padding: 1)), ("relu", ReLU(inplace: true)), ("next", Conv2d(2, 2, 1)));
        var input = randn(2, 2, 5, 4);
        using var before = model.forward(input).detach();
        var positive = functional.relu(model["conv"].forward(input));
        Assert.True((before - model["next"].forward(positive) - positive).abs().max().item<float>() < 1e-5);
        var report = ModelCheck.Swapped(model, input);
        Pass(report);
        Exact.Equal(before, model.forward(input).detach());
    }

    [Fact]
    public void LayersThatDoNotRunAndModulesOfAnotherFormAreNamed()
    {
        using var scope = NewDisposeScope();
        using var model = new Model((m, x) => m["conv"].call(x), ("conv", Conv2d(1, 2, 3)), ("idle", Conv2d(1, 1, 1)));
        model.register_module("pair", new Bilinear3());
        var report = ModelCheck.Swapped(model, rand(1, 1, 4, 5));
        Pass(report, "EQUAL WHERE COMPARED: 1 of 2 convolutions and pools; not idle (Conv2d). ");
        Assert.Contains("idle (Conv2d) is not compared: forward does not run it.", report.Remarks);
        Assert.Contains(report.Remarks, remark => remark.StartsWith("1 layer of other kinds not recorded", StringComparison.Ordinal));
        Assert.Contains(report.Remarks, remark => remark.Contains(": pair (Bilinear3). ", StringComparison.Ordinal));
    }

    [Fact]
    public void AModelThatIsOneLayerIsCompared()
    {
        using var scope = NewDisposeScope();
        using var conv = Conv2d(3, 4, (3, 2), stride: (2, 1));
        var report = ModelCheck.Swapped(conv, randn(2, 3, 6, 5));
        Pass(report);
        Assert.Contains(report.Layers, row => row is { Path: "(root)", What: "gradient of weight", Isolated: >= 0 });
    }

    [Fact]
    public void WhereNothingIsSwappedNothingIsProved()
    {
        using var scope = NewDisposeScope();
        using var model = Sequential(Linear(3, 2), ReLU());
        var report = ModelCheck.Swapped(model, rand(4, 3));
        Assert.False(report.Passed);
        Assert.StartsWith("NOTHING COMPARED", report.ToString());
        Assert.Throws<ModelDifferenceException>(report.ThrowIfFailed);
    }

    // Equal where it was compared is not equal: a field of TorchSharp's own type takes no other layer.
    [Fact]
    public void WhatCouldNotBeSwappedStandsInTheVerdict()
    {
        using var scope = NewDisposeScope();
        using var model = new Typed(Conv2d(1, 2, 3));
        var report = ModelCheck.Swapped(model, rand(2, 1, 12, 11));
        output.WriteLine(report.ToString());
        Assert.True(report.Passed);
        Assert.StartsWith("EQUAL WHERE COMPARED: 1 of 4 convolutions and pools; not ", report.ToString());
        Assert.Equal(["(model)", "pool", "second"], report.NotCompared.Select(layer => layer.Path).Order());
        Assert.Contains(report.NotCompared, layer => ReferenceEquals(layer.Layer, model.second));
        // What has no counterpart is no loss.
        var fold = report.Remarks.Where(remark => remark.Contains("head", StringComparison.Ordinal));
        Assert.Equal(
            [
                "1 layer of other kinds not recorded, because only their own types fit in their places: head (Linear). "
                    + "What they give shows in the layers behind.",
            ],
            fold);
        Assert.All(report.ToString().Split('\n'), line => Assert.InRange(line.Length, 0, 80));
    }

    [Fact]
    public void WhereAllThatCouldBeComparedIsTypedNothingIsProved()
    {
        using var scope = NewDisposeScope();
        using var model = new Typed(Identity());
        var report = ModelCheck.Swapped(model, rand(2, 2, 10, 9));
        output.WriteLine(report.ToString());
        Assert.False(report.Passed);
        Assert.StartsWith("NOTHING COMPARED: none of 3 convolutions and pools: ", report.ToString());
    }

    [Fact]
    public void ParametersThatBlocksHoldAreComparedToo()
    {
        using var scope = NewDisposeScope();
        using var model = new Model((m, x) => m["conv"].call(x) * m.get_parameter("scale")!, ("conv", Conv2d(1, 2, 3)));
        model.register_parameter("scale", Parameter(rand(1)));
        var report = ModelCheck.Swapped(model, rand(1, 1, 4, 5));
        Pass(report);
        Assert.Contains(report.Layers, row => row is { Path: "(model)", What: "gradient of scale", Propagated: <= 1 });
    }

    [Fact]
    public void TwoModelsOfTheSameWeightsAreTheSame()
    {
        using var scope = NewDisposeScope();
        using var one = NetworkTable.Find("rectangular")!.Create(seed: 3);
        using var two = NetworkTable.Find("rectangular")!.Create(seed: 3);
        var report = ModelCheck.Same(one, two, rand(2, 1, 25, 28));
        Pass(report);
        Assert.All(report.Layers, row => Assert.True(row.Isolated is 0 or double.NaN && row.Propagated is 0 or double.NaN, row.ToString()));
    }

    // Fed with ones, an average gives 1, which is not its number of terms: long averages were held to the bound of a single term.
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void ALongAverageMayBeOffAsSumsOfItsTermsMay(bool adaptive)
    {
        using var scope = NewDisposeScope();
        manual_seed(4);
        using var model = adaptive ? Sequential(AdaptiveAvgPool2d(1)) : Sequential(AvgPool2d((37, 41)));
        var images = rand(64, 16, 37, 41) + 1;
        // The same sums in another order, and the same but for a ten-thousandth.
        Pass(ModelCheck.Swapped(model, images, (_, layer) => new(layer, new TamperedLayer(layer, before: x => x.flip(2, 3))), null));
        var wrong = ModelCheck.Swapped(
            model, images, (_, layer) => new(layer, new TamperedLayer(layer, after: y => y * 1.0001)), null);
        Assert.False(wrong.Passed);
    }

    [Fact]
    public void AResultWithoutAxesIsCompared()
    {
        using var scope = NewDisposeScope();
        using var model = new Model((m, x) => m["conv"].call(x).sum(), ("conv", Conv2d(3, 3, 3)));
        var report = ModelCheck.Swapped(model, randn(2, 3, 9, 8));
        Pass(report);
        Assert.Contains(report.Layers, row => row is { Path: "(model)", What: "output", Index: [] });
    }

    // A constant upstream gradient: its sum over 84 places rounds to one side, by as much as the order wants, and may be exact in one.
    [Fact]
    public void ASumOfEqualNumbersMayBeOffAsItsOrderLeavesIt()
    {
        for (int seed = 0; seed < 40; seed++)
        {
            using var scope = NewDisposeScope();
            manual_seed(seed);
            using var model = new Model((m, x) => m["conv"].call(x).sum(), ("conv", Conv2d(3, 3, 3)));
            Pass(ModelCheck.Swapped(model, randn(2, 3, 9, 8), new() { Seed = seed }));
        }
    }

    [Fact]
    public void ThatNoGradientCameBackIsSaid()
    {
        using var scope = NewDisposeScope();
        using var model = new Model((m, x) => m["conv"].call(x).detach(), ("conv", Conv2d(3, 3, 3)));
        var report = ModelCheck.Swapped(model, randn(2, 3, 9, 8));
        Pass(report);
        Assert.Contains(report.Remarks, remark => remark.StartsWith("No gradient came back", StringComparison.Ordinal));
        Assert.DoesNotContain(
            ModelCheck.Swapped(model, randn(2, 3, 9, 8), new() { Gradients = false }).Remarks,
            remark => remark.StartsWith("No gradient", StringComparison.Ordinal));
    }

    [Fact]
    public void AModelThatReadsMoreOfALayerIsRefusedInASentenceOfTheModel()
    {
        using var scope = NewDisposeScope();
        using var model = new Model(
            (m, x) => m["conv"].call(x) * ((dynamic)m.named_children().Single().module).weight.sum(), ("conv", Conv2d(3, 3, 3)));
        var refusal = Assert.Throws<ArgumentException>(() => ModelCheck.Swapped(model, randn(2, 3, 9, 8)));
        Assert.StartsWith("model: its code asks more of a layer than to be run", refusal.Message);
    }

    [Fact]
    public void ADisposedInputIsRefusedInASentence()
    {
        using var model = Conv2d(1, 1, 1);
        var input = rand(1, 1, 2, 3);
        input.Dispose();
        var refusal = Assert.Throws<ArgumentException>(() => ModelCheck.Swapped(model, input));
        Assert.StartsWith("input is a disposed tensor: must be alive", refusal.Message);
    }

    private void Pass(ModelReport report, string verdict = "EQUAL: ")
    {
        output.WriteLine(report.ToString());
        report.ThrowIfFailed();
        Assert.True(report.Passed);
        Assert.Null(report.FirstDifference);
        Assert.All(report.ToString().Split('\n'), line => Assert.InRange(line.Length, 0, 80));
        Assert.StartsWith(verdict, report.ToString().Replace("\n  ", " ", StringComparison.Ordinal));
    }

    private static Tensor Images(Network network) =>
        rand(3, network.Channels, network.SmallSize, network.SmallSize + (network.Name == "lenet5" ? 0 : 4));

    /// <summary>Has layers in fields that can hold no other, and calls a function.</summary>
    private sealed class Typed : nn.Module<Tensor, Tensor>
    {
        private readonly nn.Module<Tensor, Tensor> first;
        public readonly TorchSharp.Modules.Conv2d second = Conv2d(2, 3, 3);
        private readonly TorchSharp.Modules.MaxPool2d pool = MaxPool2d(2);
        private readonly TorchSharp.Modules.Linear head = Linear(3, 2);

        public Typed(nn.Module<Tensor, Tensor> first) : base(nameof(Typed))
        {
            this.first = first;
            RegisterComponents();
        }

        public override Tensor forward(Tensor input)
        {
            var maps = pool.call(second.call(first.call(input)));
            return head.call(functional.avg_pool2d(maps, 2).mean([2L, 3L]));
        }
    }

    /// <summary>Takes two tensors.</summary>
    private sealed class Bilinear3() : nn.Module<Tensor, Tensor, Tensor>(nameof(Bilinear3))
    {
        public override Tensor forward(Tensor one, Tensor two) => one * two;
    }
}
