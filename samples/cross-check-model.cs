#:project ../Cnn.Reference/Cnn.Reference.csproj
#:package TorchSharp-cpu

// Says which layer of a model differs: of a model with this library's layers in it, and of a port with a mistake.
using Cnn.Reference;
using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

random.manual_seed(1);
using var images = rand(2, 3, 17, 23);

// Your model against itself with our layers in it: every output and every gradient of every layer. In a test, one line:
// ModelCheck.Swapped(model, images).ThrowIfFailed();
using var model = Model(dilation: 2);
Console.WriteLine("With our layers in it:");
Console.WriteLine(ModelCheck.Swapped(model, images));

// A port of it with the same weights, in which the second convolution has lost its dilation.
using var port = Model(dilation: 1);
port.load_state_dict(model.state_dict());
var report = ModelCheck.Same(model, port, images);
Console.WriteLine();
Console.WriteLine("A port with a mistake:");
Console.WriteLine(report);
Console.WriteLine();
Console.WriteLine($"The first difference: {report.FirstDifference!.Path}, {report.FirstDifference.What}");
return report.Passed ? 1 : 0; // it must be found

static TorchSharp.Modules.Sequential Model(long dilation) => Sequential(
    ("conv1", Conv2d(3, 8, 3, stride: 2, padding: 1)),
    ("relu1", ReLU()),
    ("conv2", Conv2d(8, 12, 3, padding: dilation, dilation: dilation, groups: 2)),
    ("relu2", ReLU()),
    ("pool", MaxPool2d(2)),
    ("flatten", Flatten()),
    ("fc", Linear(12 * 4 * 6, 5)));
