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
double theirTime = Time();

var report = model.UseCnnLayers(); // in place: the parameters stay the same objects, so an optimizer would stay valid
Console.WriteLine(report);

using var ours = model.call(image);
double ourTime = Time();
Console.WriteLine($"largest difference: {(ours - theirs).abs().max().item<float>():G2}, where outputs reach " +
    $"{theirs.abs().max().item<float>():G3}");
Console.WriteLine($"one image: {ourTime:F1} ms with our layers, {theirTime:F1} ms with libtorch's");

model.UseTorchLayers(); // and back
using var again = model.call(image);
Console.WriteLine($"taken out again, the outputs are the first ones, bit for bit: {again.equal(theirs).all().item<bool>()}");

// The median of some calls, in milliseconds.
double Time()
{
    var times = new List<double>();
    for (int call = 0; call < 15; call++)
    {
        long start = Stopwatch.GetTimestamp();
        model.call(image).Dispose();
        times.Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
    }
    return times.Order().ElementAt(times.Count / 2);
}
