using System.Text.RegularExpressions;
using Cnn.Tests.Build;
using Cnn.Tests.Data;
using Cnn.Tests.Training;

namespace Cnn.Tests.Commands;

[Trait(Traits.Speed, Traits.Slow)]
public sealed class PredictCommandTests : IDisposable
{
    private readonly TemporaryFolder temporary = new();
    private readonly ImageSamples samples = new();

    public void Dispose()
    {
        temporary.Dispose();
        samples.Dispose();
    }

    [Fact]
    public void ATrainedNetworkTellsImagesApart()
    {
        foreach (string name in new[] { "bright [1]/1", "bright [1]/2", "bright [1]/3", "dark/1", "dark/2", "dark/3" })
            samples.Write($"{name}.png", Grey(name[0] == 'b' ? (byte)250 : (byte)5, 20, 15));
        string run = temporary["run"];
        Assert.Equal(0, CommandLine.Run("train", "--data", samples.Folder, "--epochs", "40", "--lr", "0.1", "--lr-decay", "1", "--layers",
            "avgpool 5, flatten, fc 2", "--output", run).Code);

        Assert.Contains("bright [1]", File.ReadAllText(Path.Combine(run, "report.html")), StringComparison.Ordinal);

        string bright = samples.Write("one.png", Grey(240, 33, 47)), dark = samples.Write("other.png", Grey(20, 20, 15)),
        bad = samples.Write("bad.png", [1, 2, 3]);
        var (code, output, error) = CommandLine.Run("predict", "--run", run, bright, bad, dark);
        Assert.Equal(2, code);
        Assert.Matches($"^'{Regex.Escape(bad)}' [^\n]*\n$", error);
        string[] lines = [.. output.TrimEnd().Split('\n').Select(line => line.TrimEnd())];
        Assert.Equal(6, lines.Length);
        Assert.Equal(($"{bright}:", $"{dark}:"), (lines[0], lines[3]));
        Assert.Matches(@"^  bright \[1\] +(9\d|100)\.\d % #{36,40}$", lines[1]);
        Assert.Matches(@"^  dark +\d\.\d %( #{1,4})?$", lines[2]);
        Assert.Matches(@"^  dark +(9\d|100)\.\d % #{36,40}$", lines[4]);

        (code, output, error) = CommandLine.Run(
            "predict", "--run", Path.Combine(run, "epoch-39.safetensors"), "--top", "1", "--invert", bright);
        Assert.Equal((0, ""), (code, error));
        Assert.Matches($@"^{Regex.Escape(bright)}:\n  dark +\d+\.\d % #+\s*$", output);
    }

    /// <summary>A checkpoint whose checksum is right and whose content is not: predict and train --resume say so, and offer the one
    /// before.</summary>
    [Fact]
    public void AFalseCheckpointIsOneSentence()
    {
        string run = temporary["run"], last = Path.Combine(run, "epoch-2.safetensors"), whole = Path.Combine(run, "epoch-1.safetensors");
        Assert.Equal(0, CommandLine.Run("train", "--layers", "flatten, fc 10", "--epochs", "2", "--twin", "none", "--output", run).Code);
        var file = new CheckpointFile(last);
        file.Tensors["network.1.bias"]!["shape"] = new System.Text.Json.Nodes.JsonArray(5, 2);
        file.Write(last);
        string sentence = $"'{last}' is of another version of this program, or of another program: its tensor 'network.1.bias' has the shape [5, 2], and must have [10].";
        var (code, output, error) = CommandLine.Run("predict", "--run", run, "a.png");
        Assert.Equal((2, "", $"{sentence} The one before is whole: --run '{whole}'."), (code, output, error.TrimEnd()));
        (code, output, error) = CommandLine.Run("train", "--resume", "--output", run);
        Assert.Equal((2, "", $"{sentence} The one after epoch 1 is whole: train --resume 1 --output {run} goes on from there."),
            (code, output, error.TrimEnd()));
    }

    [Theory]
    [InlineData("'/no/such/run' does not exist.", "--run", "/no/such/run", "a.png")]
    [InlineData("--run: is missing; it must name a folder or a file.", "a.png")]
    [InlineData("--top 0: must be a whole number from 1 to 10000.", "--run", "run", "--top", "0", "a.png")]
    public void WhatCannotBeDoneIsOneSentence(string sentence, params string[] arguments)
    {
        var (code, output, error) = CommandLine.Run(["predict", .. arguments]);
        Assert.Equal((2, "", sentence), (code, output, error.TrimEnd()));
    }

    private static byte[] Grey(byte value, int height, int width) =>
        ImageSamples.GreyPng(width, [.. Enumerable.Repeat(value, height * width)]);
}
