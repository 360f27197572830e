using Cnn.Reference.Networks;
using TorchSharp;
using static TorchSharp.torch;

namespace Cnn.Tests.Networks;

[Collection(Alone.Name)] // reads torch's generator
[Trait(Traits.Speed, Traits.Slow)]
public class NetworkTableTests
{
    public static TheoryData<string> Names => [.. NetworkTable.All.Select(network => network.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void ANetworkTakesImagesOfItsSmallSizeAndLearnsFromThem(string name)
    {
        using var scope = NewDisposeScope();
        var network = NetworkTable.Find(name)!;
        using var model = network.Create();
        using var scores = model.forward(rand(2, network.Channels, network.SmallSize, network.SmallSize));
        Assert.True(scores.shape is [2, 10 or 1000]);
        scores.sum().backward();
        // inception_v3's auxiliary classifier stands beside its forward pass.
        var learning = model.named_parameters().Where(pair => !pair.name.StartsWith("AuxLogits", StringComparison.Ordinal));
        Assert.All(learning, pair => Assert.True(pair.parameter.grad is not null, pair.name));
    }

    [Fact]
    public void TheSeedGivesTheWeightsAndTheGeneratorStays()
    {
        using var scope = NewDisposeScope();
        manual_seed(5);
        using var before = rand(3);
        manual_seed(5);
        using var one = NetworkTable.Find("rectangular")!.Create(seed: 7);
        using var after = rand(3);
        using var two = NetworkTable.Find("rectangular")!.Create(seed: 7);
        using var other = NetworkTable.Find("rectangular")!.Create(seed: 8);
        Exact.Equal(before, after);
        foreach (var (name, parameter) in one.named_parameters()) Exact.Equal(parameter, two.get_parameter(name), name);
        Assert.False(one.get_parameter("wide.weight")!.Equals(other.get_parameter("wide.weight")!));
    }

    [Fact]
    public void NamesAreLowerCaseAndDiffer()
    {
        Assert.Equal(NetworkTable.All.Count, NetworkTable.All.Select(network => network.Name).Distinct().Count());
        Assert.All(NetworkTable.All, network => Assert.Equal(network.Name.ToLowerInvariant(), network.Name));
        Assert.Null(NetworkTable.Find("resnet"));
    }
}
