using System.Runtime.InteropServices;
using System.Text.RegularExpressions;
using Cnn.Reference;
using Cnn.Reference.Oracle;
using Cnn.Reference.Processes;
using TorchSharp;

namespace Cnn.Tests.KernelChecking;

/// <summary>A report says no more than its problems show, and how to see it again.</summary>
[Trait(Traits.Speed, Traits.Slow)]
public sealed class HonestReportTests
{
    private static readonly KernelCheckOptions Few = new() { Cases = 40 };

    /// <summary>One element is what many mistakes give: none is accused, and the problem that is named tells them apart.</summary>
    [Theory]
    [InlineData("conv n1 c1 h3 w3 o1 k2 d2 nobias float32")]
    [InlineData("conv n1 c1 h3 w5 o1 k1x2 d1x4 float32")]
    [InlineData("conv n1 c1 h3 w4 o1 k2 d2 nobias float32")]
    public void OneElementAccusesNoMistake(string line)
    {
        var report = KernelCheck.Conv2d<float>(WrongKernels.IgnoresDilation, new() { Only = [line] });
        Assert.False(report.Passed);
        Assert.Null(report.Suspicion);
        string text = Words(report);
        Assert.DoesNotContain("exactly", text, StringComparison.Ordinal);
        Assert.Contains("cannot tell one mistake from another: consistent with ", text, StringComparison.Ordinal);
        Assert.Contains("museum dilation-ignored", text, StringComparison.Ordinal);
        string telling = Assert.IsType<string>(report.Findings.Found!.Telling);
        var told = KernelCheck.Conv2d<float>(WrongKernels.IgnoresDilation, new() { Only = [telling] });
        Assert.Contains("(museum dilation-ignored)", told.Suspicion, StringComparison.Ordinal);
    }

    [Fact]
    public void WhatOneCallDoesNotShowIsShownByItsProblems()
    {
        foreach (var report in new[]
        {
            KernelCheck.Conv2d<float>(StatefulKernels.KeepsFilters, Few),
            KernelCheck.Conv2d<float>(StatefulKernels.KeepsFilters, Few with { OwnProcess = true }),
        })
        {
            Assert.False(report.Passed);
            Assert.Null(report.Suspicion);
            Assert.Contains("it keeps something from call to call", Words(report), StringComparison.Ordinal);
            Assert.Contains("OwnProcess = true", report.Smallest!.XunitTest, StringComparison.Ordinal);
            var lines = report.Findings.Found!.Lines;
            Assert.InRange(lines.Count, 1, 3);
            Assert.False(KernelCheck.Conv2d<float>(StatefulKernels.KeepsFilters, new() { Only = lines, OwnProcess = true }).Passed);
        }
    }

    [Fact]
    public void AKernelThatIsFlakyGetsATestOfItsProblems()
    {
        var random = new Random(3);
        var report = KernelCheck.Conv2d<float>(
            (input, weight, bias, output, sizes) =>
            {
                RightKernels.Conv2d(input, weight, bias, output, sizes);
                if (output.Length > 0 && random.Next(150) == 0) output[0] += 1;
            }, Few);
        Assert.False(report.Passed);
        Assert.Contains("Only = new[]", report.Smallest!.XunitTest, StringComparison.Ordinal);
    }

    [Fact]
    public void KindsOfFaultAreCountedApart()
    {
        var report = KernelCheck.Conv2d(StatefulKernels.ThrowsAndTurns, Few);
        string text = Words(report);
        Assert.Contains("it throws; the smallest drawn", text, StringComparison.Ordinal);
        Assert.Contains("it returns another shape; the smallest drawn", text, StringComparison.Ordinal);
        Assert.Equal(report.Failed, report.Findings.Groups.Sum(group => group.Problems.Count));
    }

