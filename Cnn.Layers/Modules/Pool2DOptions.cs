using Cnn.Layers.Geometry;

namespace Cnn.Layers;

/// <summary>The options of a pooling layer, and their rules: the same for constructors, setters and layers that are taken over.</summary>
/// <param name="Mode">Maximum or average.</param>
/// <param name="KernelSize">Rows and columns of the window.</param>
/// <param name="Stride">Cells between two windows; null: as the kernel's size is.</param>
/// <param name="Padding">Padding cells on either side.</param>
/// <param name="Dilation">Cells between two taps.</param>
/// <param name="CeilMode">Whether a last window may overhang the padded input.</param>
/// <param name="CountIncludePad">Average: whether padding counts as cells.</param>
/// <param name="DivisorOverride">Average: what to divide by instead of the number of cells.</param>
internal readonly record struct Pool2DOptions(
    PoolMode Mode, (long H, long W) KernelSize, (long H, long W)? Stride, (long H, long W) Padding, (long H, long W) Dilation,
    bool CeilMode, bool CountIncludePad, long? DivisorOverride)
{
    /// <summary>These options, if they keep every rule.</summary>
    /// <exception cref="ArgumentException">An option breaks a rule; the sentence names it, its value and the rule.</exception>
    public Pool2DOptions Checked()
    {
        Rule.Require(Mode is PoolMode.Max or PoolMode.Average, "mode", $"mode = {Mode}: must be Max or Average.");
        if (Mode == PoolMode.Max)
        {
            Rule.Require(CountIncludePad, "count_include_pad", $"count_include_pad = {CountIncludePad}: only an average counts cells.");
            Rule.Require(DivisorOverride is null, "divisor_override", $"divisor_override = {DivisorOverride}: only an average divides.");
        }
        else
        {
            Rule.Require(Dilation is (1, 1), "dilation", $"dilation = {Dilation}: an average takes no dilation other than 1.");
        }
        Pool2DGeometry.CheckWindow(KernelSize, Stride ?? KernelSize, Padding, Dilation, DivisorOverride);
        return this;
    }
}
