using Cnn.Layers;
using Cnn.Reference.Files;
using Cnn.Reference.Training;
using Cnn.Reference.Training.Checkpoints;
using Cnn.Tests.Build;
using static TorchSharp.torch;

namespace Cnn.Tests.Training;

/// <summary>Checkpoints in a run's folder, and runs that go on from them.</summary>
[Collection(Alone.Name)] // initial weights are drawn from libtorch's random numbers, and a run sets the number of threads
public sealed class ResumeTests : IDisposable
{
    private readonly TemporaryFolder temporary = new();
    private readonly int threads = get_num_threads();

    public void Dispose()
    {
        set_num_threads(threads);
        temporary.Dispose();
    }

    /// <summary>A run that was put away after every epoch ends with the bits of one that was not, its twin as well.</summary>
    [Theory]
    [InlineData(nameof(OptimizerKind.Adam), nameof(TwinEpochs.All))]
    [InlineData(nameof(OptimizerKind.Adam), nameof(TwinEpochs.First))]
    [InlineData(nameof(OptimizerKind.Sgd), nameof(TwinEpochs.All))]
    [InlineData(nameof(OptimizerKind.Sgd), nameof(TwinEpochs.None))]
    public void ARunThatGoesOnHasTheSameBits(string optimizer, string twins)
    {
        var run = Description(Enum.Parse<OptimizerKind>(optimizer), Enum.Parse<TwinEpochs>(twins));
        var data = Halves.Of(40);
        using var whole = new TrainingRun(run.Settings, run.Plan(), data, run.Twins);
        Learn(whole, 3);

        using var folder = RunFolder.Create(temporary["run"]);
        using (var first = new TrainingRun(run.Settings, run.Plan(), data, run.Twins)) Save(folder, run, first);
        for (int epoch = 1; epoch <= 3; epoch++)
        {
            using var checkpoint = RunFolder.Load(temporary["run"]);
            Assert.Equal(epoch - 1, checkpoint.Run.Epochs.Count);
            using var next = new TrainingRun(checkpoint, checkpoint.Run.Plan(), data);
            Learn(next, 1);
            Save(folder, checkpoint.Run, next);
        }

        using var last = RunFolder.Load(temporary["run"]);
        var wanted = whole.Save();
        Assert.Equal(wanted.Keys, last.Tensors.Keys);
        Assert.Equal(twins == nameof(TwinEpochs.All), last.Tensors.Keys.Any(name => name.StartsWith("twin.", StringComparison.Ordinal)));
        Assert.All(wanted, tensor => Assert.Equal(tensor.Value.bytes, last.Tensors[tensor.Key].bytes));
        Assert.Equal(whole.Epochs.Select(WithoutTimes), last.Run.Epochs.Select(WithoutTimes));
        Assert.Equal(
            twins switch
            {
                nameof(TwinEpochs.All) => [true, true, true],
                nameof(TwinEpochs.First) => [true, false, false],
                _ => new[] { false, false, false }
            },
            whole.Epochs.Select(epoch => epoch.Twin is not null));

        static EpochRecord WithoutTimes(EpochRecord epoch) =>
            epoch with { Seconds = 0, Twin = epoch.Twin is null ? null : epoch.Twin with { Seconds = 0 } };
    }

    /// <summary>Each epoch has an order of images and a learning rate of its own.</summary>
    [Fact]
    public void EpochsDiffer()
    {
        var run = Description(OptimizerKind.Adam, TwinEpochs.None);
        var data = Halves.Of(40);
        using var training = new TrainingRun(run.Settings, run.Plan(), data, TwinEpochs.None);
        Learn(training, 3);

        random.manual_seed(run.Settings.Seed);
        using var network = run.Plan().Build(Algorithm.Fast);
        using var trainer = new Trainer(network, data, run.Settings.Batch, run.Settings.Optimizer, rate: 1, run.Settings.Seed);
        for (int epoch = 1; epoch <= 3; epoch++)
        {
            trainer.SetLearningRate(0.01 * Math.Pow(0.5, epoch - 1));
            foreach (int[] batch in trainer.Batches(epoch)) trainer.Step(batch);
        }
        Assert.All(network.parameters().Zip(training.Network.parameters()), pair => Assert.Equal(pair.First.bytes, pair.Second.bytes));
    }

