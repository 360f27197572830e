using System.Text.RegularExpressions;
using Cnn.Reference;
using Cnn.Reference.Cases;
using TorchSharp;

namespace Cnn.Tests.KernelChecking;

/// <summary>Kernels for some sizes alone are held to what they claim, also by the smallest problem; faults beyond a block's end are
/// seen.</summary>
[Trait(Traits.Speed, Traits.Slow)]
public sealed class SpecialKernelTests
{
    private static readonly Dictionary<string, Func<KernelReport>> BeyondABlock = new()
    {
        ["64 channels"] = () => KernelCheck.Conv2d<float>(SpecialKernels.Channels64),
        ["64 filters"] = () => KernelCheck.Conv2d<float>(SpecialKernels.Filters64),
        ["64 columns"] = () => KernelCheck.Conv2d<float>(SpecialKernels.Columns64),
        ["32 channels of a pool"] = () => KernelCheck.MaxPool2d<float>(SpecialKernels.MaxChannels32),
    };

    private static readonly Dictionary<string, (Func<KernelReport> Check, string Says)> Usual = new()
    {
        ["bias a product"] = (() => KernelCheck.Conv2d<float>(SpecialKernels.BiasEachProduct),
            "The bias is added to each product, before the sum, instead of once to the sum (museum bias-per-product)."),
        ["bias a channel"] =
            (() => KernelCheck.Conv2d<float>(SpecialKernels.BiasEachChannel),
                "The bias is added once for each channel of the input instead of once to the sum (museum bias-per-channel)."),
        ["edge"] = (() => KernelCheck.Conv2d(SpecialKernels.EdgeAsPadding),
            "The border holds copies of the image's edge instead of zeros (museum padding-of-copies)."),
        ["zeros compete"] =
            (() => KernelCheck.MaxPool2d<float>(SpecialKernels.ZerosCompete),
                "The padding's zeros compete for the maximum; they should lose against every number (museum padding-competes)."),
        ["overwrites"] = (() => KernelCheck.Conv2dGradients<float>(SpecialKernels.Overwrites),
            "grad input: Each window overwrites the gradient of its cells, with =, instead of adding to it, with += " +
            "(museum gradient-overwritten)."),
    };

    public static TheoryData<string> Blocks => [.. BeyondABlock.Keys];

    public static TheoryData<string> UsualNames => [.. Usual.Keys];

    [Theory]
    [MemberData(nameof(Blocks))]
    public void AFaultBeyondTheEndOfABlockIsSeen(string kernel) => Assert.False(BeyondABlock[kernel]().Passed);

    [Theory]
    [MemberData(nameof(UsualNames))]
    public void AUsualMistakeIsNamed(string kernel)
    {
        var (check, says) = Usual[kernel];
        Assert.Equal(says, check().Suspicion);
    }

    [Fact]
    public void AKernelForOneSizeIsGivenThatSizeAlone()
    {
        KernelCheckOptions claims = new()
        {
            KernelSize = (3, 3),
            Stride = false,
            Dilation = false,
            Groups = false,
            Unbatched = false,
            NonFinite = false,
            Exact = false,
            DTypes = [torch.ScalarType.Float32],
        };
        var report = KernelCheck.Conv2d(SpecialKernels.Winograd, claims);
        Assert.True(report.Passed, report.ToString());
        Assert.Contains("not claimed: kernels other than 3x3 (KernelSize): ", report.ToString(), StringComparison.Ordinal);
        Assert.Contains("not claimed: exact sums (Exact): ", report.ToString(), StringComparison.Ordinal);
        Assert.True(report.Problems > 100);
        // Wrong in what it claims: the smallest problem is one that it claims, too.
        report = KernelCheck.Conv2d(
            (input, weight, bias, stride, padding, dilation, groups) =>
                SpecialKernels.Winograd(input, weight, bias, stride, padding, dilation, groups) + 1, claims);
        var smallest = CaseWords.Parse(Assert.IsType<SmallestFailure>(report.Smallest).Case);
        Assert.Equal(((3, 3), 1, 1), (smallest.Kernel, smallest.C, smallest.O));
    }

