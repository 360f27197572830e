using System.Text;
using Cnn.Layers;
using Cnn.Reference;
using Cnn.Tests.Build;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Cnn.Tests.Interchange;

/// <summary>Weights in files, and back in models.</summary>
public sealed class WeightsTests : IDisposable
{
    private const string Safetensors = ".safetensors", Npz = ".npz";

    private readonly TemporaryFolder folder = new();
    private readonly DisposeScope scope = NewDisposeScope();

    public void Dispose()
    {
        scope.Dispose();
        folder.Dispose();
    }

    [Theory]
    [InlineData(Safetensors)]
    [InlineData(Npz)]
    public void WhatIsWrittenIsReadToTheBit(string extension)
    {
        var tensors = SomeTensors.Make(bfloat16: extension == Safetensors);
        string file = folder[$"some{extension}"], again = folder[$"again{extension}"];
        Weights.Save(tensors, file);
        SomeTensors.AssertSame(tensors, Weights.Read(file));
        Weights.Save(tensors, again);
        Assert.Equal(File.ReadAllBytes(file), File.ReadAllBytes(again));
        Assert.Equal(2, Directory.GetFileSystemEntries(folder.Path).Length);
    }

    [Theory]
    [InlineData(Safetensors)]
    [InlineData(Npz)]
    public void NothingIsAFileToo(string extension)
    {
        Weights.Save(new Dictionary<string, Tensor>(), folder[$"none{extension}"]);
        Assert.Empty(Weights.Read(folder[$"none{extension}"]));
    }

    /// <summary>PyTorch's names; parameters stay the objects they are, and ask for gradients as before.</summary>
    [Theory]
    [InlineData(Safetensors)]
    [InlineData(Npz)]
    public void AModelIsReadIntoAnother(string extension)
    {
        using var model = Model();
        using var other = Model();
        string file = folder[$"model{extension}"];
        using (no_grad()) model.state_dict()["norm.running_mean"].fill_(0.25);
        Weights.Save(model, file);
        string[] names =
        [
            "conv.bias", "conv.weight", "fc.bias", "fc.weight", "norm.bias", "norm.num_batches_tracked", "norm.running_mean",
            "norm.running_var", "norm.weight",
        ];
        Assert.Equal(names, Weights.Read(file).Keys.Order(StringComparer.Ordinal));
        Assert.Equal(model.state_dict().Keys, Weights.Read(file).Keys);

        var before = other.parameters().ToList();
        other.get_parameter("conv.bias")!.requires_grad_(false);
        var loaded = Weights.Load(other, file);
        Assert.Empty((string[])[.. loaded.Missing, .. loaded.Unexpected, .. loaded.Converted]);
        Assert.Equal("every name, shape and type fitted", loaded.ToString());
        SomeTensors.AssertSame(model.state_dict(), other.state_dict());
        Assert.All(other.parameters().Zip(before), pair => Assert.Equal(pair.Second.Handle, pair.First.Handle));
        Assert.All(other.named_parameters(), parameter => Assert.Equal(parameter.name != "conv.bias", parameter.parameter.requires_grad));
    }

    [Theory]
    [InlineData(Safetensors)]
    [InlineData(Npz)]
    public void WhatDoesNotFitIsToldAndNothingIsChanged(string extension)
    {
        using var model = Model();
        string file = folder[$"model{extension}"];
        var tensors = Changed(model);
        tensors.Remove("fc.bias");
        tensors["head.bias"] = zeros(3);
        tensors["conv.weight"] = tensors["conv.weight"].transpose(2, 3);
        tensors["norm.bias"] = tensors["norm.bias"].to(float64);
        Weights.Save(tensors, file);
        var before = Copy(model);
        const string misshapen = "'conv.weight' has the shape [4, 3, 3, 2], and the model's [4, 3, 2, 3]";
        const string names = "it lacks 'fc.bias'; it has 'head.bias', which the model has not; ";
        const string types = "'norm.bias' is Float64, and the model's Float32 (strict: false converts).";
        AssertRefused(model, file, before, strict: true, $"{names}{misshapen}; {types}");
        AssertRefused(model, file, before, strict: false, $"{misshapen}.");

        tensors["conv.weight"] = before["conv.weight"] + 1;
        Weights.Save(tensors, file);
        AssertRefused(model, file, before, strict: true, names + types);
        var loaded = Weights.Load(model, file, strict: false);
        Assert.Equal(["fc.bias"], loaded.Missing);
        Assert.Equal(["head.bias"], loaded.Unexpected);
        Assert.Contains("unexpected: head.bias", loaded.ToString(), StringComparison.Ordinal);
        Assert.Equal(["norm.bias"], loaded.Converted);
        foreach (string name in before.Keys.Where(name => name != "fc.bias")) before[name].add_(1);
        SomeTensors.AssertSame(before, model.state_dict()); // in the model's types
    }

