using System.Diagnostics;
using System.Text.RegularExpressions;
using Cnn.Tests.Build;
using Xunit.Abstractions;

namespace Cnn.Tests.Commands;

[Trait(Traits.Speed, Traits.Slow)]
public sealed partial class TrainResumeTests(ITestOutputHelper log) : IDisposable
{
    private readonly TemporaryFolder temporary = new();

    public void Dispose() => temporary.Dispose();

    /// <summary>A run that is killed at any moment, again and again, ends with the bits of one that was left alone.</summary>
    [Fact]
    public void ARunThatIsKilledEndsTheSame()
    {
        const int Kills = 4;
        string[] train =
            ["train", "--layers", "conv 4 5 stride 3, relu, flatten, fc 10", "--epochs", "8", "--batch", "64", "--twin", "all"];
        string whole = temporary["whole"], killed = temporary["killed"];
        var watch = Stopwatch.StartNew();
        Assert.Equal(0, CommandLine.Run([.. train, "--output", whole]).Code);
        double seconds = watch.Elapsed.TotalSeconds;

        int seed = Random.Shared.Next();
        log.WriteLine($"moments of seed {seed}, of {seconds:F1} s");
        var moments = new Random(seed);
        for (int kill = 0; kill < Kills; kill++)
        {
            bool begun = Directory.Exists(killed) && Directory.EnumerateFiles(killed, "*.safetensors").Any();
            using var process = CommandLine.Start([.. begun ? ["train", "--resume"] : train, "--output", killed]);
            if (!process.EndsWithin(TimeSpan.FromSeconds(seconds * (0.2 + 0.5 * moments.NextDouble())))) process.Kill();
            process.End();
        }
        var (code, output, error) = CommandLine.Run("train", "--resume", "--output", killed);
        Assert.True(code == 0, $"seed {seed}: {error}{output}");
        Assert.Equal(LastOf(whole), LastOf(killed));
        Assert.Equal(
            ["epoch-7.safetensors", "epoch-8.safetensors"], Directory.EnumerateFiles(killed, "epoch-*").Select(Path.GetFileName).Order());
    }

    // The numbers: the descriptions before them have times.
    private static byte[] LastOf(string run)
    {
        byte[] file = File.ReadAllBytes(Path.Combine(run, "epoch-8.safetensors"));
        return file[(8 + (int)BitConverter.ToInt64(file))..];
    }

    [Theory]
    [InlineData("--resume needs --output DIR, the folder of the run to go on with.", "--resume")]
    [InlineData("--resume x: must be the epoch of a checkpoint, a whole number, or nothing for the last.", "--resume", "x")]
    [InlineData("--lr stays as it was with --resume; --data, for data that has moved, and --epochs may be given.", "--resume", "--output",
        "run", "--lr", "0.1")]
    [InlineData("'/no/such/run' does not exist.", "--resume", "--output", "/no/such/run")]
    [InlineData("--output \"\": must name a folder.", "--output", "")]
    [InlineData("--data \"\": must name a folder.", "--resume", "--output", "run", "--data", "")]
    public void WhatCannotGoOnIsOneSentence(string sentence, params string[] arguments)
    {
        var (code, output, error) = CommandLine.Run(["train", .. arguments]);
        Assert.Equal((2, "", sentence), (code, output, error.TrimEnd()));
    }

    [Fact]
    public void ARunGoesOnWithItsOwnDataOnly()
    {
        string run = temporary["run"], data = temporary["data"];
        using (var samples = new Data.ImageSamples())
        {
            foreach (string name in new[] { "a/1", "a/2", "a/3", "b/1", "b/2", "b/3" })
                samples.Write($"{name}.png", Data.ImageSamples.GreyPng(8, [.. Enumerable.Repeat((byte)(name[0] == 'a' ? 250 : 5), 8 * 6)]));
            Directory.Move(samples.Folder, data);
            Directory.CreateDirectory(samples.Folder);
        }
        string[] train = ["train", "--data", data, "--layers", "flatten, fc 2", "--epochs", "2", "--output", run];
        Assert.Equal(0, CommandLine.Run(train).Code);
        Assert.Equal($"'{run}' holds a run already, up to epoch 2: --resume goes on with it; or name another folder.",
            CommandLine.Run(train).Error.TrimEnd());
        Assert.Equal($"--epochs 1: the run in '{run}' has had 2 already.",
            CommandLine.Run("train", "--resume", "--output", run, "--epochs", "1").Error.TrimEnd());

        string moved = temporary["moved"];
        Directory.Move(data, moved);
        Assert.Equal($"'{data}' does not exist.", CommandLine.Run("train", "--resume", "--output", run, "--epochs", "3").Error.TrimEnd());
        var (code, output, _) = CommandLine.Run("train", "--resume", "--output", run, "--epochs", "3", "--data", moved);
        Assert.Equal(0, code);
        Assert.Matches(RightAfterThree(), output);
        File.Copy(Path.Combine(moved, "a", "1.png"), Path.Combine(moved, "a", "2.png"), overwrite: true);
        File.Copy(Path.Combine(moved, "b", "1.png"), Path.Combine(moved, "a", "3.png"), overwrite: true);
        (code, _, string error) = CommandLine.Run("train", "--resume", "--output", run, "--epochs", "4");
        Assert.Equal((2, $"'{moved}' is not the data that the run in '{run}' has learned from."), (code, error.TrimEnd()));
    }

    [GeneratedRegex(@"Goes on after epoch 2 of 3\.\n(.*\n)*epoch 3 of 3: (.*\n)*Test images: .* % right after 3 epochs\.")]
    private static partial Regex RightAfterThree();
}
