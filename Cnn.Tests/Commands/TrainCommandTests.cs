using Cnn.Tests.Data;

namespace Cnn.Tests.Commands;

[Trait(Traits.Speed, Traits.Slow)]
public class TrainCommandTests
{
    [Theory]
    [InlineData(
        "--layers: layer 1 (\"konv\"): 'konv' is no layer; there is conv, pool, avgpool, relu, flatten and fc.", "--layers", "konv")]
    [InlineData("--layers \"\": must be a text that is not empty.", "--layers", "")]
    [InlineData("--layers: the last layer leaves 9, and the data has 10 classes: it must be \"fc 10\", after flatten.", "--layers",
        "flatten, fc 9")]
    [InlineData("--lr 0: must be a number, more than 0 and at most 100.", "--lr", "0")]
    [InlineData("--epochs 0: must be a whole number from 1 to 100000.", "--epochs", "0")]
    [InlineData("'/no/such/folder' does not exist.", "--data", "/no/such/folder")]
    public void WhatCannotBeDoneIsOneSentence(string sentence, params string[] arguments)
    {
        var (code, output, error) = CommandLine.Run(["train", .. arguments]);
        Assert.Equal((2, "", sentence), (code, output, error.TrimEnd()));
    }

    [Theory]
    [InlineData("train")]
    [InlineData("bench")]
    public void MoreThreadsThanProcessorsAreRefused(string verb)
    {
        int processors = Environment.ProcessorCount;
        var (code, output, error) = CommandLine.Run(verb, "--threads", $"{processors + 1}");
        Assert.Equal((2, "", $"--threads {processors + 1}: must be a whole number from 1 to {processors}, the processors of this machine."),
            (code, output, error.TrimEnd()));
    }

    [Fact]
    public void AReluBehindTheScoresIsSaid()
    {
        var (code, output, error) = CommandLine.Run("train", "--layers", "flatten, fc 10, relu", "--epochs", "1", "--twin", "none");
        Assert.Equal((0, ""), (code, error));
        Assert.Contains("\nNote: layer 3 (\"relu\") ", output, StringComparison.Ordinal);
    }

    [Fact]
    public void ASmallNetworkLearnsTheSample()
    {
        string[] arguments = ["train", "--layers", "conv 6 5 stride 2, relu, flatten, fc 10", "--epochs", "1", "--optimizer", "sgd"];
        var (code, output, error) = CommandLine.Run(arguments);
        Assert.Equal((0, ""), (code, error));
        var last = System.Text.RegularExpressions.Regex.Match(output, @"\nTest images: (\d+\.\d) % right after 1 epoch\.");
        Assert.True(double.Parse(last.Groups[1].Value, System.Globalization.CultureInfo.InvariantCulture) > 65, output);
    }

    [Fact]
    public void AFolderOfImagesIsTrainedOn()
    {
        using var samples = new ImageSamples();
        foreach (string name in new[] { "bright/1", "bright/2", "bright/3", "dark/1", "dark/2", "dark/3" })
            samples.Write($"{name}.png", ImageSamples.GreyPng(400, [.. Enumerable.Repeat((byte)(name[0] == 'b' ? 250 : 5), 400 * 300)]));
        string[] train = ["train", "--data", samples.Folder, "--epochs", "1", "--layers", "avgpool 100, flatten, fc 2"];
        Assert.Equal(0, CommandLine.Run(train).Code);

        var (code, output, error) = CommandLine.Run([.. train, "--batch", "65536"]);
        Assert.Equal((2, "", "--batch 65536: so many images of 1 x 300 x 400 take 29.3 GiB; a batch has at most 2."),
            (code, output, error.TrimEnd()));

        string bad = samples.Write("dark/4.png", [1, 2, 3]);
        (code, output, error) = CommandLine.Run(train);
        Assert.Equal((2, ""), (code, output));
        Assert.StartsWith($"'{bad}' ", error, StringComparison.Ordinal);
        (code, output, _) = CommandLine.Run([.. train, "--skip-bad"]);
        Assert.Equal(0, code);
        Assert.StartsWith($"Skipped: '{bad}' ", output, StringComparison.Ordinal);
        Assert.Contains("4 training images and 2 test images of 1 x 300 x 400, 2 classes.", output, StringComparison.Ordinal);
    }
}
