using Cnn.Reference;
using Cnn.Reference.Networks;
using TorchSharp;
using Xunit.Abstractions;
using static TorchSharp.torch;

namespace Cnn.Tests.Models;

[Collection(Alone.Name)] // reads torch's generator
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
        var report = ModelCheck.Swapped(model, rand(3, network.Channels, network.SmallSize, network.SmallSize + 4));
        output.WriteLine(report.ToString());
        report.ThrowIfFailed();
    }
}
