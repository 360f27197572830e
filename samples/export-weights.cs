#:project ../Cnn.Reference/Cnn.Reference.csproj
#:package TorchSharp-cpu

// Takes a model's weights to Python and back, by PyTorch's names.
using Cnn.Layers;
using Cnn.Reference;
using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

random.manual_seed(1);
using var model = Model();
using var other = Model(); // of other random weights
using var images = rand(2, 1, 28, 28);
model.eval();
other.eval();
string folder = Directory.CreateTempSubdirectory("export-weights-").FullName;
bool allEqual = true;
foreach (string file in new[] { Path.Combine(folder, "model.safetensors"), Path.Combine(folder, "model.npz") })
{
    Weights.Save(model, file);
    Console.WriteLine($"{file}: {new FileInfo(file).Length:N0} bytes");
    Weights.Load(other, file); // all of it or nothing; a file that does not fit is refused with what does not
    bool equal = model.call(images).equal(other.call(images)).all().item<bool>();
    Console.WriteLine($"  read into another model, the outputs are the same, bit for bit: {equal}");
    allEqual &= equal;
}

Console.WriteLine();
foreach (var (name, tensor) in Weights.Read(Path.Combine(folder, "model.npz")))
    Console.WriteLine($"  {name,-34} {tensor.dtype,-8} [{string.Join(", ", tensor.shape)}]");
Console.WriteLine($"""

    In Python:
      from safetensors.torch import load_file
      model.load_state_dict(load_file("{folder}/model.safetensors"))
    or, with NumPy alone:
      weights = numpy.load("{folder}/model.npz")
      model.load_state_dict(dict((name, torch.from_numpy(weights[name])) for name in weights))
    """);
return allEqual ? 0 : 1;

static TorchSharp.Modules.Sequential Model() => Sequential(
    ("features", Sequential(
        ("conv", new Conv2D(1, 8, 3)), ("norm", BatchNorm2d(8)), ("relu", ReLU()), ("pool", new Pool2D(PoolMode.Max, 2)))),
    ("flatten", Flatten()),
    ("fc", Linear(8 * 13 * 13, 10)));
