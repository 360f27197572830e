using System.Text.RegularExpressions;
using Cnn.Reference;
using Cnn.Reference.Cases;
using Cnn.Reference.KernelChecking;
using static TorchSharp.torch;

namespace Cnn.Tests.KernelChecking;

/// <summary>Each planted mistake is found, named by what it is, and shrunk to something that can be worked by hand.</summary>
[Trait(Traits.Speed, Traits.Slow)]
public sealed class WrongKernelTests
{
    private static readonly KernelCheckOptions Few = new() { Cases = 60 };

    private static readonly Dictionary<string, (Func<KernelReport> Check, string Says)> Kernels = new()
    {
        ["only the first image"] = (
            () => KernelCheck.Conv2d(WrongKernels.OnlyTheFirstImage, Few), "It needs more than one image: without, it passes."),
        ["loses NaN"] = (() => KernelCheck.Conv2d(WrongKernels.LosesNaN, Few), "libtorch has NaN; yours has 0"),
        ["changes its input"] = (() => KernelCheck.Conv2d(WrongKernels.ChangesItsInput, Few), "changes its operands: input["),
        ["returns its input"] = (
            () => KernelCheck.AvgPool2d(WrongKernels.ReturnsItsInput, Few), "returned its input, or a view of it, as output"),
        ["a view"] = (() => KernelCheck.MaxPool2d(WrongKernels.AView, Few), "returned its input, or a view of it, as output"),
        ["the bias of another filter"] = (() => KernelCheck.Conv2d(WrongKernels.TheBiasOfAnotherFilter, Few), "+ bias[0] ="),
        ["swaps stride"] = (() => KernelCheck.Conv2d(WrongKernels.SwapsStride, Few), "returned output of shape"),
        ["another type"] = (() => KernelCheck.Conv2d(WrongKernels.InDouble, Few), "returned output in float64: float32 is wanted"),
        ["a batch axis too many"] = (() => KernelCheck.Conv2d(WrongKernels.NoBatchAxis, Few), "unbatched"),
        ["ignores strides"] = (() => KernelCheck.Conv2d(WrongKernels.IgnoresStrides, Few), "It needs "),
        ["rounds on the way"] = (() => KernelCheck.Conv2d(WrongKernels.RoundsOnTheWay, Few), "real forward"),
        ["nothing"] = (() => KernelCheck.Conv2d(WrongKernels.Nothing, Few), "returned null for output"),
        ["a disposed tensor"] = (() => KernelCheck.Conv2d(WrongKernels.Disposed, Few), "that has been disposed"),
        ["throws"] = (() => KernelCheck.Conv2d(WrongKernels.ThrowsOnGroups, Few), "threw NotSupportedException: one group only"),
        ["the same tensor again"] = (() => KernelCheck.MaxPool2d(WrongKernels.TheSameTensorAgain, Few), "gives the same memory out again"),
        ["one tensor a shape"] = (() => KernelCheck.MaxPool2d(WrongKernels.OneTensorAShape, Few), "the results of two calls share it"),
        ["sometimes another"] = (() => KernelCheck.MaxPool2d(WrongKernels.SometimesAnother, Few), "differs from call to call"),
        ["gradient wrong for stride 2"] = (() => KernelCheck.Conv2dGradients(WrongKernels.WrongForStrideTwo, Few), "gradInput["),
        ["gradient of the weight wrong"] = (() => KernelCheck.Conv2dGradients(WrongKernels.WithoutPadding, Few), "gradWeight["),
        ["divisor in ceil_mode"] = (() => KernelCheck.AvgPool2d(WrongKernels.CountsWhatOverhangs, Few), "(museum overhang-counted)"),
        ["ignores dilation"] = (() => KernelCheck.Conv2d<float>(WrongKernels.IgnoresDilation, Few), "(museum dilation-ignored)"),
        ["swaps padding"] = (() => KernelCheck.Conv2d<float>(WrongKernels.SwapsPadding, Few), "(museum padding-swapped)"),
        ["forgets the tail"] = (() => KernelCheck.Conv2d<float>(WrongKernels.ForgetsTheTail, Few), "unwritten"),
        ["accumulates"] = (() => KernelCheck.Conv2d<float>(WrongKernels.Accumulates, Few), "adds to what its result held before: output["),
        ["adds to gradients"] = (
            () => KernelCheck.Conv2dGradients<float>(SpecialKernels.AddsToGradients, Few), "adds to what its result held before: grad"),
        ["a dirty buffer"] = (() => KernelCheck.Conv2d<float>(WrongKernels.DirtyBuffer, Few), "reads memory that it has not written"),
        ["writes behind"] = (
            () => KernelCheck.Conv2d<float>(WrongKernels.WritesBehind, Few), "wrote out of the bounds of output: at element"),
    };

