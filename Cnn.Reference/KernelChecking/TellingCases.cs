using Cnn.Reference.Cases;

namespace Cnn.Reference.KernelChecking;

/// <summary>Larger problems with the options of a small one: more elements, and sizes that differ, tell mistakes apart.</summary>
internal static class TellingCases
{
    private const long MoreRows = 4, MoreColumns = 7, Channels = 2;

    /// <summary>Those that a layer takes: with the case's own steps first, then with steps that differ along the axes.</summary>
    public static IEnumerable<Case> Of(Case @case)
    {
        var own = Enlarged(@case);
        var several = own with { N = Math.Max(own.N, 2), Layout = own.Layout == Layout.Unbatched ? Layout.Contiguous : own.Layout };
        Case[] larger = [several, own, Uneven(several), Uneven(own)];
        return larger.Where(each => each != @case && Claims.IsValid(each)).Distinct();
    }

    private static Case Enlarged(Case @case) => @case with
    {
        C = Math.Max(@case.C, Channels * @case.Groups),
        O = @case.Kind == LayerKind.Conv ? Math.Max(@case.O, Channels * @case.Groups) : @case.O,
        H = @case.H + MoreRows * @case.Stride.H,
        W = @case.W + MoreColumns * @case.Stride.W,
    };

    // What is more than the least along one axis is one more along the other.
    private static Case Uneven(Case @case) => @case with
    {
        Kernel = (@case.Kernel.H + 1, @case.Kernel.W + 2),
        H = @case.H + @case.Dilation.H,
        W = @case.W + 2 * @case.Dilation.W,
        Stride = @case.Stride == (1, 1) ? @case.Stride : (@case.Stride.H, @case.Stride.H + 1),
        Dilation = @case.Dilation == (1, 1) ? @case.Dilation : (@case.Dilation.H, @case.Dilation.H + 1),
    };
}