    /// <summary>
    /// Cut anywhere, or with any bit turned: one sentence with its name, or what was written where the bit is of no account.
    /// </summary>
    [Theory]
    [InlineData(Safetensors)]
    [InlineData(Npz)]
    public void ADamagedFileIsRefusedAndNothingIsChanged(string extension)
    {
        using var model = Sequential(("conv", new Conv2D(1, 2, (2, 3))));
        string file = folder[$"whole{extension}"], damaged = folder[$"damaged{extension}"];
        var (before, written) = (Copy(model), Changed(model));
        Weights.Save(written, file);
        byte[] whole = File.ReadAllBytes(file);
        int refused = 0, passed = 0;
        for (int length = 0; length < whole.Length; length++) Try(whole[..length], $"cut to {length}", mustRefuse: true);
        for (int bit = 0; bit < 8 * whole.Length; bit++)
        {
            byte[] bytes = [.. whole];
            bytes[bit / 8] ^= (byte)(1 << (bit % 8));
            Try(bytes, $"bit {bit % 8} of byte {bit / 8} of {whole.Length}", mustRefuse: false);
        }
        // ZIP has dates, attributes and a second copy of every length, which nobody needs. In the other format, the checksum's name is
        // of no account: under another, there is none, as in the files of other programs.
        int most = extension == Safetensors ? 8 * "sha256".Length : refused / 3;
        Assert.True(passed <= most, $"{passed} of {passed + refused} bits were of no account");

        void Try(byte[] bytes, string what, bool mustRefuse)
        {
            using var ofThis = NewDisposeScope();
            File.WriteAllBytes(damaged, bytes);
            var exception = Record.Exception(() => Weights.Load(model, damaged));
            if (exception is null && !mustRefuse)
            {
                passed++;
                SomeTensors.AssertSame(written, model.state_dict());
                using var unrecorded = no_grad();
                foreach (var (name, tensor) in model.state_dict()) tensor.copy_(before[name]);
                return;
            }
            refused++;
            Assert.True(exception is InvalidDataException, $"{what}: {exception}");
            Assert.True(exception.Message.StartsWith($"'{damaged}' ", StringComparison.Ordinal), $"{what}: {exception.Message}");
            Assert.True(exception.Message.EndsWith('.')
                && !exception.Message.Contains('\n', StringComparison.Ordinal), $"{what}: {exception.Message}");
            SomeTensors.AssertSame(before, model.state_dict());
        }
    }

    [Fact]
    public void ALinkStaysALinkAndWhatItLeadsToIsWritten()
    {
        string real = folder["real.npz"], link = folder["link.npz"];
        Weights.Save(new Dictionary<string, Tensor> { ["a"] = zeros(2) }, real);
        File.CreateSymbolicLink(link, real);
        Weights.Save(new Dictionary<string, Tensor> { ["a"] = ones(2) }, link);
        Assert.Equal(real, new FileInfo(link).LinkTarget);
        Assert.Equal("0000803f0000803f", SomeTensors.HexOf(Weights.Read(real)["a"]));
        File.Delete(real); // what it leads to need not be there
        Weights.Save(new Dictionary<string, Tensor> { ["a"] = ones(1) }, link);
        Assert.Equal("0000803f", SomeTensors.HexOf(Weights.Read(real)["a"]));
    }

    [Fact]
    public void WhatIsNoArchiveIsCalledSo()
    {
        string file = folder["text.npz"];
        File.WriteAllText(file, "these are no weights");
        string sentence = Assert.Throws<InvalidDataException>(() => Weights.Read(file)).Message;
        Assert.StartsWith($"'{file}' is damaged, or no ZIP archive: ", sentence, StringComparison.Ordinal);
    }

