using Cnn.Reference;
using Cnn.Reference.Cases;
using Cnn.Reference.KernelChecking;
using static TorchSharp.torch;

namespace Cnn.Tests.KernelChecking;

/// <summary>What a kernel does not claim is in no problem, is counted, and leaves problems to run.</summary>
public sealed class KernelCasesTests
{
    private static readonly TensorKernel Conv = new((Conv2dFunction)RightKernels.Libtorch),
    Avg = new((AvgPool2dFunction)RightKernels.WideAverage);

    private static readonly Dictionary<string,
    (Func<KernelCheckOptions, KernelCheckOptions> Without, Func<Case, bool> Uses, bool Pool)> Claims = new()
    {
        ["Groups"] = (o => o with { Groups = false }, c => c.Groups > 1, false),
        ["Dilation"] = (o => o with { Dilation = false }, c => c.Dilation != (1, 1), false),
        ["Stride"] = (o => o with { Stride = false }, c => c.Stride != (1, 1), false),
        ["Padding"] = (o => o with { Padding = false }, c => c.Padding != (0, 0), false),
        ["Rectangular"] = (o => o with { Rectangular = false }, c => c.Kernel.H != c.Kernel.W || c.Padding.H != c.Padding.W, false),
        ["Batch"] = (o => o with { Batch = false }, c => c.N != 1, false),
        ["Bias"] = (o => o with { Bias = false }, c => c.Bias, false),
        ["Views"] = (o => o with { Views = false }, c => c.Layout is not (Layout.Contiguous or Layout.Unbatched), false),
        ["Unbatched"] = (o => o with { Unbatched = false }, c => c.Layout == Layout.Unbatched, false),
        ["DTypes"] = (o => o with { DTypes = [ScalarType.Float64] }, c => c.DType != ScalarType.Float64, false),
        ["CeilMode"] = (o => o with { CeilMode = false }, c => c.CeilMode, true),
        ["CountIncludePad"] = (o => o with { CountIncludePad = false }, c => !c.CountIncludePad, true),
        ["DivisorOverride"] = (o => o with { DivisorOverride = false }, c => c.DivisorOverride is not null, true),
    };

    public static TheoryData<string> Names => [.. Claims.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void WhatIsNotClaimedIsLeftOutAndCounted(string option)
    {
        var (without, uses, pool) = Claims[option];
        var kernel = pool ? Avg : Conv;
        var all = new KernelCases(kernel, new());
        Assert.Contains(all.Cases, @case => uses(@case));
        Assert.Empty(all.LeftOut);
        var some = new KernelCases(kernel, without(new()));
        Assert.DoesNotContain(some.Cases, @case => uses(@case));
        var (name, count) = Assert.Single(some.LeftOut);
        Assert.Contains($"({option})", name, StringComparison.Ordinal);
        Assert.InRange(count, 5, 1000);
        Assert.True(some.Cases.Count > 100);
    }

    [Fact]
    public void WhatIsNotAskedOfAnyProblemIsSaid()
    {
        var kernel = new KernelCases(Avg, new() { NonFinite = false });
        Assert.Equal(("NaN and infinity (NonFinite)", kernel.Cases.Count),
            Assert.Single(kernel.LeftOut) is var (name, count) ? (name, (int)count) : default);
    }

    [Fact]
    public void OptionsThatMakeNoSenseAreRefusedInOneSentence()
    {
        Assert.Equal("Cases = -1: must be from 0 to 1000000.", Refusal(new() { Cases = -1 }));
        Assert.Equal("Seed = -2: must be 0 or more.", Refusal(new() { Seed = -2 }));
        Assert.Equal("Timeout = 00:00:00: must be more than nothing and at most an hour.", Refusal(new() { Timeout = TimeSpan.Zero }));
        Assert.Equal("DTypes = [Int32]: must hold a type that the kernel is given.", Refusal(new() { DTypes = [ScalarType.Int32] }));
        Assert.Equal("DTypes holds ComplexFloat32: no kernel is given it.",
            Refusal(new() { DTypes = [ScalarType.Float32, ScalarType.ComplexFloat32] }));
        var integers = Assert.Throws<ArgumentException>(() => KernelCheck.AvgPool2d<int>((input, output, sizes) => { }));
        Assert.StartsWith("yours takes spans of int32: only a max pool takes integers.", integers.Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => KernelCheck.Conv2d<char>((input, weight, bias, output, sizes) => { }));
        Assert.Throws<ArgumentNullException>(() => KernelCheck.Conv2d((Conv2dFunction)null!));

        static string Refusal(KernelCheckOptions options) =>
            Assert.Throws<ArgumentException>(() => KernelCheck.Conv2d(RightKernels.Libtorch, options)).Message.Split(" (Parameter")[0];
    }
}
