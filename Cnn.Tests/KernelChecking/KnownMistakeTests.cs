using Cnn.Reference;
using TorchSharp;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace Cnn.Tests.KernelChecking;

/// <summary>A kernel with a usual mistake is told which, whatever loops it has.</summary>
public sealed class KnownMistakeTests
{
    private static readonly KernelCheckOptions Few = new() { Cases = 60, DTypes = [ScalarType.Float32] };

    private static readonly Dictionary<string, Func<Conv2dSizes, Conv2dSizes>> OfConvolutions = new()
    {
        ["dilation-ignored"] = s => s with { DilationHeight = 1, DilationWidth = 1 },
        ["dilation-of-width-twice"] = s => s with { DilationHeight = s.DilationWidth },
        ["dilation-of-height-twice"] = s => s with { DilationWidth = s.DilationHeight },
        ["dilation-swapped"] = s => s with { DilationHeight = s.DilationWidth, DilationWidth = s.DilationHeight },
        ["stride-ignored"] = s => s with { StrideHeight = 1, StrideWidth = 1 },
        ["stride-of-width-twice"] = s => s with { StrideHeight = s.StrideWidth },
        ["stride-of-height-twice"] = s => s with { StrideWidth = s.StrideHeight },
        ["stride-swapped"] = s => s with { StrideHeight = s.StrideWidth, StrideWidth = s.StrideHeight },
        ["padding-ignored"] = s => s with { PadHeight = 0, PadWidth = 0 },
        ["padding-of-width-twice"] = s => s with { PadHeight = s.PadWidth },
        ["padding-of-height-twice"] = s => s with { PadWidth = s.PadHeight },
        ["padding-swapped"] = s => s with { PadHeight = s.PadWidth, PadWidth = s.PadHeight },
    };

    private static readonly Dictionary<string, Func<KernelReport>> Others = new()
    {
        ["bias-missing"] = () => Conv((input, weight, _, s) => (input, weight, null)),
        ["bias-twice"] = () => Conv((input, weight, bias, s) => (input, weight, bias is null ? null : 2 * bias)),
        ["kernel-flipped"] = () => Conv((input, weight, bias, s) => (input, weight.flip(2, 3), bias)),
        ["first-image-only"] = () => Conv((input, weight, bias, s) =>
            (input.dim() == 3 ? input : input[..1].expand(input.shape), weight, bias)),
        ["groups-first-only"] = () => Conv((input, weight, bias, groups) =>
        {
            long axis = input.dim() - 3, channels = input.shape[axis] / groups;
            return (cat([.. Enumerable.Repeat(input.narrow(axis, 0, channels), (int)groups)], axis), weight, bias);
        }),
        ["padding-counted"] = () => KernelCheck.AvgPool2d<float>(
            (input, output, s) => RightKernels.Average(input, output, s with { CountIncludePad = true }), Few),
        ["padding-not-counted"] = () => KernelCheck.AvgPool2d<float>(
            (input, output, s) => RightKernels.Average(input, output, s with { CountIncludePad = false }), Few),
        ["divisor-override-ignored"] = () => KernelCheck.AvgPool2d<float>(
            (input, output, s) => RightKernels.Average(input, output, s with { DivisorOverride = null }), Few),
        ["nan-lost"] = () => KernelCheck.MaxPool2d(
            (input, kernel, stride, padding, dilation, ceil) => F.max_pool2d(
                input.nan_to_num(double.NegativeInfinity, double.PositiveInfinity, double.NegativeInfinity),
                kernel, stride, padding, dilation, ceil),
            Few),
    };

    public static TheoryData<string> Changed => [.. OfConvolutions.Keys];

    public static TheoryData<string> Named => [.. Others.Keys];

    [Theory, MemberData(nameof(Changed))]
    public void WrongSettingsAreNamed(string id) => AssertNamed(id, KernelCheck.Conv2d<float>(
        (input, weight, bias, output, s) => RightKernels.Conv2d(input, weight, bias, output, OfConvolutions[id](s)), Few));

    [Theory, MemberData(nameof(Named))]
    public void OthersAreNamed(string id) => AssertNamed(id, Others[id]());

    /// <summary>A quotient is rounded to a type of 8 bits of precision.</summary>
    [Fact]
    public void ANarrowTypeIsNoObstacle() => AssertNamed("padding-not-counted", KernelCheck.AvgPool2d(
        (input, kernel, stride, padding, ceil, _, divisor) => F.avg_pool2d(input, kernel, stride, padding, ceil, false, divisor),
        Few with { DTypes = [ScalarType.BFloat16, ScalarType.Float16] }));

    [Fact]
    public void TwoAtOnceAreBothNamed()
    {
        var report = Conv((input, weight, bias, _) => (input, weight.flip(2, 3), bias is null ? null : 2 * bias));
        Assert.Contains("(museum kernel-flipped)", report.Suspicion, StringComparison.Ordinal);
        Assert.Contains("(museum bias-twice)", report.Suspicion, StringComparison.Ordinal);
    }

    [Fact]
    public void WhatNobodyKnowsIsNotNamed()
    {
        var report = KernelCheck.Conv2d(
            (input, weight, bias, stride, padding, dilation, groups) =>
                F.conv2d(input, weight, bias, stride, padding, dilation, groups) + 1, Few);
        Assert.False(report.Passed);
        Assert.Null(report.Suspicion);
    }

    private static void AssertNamed(string id, KernelReport report)
    {
        Assert.False(report.Passed);
        Assert.True(report.Suspicion?.EndsWith($"(museum {id}).", StringComparison.Ordinal), $"{id}: {report.Suspicion}\n{report}");
        Assert.Equal(2, report.Suspicion!.Split("(museum").Length);
    }

    private static KernelReport Conv(Func<Tensor, Tensor, Tensor?, long, (Tensor Input, Tensor Weight, Tensor? Bias)> change) =>
        KernelCheck.Conv2d((input, weight, bias, stride, padding, dilation, groups) =>
        {
            var (changedInput, changedWeight, changedBias) = change(input, weight, bias, groups);
            return F.conv2d(changedInput, changedWeight, changedBias, stride, padding, dilation, groups);
        }, Few);
}
