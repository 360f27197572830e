using Cnn.Layers;
using Cnn.Reference.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace Cnn.Tests.Training;

/// <summary>What a plan says of a network is what the network does.</summary>
public class NetworkPlanTests
{
    private static readonly Features Image = new(3, 19, 26);

    [Theory]
    [InlineData("conv 8 3x5 pad 1x2 stride 2x1, relu, pool 2x3, conv 12 3 groups 4 nobias, flatten, fc 7, relu, fc 5")]
    [InlineData("conv 6 4x3 pad same, avgpool 3 stride 2 pad 1, conv 4 2 dilation 2x3, flatten, fc 5")]
    [InlineData("flatten, fc 5")]
    public void ShapesAndParametersAreTheNetworks(string words)
    {
        using var scope = NewDisposeScope();
        var plan = new NetworkPlan(LayerWords.Parse(words), Image, classes: 5);
        using var ours = plan.Build(Algorithm.Fast);
        using var twin = plan.BuildTwin();
        foreach (var network in new[] { ours, twin })
        {
            var features = rand(2, Image.C, Image.H, Image.W);
            foreach (var (layer, (_, module)) in plan.Layers.Zip(network.named_children()))
            {
                features = ((nn.Module<Tensor, Tensor>)module).forward(features);
                long[] expected = layer.Output.IsRow ? [2, layer.Output.C] : [2, layer.Output.C, layer.Output.H, layer.Output.W];
                Assert.Equal(expected, features.shape);
                Assert.Equal(layer.Parameters, (double)module.parameters().Sum(parameter => parameter.numel()));
            }
        }
        Assert.Equal(ours.state_dict().Keys, twin.state_dict().Keys);
        Assert.Equal(ours.named_parameters().Select(parameter => parameter.name), plan.Parameters.Select(parameter => parameter.Name));
        Assert.Equal(
            ours.named_parameters().Select(parameter => parameter.parameter.shape), plan.Parameters.Select(parameter => parameter.Shape));
    }

    /// <summary>The cells of the image that one output far from every border depends on, found by its gradient.</summary>
    [Theory]
    [InlineData("conv 2 3x5 pad 1x2")]
    [InlineData("conv 2 3x1 stride 2x1, avgpool 2x3 stride 1x2")]
    [InlineData("conv 2 2 dilation 2x3, avgpool 2, conv 2 3x2")]
    public void TheReceptiveFieldIsWhatAnOutputSees(string words)
    {
        using var scope = NewDisposeScope();
        var image = new Features(1, 40, 44);
        var layers = LayerWords.Parse($"{words}, flatten, fc 5");
        var plan = new NetworkPlan(layers, image, classes: 5);
        using var network = plan.Build(Algorithm.Fast);
        var pixels = rand(1, image.C, image.H, image.W).requires_grad_();
        var features = pixels;
        var last = plan.Layers[^3];
        foreach (var (_, module) in network.named_children().Take(layers.Count - 2)) features =
            ((nn.Module<Tensor, Tensor>)module).forward(features);
        features[0, 0, last.Output.H / 2, last.Output.W / 2].backward();

        var seen = pixels.grad![0, 0].ne(0);
        Assert.Equal(last.ReceptiveField, (Extent(seen.any(1)), Extent(seen.any(0))));

        static long Extent(Tensor along)
        {
            var at = along.nonzero();
            return (at.max() - at.min()).item<long>() + 1;
        }
    }

    [Fact]
    public void MultiplyAddsAreCounted()
    {
        var plan = new NetworkPlan(LayerWords.Parse("conv 6 3x5 groups 3, flatten, fc 5"), Image, 5);
        Assert.Equal(17 * 22 * 6 * 15, plan.Layers[0].MultiplyAdds);
        Assert.Equal(17 * 22 * 6 * 5, plan.Layers[2].MultiplyAdds);
    }