    [Fact]
    public void AnImpossibleSizeIsRefusedInOneSentence()
    {
        var refusal = Assert.Throws<ArgumentException>(
            () => KernelCheck.Conv2d(RightKernels.Libtorch, new() { KernelSize = (3, 0) }));
        Assert.StartsWith("KernelSize = (3, 0): each must be from 1 to 64.", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void TheSmallestProblemIsOneThatTheKernelClaims()
    {
        var ofDoubles = KernelCheck.Conv2d<double>(SpecialKernels.IgnoresDilation);
        Assert.Equal("The dilation is not used: the cells of a window are neighbours (museum dilation-ignored).", ofDoubles.Suspicion);
        Assert.Equal(torch.ScalarType.Float64, Smallest(ofDoubles).DType);
        var square = KernelCheck.Conv2d(
            SpecialKernels.SquareAndLosesNaN, new() { Rectangular = false, DTypes = [torch.ScalarType.Float64] });
        var @case = Smallest(square);
        Assert.Equal(((1, 1), torch.ScalarType.Float64), (@case.Kernel, @case.DType));
        Assert.DoesNotContain("square only", square.ToString(), StringComparison.Ordinal);

        static Case Smallest(KernelReport report) => CaseWords.Parse(Assert.IsType<SmallestFailure>(report.Smallest).Case);
    }

    /// <summary>One problem may need what another fails without.</summary>
    [Fact]
    public void OnlyWhatEveryFailureHasIsSaidToBeNeeded()
    {
        string text = Regex.Replace(KernelCheck.Conv2d<float>(SpecialKernels.IgnoresStrideOfGroups).ToString(), @"\s+", " ");
        string needs = Regex.Match(text, "It needs (.*?): without, it passes").Groups[1].Value;
        Assert.Equal("more than one channel, stride along the width, groups > 1", needs);
    }

    [Fact]
    public void NumbersThatDifferFromCallToCallAreNoMemory()
    {
        var report = KernelCheck.Conv2d<float>(SpecialKernels.Races);
        string text = Regex.Replace(report.ToString(), @"\s+", " ");
        Assert.False(report.Passed);
        Assert.Contains("gives other numbers for the same operands", text, StringComparison.Ordinal);
        Assert.DoesNotContain("memory that it has not written", text, StringComparison.Ordinal);
        var smallest = CaseWords.Parse(Assert.IsType<SmallestFailure>(report.Smallest).Case);
        Assert.True(smallest is { N: 1, C: 1, O: 1, H: <= 3, W: <= 3 }, text);
    }

    /// <summary>It is not accused, but it has not proved anything either.</summary>
    [Fact]
    public void AKernelThatLacksMemoryDoesNotPass()
    {
        var some = KernelCheck.Conv2d(SpecialKernels.LacksMemoryForGroups, new() { Cases = 10 });
        Assert.Equal((false, 0), (some.Passed, some.Failed));
        Assert.Contains("NOT PASSED: yours did not come to its end in ", some.ToString(), StringComparison.Ordinal);
        Assert.Throws<KernelCheckException>(some.ThrowIfFailed);
        var none = KernelCheck.Conv2d(SpecialKernels.LacksMemory, new() { Cases = 10 });
        Assert.False(none.Passed);
        Assert.Contains("NOT PASSED: yours did not come to its end in ", none.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("where compared", none.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void WhatIsNotLookedForIsSaid()
    {
        KernelCheckOptions few = new() { Cases = 0, Only = ["conv n1 c1 h3 w3 o1 k2"] };
        string text = Regex.Replace(KernelCheck.Conv2d<float>(RightKernels.Conv2d, few).ToString(), @"\s+", " ");
        Assert.Contains("not looked for: reads out of bounds, and writes beyond the fences of 64 elements; OwnProcess = true", text,
            StringComparison.Ordinal);
        text = KernelCheck.Conv2d<float>(RightKernels.Conv2d, few with { OwnProcess = true }).ToString();
        Assert.Equal(!OperatingSystem.IsLinux(), text.Contains("not looked for", StringComparison.Ordinal));
    }

    [Fact]
    public void OnlyTheGivenProblemsAreRun()
    {
        var report = KernelCheck.Conv2d<float>(
            WrongKernels.IgnoresDilation, new() { Only = ["conv n1 c1 h5 w6 o1 k2x3", "conv n2 c2 h7 w8 o2 k3x2 d1x2"] });
        Assert.Equal((2, 1), (report.Problems, report.Failed));
        Assert.StartsWith("\"max n1 c1 h3 w3 k2\": is no problem for Conv2d.", Refusal("max n1 c1 h3 w3 k2"), StringComparison.Ordinal);
        Assert.StartsWith("Only: ", Refusal("nothing of the kind"), StringComparison.Ordinal);

        static string Refusal(string line) =>
            Assert.Throws<ArgumentException>(() => KernelCheck.Conv2d<float>(RightKernels.Conv2d, new() { Only = [line] })).Message;
    }

    [Fact]
    public void AKernelThatDisposesOfItsInputIsNamed()
    {
        var report = KernelCheck.Conv2d(SpecialKernels.DisposesOfItsInput, new() { Cases = 5 });
        string text = Regex.Replace(report.ToString(), @"\s+", " ");
        Assert.Contains("yours disposes of its operands: input is the caller's", text, StringComparison.Ordinal);
    }

    [Fact]
    public void NumbersOfAWorkedSumStandApart()
    {
        var report = KernelCheck.Conv2d(WrongKernels.RoundsOnTheWay, new() { Cases = 30, DTypes = [torch.ScalarType.Float32] });
        string sum = Assert.IsType<SmallestFailure>(report.Smallest).WorkedSum;
        Assert.Matches(@"0\.\d{8}", sum); // as long as a number is
        Assert.DoesNotMatch(@"\d-\d", sum);
    }
}
