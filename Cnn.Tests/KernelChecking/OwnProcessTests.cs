using Cnn.Reference;
using Cnn.Reference.Cases;
using Cnn.Reference.KernelChecking;
using Cnn.Tests.Build;

namespace Cnn.Tests.KernelChecking;

/// <summary>In a process of its own, a kernel that ends it or never returns is a failure with its case, and the rest goes on.</summary>
[Trait(Traits.Speed, Traits.Slow)]
public sealed class OwnProcessTests
{
    private static readonly KernelCheckOptions Own = new() { Cases = 10, OwnProcess = true, Timeout = TimeSpan.FromSeconds(10) };

    [Fact]
    public void ARightKernelPasses()
    {
        var report = KernelCheck.Conv2d<float>(RightKernels.Conv2d, Own);
        Assert.True(report.Passed, report.ToString());
        report = KernelCheck.MaxPool2d(RightKernels.LibtorchMax, Own);
        Assert.True(report.Passed, report.ToString());
        report = KernelCheck.Conv2dGradients(RightKernels.LibtorchGradients, Own);
        Assert.True(report.Passed, report.ToString());
    }

    [Fact]
    public void AWrongNumberIsFoundAsInThisProcess()
    {
        var report = KernelCheck.Conv2d<float>(WrongKernels.IgnoresDilation, Own);
        Assert.Contains("(museum dilation-ignored)", report.Suspicion, StringComparison.Ordinal);
        Assert.Equal(KernelCheck.Conv2d<float>(WrongKernels.IgnoresDilation, Own with { OwnProcess = false }).Smallest, report.Smallest);
        report = KernelCheck.Conv2d(WrongKernels.LosesNaN, Own); // NaN travels
        Assert.Equal(KernelCheck.Conv2d(WrongKernels.LosesNaN, Own with { OwnProcess = false }).Smallest, report.Smallest);
    }

    [LinuxFact]
    public void AnEndOfTheProcessIsAFailureWithItsCase()
    {
        var report = KernelCheck.Conv2d<float>(WrongKernels.EndsTheProcess, Own);
        Dies(report, "Process terminated. planted", @case => @case.Groups == 2);
        Assert.Contains("groups > 1", report.ToString(), StringComparison.Ordinal);
    }

    [LinuxFact]
    public void AStackThatOverflowsIsAFailureWithItsCase() =>
        Dies(KernelCheck.Conv2d(WrongKernels.OverflowsTheStack, Own), "Stack overflow", @case => @case.Dilation.H == 2);

    [LinuxFact]
    public void ReadingOutOfBoundsEndsAtAPageThatNobodyMayTouch() =>
        Dies(KernelCheck.Conv2d<float>(WrongKernels.ReadsBehind, Own), "AccessViolationException", @case => @case.Padding.W == 1);

    [LinuxFact]
    public void WritingOutOfBoundsIsNamedThereToo()
    {
        var report = KernelCheck.Conv2d<float>(WrongKernels.WritesBehind, Own);
        Assert.Contains("wrote out of the bounds of output: at element", report.ToString(), StringComparison.Ordinal);
    }

    /// <summary>What the problem between two calls shows is not held against the one that is checked, and ends nothing.</summary>
    [LinuxFact]
    public void OnlyTheProblemItselfIsAccused()
    {
        var report = KernelCheck.Conv2d<float>(SpecialKernels.WritesWholeBlocks, Own with { Cases = 30 });
        string text = report.ToString();
        Assert.DoesNotContain("not run", text, StringComparison.Ordinal);
        Assert.All(report.Findings.Results.Failures,
            failure => Assert.StartsWith("wrote out of the bounds of output", failure.Sentence, StringComparison.Ordinal));
    }

    /// <summary>Neither an answer that the kernel prints, nor half of one, takes the check down or holds it up.</summary>
    [LinuxFact]
    public void WhatLooksLikeAnAnswerIsNone()
    {
        string text = KernelCheck.Conv2d(SpecialKernels.PrintsAnAnswer, Own with { Cases = 0 }).ToString();
        Assert.Contains("prints what looks like an answer of its process", text.ReplaceLineEndings(" "), StringComparison.Ordinal);
        Assert.DoesNotContain("FAILED", text, StringComparison.Ordinal);
        var report = KernelCheck.MaxPool2d(SpecialKernels.PrintsHalfAnAnswer, Own with { Cases = 5 });
        Assert.True(report.Passed, report.ToString());
    }

    [Fact]
    public void AHangIsAFailureWithItsCase()
    {
        var report = KernelCheck.Conv2d<float>(WrongKernels.NeverReturns, Own with { Timeout = TimeSpan.FromSeconds(3) });
        Assert.False(report.Passed);
        Assert.Matches(@"did not return within [\d.]+ s", report.ToString());
        Assert.True(CaseWords.Parse(report.Smallest!.Case).Stride.W > 2);
        AtMostNineWindows(report);
    }

    [Fact]
    public void WhatAnotherProcessCannotFindIsRefused()
    {
        long two = 2;
        var refusal = Assert.Throws<ArgumentException>(() => KernelCheck.MaxPool2d(
            (input, kernel_size, stride, padding, dilation, ceil_mode) =>
                RightKernels.LibtorchMax(input * two, kernel_size, stride, padding, dilation, ceil_mode), Own));
        Assert.Contains("OwnProcess needs a static method", refusal.Message, StringComparison.Ordinal);
    }

    private static void Dies(KernelReport report, string says, Func<Case, bool> smallest)
    {
        string text = report.ToString();
        Assert.False(report.Passed);
        Assert.Contains(says, text.ReplaceLineEndings(" ").Replace("  ", " ", StringComparison.Ordinal), StringComparison.Ordinal);
        Assert.True(smallest(CaseWords.Parse(report.Smallest!.Case)), text);
        Assert.True(report.Failed < report.Problems || text.Contains("after so many that hung or crashed", StringComparison.Ordinal), text);
        AtMostNineWindows(report);
    }

    private static void AtMostNineWindows(KernelReport report) =>
        Assert.All(KernelKinds.OutputShape(CaseWords.Parse(report.Smallest!.Case))[2..], size => Assert.InRange(size, 1, 3));
}
