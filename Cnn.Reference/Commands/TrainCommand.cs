using System.CommandLine;
using System.Globalization;
using Cnn.Layers;
using Cnn.Reference.Benchmarks;
using Cnn.Reference.Data;
using Cnn.Reference.Training;
using Spectre.Console;
using TorchSharp;

namespace Cnn.Reference.Commands;

/// <summary><c>train</c>: a network of our layers learns to tell images apart.</summary>
internal static class TrainCommand
{
    public static Command Create()
    {
        var data = new DataOptions();
        var layers = new Option<string?>("--layers") { Description = $"The network, for example \"{LayerWords.Exercise(10)}\": the exercise's, which it is unless given." };
        var epochs = Options.Number("--epochs", "How often every training image is seen.", byDefault: 10, least: 1, most: 100_000);
        var batch = Options.Number("--batch", "Images a step.", byDefault: 32, least: 1, most: 65_536);
        var optimizer = Options.OneOf<Optimizer>("--optimizer", "How weights follow their gradients: adam unless given; sgd has momentum 0.9.");
        var rate = new Option<double?>("--lr")
        {
            Description = "Learning rate: 0.001 for adam and 0.02 for sgd unless given.",
            CustomParser = result =>
            {
                string text = result.Tokens[^1].Value;
                if (double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double value) && value is > 0 and <= 100) return value;
                result.AddError($"--lr {text}: must be a number, more than 0 and at most 100.");
                return null;
            },
        };
        var seed = Options.Number("--seed", "Where the first weights and the order of the images come from.", byDefault: 1, least: 0);
        var algorithm = Options.OneOf<Algorithm>("--algorithm", "Our loops: fast unless given.");
        var threads = Options.Number("--threads", "How many threads.", byDefault: Environment.ProcessorCount, least: 1, most: 1024);
        var command = new Command("train", "Trains a network of our layers on images, and says how many of the test images it tells apart.")
        {
            layers, epochs, batch, optimizer, rate, seed, algorithm, threads,
        };
        data.AddTo(command);
        command.SetAction((parsed, cancel) => Task.FromResult(Run(
            new(
                data.Read(parsed), parsed.GetValue(layers), parsed.GetValue(epochs), parsed.GetValue(batch),
                parsed.GetValue(optimizer) ?? Optimizer.Adam, parsed.GetValue(rate), parsed.GetValue(seed),
                parsed.GetValue(algorithm) ?? Algorithm.Fast, parsed.GetValue(threads)),
            cancel)));
        return command;
    }

    private static int Run(Request request, CancellationToken cancel)
    {
        var lines = Console.Out;
        var data = DataOptions.Open(request.Data, cancel);
        var train = data.Train;
        var plan = Plan(request.Layers ?? LayerWords.Exercise(train.ClassNames.Count), new(train.Channels, train.Height, train.Width), train.ClassNames.Count);
        double bytes = (double)request.Batch * plan.Image.Count * sizeof(float);
        if (bytes > int.MaxValue) throw new UsageException($"--batch {request.Batch}: so many images of {plan.Image} take {bytes / (1 << 30):F1} GiB; a batch has at most 2.");
        foreach (var skipped in data.Skipped) lines.WriteLine($"Skipped: '{skipped.Path}' {skipped.Reason}.");
        lines.WriteLine(
            $"{data.Name}: {Figures.Count(train.Count, "training image")} and {Figures.Count(data.Test.Count, "test image")} of " +
            $"{plan.Image}, {train.ClassNames.Count} classes.");
        plan.Print(AnsiConsole.Console);

        torch.set_num_threads(request.Threads);
        torch.random.manual_seed(request.Seed);
        using var network = plan.Build(request.Algorithm);
        using var trainer = new Trainer(network, data, request.Batch, request.Optimizer, request.LearningRate, request.Seed);
        for (int epoch = 1; epoch <= request.Epochs; epoch++)
        {
            EpochProgress done = default;
            var batches = trainer.Batches(epoch);
            string title = $"epoch {epoch} of {request.Epochs}";
            ProgressBar.Run(title, batches.Count, trainer.Epoch(batches), cancel, progress =>
            {
                done = progress;
                return $"{title}: loss {done.Loss:F3}, {Part(done.Accuracy)} right, {Figures.Whole(done.Rate)} images/s";
            });
            if (cancel.IsCancellationRequested || trainer.TestAccuracy(cancel) is not { } accuracy)
            {
                lines.WriteLine($"STOPPED in epoch {epoch} of {request.Epochs}, after {Figures.Whole(done.Images)} of its images.");
                return 130;
            }
            lines.WriteLine(
                $"{title}: loss {done.Loss:F3}, training images {Part(done.Accuracy)} right, test images {Part(accuracy)} right, " +
                $"{Figures.Time(done.Seconds)}, {Figures.Whole(done.Rate)} images/s");
        }
        return 0;
    }

    private static NetworkPlan Plan(string layers, Features image, int classes)
    {
        try
        {
            return new(LayerWords.Parse(layers), image, classes);
        }
        catch (Exception exception) when (exception is FormatException or ArgumentException)
        {
            throw new UsageException($"--layers: {exception.Message}");
        }
    }

    private static string Part(double part) => string.Create(CultureInfo.InvariantCulture, $"{100 * part:F1} %");

    private sealed record Request(
        (string? Folder, ImageFolderOptions Images) Data, string? Layers, int Epochs, int Batch, Optimizer Optimizer, double? Rate, int Seed, Algorithm Algorithm, int Threads)
    {
        public double LearningRate => Rate ?? (Optimizer == Optimizer.Adam ? 0.001 : 0.02);
    }
}