    public static TheoryData<string> Names => [.. Kernels.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void IsNamed(string kernel)
    {
        var report = Kernels[kernel].Check();
        string text = report.ToString();
        Assert.False(report.Passed);
        Assert.InRange(report.Failed, 1, report.Problems);
        Assert.Contains(Kernels[kernel].Says, Regex.Replace(text, @"\s+", " "), StringComparison.Ordinal);
        Assert.All(text.Split('\n'), line => Assert.InRange(line.Length, 0, 80));
        var smallest = Assert.IsType<SmallestFailure>(report.Smallest);
        var @case = CaseWords.Parse(smallest.Case);
        long[] output = KernelKinds.OutputShape(@case);
        Assert.All(output[2..], size => Assert.InRange(size, 1, 3));
        Assert.Contains(smallest.WorkedSum.ReplaceLineEndings("\n"), text, StringComparison.Ordinal);
        Assert.Contains("[Xunit.Fact]", smallest.XunitTest, StringComparison.Ordinal);
        // Either the numbers are in the test, or the check is, of that one line: what differs from call to call has no numbers.
        Assert.True(smallest.XunitTest.Contains("yours(", StringComparison.Ordinal)
            || smallest.XunitTest.Contains("Only = ", StringComparison.Ordinal), smallest.XunitTest);
        Assert.Contains(smallest.XunitTest, Assert.Throws<KernelCheckException>(report.ThrowIfFailed).Message, StringComparison.Ordinal);
    }

    /// <summary>A sum of nothing but zeros would explain nothing.</summary>
    [Theory]
    [InlineData("only the first image")]
    [InlineData("ignores dilation")]
    [InlineData("swaps padding")]
    [InlineData("loses NaN")]
    [InlineData("gradient wrong for stride 2")]
    [InlineData("gradient of the weight wrong")]
    [InlineData("the bias of another filter")]
    [InlineData("accumulates")]
    [InlineData("adds to gradients")]
    public void AWorkedSumHasAProduct(string kernel)
    {
        string sum = Kernels[kernel].Check().Smallest!.WorkedSum;
        var products = Regex.Matches(sum, @"^[ \d]+\|[- \d]+\| +(?<left>\S+) +(?<right>\S+) +\S+ +\S+$", RegexOptions.Multiline);
        Assert.True(products.Any(row => !IsNothing(row.Groups["left"].Value) && !IsNothing(row.Groups["right"].Value)), sum);

        static bool IsNothing(string factor) => factor is "0" or "padding";
    }

    /// <summary>Where memory that native code hands out can be filled, a row that is not written shows.</summary>
    [Fact]
    public void ARowOfATensorThatIsNotWrittenIsSeen()
    {
        var report = KernelCheck.Conv2d(WrongKernels.LeavesARow, Few);
        Assert.False(report.Passed);
        if (OperatingSystem.IsLinux()) Assert.Contains("unwritten", report.ToString(), StringComparison.Ordinal);
    }
}
