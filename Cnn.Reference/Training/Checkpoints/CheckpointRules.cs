using System.Globalization;
using Cnn.Reference.Data;
using Cnn.Reference.Interchange;
using static TorchSharp.torch;

namespace Cnn.Reference.Training.Checkpoints;

/// <summary>What must hold of a checkpoint before anything is made of it: a file whose checksum is right may still say anything.</summary>
internal static class CheckpointRules
{
    /// <summary>Refuses a description of which no run can be.</summary>
    /// <exception cref="InvalidDataException">The sentence names what it says, and the rule.</exception>
    public static void Require(RunDescription run)
    {
        var settings = run.Settings;
        Whole(nameof(settings.Batch), settings.Batch, 1, RunSettings.MostBatch);
        Positive(nameof(settings.LearningRate), settings.LearningRate, RunSettings.MostRate);
        Positive(nameof(settings.Decay), settings.Decay, 1);
        Whole(nameof(settings.Seed), settings.Seed, 0, int.MaxValue);
        Whole(nameof(settings.Threads), settings.Threads, 1, RunSettings.MostThreads);
        Whole(nameof(run.PlannedEpochs), run.PlannedEpochs, 1, RunSettings.MostEpochs);
        Hold(run.Channels is 1 or 3, $"its {nameof(run.Channels)} is {run.Channels}, and must be 1 or 3");
        Whole(nameof(run.Height), run.Height, 1, ImageFolderOptions.LongestSide);
        Whole(nameof(run.Width), run.Width, 1, ImageFolderOptions.LongestSide);
        for (int label = 0; label < run.ClassNames.Count; label++)
            Hold(run.ClassNames[label] is not null, $"its class {label} has no name");
        Hold(run.Epochs.Count <= run.PlannedEpochs, $"it has had {run.Epochs.Count} epochs of {run.PlannedEpochs}");
        for (int n = 0; n < run.Epochs.Count; n++) Require(run.Epochs[n], n + 1);
        try
        {
            run.Images.Validate();
            var plan = run.Plan();
            if (settings.BatchFault(plan.Image) is { } fault)
                throw Safetensors.NotOurs($"its {nameof(settings.Batch)} is {settings.Batch}: {fault}");
        }
        catch (Exception exception) when (exception is FormatException or ArgumentException)
        {
            string sentence = exception.Message.Split(" (Parameter", 2)[0].TrimEnd('.');
            throw Safetensors.NotOurs($"its {(sentence.StartsWith("the ", StringComparison.Ordinal) ? sentence[4..] : sentence)}");
        }
    }

    /// <summary>Refuses tensors that are not those of the network, each with its type and shape.</summary>
    /// <exception cref="InvalidDataException">The sentence names the first that is not.</exception>
    public static void Require(IEnumerable<(string Name, ScalarType Type, long[] Shape)> wanted, IReadOnlyList<TensorEntry> entries)
    {
        var left = entries.ToDictionary(entry => entry.Name);
        foreach (var (name, type, shape) in wanted)
        {
            if (!left.Remove(name, out var entry)) throw Safetensors.FaultOf(name, "is missing");
            if (entry.Type != type)
                throw Safetensors.FaultOf(
                    name, $"has the type {SafetensorsFile.NameOf(entry.Type)}, and must have {SafetensorsFile.NameOf(type)}");
            if (!entry.Shape.SequenceEqual(shape))
                throw Safetensors.FaultOf(
                    name, $"has the shape {TensorEntry.Text(entry.Shape)}, and must have {TensorEntry.Text(shape)}");
        }
        if (left.Count > 0) throw Safetensors.FaultOf(left.Keys.First(), "has no place in this network");
    }

    // A loss may be no number: the run has diverged.
    private static void Require(EpochRecord? epoch, int number)
    {
        Hold(epoch is not null, $"its epoch {number} is missing");
        Hold(epoch!.Epoch == number, $"its epoch {number} says that it is epoch {epoch.Epoch}");
        Hold(epoch.Twin is null or { Steps: >= 0 }, $"its epoch {number} has {epoch.Twin?.Steps} steps");
        foreach (double part in Both(epoch.Train.Accuracy, epoch.Test.Accuracy, epoch.Twin?.Train.Accuracy, epoch.Twin?.Test.Accuracy))
            Hold(part is >= 0 and <= 1, $"its epoch {number} has an accuracy of {Text(part)}, which is from 0 to 1");
        foreach (double size in Both(epoch.Seconds, epoch.Twin?.Seconds, epoch.Twin?.WorstRatio))
            Hold(size >= 0 && double.IsFinite(size), $"its epoch {number} has a time or a difference of {Text(size)}, which is 0 or more");

        static IEnumerable<double> Both(params double?[] numbers) => numbers.OfType<double>();
    }

    private static void Whole(string name, int value, int least, int most) =>
        Hold(value >= least && value <= most, $"its {name} is {value}, and must be from {least} to {most}");

    private static void Positive(string name, double value, double most) =>
        Hold(value > 0 && value <= most, $"its {name} is {Text(value)}, and must be more than 0 and at most {Text(most)}");

    private static void Hold(bool rule, string fault)
    {
        if (!rule) throw Safetensors.NotOurs(fault);
    }

    private static string Text(double number) => number.ToString(CultureInfo.InvariantCulture);
}