    [Fact]
    public void TheDescriptionComesBack()
    {
        var run = Description(OptimizerKind.Sgd, TwinEpochs.All) with
        {
            Data = "/some where/ä",
            ClassNames = ["<a>", "\"b\""],
            Epochs = [new(1, new(double.NaN, 0.1), new(double.PositiveInfinity, 1 / 3.0), 0.25, null)]
        };
        string file = temporary["some.safetensors"];
        using var training = new TrainingRun(run.Settings, run.Plan(), Halves.Of(10), run.Twins);
        Learn(training, 1);
        using (var checkpoint = new Checkpoint(run, training.Save())) checkpoint.Write(file);
        using var read = Checkpoint.Read(file);
        Assert.Equal(run.Settings, read.Run.Settings);
        Assert.Equal(run.ClassNames, read.Run.ClassNames);
        Assert.Equal(run.Epochs, read.Run.Epochs);
        Assert.Equal(run with { ClassNames = [], Epochs = [], Images = read.Run.Images }, read.Run with { ClassNames = [], Epochs = [] });
        Assert.Equal(run.Images.SkipBad, read.Run.Images.SkipBad);
    }

    [Fact]
    public void TheLastTwoAreKeptAndTheOneBeforeIsOffered()
    {
        string path = temporary["run"];
        var run = Description(OptimizerKind.Sgd, TwinEpochs.None);
        using (var folder = RunFolder.Create(path))
        using (var training = new TrainingRun(run.Settings, run.Plan(), Halves.Of(10), TwinEpochs.None))
        {
            File.WriteAllText(Path.Combine(path, "epoch-1.safetensors.part"), "of a process that was killed");
            for (int epoch = 0; epoch <= 3; epoch++)
            {
                Save(folder, run, training);
                Learn(training, 1);
            }
        }
        Assert.Equal(
            ["epoch-2.safetensors", "epoch-3.safetensors"], Directory.EnumerateFiles(path, "epoch-*").Select(Path.GetFileName).Order());

        string last = Path.Combine(path, "epoch-3.safetensors");
        Refused($"'{path}' has no checkpoint after epoch 1; it has one after epoch 2 and 3.", () => RunFolder.Load(path, 1));
        byte[] whole = File.ReadAllBytes(last);
        File.WriteAllBytes(last, [.. whole[..^1], (byte)~whole[^1]]);
        string damaged = $"'{last}' is damaged: its checksum is not that of its content.";
        Assert.Equal(2, Refused(damaged, () => RunFolder.Load(path)).WholeEpoch);
        using (var offered = RunFolder.Load(path, 2)) Assert.Equal(2, offered.Run.Epochs.Count);
        File.WriteAllBytes(Path.Combine(path, "epoch-2.safetensors"), []);
        Assert.Null(Refused(damaged, () => RunFolder.Load(path)).WholeEpoch);
        using (var file = new FileStream(last, FileMode.Create)) Safetensors.Write(file, "{}", []);
        Refused($"'{last}' is of another version of this program, or of another program: its description of the run is not understood.",
            () => RunFolder.Load(last));
    }

