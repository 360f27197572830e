using Cnn.Reference.Benchmarks;
using Cnn.Tests.Build;

namespace Cnn.Tests.Commands;

/// <summary>Ctrl-C: once to stop after the step, twice to end at once.</summary>
[Trait(Traits.Speed, Traits.Slow)]
public sealed class InterruptTests : IDisposable
{
    private readonly TemporaryFolder temporary = new();

    public void Dispose() => temporary.Dispose();

    [LinuxFact]
    public void TheFirstStopsAfterTheStep()
    {
        string run = temporary["my run"];
        using var process = CommandLine.Start(
            "train", "--epochs", "100000", "--layers", "flatten, fc 10", "--batch", "500", "--output", run);
        string output = process.ReadUntil("epoch 2 of");
        process.Interrupt();
        output += process.Rest();
        Assert.Equal((130, ""), process.End());
        string last = output.TrimEnd().Split('\n')[^1];
        Assert.Matches(@$"^STOPPED in epoch \d+ of 100000, after [\d,]+ of its images\. '{run}' keeps the run up to epoch \d+: train --resume \d+ --output ""{run}"" goes on from there\.$", last);
        Assert.Contains(Directory.EnumerateFiles(run), file => file.EndsWith(".safetensors", StringComparison.Ordinal));
    }

    /// <summary>While a step takes long, nobody has to wait for its end.</summary>
    [LinuxFact]
    public void TheSecondEndsAtOnce()
    {
        using var process = CommandLine.Start("train", "--algorithm", "literal", "--batch", "2000", "--twin", "none");
        process.ReadUntil("receptive field");
        Thread.Sleep(1000); // within the first step, which takes a minute
        process.Interrupt();
        Assert.False(process.EndsWithin(TimeSpan.FromSeconds(1)));
        process.Interrupt();
        Assert.True(process.EndsWithin(TimeSpan.FromSeconds(10)));
        Assert.Equal((130, ""), process.End());
    }

    /// <summary>A network takes minutes to be timed.</summary>
    [LinuxTheory]
    [InlineData("bench", "--model", "vgg16_bn", "--seconds", "600")]
    [InlineData("bench", "--isa", "sse41", "--model", "vgg16_bn", "--seconds", "600")]
    [InlineData("check", "--model", "vgg16_bn")]
    public void WhatMeasuresNeedNotBeWaitedFor(params string[] arguments)
    {
#if DEBUG
        if (arguments[0] == "bench") return; // which is not timed
#endif
        if (arguments[1] == "--isa" && InstructionSet.Here.Count == 0) return; // another kind of processor
        using var process = CommandLine.Start(arguments);
        Thread.Sleep(3000);
        process.Interrupt();
        Assert.True(process.EndsWithin(TimeSpan.FromSeconds(20)));
        Assert.Equal(130, process.End().Code);
    }

    /// <summary>A process that measures for another must not go on measuring for nobody.</summary>
    [LinuxFact]
    public void AHeldProcessEndsWithTheOneThatHasStartedIt()
    {
        if (InstructionSet.Here.Count == 0) return;
        using var process = CommandLine.Start("bench", "--isa", "sse41", "--model", "vgg16_bn", "--seconds", "600");
        string child = process.Child();
        Thread.Sleep(2000); // it runs
        Assert.False(HasEnded(child));
        process.KillAlone();
        Assert.True(SpinWait.SpinUntil(() => HasEnded(child), TimeSpan.FromSeconds(20)));

        // Nobody may have asked how it ended: then it is a zombie.
        static bool HasEnded(string process)
        {
            string status = Path.Combine(process, "status");
            try
            {
                return File.ReadLines(status).Any(line => line.StartsWith("State:\tZ", StringComparison.Ordinal));
            }
            catch (IOException)
            {
                return true;
            }
        }
    }

    /// <summary>A list, or a pile of pictures, does not have to be waited for either.</summary>
    [LinuxFact]
    public void WhatOnlyPrintsStopsToo()
    {
        string run = temporary["run"], picture = temporary["one.png"];
        Assert.Equal(0, CommandLine.Run("train", "--epochs", "1", "--layers", "flatten, fc 10", "--twin", "none", "--output", run).Code);
        File.WriteAllBytes(picture, Data.ImageSamples.GreyPng(2, 1, 2, 3, 4));
        string[][] verbs = [["check", "--list", "--cases", "2147483647"], ["predict", "--run", run, .. Enumerable.Repeat(picture, 20_000)]];
        foreach (string[] arguments in verbs)
        {
            using var process = CommandLine.Start(arguments);
            process.ReadLine();
            process.Interrupt();
            process.Rest();
            Assert.Equal((130, ""), process.End());
        }
    }

    /// <summary>A kernel that never returns would be waited for in vain.</summary>
    [LinuxFact]
    public void AKernelThatHangsIsNotWaitedFor()
    {
        using var process = CommandLine.Start(
            "check", "--kernel", typeof(KernelChecking.WrongKernels).Assembly.Location, "--timeout", "300",
            "--method", $"{typeof(KernelChecking.WrongKernels).FullName}.{nameof(KernelChecking.WrongKernels.NeverReturns)}");
        Thread.Sleep(5000); // in one of the first problems
        process.Interrupt();
        Assert.True(process.EndsWithin(TimeSpan.FromSeconds(10)));
        Assert.Equal((130, ""), process.End());
        Assert.Contains("STOPPED: ", process.Rest(), StringComparison.Ordinal);
    }
}