    /// <summary>A file of another program has no checksum: what its header says is held against what is there.</summary>
    [Theory]
    [InlineData("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}""", null)]
    [InlineData("""{"__metadata__":{"format":"pt"},"a":{"dtype":"BF16","shape":[4],"data_offsets":[0,8]}}""", null)]
    [InlineData("""{"a":{"dtype":"F8_E4M3","shape":[8],"data_offsets":[0,8]}}""",
        "its tensor 'a' has the type F8_E4M3, and must have F32 or F64 or F16 or BF16 or I64")]
    [InlineData("""{"a":{"dtype":"F32","shape":[3],"data_offsets":[0,8]}}""",
        "its tensor 'a' has the shape [3], which takes 12 bytes, not 8")]
    [InlineData("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"b":{"dtype":"U8","shape":[1],"data_offsets":[7,8]}}""",
        "its tensor 'b' shares bytes with 'a'")]
    [InlineData("""{"a":{"dtype":"U8","shape":[7],"data_offsets":[0,7]}}""", "its tensors take 7 of its 8 bytes of numbers")]
    [InlineData("""["a"]""", "its header is no JSON object")]
    [InlineData("""{"a":1""", "its header is not JSON")]
    public void AFileOfAnotherProgramIsHeldAgainstItself(string header, string? fault)
    {
        string file = folder["other.safetensors"];
        byte[] text = Encoding.UTF8.GetBytes(header);
        File.WriteAllBytes(file, [.. BitConverter.GetBytes((long)text.Length), .. text, 0, 0, 128, 63, 0, 0, 0, 64]);
        if (fault is null)
        {
            Assert.Equal("0000803f00000040", SomeTensors.HexOf(Weights.Read(file)["a"]));
            return;
        }
        string sentence = Assert.Throws<InvalidDataException>(() => Weights.Read(file)).Message;
        Assert.StartsWith($"'{file}' is damaged, or of another kind: {fault}", sentence, StringComparison.Ordinal);
    }

