using System.Text.Json.Nodes;
using Cnn.Layers;
using Cnn.Reference.Training;
using Cnn.Reference.Training.Checkpoints;
using Cnn.Tests.Build;
using Xunit.Abstractions;
using static TorchSharp.torch;

namespace Cnn.Tests.Training;

/// <summary>Checkpoints whose checksum is right and whose content is not: one sentence names the file and what is wrong.</summary>
[Collection(Alone.Name)] // a run sets the number of threads
public sealed class FalseCheckpointTests : IDisposable
{
    private const string NotOurs = "of another version of this program, or of another program";

    private static readonly Dictionary<OptimizerKind, byte[]> Written = [];

    private readonly TemporaryFolder temporary = new();
    private readonly int threads = get_num_threads();
    private readonly string path;
    private readonly ITestOutputHelper log;

    public FalseCheckpointTests(ITestOutputHelper log)
    {
        this.log = log;
        path = Write(OptimizerKind.Adam);
    }

    public void Dispose()
    {
        set_num_threads(threads);
        temporary.Dispose();
    }

    [Fact]
    public void WhatIsPutTogetherAgainIsWhole()
    {
        new CheckpointFile(path).Write(path);
        Assert.Equal("works", Use(path));
    }

    [Theory]
    [InlineData("", "its description of the run is null")]
    [InlineData("Settings", "its description of the run is not understood: Settings")]
    [InlineData("Settings.Layers", "its description of the run is not understood: Settings.Layers")]
    [InlineData("Settings.Batch", "its description of the run is not understood: Settings.Batch")]
    [InlineData("Images", "its description of the run is not understood: Images")]
    [InlineData("ClassNames", "its description of the run is not understood: ClassNames")]
    [InlineData("ClassNames.0", "its class 0 has no name")]
    [InlineData("Epochs.0", "its epoch 1 is missing")]
    public void ANullIsNamed(string place, string fault) => Refused(fault, file => Set(file, place, null));

    [Theory]
    [InlineData(
        "Settings.Layers", "\"konv\"", "its layer 1 (\"konv\"): 'konv' is no layer; there is conv, pool, avgpool, relu, flatten and fc")]
    [InlineData(
        "Settings.Layers", "\"flatten, fc 3\"", "its last layer leaves 3, and the data has 2 classes: it must be \"fc 2\", after flatten")]
    [InlineData("Settings.Batch", "0", "its Batch is 0, and must be from 1 to 65536")]
    [InlineData("Settings.Optimizer", "\"Lion\"", "its description of the run is not understood: Settings.Optimizer")]
    [InlineData("Settings.Optimizer", "1", "its description of the run is not understood: Settings.Optimizer")]
    [InlineData("Settings.Algorithm", "7", "its description of the run is not understood: Settings.Algorithm")]
    [InlineData("Settings.LearningRate", "\"NaN\"", "its LearningRate is NaN, and must be more than 0 and at most 100")]
    [InlineData("Settings.Decay", "-0.5", "its Decay is -0.5, and must be more than 0 and at most 1")]
    [InlineData("Settings.Seed", "-1", "its Seed is -1, and must be from 0 to 2147483647")]
    [InlineData("Settings.Threads", "0", "its Threads is 0, and must be from 1 to 1024")]
    [InlineData("PlannedEpochs", "0", "its PlannedEpochs is 0, and must be from 1 to 100000")]
    [InlineData("Channels", "0", "its Channels is 0, and must be 1 or 3")]
    [InlineData("Height", "-8", "its Height is -8, and must be from 1 to 16384")]
    [InlineData("Width", "99999", "its Width is 99999, and must be from 1 to 16384")]
    [InlineData("Images.Height", "0", "its Height must be from 1 to 16384")]
    [InlineData("Epochs.0.Epoch", "2", "its epoch 1 says that it is epoch 2")]
    [InlineData("Twins", "\"None\"", "its tensor 'twin.0.weight' has no place in this network")]
    public void AFalseWordIsNamed(string place, string value, string fault) =>
        Refused(fault, file => Set(file, place, JsonNode.Parse(value)));

