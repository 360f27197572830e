using System.CommandLine;
using Cnn.Reference.Data;
using Cnn.Reference.Printing;
using Cnn.Reference.Processes;
using Cnn.Reference.Training;
using Cnn.Reference.Training.Checkpoints;
using Spectre.Console;
using TorchSharp;
using static TorchSharp.torch;

namespace Cnn.Reference.Commands;

/// <summary><c>predict</c>: what a trained network takes image files for.</summary>
internal static class PredictCommand
{
    private const int BarWidth = 40, LeastBar = 10; // a shorter one shows nothing

    public static Command Create()
    {
        var images = new Argument<string[]>("IMAGE")
        {
            Description = "PNG, JPEG, WebP, BMP or GIF files, of any size.",
            Arity = ArgumentArity.OneOrMore,
        };
        images.Validators.Add(result =>
        {
            if (result.Tokens.Any(token => token.Value.Length == 0))
                result.AddError(WrongArguments.Sentence("IMAGE", "", "must name a file"));
        });
        var run = RunOption.Create("The folder of a run (train --output), or one of its checkpoints.");
        run.Required = true;
        var top = Options.Number("--top", "How many classes to show for each image.", byDefault: 10, least: 1, most: 10_000);
        var invert = new Option<bool>("--invert")
        {
            Description = "Turn dark and light round: for dark strokes on light paper and a network that learned light ones on black, " +
                "as MNIST's are.",
        };
        var command = new Command("predict", "Shows how likely a trained network takes an image for each class.")
        {
            images, run, top, invert,
        };
        WrongArguments.RefuseOptions(command, images);
        command.SetAction((parsed, cancel) => Task.FromResult(
            Run(parsed.GetValue(images)!, parsed.GetValue(run)!, parsed.GetValue(top), parsed.GetValue(invert), cancel)));
        return command;
    }

    private static int Run(string[] images, string run, int top, bool invert, CancellationToken cancel)
    {
        using var checkpoint = RunOption.Load(run);
        var (description, plan) = (checkpoint.Run, checkpoint.Run.Plan());
        using var network = plan.Build(description.Settings.Algorithm);
        TrainerState.LoadWeights(network, TrainingRun.Ours, checkpoint.Tensors);
        network.eval();
        using var noGradients = no_grad();
        int unreadable = 0;
        foreach (string image in images)
        {
            if (cancel.IsCancellationRequested) return ExitCodes.Stopped;
            using var scope = NewDisposeScope();
            try
            {
                Print(image, description.ClassNames, Probabilities(image), top);
            }
            catch (DatasetException exception)
            {
                Terminal.Complain(exception.Message);
                unreadable++;
            }
        }
        return unreadable == 0 ? ExitCodes.Success : ExitCodes.Refused;

        float[] Probabilities(string image)
        {
            var pixels = new byte[plan.Image.Count];
            ImageFile.ReadPixels(image, pixels, description.Channels, description.Height, description.Width, cancel);
            if (invert)
                foreach (ref byte pixel in pixels.AsSpan()) pixel = (byte)(255 - pixel);
            var one = new ImageDataset(pixels, [0], description.Channels, description.Height, description.Width, description.ClassNames);
            return network.forward(one.Batch(0, 1).Images).softmax(1).data<float>().ToArray();
        }
    }

    private static void Print(string image, IReadOnlyList<string> names, float[] probabilities, int top)
    {
        var console = AnsiConsole.Console;
        console.Profile.Out.Writer.WriteLine($"{image}:");
        int[] shown = [.. Enumerable.Range(0, names.Count).OrderByDescending(label => probabilities[label]).Take(top)];
        string[] percents = Numbers.Percents(probabilities);
        int nameWidth = shown.Max(label => names[label].GetCellWidth()), percentWidth = shown.Max(label => percents[label].Length);
        int room = Math.Min(BarWidth, console.Profile.Width - nameWidth - percentWidth - "    ".Length);
        foreach (int label in shown)
        {
            string name = names[label] + new string(' ', nameWidth - names[label].GetCellWidth());
            int bar = room < LeastBar || !float.IsFinite(probabilities[label]) ? 0 : (int)Math.Round(probabilities[label] * room);
            string line = $"  {name} {percents[label].PadLeft(percentWidth)}{(bar > 0 ? " " : "")}";
            console.Profile.Out.Writer.Write(line);
            console.Write(new Text(new string(Terminal.Bar, bar), Color.Green));
            console.Profile.Out.Writer.WriteLine();
        }
    }
}
