using Cnn.Layers.Geometry;
using TorchSharp;
using TorchSharp.Modules;

namespace Cnn.Layers;

/// <summary>The options of a convolution layer, and their rules: the same for constructors, setters and layers that are taken over.</summary>
internal readonly record struct Conv2DOptions(
    long InChannels, long OutChannels, (long H, long W) KernelSize, (long H, long W) Stride, (long H, long W)? Padding, Padding? PaddingType,
    (long H, long W) Dilation, PaddingModes PaddingMode, long Groups)
{
    /// <summary>What nn.Conv2d of TorchSharp 0.107 does with some options.</summary>
    public const string WrongPadding =
        "nn.Conv2d mixes up height and width where padding = Same, the padding is not zeros and the kernel is not square";

    /// <summary>(out_channels, in_channels / groups, kH, kW).</summary>
    public Shape4 WeightShape => new(OutChannels, InChannels / Groups, KernelSize.H, KernelSize.W);

    /// <summary>Whether <see cref="WrongPadding"/> holds: the amounts along the two axes differ, and are exchanged.</summary>
    public bool IsPaddedWrongByTorch =>
        PaddingType == TorchSharp.Padding.Same && PaddingMode != PaddingModes.Zeros
        && WindowAxis.SamePadding(KernelSize.H, Dilation.H) != WindowAxis.SamePadding(KernelSize.W, Dilation.W);

    /// <summary>Those of a layer of TorchSharp.</summary>
    /// <exception cref="ArgumentException">A list has neither one value nor two.</exception>
    public static Conv2DOptions Of(Conv2d conv) => new(
        conv.in_channels, conv.out_channels, Functional.RequiredPair(conv.kernel_size, "kernel_size"), Functional.RequiredPair(conv.stride, "stride"),
        Functional.Pair(conv.padding, "padding"), conv.padding_type, Functional.RequiredPair(conv.dilation, "dilation"), conv.padding_mode, conv.groups);

    /// <summary>These options, if they keep every rule.</summary>
    /// <exception cref="ArgumentException">An option breaks a rule; the sentence names it, its value and the rule.</exception>
    public Conv2DOptions Checked()
    {
        Rule.Require(InChannels >= 1, "in_channels", $"in_channels = {InChannels}: must be at least 1.");
        Rule.Require(OutChannels >= 1, "out_channels", $"out_channels = {OutChannels}: must be at least 1.");
        Rule.Require(KernelSize is { H: >= 1, W: >= 1 }, "kernel_size", $"kernel_size = {KernelSize}: must be at least 1 along both axes.");
        Rule.Require(Stride is { H: >= 1, W: >= 1 }, "stride", $"stride = {Stride}: must be at least 1 along both axes.");
        Rule.Require(Padding is null or { H: >= 0, W: >= 0 }, "padding", $"padding = {Padding}: must not be negative.");
        Rule.Require(
            PaddingType is null or TorchSharp.Padding.Valid or TorchSharp.Padding.Same, "padding", $"padding = {PaddingType}: must be Same or Valid.");
        bool same = PaddingType == TorchSharp.Padding.Same;
        Rule.Require(!same || Stride is (1, 1), "stride", $"stride = {Stride}: padding = Same needs a stride of 1 along both axes.");
        Rule.Require(Dilation is { H: >= 1, W: >= 1 }, "dilation", $"dilation = {Dilation}: must be at least 1 along both axes.");
        Rule.Require(
            !same || ((Int128)Dilation.H * KernelSize.H <= int.MaxValue && (Int128)Dilation.W * KernelSize.W <= int.MaxValue), "dilation",
            $"dilation = {Dilation}: with kernel_size = {KernelSize}, padding = Same would need more than {int.MaxValue} cells.");
        Rule.Require(
            PaddingMode is >= PaddingModes.Zeros and <= PaddingModes.Constant,
            "padding_mode", $"padding_mode = {PaddingMode}: must be Zeros, Reflect, Replicate, Circular or Constant.");
        Rule.Require(Groups >= 1, "groups", $"groups = {Groups}: must be at least 1.");
        Rule.Require(
            InChannels % Groups == 0 && OutChannels % Groups == 0, "groups",
            $"groups = {Groups}: must divide in_channels = {InChannels} and out_channels = {OutChannels}.");
        return this;
    }
}
