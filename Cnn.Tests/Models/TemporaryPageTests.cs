using Cnn.Layers;
using Cnn.Reference;
using Cnn.Reference.Models;
using Cnn.Reference.Networks;
using Cnn.Reference.Report;
using TorchSharp;
using static TorchSharp.torch;

namespace Cnn.Tests.Models;

[Collection(Alone.Name)]
public class TemporaryPageTests
{
    [Theory]
    [InlineData("weight")]
    [InlineData("stride")]
    public void Write(string bug)
    {
        using var scope = NewDisposeScope();
        var network = NetworkTable.Find("resnet18")!;
        using var expected = network.Create();
        using var actual = network.Create();
        if (bug == "weight")
        {
            using (no_grad()) actual.get_parameter("layer3.1.conv2.weight")![5, 7, 2, 1] += 0.1f;
        }
        else
        {
            Surgery.Replace(actual, "layer2.0.downsample.0", old =>
            {
                var wrong = nn.Conv2d(64, 128, 1, stride: 1, bias: false);
                wrong.weight = ((TorchSharp.Modules.Conv2d)old).weight;
                return wrong;
            });
        }
        var (images, _) = NetworkImages.Draw(network, 64, 2, 1);
        var report = ModelCheck.Same(expected, actual, images);
        File.WriteAllText($"/tmp/mw/{bug}.txt", report.ToString());
        using var file = File.Create($"/tmp/mw/{bug}.html");
        LayerErrorsReport.Write(file, [new(network, 64, report, [new("each step", false, "12", "Training, each step from libtorch's weights: in step 1 of 20, gradient of layer1.1.conv1.weight [1, 2, 0, 1] is 12.3 times what rounding explains."), new("losses", true, "0", "Training, both free: in 20 steps the loss went from 2 to 1.")], 1)]);
    }
}
