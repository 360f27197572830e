using TorchSharp;

namespace Cnn.Reference.Cases;

/// <summary>What a case uses, in words: what failing cases have in common tells where the fault is.</summary>
internal static class CaseFeatures
{
    private static readonly string[] Plain = ["float32", "a 1x1 kernel", "no bias", "an even kernel", "a kernel that is not square"];

    /// <summary>Those features of a shrunk case that had to stay for it to fail.</summary>
    public static IReadOnlyList<string> Needed(Case @case) => [.. Of(@case).Skip(1).Except(Plain)];

    /// <summary>The features of a case; each is one that other cases lack.</summary>
    public static IEnumerable<string> Of(Case @case)
    {
        yield return @case.Kind.ToString().ToLowerInvariant();
        yield return CaseWords.NameOf(@case.DType);
        if (@case.Layout != Layout.Contiguous) yield return CaseWords.NameOf(@case.Layout);
        if (@case.Layout is not (Layout.Contiguous or Layout.Unbatched)) yield return "memory that is not contiguous";
        if (@case.N > 1) yield return "more than one image";
        if (@case.N == 0) yield return "no images";
        if (@case.C > 1) yield return "more than one channel";
        if (@case.Kind == LayerKind.Adaptive)
        {
            if (@case.OutputSize == (1, 1)) yield return "a global average";
            if (@case.OutputSize.H > @case.H || @case.OutputSize.W > @case.W) yield return "more windows than cells";
            if (!Divides(@case.OutputSize.H, @case.H) || !Divides(@case.OutputSize.W, @case.W)) yield return "windows that share cells";
            yield break;
        }
        if (@case.Kernel == (1, 1)) yield return "a 1x1 kernel";
        if (@case.Kernel.H != @case.Kernel.W) yield return "a kernel that is not square";
        if (@case.Kernel.H % 2 == 0 || @case.Kernel.W % 2 == 0) yield return "an even kernel";
        if (@case.Stride.H > 1) yield return "stride along the height";
        if (@case.Stride.W > 1) yield return "stride along the width";
        if (@case.Padding.H > 0) yield return "padding along the height";
        if (@case.Padding.W > 0) yield return "padding along the width";
        if (@case.Dilation.H > 1) yield return "dilation along the height";
        if (@case.Dilation.W > 1) yield return "dilation along the width";
        if (@case.Groups > 1) yield return "groups > 1";
        if (@case.Groups > 1 && @case.Groups == @case.C) yield return "depthwise";
        if (@case.Kind == LayerKind.Conv) yield return @case.Bias ? "a bias" : "no bias";
        if (@case.Same) yield return "padding Same";
        if (@case.PaddingMode != PaddingModes.Zeros) yield return $"padding mode {CaseWords.NameOf(@case.PaddingMode)}";
        if (@case.CeilMode) yield return "ceil_mode";
        if (!@case.CountIncludePad) yield return "count_include_pad = false";
        if (@case.DivisorOverride is not null) yield return "divisor_override";
    }

    private static bool Divides(long windows, long cells) => windows == 0 || cells % windows == 0;
}
