using System.Text.Json;
using Cnn.Tests.KernelChecking;
using static Cnn.Tests.Commands.CommandLine;

namespace Cnn.Tests.Commands;

/// <summary><c>check --kernel</c> as a user runs it: a kernel of an assembly's file, in a process of its own.</summary>
[Trait(Traits.Speed, Traits.Slow)]
public class CheckKernelTests
{
    private static readonly string Assembly = typeof(WrongKernels).Assembly.Location;
    private static readonly string Right = typeof(RightKernels).FullName!, Wrong = typeof(WrongKernels).FullName!;

    [Theory]
    [InlineData("Libtorch", "PASSED: Conv2d")]
    [InlineData("LibtorchGradients", "PASSED: Conv2dGradients")]
    [InlineData("Average", "PASSED: AvgPool2d")] // generic, over spans: of float
    public void ARightKernelPasses(string method, string verdict)
    {
        var (code, output, error) = Run("check", "--kernel", Assembly, "--method", $"{Right}.{method}", "--cases", "10");
        Assert.Equal((0, ""), (code, error));
        Assert.Contains($"\n{verdict}", output, StringComparison.Ordinal);
    }

    [Fact]
    public void AWrongOneIsExplainedAndPrintedAsATest()
    {
        string file = Path.Combine(Path.GetTempPath(), $"kernel-{Guid.NewGuid():N}.json");
        try
        {
            var (code, output, _) = Run(
                "check", "--kernel", Assembly, "--method", $"{Wrong}.IgnoresDilation", "--cases", "30", "--seed", "3", "--json", file);
            Assert.Equal(1, code);
            Assert.Contains("It gives exactly what comes of this mistake: ", output, StringComparison.Ordinal);
            Assert.Contains("[Xunit.Fact]", output, StringComparison.Ordinal);
            using var json = JsonDocument.Parse(File.ReadAllText(file));
            Assert.False(json.RootElement.GetProperty("passed").GetBoolean());
            Assert.Contains(
                "(museum dilation-ignored)", json.RootElement.GetProperty("suspicion").GetString(), StringComparison.Ordinal);
            Assert.Equal(3, json.RootElement.GetProperty("seed").GetInt32());
            Assert.Contains(
                "[Xunit.Fact]", json.RootElement.GetProperty("smallest").GetProperty("xunitTest").GetString(), StringComparison.Ordinal);
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Fact]
    public void WhatLacksMemoryIsNotAllCompared()
    {
        string special = typeof(SpecialKernels).FullName!;
        var (code, output, _) = Run("check", "--kernel", Assembly, "--method", $"{special}.LacksMemoryForGroups", "--cases", "10");
        Assert.Equal(3, code);
        Assert.Contains("NOT PASSED: yours did not come to its end in ", output, StringComparison.Ordinal);
        Assert.Equal(1, Run("check", "--kernel", Assembly, "--method", $"{special}.LacksMemory", "--cases", "0").Code);
    }

    [Fact]
    public void WhatIsNotClaimedIsLeftOutAndNamed()
    {
        var (code, output, _) = Run(
            "check", "--kernel", Assembly, "--method", $"{Wrong}.IgnoresDilation", "--cases", "30", "--without", "dilation,groups");
        Assert.Equal(0, code);
        Assert.Contains("not claimed: dilation (Dilation): ", output, StringComparison.Ordinal);
        Assert.Contains("not claimed: groups (Groups): ", output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("OfAType`1.Kernel", "its parameters are those of no kernel")]
    [InlineData("NoSuchType.Kernel", "; kernels are in ")] // looks through every type, those among them that are generic
    public void AKernelOfAGenericTypeIsNone(string method, string says)
    {
        var (code, output, error) = Run("check", "--kernel", Assembly, "--method", $"{typeof(SpecialKernels).Namespace}.{method}");
        Assert.Equal((2, ""), (code, output));
        Assert.Contains(says, error, StringComparison.Ordinal);
        Assert.Single(error.TrimEnd().Split('\n'));
    }

    [Fact]
    public void AKernelOfOneSizeIsGivenThatSizeAlone()
    {
        string kernel = $"{typeof(SpecialKernels).FullName}.Winograd";
        var (code, output, _) = Run(
            "check", "--kernel", Assembly, "--method", kernel, "--cases", "30", "--kernel-size", "3x3",
            "--without", "stride,dilation,groups,unbatched,nan,exact,float64,float16,bfloat16");
        Assert.True(code == 0, output);
        (code, _, string error) = Run("check", "--kernel", Assembly, "--method", kernel, "--kernel-size", "3");
        Assert.Equal((2, "--kernel-size 3: must be height x width, such as 3x3, each from 1 to 64."), (code, error.TrimEnd()));
    }

    /// <summary>What lies not beside the assembly is no fault of the loops.</summary>
    [Fact]
    public void AMissingDependencyIsNoWrongKernel()
    {
        using var folder = new Build.TemporaryFolder();
        File.Copy(Assembly, folder["Alone.dll"]);
        var (code, output, error) = Run(
            "check", "--kernel", folder["Alone.dll"], "--method", $"{typeof(StatefulKernels).FullName}.NeedsXunit", "--cases", "5");
        Assert.Equal((2, ""), (code, output));
        Assert.Contains("Alone.dll needs the assembly xunit.assert, which cannot be loaded", error, StringComparison.Ordinal);
        Assert.Contains("<CopyLocalLockFileAssemblies>true", error, StringComparison.Ordinal);
        Assert.Single(error.TrimEnd().Split('\n'));
    }

    [Fact]
    public void WhatNeedsEarlierProblemsIsPrintedAsACommandThatShowsIt()
    {
        string[] kernel = ["--kernel", Assembly, "--method", $"{typeof(StatefulKernels).FullName}.KeepsFilters"];
        var (code, output, _) = Run(["check", .. kernel, "--cases", "20", "--without", "nan"]);
        Assert.Equal(1, code);
        string command = output.Split("\nAs a command:\n\n")[1].Split('\n')[0];
        Assert.Contains("--without nan", command, StringComparison.Ordinal);
        string[] problems = [.. command.Split('"').Where(word => word.StartsWith("conv ", StringComparison.Ordinal))];
        Assert.InRange(problems.Length, 1, 3);
        Assert.Equal(1, Run(["check", .. problems, .. kernel, "--without", "nan"]).Code);
    }

    [Fact]
    public void WhatChangesNothingIsSaid()
    {
        var (_, output, _) = Run(
            "check", "--kernel", Assembly, "--method", $"{Right}.Average", "--cases", "5", "--without", "Dilation,float64");
        Assert.Contains(
            "Dilation = false (--without dilation) changes nothing: AvgPool2d has no such thing", output, StringComparison.Ordinal);
        Assert.Contains("(--without float64) changes nothing: yours takes spans of float32 alone", output, StringComparison.Ordinal);
        Assert.Contains("Average is generic: it is checked with spans of float32", output, StringComparison.Ordinal);
    }

    [Fact]
    public void AGivenCaseIsTheOnlyOne()
    {
        var (code, output, _) = Run(
            "check", "conv n2 c2 h7 w8 o2 k3x2 s1 p1 d1x2 float32", "--kernel", Assembly, "--method", $"{Wrong}.IgnoresDilation");
        Assert.Equal(1, code);
        Assert.Contains("is wrong in 1 problem (1 problem,", output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--method {right}.Libtorch", "--method: goes with --kernel only")]
    [InlineData("--kernel {dll}", "--method must say which of its methods")]
    [InlineData("--kernel {dll} --method {right}.Libtorch --model lenet5", "does not go with --model")]
    [InlineData("images --kernel {dll} --method {right}.Libtorch", "\"images\": is no problem for Conv2d")]
    [InlineData("--kernel missing.dll --method {right}.Libtorch", "there is no such file")]
    [InlineData("--kernel {text} --method A.B", "is no .NET assembly that can be loaded")]
    [InlineData("--kernel {dll} --method Libtorch", "must be Namespace.Type.Method")]
    [InlineData("--kernel {dll} --method No.Such.Type", "has no type No.Such; kernels are in Cnn.Tests.KernelChecking.")]
    [InlineData("--kernel {dll} --method {right}.Nothing", "has no such static method; it has Libtorch, LibtorchGradients, LibtorchMax")]
    [InlineData("--kernel {dll} --method {tests}.Signature", "parameter 1 of yours is int number, not ")]
    [InlineData("--kernel {dll} --method {stateful}.IntStride", "MaxPool2dFunction, Tensor (Tensor input, long[] kernel_size, ")]
    [InlineData("--kernel {dll} --method {stateful}.IntStride", "parameter 3 of yours is int stride, not long[] stride")]
    [InlineData("--kernel {dll} --method {right}.Libtorch --kernel-size 3x0", "--kernel-size 3x0: must be height x width")]
    [InlineData("--kernel {dll} --method {right}.Average --without float32", "(--without float32): yours takes spans")]
    [InlineData("--kernel {dll} --method {right}.Libtorch --without sums", "--without sums: must be some of groups, dilation")]
    [InlineData("--kernel {dll} --method {right}.Libtorch --level exact", "--level: does not go with --kernel")]
    [InlineData("--without groups", "--without: goes with --kernel only")]
    [InlineData("max_n1 --kernel {dll} --method {right}.Libtorch", "is no problem for Conv2d")]
    public void AMistakeIsOneSentence(string arguments, string says)
    {
        string[] words = [.. arguments.Split(' ').Select(word => word
            .Replace("{dll}", Assembly, StringComparison.Ordinal).Replace("{right}", Right, StringComparison.Ordinal)
            .Replace("{stateful}", typeof(StatefulKernels).FullName, StringComparison.Ordinal)
            .Replace("{tests}", typeof(CheckKernelTests).FullName, StringComparison.Ordinal)
            .Replace("{text}", Path.ChangeExtension(Assembly, ".runtimeconfig.json"), StringComparison.Ordinal)
            .Replace("max_n1", "max n1 c1 h5 w6 k2", StringComparison.Ordinal))];
        var (code, output, error) = Run(["check", .. words]);
        Assert.Equal((2, ""), (code, output));
        Assert.Contains(says, error, StringComparison.Ordinal);
        Assert.Single(error.TrimEnd().Split('\n'));
    }

    /// <summary>No kernel, for the test above.</summary>
    internal static int Signature(int number) => number;
}
