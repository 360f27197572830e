#:project ../Cnn.Layers/Cnn.Layers.csproj
#:package TorchSharp-cpu
#:package TorchVision

// Puts this library's layers into torchvision's ResNet-18, compares and times it, and takes them out again.
using System.Diagnostics;
using Cnn.Layers;
using TorchSharp;
using static TorchSharp.torch;

random.manual_seed(1);
using var model = torchvision.models.resnet18();
model.eval();
using var image = rand(1, 3, 224, 224);
using var unrecorded = no_grad();

using var theirs = model.call(image);

var report = model.UseCnnLayers(); // in place: the parameters stay the same objects, so an optimizer would stay valid
Console.WriteLine(report);

using var ours = model.call(image);
Console.WriteLine($"largest difference: {(ours - theirs).abs().max().item<float>():G2}, where outputs reach " +
    $"{theirs.abs().max().item<float>():G3}");

model.UseTorchLayers(); // and back
using var again = model.call(image);
Console.WriteLine($"taken out again, the outputs are the first ones, bit for bit: {again.equal(theirs).all().item<bool>()}");

// In turn, so that what else the machine does disturbs both; what it takes in all is left to `bench --model resnet18`.
var ratios = new List<double>();
for (int turn = 0; turn < 15; turn++)
{
    double theirTime = Time();
    model.UseCnnLayers();
    ratios.Add(Time() / theirTime);
    model.UseTorchLayers();
}
ratios.Sort();
Console.WriteLine(
    $"one image takes {ratios[ratios.Count / 2]:F2} of the time with libtorch's layers: the median of {ratios.Count} turns, " +
    $"of which half lie between {ratios[ratios.Count / 4]:F2} and {ratios[ratios.Count * 3 / 4]:F2}");

// The second of two calls, in milliseconds: what a swap leaves to be done is done in the first.
double Time()
{
    model.call(image).Dispose();
    long start = Stopwatch.GetTimestamp();
    model.call(image).Dispose();
    return Stopwatch.GetElapsedTime(start).TotalMilliseconds;
}