    [Theory]
    [InlineData("shape", "[1]", "its tensor 'network.4.bias' has the shape [1], which takes 4 bytes, not 8")]
    [InlineData("shape", "[1, 2]", "its tensor 'network.4.bias' has the shape [1, 2], and must have [2]")]
    [InlineData("shape", "[-1, -2]", "its tensor 'network.4.bias' has the shape [-1, -2]")]
    [InlineData("shape", "[4294967296, 4294967296, 2]", "its tensor 'network.4.bias' has the shape [4294967296, 4294967296, 2]")]
    [InlineData("shape", "null", "its tensor 'network.4.bias' has no shape")]
    [InlineData("shape", "[1.5]", "its tensor 'network.4.bias' has no shape")]
    [InlineData("dtype", "\"F16\"", "its tensor 'network.4.bias' has the type F16, and must have F32 or I64")]
    [InlineData("dtype", "3", "its tensor 'network.4.bias' has no type")]
    [InlineData("dtype", "null", "its tensor 'network.4.bias' has no type")]
    [InlineData("data_offsets", "[-8, 0]", "its tensor 'network.4.bias' lies at [-8, 0], and the file's numbers at [0, 2344]")]
    [InlineData("data_offsets", "[2344, 2352]", "its tensor 'network.4.bias' lies at [2344, 2352], and the file's numbers at [0, 2344]")]
    [InlineData("data_offsets", "[8, 0]", "its tensor 'network.4.bias' lies at [8, 0]")]
    [InlineData("data_offsets", "[0, 8]", "its tensor 'network.4.bias' shares bytes with 'network.0.weight'")]
    [InlineData("data_offsets", "[0]", "its tensor 'network.4.bias' has no place")]
    [InlineData("data_offsets", "{}", "its tensor 'network.4.bias' has no place")]
    public void AFalseTensorIsNamed(string property, string value, string fault) =>
        Refused(fault, file => file.Tensors["network.4.bias"]![property] = JsonNode.Parse(value));

    [Fact]
    public void AnotherTypeOfTheSameSizeIsNamed() => Refused("its tensor 'network.4.bias' has the type I64, and must have F32", file =>
    {
        file.Tensors["network.4.bias"]!["dtype"] = "I64";
        file.Tensors["network.4.bias"]!["shape"] = new JsonArray(1);
    });

    [Fact]
    public void WhatIsMissingOrTooMuchIsNamed()
    {
        Refused("its tensor 'network.4.bias' is missing", file => Rename(file, "network.4.bias", "network.4.bais"));
        Refused("its tensor 'twin.4.bias' is missing", file => Rename(file, "twin.4.bias", "a"));
        Refused("its tensor 'network.0.weight.exp_avg' is missing",
            file => Rename(file, "network.0.weight.exp_avg", "network.0.weight.momentum_buffer"));
        Refused("its tensor 'more' has no place in this network",
            file => file.Tensors["more"] = JsonNode.Parse("""{"dtype":"F32","shape":[0],"data_offsets":[0,0]}"""));
        Refused("its tensor 'network.4.bias' is null", file => file.Tensors["network.4.bias"] = null);
        Refused("its tensors take 2,344 of its 2,352 bytes of numbers", file => file.Data = [.. file.Data, 1, 2, 3, 4, 5, 6, 7, 8]);
        Refused("its tensor 'network.0.bias.step' counts -1 steps", file => BitConverter.GetBytes(-1L).CopyTo(file.Data, FirstStep(file)));
        Refused("its header is not JSON", _ => { }, text => text[..^1]);
        Refused("its header is not JSON", _ => { }, text => text.Replace("network.4.bias\"", "\\ud800\"", StringComparison.Ordinal));
        Refused("its header is not JSON", _ => { }, text => $"{text[..^1]},\"more\":{{\"a\":1,\"a\":2}}}}");
        Refused("its header is not JSON", _ => { }, text => text.Replace("}", "", StringComparison.Ordinal) + new string('[', 100));

        static void Rename(CheckpointFile file, string from, string to)
        {
            var entry = file.Tensors[from];
            file.Tensors.Remove(from);
            file.Tensors[to] = entry;
        }

        static int FirstStep(CheckpointFile file) => file.Tensors["network.0.bias.step"]!["data_offsets"]![0]!.GetValue<int>();
    }

