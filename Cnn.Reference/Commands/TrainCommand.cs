using System.CommandLine;
using System.Globalization;
using Cnn.Layers;
using Cnn.Reference.Data;
using Cnn.Reference.Files;
using Cnn.Reference.Oracle;
using Cnn.Reference.Printing;
using Cnn.Reference.Processes;
using Cnn.Reference.Report;
using Cnn.Reference.Training;
using Cnn.Reference.Training.Checkpoints;
using Spectre.Console;

namespace Cnn.Reference.Commands;

/// <summary><c>train</c>: a network of our layers learns to tell images apart, with libtorch's layers beside it.</summary>
internal static class TrainCommand
{
    public const string Name = "train";

    private const double LeastToCompare = 0.5; // seconds of an epoch: in a shorter one, .NET's compiler is what is timed

    public static Command Create()
    {
        var data = new DataOptions();
        var layers = Options.Text(
            "--layers", $"The network, for example \"{LayerWords.Exercise(10)}\": the exercise's, which it is unless given.");
        var epochs = Options.Number(
            "--epochs", "How often every training image is seen.", byDefault: 10, least: 1, most: RunSettings.MostEpochs);
        var batch = Options.Number("--batch", "Images a step.", byDefault: 32, least: 1, most: RunSettings.MostBatch);
        var optimizer = Options.OneOf<OptimizerKind>(
            "--optimizer", "How weights follow their gradients: adam unless given; sgd has momentum 0.9.");
        var rate = Options.Positive(
            "--lr", "Learning rate of the first epoch: 0.002 for adam and 0.02 for sgd unless given.", most: RunSettings.MostRate);
        var decay = Options.Positive(
            "--lr-decay",
            "What the learning rate is multiplied with after each epoch; 1 keeps it. " +
            "Unless given, the last epoch has a sixteenth of the first one's.",
            most: 1);
        var seed = Options.Number(
            "--seed", "Where the first weights and the order of the images come from.", byDefault: 1, least: 0);
        var algorithm = Options.OneOf<Algorithm>("--algorithm", "Our loops: fast unless given.");
        var threads = Options.Threads("How many threads.");
        var twin = Options.OneOf<TwinEpochs>(
            "--twin",
            "Epochs with a twin of libtorch's layers, every layer held against it at every step: the first unless given.");
        var output = Options.Path(
            "--output", "A folder for the run's checkpoints, one an epoch, and its report. Nothing is kept unless given.", "folder");
        var resume = new RuledOption<int?>(
            "--resume", "must be the epoch of a checkpoint, a whole number, or nothing for the last", ReadEpoch)
        {
            Description = "Go on with the run in the folder of --output, from its last checkpoint or that after the epoch named; " +
                "--epochs may be more than before.",
            HelpName = "epoch",
            Arity = ArgumentArity.ZeroOrOne,
        };
        Option[] deciding = [.. data.OfImages, layers, batch, optimizer, rate, decay, seed, algorithm, threads, twin];
        var command = new Command(Name, "Trains a network of our layers on images, and says how many of the test images it tells apart.")
        {
            layers, epochs, batch, optimizer, rate, decay, seed, algorithm, threads, twin, output, resume,
        };
        data.AddTo(command);
        command.SetAction((parsed, cancel) =>
        {
            string? directory = parsed.GetValue(output);
            if (parsed.GetResult(resume) is not null)
            {
                if (directory is null) throw new UsageException("--resume needs --output DIR, the folder of the run to go on with.");
                if (deciding.FirstOrDefault(option => parsed.GetResult(option) is { Implicit: false }) is { } given)
                    throw new UsageException(
                        $"{given.Name} stays as it was with --resume; --data, for data that has moved, and --epochs may be given.");
                int? planned = parsed.GetResult(epochs) is { Implicit: false } ? parsed.GetValue(epochs) : null;
                return Task.FromResult(Resume(directory, parsed.GetValue(resume), data.Folder(parsed), planned, cancel));
            }
            var chosen = parsed.GetValue(optimizer) ?? OptimizerKind.Adam;
            var settings = new RunSettings(
                parsed.GetValue(layers)!, parsed.GetValue(batch), chosen,
                parsed.GetValue(rate) ?? (chosen == OptimizerKind.Adam ? 0.002 : 0.02),
                parsed.GetValue(decay) ?? RunSettings.DecayFor(parsed.GetValue(epochs)), parsed.GetValue(seed),
                parsed.GetValue(algorithm) ?? Algorithm.Fast, parsed.GetValue(threads));
            return Task.FromResult(Begin(
                settings, data.Read(parsed), parsed.GetValue(epochs), parsed.GetValue(twin) ?? TwinEpochs.First, directory, cancel));
        });
        return command;
    }

