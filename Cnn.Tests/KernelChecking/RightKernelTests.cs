using Cnn.Reference;
using static TorchSharp.torch;

namespace Cnn.Tests.KernelChecking;

/// <summary>Right kernels pass, whatever order they add in, and every level has looked at them.</summary>
public sealed class RightKernelTests
{
    private static readonly KernelCheckOptions Few = new() { Cases = 60, Seed = 5 };

    public static TheoryData<string> Names => [.. Kernels.Keys];

    private static readonly Dictionary<string, Func<KernelReport>> Kernels = new()
    {
        ["libtorch"] = () => KernelCheck.Conv2d(RightKernels.Libtorch, Few),
        ["libtorch's gradients"] = () => KernelCheck.Conv2dGradients(RightKernels.LibtorchGradients, Few),
        ["libtorch's max pool"] = () => KernelCheck.MaxPool2d(RightKernels.LibtorchMax, Few),
        ["an average in float64"] = () => KernelCheck.AvgPool2d(RightKernels.WideAverage, Few),
        ["im2col"] = () => KernelCheck.Conv2d(RightKernels.Im2Col, Few),
        ["loops over float"] = () => KernelCheck.Conv2d<float>(RightKernels.Conv2d, Few),
        ["loops over double"] = () => KernelCheck.Conv2d<double>(RightKernels.Conv2d, Few),
        ["loops over Half"] = () => KernelCheck.Conv2d<Half>(RightKernels.Conv2d, Few),
        ["gradients over float"] = () => KernelCheck.Conv2dGradients<float>(RightKernels.Gradients, Few),
        ["max over float"] = () => KernelCheck.MaxPool2d<float>(RightKernels.Max, Few),
        ["max over bytes"] = () => KernelCheck.MaxPool2d<byte>(RightKernels.Max, Few),
        ["max over long"] = () => KernelCheck.MaxPool2d<long>(RightKernels.Max, Few),
        ["average over float"] = () => KernelCheck.AvgPool2d<float>(RightKernels.Average, Few),
        ["gradients over double"] = () => KernelCheck.Conv2dGradients<double>(RightKernels.Gradients, Few),
        ["gradients over Half"] = () => KernelCheck.Conv2dGradients<Half>(RightKernels.Gradients, Few),
        ["average by a reciprocal"] = () => KernelCheck.AvgPool2d<float>(RightKernels.AverageByReciprocal, Few),
        ["average over Half"] = () => KernelCheck.AvgPool2d<Half>(RightKernels.Average, Few),
    };

    [Theory]
    [MemberData(nameof(Names))]
    public void Passes(string kernel)
    {
        var report = Kernels[kernel]();
        Assert.True(report.Passed, report.ToString());
        Assert.Null(report.Smallest);
        Assert.Equal(0, report.Failed);
        report.ThrowIfFailed();
        string text = report.ToString();
        Assert.Contains("PASSED: ", text, StringComparison.Ordinal);
        Assert.Contains("contract", text, StringComparison.Ordinal);
        Assert.Contains("exact ", text, StringComparison.Ordinal);
        Assert.All(text.Split('\n'), line => Assert.InRange(line.Length, 0, 80));
    }
}
