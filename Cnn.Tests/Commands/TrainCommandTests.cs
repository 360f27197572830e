namespace Cnn.Tests.Commands;

public class TrainCommandTests
{
    [Theory]
    [InlineData("--layers: layer 1 (\"konv\"): 'konv' is no layer; there is conv, pool, avgpool, relu, flatten and fc.", "--layers", "konv")]
    [InlineData("--layers: the last layer leaves 9, and the data has 10 classes: it must be \"fc 10\", after flatten.", "--layers", "flatten, fc 9")]
    [InlineData("--lr 0: must be a number, more than 0 and at most 100.", "--lr", "0")]
    [InlineData("--epochs 0: must be a whole number from 1 to 100000.", "--epochs", "0")]
    [InlineData("'/no/such/folder' does not exist.", "--data", "/no/such/folder")]
    public void WhatCannotBeDoneIsOneSentence(string sentence, params string[] arguments)
    {
        var (code, output, error) = CommandLine.Run(["train", .. arguments]);
        Assert.Equal((2, "", sentence), (code, output, error.TrimEnd()));
    }

    [Fact]
    public void ASmallNetworkLearnsTheSample()
    {
        string[] arguments = ["train", "--layers", "conv 6 5 stride 2, relu, flatten, fc 10", "--epochs", "1", "--optimizer", "sgd"];
        var (code, output, error) = CommandLine.Run(arguments);
        Assert.Equal((0, ""), (code, error));
        var last = System.Text.RegularExpressions.Regex.Match(output.TrimEnd().Split('\n')[^1], @"^epoch 1 of 1: .* test images (\d+\.\d) % right");
        Assert.True(double.Parse(last.Groups[1].Value, System.Globalization.CultureInfo.InvariantCulture) > 65, output);
    }
}