    [Fact]
    public void AFolderIsOneRunsAndOneProcess()
    {
        string path = temporary["run"];
        Refused($"'{path}' does not exist.", () => RunFolder.Open(path));
        using (var folder = RunFolder.Create(path))
        {
            Refused($"'{path}' holds no checkpoint (epoch-N.safetensors).", () => RunFolder.Open(path));
            Refused($"'{path}' is in use: another process trains in it.", () => RunFolder.Create(path));
            var run = Description(OptimizerKind.Sgd, TwinEpochs.None);
            using var training = new TrainingRun(run.Settings, run.Plan(), Halves.Of(10), TwinEpochs.None);
            Save(folder, run, training);
        }
        Refused($"'{path}' holds a run already, up to epoch 0: --resume goes on with it; or name another folder.",
            () => RunFolder.Create(path));
        RunFolder.Open(path).Dispose();
        string file = temporary["file"];
        File.WriteAllText(file, "");
        Refused($"'{file}' is a file, not a folder.", () => RunFolder.Open(file));
        Refused($"'{file}' is a file, not a folder.", () => RunFolder.Create(file));
        string within = Path.Combine(file, "run");
        Assert.StartsWith($"'{within}' cannot be written: ", Assert.Throws<RunFolderException>(() => RunFolder.Create(within)).Message,
            StringComparison.Ordinal);
    }

    /// <summary>Whenever a process is killed while it writes a checkpoint, what it leaves goes on from the one before.</summary>
    [Fact]
    public void AKillWhileACheckpointIsWrittenLosesNothing()
    {
        string path = temporary["run"];
        var run = Description(OptimizerKind.Adam, TwinEpochs.None);
        using var folder = RunFolder.Create(path);
        using var training = new TrainingRun(run.Settings, run.Plan(), Halves.Of(10), TwinEpochs.None);
        Save(folder, run, training);
        Learn(training, 1);

        string next = RunFolder.FileOf(path, 1), left = temporary["left"];
        using var checkpoint = new Checkpoint(run with { Epochs = training.Epochs }, training.Save());
        checkpoint.Write(temporary["whole"]);
        byte[] whole = File.ReadAllBytes(temporary["whole"]);
        foreach (int written in new[] { 0, 1, whole.Length / 2, whole.Length })
        {
            // What the disk has at this moment is what a kill would leave.
            Assert.Throws<InvalidOperationException>(() => AtomicFile.Write(next, file =>
            {
                file.Write(whole.AsSpan(0, written));
                file.Flush();
                Directory.CreateDirectory(left);
                foreach (string each in Directory.EnumerateFiles(path, "epoch-*"))
                {
                    using var from = new FileStream(each, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
                    using var to = File.Create(Path.Combine(left, Path.GetFileName(each)));
                    from.CopyTo(to);
                }
                throw new InvalidOperationException();
            }));
            Assert.Equal(2, Directory.EnumerateFiles(left).Count());
            using (var last = RunFolder.Load(left)) Assert.Empty(last.Run.Epochs);
            Directory.Delete(left, recursive: true);
        }
        folder.Save(checkpoint);
        using (var last = RunFolder.Load(path)) Assert.Single(last.Run.Epochs);
    }

    private static RunFolderException Refused(string sentence, Func<IDisposable> action)
    {
        var exception = Assert.Throws<RunFolderException>(action);
        Assert.Equal(sentence, exception.Message);
        return exception;
    }

    private static RunDescription Description(OptimizerKind optimizer, TwinEpochs twins) => new(
        new("conv 3 3x2 pad 1x2, relu, pool 2x3, flatten, fc 2", 7, optimizer, 0.01, 0.5, 4, Algorithm.Fast, 2), 3, twins, null,
        new() { SkipBad = true }, "", 1, 8, 6, ["above", "below"], []);

    private static void Learn(TrainingRun run, int epochs)
    {
        for (int epoch = 0; epoch < epochs; epoch++)
        {
            foreach (var _ in run.NextEpoch().Steps) { }
            Assert.NotNull(run.EndEpoch(default));
        }
    }

    private static void Save(RunFolder folder, RunDescription run, TrainingRun training)
    {
        using var checkpoint = new Checkpoint(run with { Epochs = training.Epochs }, training.Save());
        folder.Save(checkpoint);
    }
}