    [Theory]
    [InlineData("konv", "layer 1 (\"konv\"): 'konv' is no layer; there is conv, pool, avgpool, relu, flatten and fc.")]
    [InlineData("relu, ", "layer 2 (\"\"): is empty.")]
    [InlineData("conv 8", "layer 1 (\"conv 8\"): the kernel's size is missing.")]
    [InlineData("conv 0 3", "layer 1 (\"conv 0 3\"): '0' is not the number of filters, a whole number from 1 to 1000000.")]
    [InlineData("conv 8 3x3x3",
        "layer 1 (\"conv 8 3x3x3\"): '3x3x3' is not the kernel's size: a whole number from 1 to 1000000, or two of them as HxW.")]
    [InlineData("conv 8 3 pad 1 pad 2", "layer 1 (\"conv 8 3 pad 1 pad 2\"): pad is said twice.")]
    [InlineData("conv 8 3 round 1", "layer 1 (\"conv 8 3 round 1\"): 'round' is not one of stride, pad, dilation, groups, nobias.")]
    [InlineData("conv 8 3 groups 3", "layer 1 (\"conv 8 3 groups 3\"): groups 3 must divide the 8 filters.")]
    [InlineData("relu 3", "layer 1 (\"relu 3\"): '3' is one word too many.")]
    public void WordsThatAreNotUnderstoodAreNamed(string words, string sentence) =>
        Assert.Equal(sentence, Assert.Throws<FormatException>(() => LayerWords.Parse(words)).Message);

    [Theory]
    [InlineData("fc 5", "layer 1 (\"fc 5\"): takes a row of numbers, and 3 x 19 x 26 comes in: flatten must stand before it.")]
    [InlineData("flatten, pool 2, fc 5", "layer 2 (\"pool 2\"): takes images of channels, height and width, and a row of 1,482 numbers comes in: it must stand before flatten.")]
    [InlineData(
        "conv 4 3 groups 2, flatten, fc 5", "layer 1 (\"conv 4 3 groups 2\"): groups = 2: must divide the 3 channels of what comes in.")]
    [InlineData("conv 4 3 pad same stride 2, flatten, fc 5",
        "layer 1 (\"conv 4 3 pad same stride 2\"): pad same keeps the size, which needs stride 1, not 2x2.")]
    [InlineData("conv 1000000 1 pad 10, flatten, fc 5",
        "layer 1 (\"conv 1000000 1 pad 10\"): leaves 1000000 x 39 x 46 numbers for an image: more than 1,000,000,000.")]
    [InlineData("conv 300000 1, conv 300000 1 groups 2, flatten, fc 5",
        "the layers have 45,742,500,005 parameters: at most 1,000,000,000 are trained.")]
    [InlineData("flatten, fc 4", "the last layer leaves 4, and the data has 5 classes: it must be \"fc 5\", after flatten.")]
    public void LayersThatDoNotFitAreNamed(string words, string sentence) =>
        Assert.Equal(sentence, Assert.Throws<ArgumentException>(() => new NetworkPlan(LayerWords.Parse(words), Image, classes: 5)).Message);

    /// <summary>What can be trained and is hardly meant is trained, and said.</summary>
    [Theory]
    [InlineData("flatten, fc 5, relu", "layer 3 (\"relu\")")]
    [InlineData("conv 5 19x26, relu, flatten", "layer 2 (\"relu\")")]
    [InlineData("flatten, fc 7, relu, fc 5", null)]
    [InlineData("relu, flatten, fc 5", null)]
    public void AReluBehindTheScoresIsDoubted(string words, string? named)
    {
        string? doubt = new NetworkPlan(LayerWords.Parse(words), Image, classes: 5).Doubt;
        if (named is null) Assert.Null(doubt);
        else Assert.StartsWith(named, doubt, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("flatten, fc 1, pool 2",
        "layer 3 (\"pool 2\"): takes images of channels, height and width, and a row of 1 number comes in: it must stand before flatten.")]
    [InlineData("conv 1 3, conv 4 3 groups 2, flatten, fc 5",
        "layer 2 (\"conv 4 3 groups 2\"): groups = 2: must divide the 1 channel of what comes in.")]
    public void OneIsNotMany(string words, string sentence) => LayersThatDoNotFitAreNamed(words, sentence);

    [Fact]
    public void ANetworkThatCannotLearnIsRefused() => Assert.Equal(
        "no layer has parameters: nothing can be learned.",
        Assert.Throws<ArgumentException>(() => new NetworkPlan(LayerWords.Parse("avgpool 19x26, flatten"), Image, classes: 3)).Message);
}