    /// <summary>A checkpoint's name is its epoch.</summary>
    [Fact]
    public void ACheckpointOfAnotherEpochIsNamed()
    {
        string run = temporary["run"], file = RunFolder.FileOf(run, 5);
        Directory.CreateDirectory(run);
        File.Move(path, file);
        Assert.Equal(
            $"'{file}' is {NotOurs}: it is that after epoch 1.", Assert.Throws<RunFolderException>(() => RunFolder.Load(run)).Message);
    }

    /// <summary>Whatever a file says, reading it and going on with it ends well or with a sentence.</summary>
    [Theory]
    [InlineData(nameof(OptimizerKind.Adam), 1)]
    [InlineData(nameof(OptimizerKind.Sgd), 2)]
    public void WhateverAFileSaysOnlySentencesComeBack(string optimizer, int seed)
    {
        string whole = Write(Enum.Parse<OptimizerKind>(optimizer)), file = temporary["false.safetensors"];
        var random = new Random(seed);
        var outcomes = new Dictionary<string, int>();
        for (int n = 0; n < 600; n++)
        {
            var damaged = new CheckpointFile(whole);
            string what = Damage(damaged, random);
            Func<string, string>? edit = random.Next(4) == 0 ? text => WithOtherLetter(text, random) : null;
            damaged.Write(file, edit);
            string outcome;
            try
            {
                outcome = Use(file);
            }
            catch (Exception exception)
            {
                throw new InvalidOperationException($"seed {seed}, {n}: {what}", exception);
            }
            string kind = outcome.StartsWith('\'') ? "refused" : outcome;
            if (kind == "refused")
            {
                Assert.True(outcome.StartsWith($"'{file}' is {NotOurs}: ", StringComparison.Ordinal), $"{what}: {outcome}");
                Assert.True(outcome.EndsWith('.') && !outcome.Contains('\n', StringComparison.Ordinal), $"{what}: {outcome}");
            }
            outcomes[kind] = outcomes.GetValueOrDefault(kind) + 1;
        }
        log.WriteLine(string.Join(", ", outcomes.Select(outcome => $"{outcome.Key}: {outcome.Value}")));
        Assert.True(outcomes["refused"] > 300);
    }

    // Reads the file as predict and train --resume do; the sentence where that is refused.
    private static string Use(string file)
    {
        try
        {
            using var checkpoint = RunFolder.Load(file);
            var run = checkpoint.Run;
            var plan = run.Plan();
            using (var network = plan.Build(Algorithm.Fast))
            using (no_grad())
            {
                TrainerState.LoadWeights(network, TrainingRun.Ours, checkpoint.Tensors);
                using var image = rand(1, run.Channels, run.Height, run.Width);
                using var scores = network.forward(image);
                Assert.Equal([1, run.ClassNames.Count], scores.shape);
            }
            var data = Halves.Of(10);
            if (!run.IsOf(data)) return "other data";
            using var training = new TrainingRun(checkpoint, plan, data);
            foreach (var _ in training.NextEpoch().Steps) { }
            Assert.NotNull(training.EndEpoch(default));
            return "works";
        }
        catch (RunFolderException exception)
        {
            return exception.Message;
        }
        catch (LockstepException)
        {
            return "the twin differs"; // its numbers are others
        }
    }

    private void Refused(string fault, Action<CheckpointFile> change, Func<string, string>? edit = null)
    {
        var file = new CheckpointFile(path);
        change(file);
        string changed = temporary["changed.safetensors"];
        file.Write(changed, edit);
        string outcome = Use(changed);
        Assert.True(outcome.StartsWith($"'{changed}' is {NotOurs}: {fault}", StringComparison.Ordinal), outcome);
    }

