using System.Security.Cryptography;
using Cnn.Reference.Data;
using Cnn.Reference.Oracle;
using Cnn.Reference.Training.Checkpoints;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Cnn.Reference.Training;

/// <summary>
/// A network that learns epoch by epoch, with a twin of libtorch's layers beside it where that is asked for: it begins with
/// the same weights, sees the same batches and goes its own way, while every layer of ours is held against libtorch's.
/// </summary>
internal sealed class TrainingRun : IDisposable
{
    /// <summary>What our network's numbers are called in checkpoints.</summary>
    public const string Ours = "network";

    private const string Theirs = "twin";

    private readonly RunSettings settings;
    private readonly NetworkPlan plan;
    private readonly Dataset data;
    private readonly TwinEpochs twins;
    private readonly Trainer trainer;
    private readonly List<EpochRecord> epochs = [];
    private Twin? twin;
    private EpochProgress ours, theirs;

    /// <summary>A run that begins.</summary>
    public TrainingRun(RunSettings settings, NetworkPlan plan, Dataset data, TwinEpochs twins) : this(settings, plan, data, twins, [])
    {
    }

    /// <summary>A run that goes on.</summary>
    public TrainingRun(Checkpoint checkpoint, NetworkPlan plan, Dataset data)
        : this(checkpoint.Run.Settings, plan, data, checkpoint.Run.Twins, checkpoint.Run.Epochs)
    {
        TrainerState.Load(trainer, Ours, checkpoint.Tensors);
        if (twin is not null) TrainerState.Load(twin.Trainer, Theirs, checkpoint.Tensors);
    }

    private TrainingRun(RunSettings settings, NetworkPlan plan, Dataset data, TwinEpochs twins, IReadOnlyList<EpochRecord> done)
    {
        (this.settings, this.plan, this.data, this.twins) = (settings, plan, data, twins);
        epochs.AddRange(done);
        if (TwinRuns)
        {
            HiddenCaches.Prepare(); // libtorch's layers must be right to be compared with
        }
        set_num_threads(settings.Threads);
        random.manual_seed(settings.Seed);
        Network = plan.Build(settings.Algorithm);
        trainer = NewTrainer(Network);
        if (TwinRuns) twin = new(this);
    }

    /// <summary>Our network.</summary>
    public Sequential Network { get; }

    /// <summary>The epochs that are done.</summary>
    public IReadOnlyList<EpochRecord> Epochs => epochs;

    /// <summary>The largest difference from libtorch's layers in this epoch, in parts of what is allowed; null without a twin.</summary>
    public double? WorstRatio => twin?.Lockstep.WorstRatio;

    /// <summary>The numbers that a checkpoint keeps: not copies, but handles of the caller's.</summary>
    public IReadOnlyDictionary<string, Tensor> Save()
    {
        var tensors = TrainerState.Save(trainer, Ours);
        if (twin is not null) tensors = tensors.Concat(TrainerState.Save(twin.Trainer, Theirs));
        return tensors.ToDictionary(tensor => tensor.Name, tensor => tensor.Tensor);
    }

    /// <summary>What <see cref="Save"/> leaves of a run as it is described: name, type and shape.</summary>
    public static IEnumerable<(string Name, ScalarType Type, long[] Shape)> Tensors(RunDescription run)
    {
        var plan = run.Plan();
        string[] networks = HasTwin(run.Twins, run.Epochs.Count) ? [Ours, Theirs] : [Ours];
        return networks.SelectMany(prefix => TrainerState.Tensors(plan, run.Settings.Optimizer, prefix, begun: run.Epochs.Count > 0));
    }

    /// <summary>A checksum of our network's weights.</summary>
    public string WeightsFingerprint
    {
        get
        {
            using var hash = SHA256.Create();
            using (var numbers = new CryptoStream(Stream.Null, hash, CryptoStreamMode.Write))
                foreach (var parameter in Network.parameters()) parameter.WriteBytesToStream(numbers, bufferSize: 1 << 20);
            return Convert.ToHexStringLower(hash.Hash!);
        }
    }

    /// <summary>The steps of the next epoch, made one by one as they are asked for.</summary>
    /// <exception cref="LockstepException">A layer of ours has left libtorch's.</exception>
    public (int Count, IEnumerable<EpochProgress> Steps) NextEpoch()
    {
        var batches = trainer.Batches(epochs.Count + 1);
        return (batches.Count, Steps());

        IEnumerable<EpochProgress> Steps()
        {
            ours = theirs = default;
            double rate = settings.LearningRate * Math.Pow(settings.Decay, epochs.Count);
            trainer.SetLearningRate(rate);
            twin?.Trainer.SetLearningRate(rate);
            twin?.Lockstep.Begin();
            foreach (int[] batch in batches)
            {
                ours += trainer.Step(batch, twin is null ? null : twin.Lockstep.Compare);
                if (twin is not null) theirs += twin.Trainer.Step(batch);
                yield return ours;
            }
        }
    }

    /// <summary>Ends the epoch with the test images; null if stopped.</summary>
    public EpochRecord? EndEpoch(CancellationToken cancel)
    {
        if (trainer.Test(cancel) is not { } test) return null;
        TwinRecord? record = null;
        if (twin is { Lockstep: var lockstep })
        {
            if (twin.Trainer.Test(cancel) is not { } twinTest) return null;
            record = new(theirs.Score, twinTest, theirs.Seconds, lockstep.Steps, lockstep.WorstRatio, lockstep.WorstAt);
        }
        epochs.Add(new(epochs.Count + 1, ours.Score, test, ours.Seconds, record));
        if (!TwinRuns) EndTwin();
        return epochs[^1];
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        EndTwin();
        trainer.Dispose();
        Network.Dispose();
    }

    private bool TwinRuns => HasTwin(twins, epochs.Count);

    // Whether the epoch after so many has a twin.
    private static bool HasTwin(TwinEpochs twins, int done) => twins == TwinEpochs.All || (twins == TwinEpochs.First && done == 0);

    private Trainer NewTrainer(Sequential network) =>
        new(network, data, settings.Batch, settings.Optimizer, settings.LearningRate, settings.Seed);

    private void EndTwin()
    {
        twin?.Dispose();
        twin = null;
    }

    /// <summary>The same network of libtorch's layers, and what compares with them.</summary>
    private sealed class Twin : IDisposable
    {
        private readonly Sequential network;

        public Twin(TrainingRun run)
        {
            network = run.plan.BuildTwin();
            network.load_state_dict(run.Network.state_dict());
            Trainer = run.NewTrainer(network);
            Lockstep = new(run.plan, run.Network);
        }

        public Trainer Trainer { get; }

        public Lockstep Lockstep { get; }

        public void Dispose()
        {
            Lockstep.Dispose();
            Trainer.Dispose();
            network.Dispose();
        }
    }
}
