using System.Text.Json;
using Cnn.Tests.Build;

namespace Cnn.Tests.Commands;

[Trait(Traits.Speed, Traits.Slow)]
public class CheckModelsTests
{
    [Fact]
    public void ANetworkIsComparedPrintedAndWritten()
    {
        using var folder = new TemporaryFolder();
        string page = Path.Combine(folder.Path, "page.html"), json = Path.Combine(folder.Path, "report.json");
        var (code, output, error) = CommandLine.Run(
            "check", "--model", "lenet5", "--html", page, "--json", json, "--seed", "3", "--threads", "1");
        Assert.Equal("", error);
        Assert.Equal(0, code);
        Assert.Contains("EQUAL: 36 tensors of 12 layers", output);
        Assert.Contains("ALL EQUAL: 1 network", output);
        Assert.All(output.Split('\n'), line => Assert.InRange(line.TrimEnd().Length, 0, 80));
        Assert.Contains("lenet5, 28 x 28", File.ReadAllText(page));
        using var report = JsonDocument.Parse(File.ReadAllText(json));
        Assert.True(report.RootElement.GetProperty("passed").GetBoolean());
        Assert.Equal("features.c1", report.RootElement.GetProperty("networks")[0].GetProperty("layers")[0].GetProperty("path").GetString());
    }

    [Theory]
    [InlineData("--model nope", "--model nope: must be lenet5, ")]
    [InlineData("--html page.html", "--html: goes with --model only")]
    [InlineData("--size 64", "--size: goes with --model only")]
    [InlineData("--model all --size 64", "--size: goes with one network")]
    [InlineData("--model lenet5 --size 4", "--size 4: must be a whole number from 8 to 1024")]
    [InlineData("--model lenet5 --size 40", "--size 40: lenet5 cannot be run on such images: mat1 and mat2")]
    [InlineData("--model lenet5 --cases 7", "--cases: does not go with --model")]
    [InlineData("--model lenet5 images", "case: does not go with --model")]
    [InlineData("--model lenet5 --html no/such/page.html", "--html no/such/page.html: cannot be written")]
    public void WhatCannotBeDoneIsRefusedInASentence(string arguments, string sentence)
    {
        var (code, output, error) = CommandLine.Run(["check", .. arguments.Split(' ')]);
        Assert.Equal(2, code);
        Assert.Equal("", output);
        Assert.StartsWith(sentence, error);
        Assert.Single(error.TrimEnd().Split('\n'));
    }
}