    // One thing, or two, of what the header says is another, or some bytes of the numbers are.
    private static string Damage(CheckpointFile file, Random random)
    {
        var done = new List<string>();
        for (int times = random.Next(1, 3); times > 0; times--)
        {
            switch (random.Next(8))
            {
                case 0:
                    file.Data = [.. file.Data[..random.Next(file.Data.Length)], .. new byte[random.Next(100)]];
                    done.Add("numbers cut");
                    break;
                case 1:
                    random.NextBytes(file.Data.AsSpan(random.Next(file.Data.Length)));
                    done.Add("numbers at random");
                    break;
                case < 5:
                    if (file.Run is null) break;
                    file.Run = Changed(file.Run, random, done);
                    break;
                default:
                    file.Tensors = Changed(file.Tensors, random, done) as JsonObject ?? [];
                    break;
            }
        }
        return string.Join("; ", done);
    }

    // Behind what a checkpoint begins with; half of a surrogate pair among them.
    private static string WithOtherLetter(string header, Random random)
    {
        int at = random.Next(100, header.Length);
        string[] letters = ["", "\"", "\\", "{", "}", "[", "]", ",", ":", "0", "-", "\\ud800", "\\\\ud800", "\0"];
        return header[..at] + letters[random.Next(letters.Length)] + header[(at + 1)..];
    }

    private static JsonNode? Changed(JsonNode root, Random random, List<string> done)
    {
        var nodes = new List<JsonNode>();
        Collect(root);
        var node = nodes[random.Next(nodes.Count)];
        string place = node.GetPath();
        JsonNode? value = Values[random.Next(Values.Length)] is { } text ? JsonNode.Parse(text)
            : nodes[random.Next(nodes.Count)].DeepClone();
        int action = random.Next(4);
        done.Add($"{place} {(action == 0 ? "removed" : $"is {value?.ToJsonString() ?? "null"}")}");
        if (node.Parent is null) return value;
        if (action == 0 && node.Parent is JsonObject owner) owner.Remove(node.GetPropertyName());
        else if (action == 0 && node.Parent is JsonArray list) list.Remove(node);
        else node.ReplaceWith(value);
        return root;

        void Collect(JsonNode at)
        {
            nodes.Add(at);
            foreach (var child in at is JsonObject owner ? owner.Select(pair => pair.Value) : at is JsonArray list ? list
                : Enumerable.Empty<JsonNode?>())
                if (child is not null) Collect(child);
        }
    }

    // null: what stands at another place.
    private static readonly string?[] Values =
    [
        null, null, null, "null", "0", "1", "2", "-1", "3", "7", "1000000", "2147483647", "2147483648", "-2147483648",
        "9223372036854775807", "1e300", "0.5", "1e-320",
        "\"\"", "\"NaN\"", "\"Infinity\"", "\"0\"", "\"\\u0000\"", "\"Fast\"", "\"F32\"", "\"I64\"", "true", "[]", "[null]", "[1]",
        "[0, 8]", "[[]]", "{}", "{\"a\":null}",
    ];

    private static void Set(CheckpointFile file, string place, JsonNode? value)
    {
        if (place.Length == 0)
        {
            file.Run = value;
            return;
        }
        string[] names = place.Split('.');
        var node = file.Run!;
        foreach (string name in names[..^1]) node = node is JsonArray list ? list[int.Parse(name, null)]! : node[name]!;
        if (node is JsonArray array) array[int.Parse(names[^1], null)] = value;
        else node[names[^1]] = value;
    }

    // A run of one epoch, made once.
    private string Write(OptimizerKind optimizer)
    {
        string file = temporary[$"{optimizer}.safetensors"];
        if (!Written.TryGetValue(optimizer, out byte[]? bytes))
        {
            var data = Halves.Of(10);
            var run = new RunDescription(
                new("conv 3 3x2 pad 1x2, relu, pool 2x3, flatten, fc 2", 7, optimizer, 0.01, 0.5, 4, Algorithm.Fast, 1),
                3, TwinEpochs.All, null, new(), Checkpoint.FingerprintOf(data), 1, 8, 6, ["above", "below"], []);
            using var training = new TrainingRun(run.Settings, run.Plan(), data, run.Twins);
            foreach (var _ in training.NextEpoch().Steps) { }
            Assert.NotNull(training.EndEpoch(default));
            using var checkpoint = new Checkpoint(run with { Epochs = training.Epochs }, training.Save());
            checkpoint.Write(file);
            Written[optimizer] = bytes = File.ReadAllBytes(file);
        }
        File.WriteAllBytes(file, bytes);
        return file;
    }
}
