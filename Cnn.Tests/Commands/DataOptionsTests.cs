using System.CommandLine;
using Cnn.Reference.Commands;
using Cnn.Reference.Data;
using Cnn.Reference.Files;
using Cnn.Tests.Data;

namespace Cnn.Tests.Commands;

public sealed class DataOptionsTests : IDisposable
{
    private readonly ImageSamples images = new();
    private readonly IdxSamples idx = new();

    public void Dispose()
    {
        images.Dispose();
        idx.Dispose();
    }

    [Fact]
    public void WithoutOptionsNothingIsSet() => Assert.Equal((null, new ImageFolderOptions()), Read());

    [Theory]
    [InlineData("32", 32, 32)]
    [InlineData("24x40", 24, 40)]
    [InlineData("1x16384", 1, 16384)]
    public void SizeIsOneNumberOrHeightByWidth(string size, int height, int width)
    {
        images.Write("cats/1.png", []);

        var (folder, options) = Read("--data", images.Folder, "--size", size, "--channels", "3", "--test-share", "0.25", "--skip-bad");

        Assert.Equal(images.Folder, folder);
        Assert.Equal(new ImageFolderOptions { Height = height, Width = width, Channels = 3, TestShare = 0.25, SkipBad = true }, options);
    }

    [Theory]
    [InlineData("--size", "0", "a whole number from 1 to 16384, or two of them as HxW")]
    [InlineData("--size", "16385", "a whole number from 1 to 16384, or two of them as HxW")]
    [InlineData("--size", "32x", "a whole number from 1 to 16384, or two of them as HxW")]
    [InlineData("--size", "32x32x3", "a whole number from 1 to 16384, or two of them as HxW")]
    [InlineData("--size", "small", "a whole number from 1 to 16384, or two of them as HxW")]
    [InlineData("--channels", "2", "1 or 3")]
    [InlineData("--channels", "rgb", "1 or 3")]
    [InlineData("--test-share", "0", "a number, more than 0 and less than 1")]
    [InlineData("--test-share", "1", "a number, more than 0 and less than 1")]
    [InlineData("--test-share", "NaN", "a number, more than 0 and less than 1")]
    [InlineData("--test-share", "0,2", "a number, more than 0 and less than 1")]
    public void ABadValueIsOneSentence(string option, string value, string rule)
    {
        var (_, command) = Command();
        Assert.Equal([$"{option} {value}: must be {rule}."], command.Parse([option, value]).Errors.Select(error => error.Message));
    }

    [Theory]
    [InlineData("--size", "32")]
    [InlineData("--channels", "1")]
    [InlineData("--test-share", "0.2")]
    [InlineData("--skip-bad")]
    public void WhatOnlyFoldersOfImagesTakeIsRefusedElsewhere(params string[] given)
    {
        string start = $"{string.Join(' ', given)}: only folders of images, one sub-folder a class, take it, and ";
        AssertRefused(start + "without --data the sample of Fashion-MNIST is read.", given);

        images.Write("data_batch_1.bin", new byte[3073]);
        AssertRefused($"{start}'{images.Folder}' holds CIFAR-10's batches.", [.. given, "--data", images.Folder]);

        idx.WriteDataset("train", "t10k");
        AssertRefused($"{start}'{idx.Folder}' holds IDX files.", ["--data", idx.Folder, .. given]);

        Assert.Throws<DatasetException>(() => Read(["--data", idx.PathOf("missing"), .. given]));
    }

    private static void AssertRefused(string sentence, params string[] arguments) =>
        Assert.Equal(sentence, Assert.Throws<UsageException>(() => Read(arguments)).Message);

    private static (string? Folder, ImageFolderOptions Images) Read(params string[] arguments)
    {
        var (options, command) = Command();
        return options.Read(command.Parse(arguments));
    }

    private static (DataOptions Options, Command Command) Command()
    {
        var (options, command) = (new DataOptions(), new Command("read"));
        options.AddTo(command);
        return (options, command);
    }
}