    private static bool ReadEpoch(string text, out int? epoch)
    {
        epoch = int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int number) ? number : null;
        return epoch is not null;
    }

    private static int Begin(
        RunSettings settings, (string? Folder, ImageFolderOptions Images) asked, int planned, TwinEpochs twins, string? output,
        CancellationToken cancel)
    {
        if (output is not null) RunFolder.RequireFree(output);
        var data = DataOptions.Open(asked, cancel);
        var train = data.Train;
        if (settings.Layers is null) settings = settings with { Layers = LayerWords.Exercise(train.ClassNames.Count) };
        var run = new RunDescription(
            settings, planned, twins, asked.Folder is null ? null : Path.GetFullPath(asked.Folder), asked.Images,
            Checkpoint.FingerprintOf(data), train.Channels, train.Height, train.Width, train.ClassNames, []);
        var plan = Plan(run);
        if (settings.BatchFault(plan.Image) is { } fault) throw new UsageException($"--batch {settings.Batch}: {fault}.");
        using var folder = output is null ? null : RunFolder.Create(output);
        PrintStart(data, plan);
        using var training = new TrainingRun(settings, plan, data, twins);
        Keep(folder, run, training);
        return Train(run, training, data, plan, folder, cancel);
    }

    private static int Resume(string output, int? epoch, string? directory, int? planned, CancellationToken cancel)
    {
        using var folder = RunFolder.Open(output);
        var checkpoint = Load(output, epoch);
        var run = checkpoint.Run with
        {
            PlannedEpochs = planned ?? checkpoint.Run.PlannedEpochs,
            Data = directory is null ? checkpoint.Run.Data : Path.GetFullPath(directory),
        };
        if (run.PlannedEpochs < run.Epochs.Count)
            throw new UsageException($"--epochs {run.PlannedEpochs}: the run in '{output}' has had {run.Epochs.Count} already.");
        var data = DataOptions.Open((run.Data, run.Images), cancel);
        if (!run.IsOf(data))
            throw new UsageException($"'{run.Data ?? data.Name}' is not the data that the run in '{output}' has learned from.");
        var plan = Plan(run);
        PrintStart(data, plan);
        AnsiConsole.Console.Say($"Goes on after epoch {run.Epochs.Count} of {run.PlannedEpochs}.");
        int threads = run.Settings.Threads, processors = Environment.ProcessorCount;
        if (threads > processors)
            AnsiConsole.Console.Say(
                $"Note: it has {threads} threads, as before, for the same bits; " +
                $"this machine has {Figures.Count(processors, "processor")}.");
        using var training = new TrainingRun(checkpoint, plan, data);
        checkpoint.Dispose(); // its numbers are the run's now
        return Train(run, training, data, plan, folder, cancel);
    }

    private static Checkpoint Load(string output, int? epoch)
    {
        try
        {
            return RunFolder.Load(output, epoch);
        }
        catch (RunFolderException exception) when (exception.WholeEpoch is { } whole)
        {
            throw new UsageException(
                $"{exception.Message} The one after epoch {whole} is whole: {GoOn(output, whole)} goes on from there.");
        }
    }

    // What the user may type.
    private static string GoOn(string output, int epoch)
    {
        string folder = output.Contains(' ', StringComparison.Ordinal) ? $"\"{output}\"" : output;
        return string.Create(CultureInfo.InvariantCulture, $"train --resume {epoch} --output {folder}");
    }

    private static int Train(
        RunDescription run, TrainingRun training, Dataset data, NetworkPlan plan, RunFolder? folder, CancellationToken cancel)
    {
        if (training.WorstRatio is not null && HiddenCaches.Remedy is { } remedy)
            AnsiConsole.Console.Say($"Note: {remedy}. The twin is slower for it.");
        while (training.Epochs.Count < run.PlannedEpochs)
        {
            string title = $"epoch {training.Epochs.Count + 1} of {run.PlannedEpochs}";
            var (count, steps) = training.NextEpoch();
            EpochProgress done = default;
            try
            {
                ProgressBar.Run(title, count, steps, cancel, progress =>
                {
                    done = progress;
                    string beside = training.WorstRatio is { } worst
                        ? $", differs from libtorch by at most {Bound(worst)} of the bound" : "";
                    return $"{title}: loss {done.Score.Loss:F3}, {Numbers.Percent(done.Score.Accuracy)} right, " +
                        $"{Figures.Whole(done.Rate)} images/s{beside}";
                });
            }
            catch (LockstepException exception)
            {
                AnsiConsole.Console.Say($"MISMATCH in {title}, {exception.Message}.");
                return ExitCodes.Mismatch;
            }
            if (cancel.IsCancellationRequested || training.EndEpoch(cancel) is not { } epoch)
            {
                int last = training.Epochs.Count;
                string kept = folder is null ? ""
                    : $" '{folder.Name}' keeps the run up to epoch {last}: {GoOn(folder.Name, last)} goes on from there.";
                AnsiConsole.Console.Say($"STOPPED in {title}, after {Figures.Whole(done.Images)} of its images.{kept}");
                return ExitCodes.Stopped;
            }
            try
            {
                Keep(folder, run, training);
            }
            finally
            {
                Print(title, epoch, done); // where one of the two fails, the other is done all the same
            }
        }
        if (folder is not null)
        {
            var summary = new RunSummary(data.Name, run.Settings, plan, training.Network, data.Train, data.Test, training.Epochs);
            folder.WriteReport(file => TrainingReport.Write(file, summary));
        }
        PrintEnd(training, folder);
        return ExitCodes.Success;
    }

    private static void Keep(RunFolder? folder, RunDescription run, TrainingRun training)
    {
        if (folder is null) return;
        using var checkpoint = new Checkpoint(run with { Epochs = training.Epochs }, training.Save());
        folder.Save(checkpoint);
    }

    private static void PrintStart(Dataset data, NetworkPlan plan)
    {
        foreach (var skipped in data.Skipped) AnsiConsole.Console.Say($"Skipped: '{skipped.Path}' {skipped.Reason}.");
        if (data.LeftOut is { } leftOut) AnsiConsole.Console.Say($"Left out: {leftOut}.");
        AnsiConsole.Console.Say(
            $"{data.Name}: {Figures.Count(data.Train.Count, "training image")} and {Figures.Count(data.Test.Count, "test image")} of " +
            $"{plan.Image}, {Figures.Count(data.Train.ClassNames.Count, "class", "classes")}.");
        plan.Print(AnsiConsole.Console);
        if (plan.Doubt is { } doubt) AnsiConsole.Console.Say($"Note: {doubt}.");
    }

    private static void Print(string title, EpochRecord epoch, EpochProgress done)
    {
        int indent = title.Length + ": ".Length;
        AnsiConsole.Console.Say(
            $"{title}: loss {epoch.Train.Loss:F3}, training images {Numbers.Percent(epoch.Train.Accuracy)} right, " +
            $"test images {Numbers.Percent(epoch.Test.Accuracy)} right, " +
            $"{Figures.Time(epoch.Seconds)}, {Figures.Whole(done.Rate)} images/s",
            indent);
        if (epoch.Twin is not { } twin) return;
        string space = new(' ', title.Length - "twin".Length);
        AnsiConsole.Console.Say(
            $"{space}twin: loss {twin.Train.Loss:F3}, training images {Numbers.Percent(twin.Train.Accuracy)} right, " +
            $"test images {Numbers.Percent(twin.Test.Accuracy)} right, {Figures.Time(twin.Seconds)}" +
            (twin.Seconds < LeastToCompare ? "" : $"; ours took {Figures.Ratio(epoch.Seconds / twin.Seconds)} of its time"),
            indent);
        AnsiConsole.Console.Say(
            $"{space}      all outputs and gradients of {Figures.Count(twin.Steps, "step")} are libtorch's: " +
            $"they differ by at most {Bound(twin.WorstRatio)} of what rounding may do" +
            $"{(twin.WorstRatio > 0 ? $" ({twin.WorstAt})" : "")}",
            indent);
    }

    private static void PrintEnd(TrainingRun training, RunFolder? folder)
    {
        var last = training.Epochs[^1];
        AnsiConsole.Console.Say(
            $"Test images: {Numbers.Percent(last.Test.Accuracy)} right after {Figures.Count(training.Epochs.Count, "epoch")}. " +
            $"Weights: {training.WeightsFingerprint[..16]}.");
        AnsiConsole.Console.Say(
            folder is null ? "Nothing is kept: --output DIR keeps the weights, and a report."
                : $"Kept in '{folder.Name}'; the report is '{folder.Report}'.");
    }

    private static NetworkPlan Plan(RunDescription run)
    {
        try
        {
            return run.Plan();
        }
        catch (Exception exception) when (exception is FormatException or ArgumentException)
        {
            throw new UsageException($"--layers: {exception.Message}");
        }
    }

    private static string Bound(double ratio) => ratio.ToString("G2", CultureInfo.InvariantCulture);
}