    [Fact]
    public void WhatDoesNotApplyIsSaid()
    {
        KernelCheckOptions options = new() { CeilMode = false, Views = false, Only = ["conv n1 c1 h3 w3 o1 k2 float64"] };
        string text = Words(KernelCheck.Conv2d<float>(RightKernels.Conv2d, options));
        Assert.Contains("CeilMode = false (--without ceil_mode) changes nothing: Conv2d has no such thing", text, StringComparison.Ordinal);
        Assert.Contains("Views = false (--without views) changes nothing: spans are row-major", text, StringComparison.Ordinal);
        Assert.Contains("o1 k2 float64\": is run in float32, because yours takes spans of that alone", text, StringComparison.Ordinal);
        Assert.DoesNotContain("changes nothing", Words(KernelCheck.Conv2d<float>(
            RightKernels.Conv2d, new() { Dilation = false, DTypes = [torch.ScalarType.Float32], Only = ["conv n1 c1 h3 w3 o1 k2"] })),
            StringComparison.Ordinal);
        var refusal = Assert.Throws<ArgumentException>(
            () => KernelCheck.Conv2d<float>(RightKernels.Conv2d, new() { DTypes = [torch.ScalarType.Float64] }));
        Assert.StartsWith("DTypes without float32", refusal.Message, StringComparison.Ordinal);
        Assert.Equal("options", refusal.ParamName);
        refusal = Assert.Throws<ArgumentException>(
            () => KernelCheck.Conv2d<int>((input, weight, bias, output, sizes) => output.Clear()));
        Assert.Equal("yours", refusal.ParamName);
    }

    /// <summary>NaN times 0 is NaN.</summary>
    [Fact]
    public void AProductByZeroIsNotAdvisedAway()
    {
        var report = KernelCheck.Conv2d<float>(StatefulKernels.MultipliesPaddingByZero, new());
        string text = Words(report);
        Assert.Null(report.Suspicion); // NaN comes of many mistakes
        int reads = text.IndexOf("The likelier cause is a read out of the bounds", StringComparison.Ordinal);
        Assert.True(reads >= 0, text);
        Assert.True(reads < text.IndexOf("NonFinite = false", StringComparison.Ordinal), text);
        Assert.Contains("OwnProcess = true", text, StringComparison.Ordinal);
    }

    [Fact]
    public void AnExceptionIsShownWithWhereItCameFrom() => Assert.Contains(
        "threw NotSupportedException: one group only (at Cnn.Tests.KernelChecking.WrongKernels.ThrowsOnGroups",
        Words(KernelCheck.Conv2d(WrongKernels.ThrowsOnGroups, Few)), StringComparison.Ordinal);

    [Fact]
    public void AFullStackIsSaidWholeWithWhereItCameFrom()
    {
        const string words = """
            Stack overflow.
            Repeated 24055 times:
            --------------------------------
               at My.Kernels.Deep(Int64)
            --------------------------------
               at My.Kernels.Conv2d(TorchSharp.torch+Tensor)
               at Cnn.Reference.KernelChecking.TensorKernel.Call(Cnn.Reference.Cases.Case)
               at Program+<<Main>$>d__0.MoveNext()
            """;
        var death = new Death(134, TimeSpan.Zero, words);
        Assert.Equal(": Stack overflow. Repeated 24055 times", death.Cause);
        Assert.Equal(" (at My.Kernels.Deep; at My.Kernels.Conv2d)", death.Where);
    }

    /// <summary>NNPACK would warn at each convolution, where it cannot begin.</summary>
    [Fact]
    public void LibtorchDoesNotWarnOfItself()
    {
        Assert.True(KernelCheck.Conv2d(RightKernels.Libtorch, new() { Only = ["conv n1 c1 h3 w3 o1 k2"] }).Passed);
        if (!HiddenCaches.AreHidden()) return; // it does not warn
        Assert.True(NativeLibrary.TryLoad("libc10.so", out nint library));
        Assert.Equal(2, Marshal.ReadInt32(NativeLibrary.GetExport(library, "FLAGS_caffe2_log_level")));
    }

    private static string Words(KernelReport report) => Regex.Replace(report.ToString(), @"\s+", " ");
}