    [Fact]
    public void WhatAFormatCannotHoldIsRefusedAndTheOldFileStays()
    {
        string npz = folder["some.npz"];
        Weights.Save(new Dictionary<string, Tensor> { ["a"] = ones(2) }, npz);
        byte[] before = File.ReadAllBytes(npz);
        Refused("tensors: 'b' is BFloat16, which .npz cannot hold; .safetensors can, or convert it first.", npz, ("a", ones(2)),
            ("b", ones(2, dtype: bfloat16)));
        Refused("tensors: 'c' is ComplexFloat32, which .npz cannot hold; convert it first.", npz, ("c", ones(2, dtype: complex64)));
        Refused("tensors: 'c' is ComplexFloat64, which .safetensors cannot hold; convert it first.", folder["c.safetensors"],
            ("c", ones(2, dtype: complex128)));
        Refused("tensors: 'm' is on the meta device", npz, ("m", ones(2, device: META)));
        Refused("tensors: '' is no name", npz, ("", ones(2)));
        Refused("tensors: 'n' is null.", npz, ("n", null!));
        Refused($"file: '{folder["some.pt"]}' must end in .safetensors or .npz.", folder["some.pt"], ("a", ones(2)));
        string nowhere = Path.Combine(folder["no"], "a.npz");
        Assert.Equal(
            $"'{nowhere}' cannot be written: there is no such folder.",
            Assert.Throws<DirectoryNotFoundException>(() => Weights.Save(new Dictionary<string, Tensor>(), nowhere)).Message);
        Assert.Equal(before, File.ReadAllBytes(npz));
        Assert.Equal([npz], Directory.GetFileSystemEntries(folder.Path));

        static void Refused(string sentence, string file, params (string Name, Tensor Tensor)[] tensors)
        {
            var exception = Assert.Throws<ArgumentException>(
                () => Weights.Save(tensors.ToDictionary(tensor => tensor.Name, tensor => tensor.Tensor), file));
            Assert.StartsWith(sentence, exception.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void AFileThatCannotBeReadIsNamed()
    {
        string none = folder["no.npz"], within = folder["folder.npz"];
        Directory.CreateDirectory(within);
        Assert.Equal(
            $"'{none}' cannot be read: there is no such file.", Assert.Throws<FileNotFoundException>(() => Weights.Read(none)).Message);
        Assert.Equal($"'{within}' cannot be read: it is a folder.", Assert.Throws<IOException>(() => Weights.Read(within)).Message);
    }

    /// <summary>What is not in state_dict is in no file; it is named instead of being passed over in silence.</summary>
    [Fact]
    public void WhatIsNotRegisteredIsNamed()
    {
        using var model = new HalfRegistered();
        Assert.Equal(["layer.bias", "layer.weight", "scale"], model.state_dict().Keys.Order(StringComparer.Ordinal));
        Assert.Equal(["lateScale", "late[0].bias", "late[0].weight"], Weights.Unregistered(model).Order(StringComparer.Ordinal));
        using var whole = Model();
        Assert.Empty(Weights.Unregistered(whole));
    }

    [Fact]
    public void AModelThatHasRegisteredNothingIsRefused()
    {
        using var model = new Forgetful();
        var exception = Assert.Throws<ArgumentException>(() => Weights.Save(model, folder["a.npz"]));
        Assert.StartsWith("model: 'layer.weight' is not registered", exception.Message, StringComparison.Ordinal);
        Assert.False(File.Exists(folder["a.npz"]));
    }

    [Fact]
    public void AModelWithoutMemoryIsRefused()
    {
        using var model = Linear(2, 3, device: META);
        var exception = Assert.Throws<ArgumentException>(() => Weights.Load(model, folder["no.npz"]));
        Assert.StartsWith("model: 'weight' is on the meta device", exception.Message, StringComparison.Ordinal);
    }

    /// <summary>A lazily negated view's memory holds the numbers with the other sign.</summary>
    [Theory]
    [InlineData(Safetensors)]
    [InlineData(Npz)]
    public void ANegatedViewIsWrittenAsItReads(string extension)
    {
        var negated = complex(ones(2), arange(1, 3).to(float32)).conj().imag;
        Assert.True(negated.is_neg());
        Weights.Save(new Dictionary<string, Tensor> { ["a"] = negated }, folder[$"a{extension}"]);
        Assert.Equal([-1f, -2f], Weights.Read(folder[$"a{extension}"])["a"].data<float>().ToArray());
    }

    private static void AssertRefused(Module model, string file, Dictionary<string, Tensor> before, bool strict, string sentence)
    {
        var exception = Assert.Throws<InvalidDataException>(() => Weights.Load(model, file, strict));
        Assert.Equal($"'{file}' does not fit the model: {sentence}", exception.Message);
        SomeTensors.AssertSame(before, model.state_dict());
    }

    private static Dictionary<string, Tensor> Copy(Module model) =>
        model.state_dict().ToDictionary(tensor => tensor.Key, tensor => tensor.Value.detach().clone());

    private static Dictionary<string, Tensor> Changed(Module model) =>
        model.state_dict().ToDictionary(tensor => tensor.Key, tensor => tensor.Value.detach() + 1);

    /// <summary>What is made after RegisterComponents() stays unknown to state_dict.</summary>
    private sealed class HalfRegistered : Module<Tensor, Tensor>
    {
        private readonly Module<Tensor, Tensor> layer = Linear(2, 3);
        private readonly Parameter scale = new(ones(2));
        private readonly List<Module<Tensor, Tensor>> late = [];
        private readonly Parameter? lateScale;

        public HalfRegistered() : base("half")
        {
            RegisterComponents();
            late.Add(Linear(3, 2));
            lateScale = new(ones(2));
        }

        public override Tensor forward(Tensor input) => late[0].call(layer.call(input * scale)) * lateScale!;
    }

    private sealed class Forgetful() : Module<Tensor, Tensor>("forgetful")
    {
        private readonly Module<Tensor, Tensor> layer = Linear(2, 3);

        public override Tensor forward(Tensor input) => layer.call(input);
    }

    private static Sequential Model() => Sequential(
        ("conv", new Conv2D(3, 4, (2, 3))), ("norm", BatchNorm2d(4)), ("pool", AdaptiveAvgPool2d(1)), ("flat", Flatten()),
        ("fc", Linear(4, 3)));
}
