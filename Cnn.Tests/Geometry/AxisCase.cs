using Cnn.Layers.Geometry;
using FsCheck;
using FsCheck.Fluent;

namespace Cnn.Tests.Geometry;

/// <summary>A <see cref="WindowAxis"/> that a public test can take; it prints the call that makes it.</summary>
public sealed record AxisCase(long In, long Kernel, long Stride, long PadBefore, long PadAfter, long Dilation, bool CeilMode)
{
    internal WindowAxis Axis => new(In, Kernel, Stride, PadBefore, PadAfter, Dilation, CeilMode);

    /// <summary>Cells from the window's first tap to its last.</summary>
    internal long Extent => Enumerable.Range(0, (int)Kernel).Select(k => k * Dilation).Last() + 1;

    internal bool IsValid =>
        In >= 1 && Kernel >= 1 && Stride >= 1 && PadBefore >= 0 && PadAfter >= 0 && Dilation >= 1 && (!CeilMode || PadAfter <= Extent);

    /// <summary>Where tap k of window o reads: the definition that every formula is held against.</summary>
    internal long Reads(long o, long k) => o * Stride + k * Dilation - PadBefore;

    public override string ToString() =>
        $"new WindowAxis({In}, {Kernel}, {Stride}, {PadBefore}, {PadAfter}, {Dilation}, {(CeilMode ? "true" : "false")})";
}

/// <summary>Random axes, most of them with every number different, that shrink to the smallest one that still fails.</summary>
public static class AxisCases
{
    public static Arbitrary<AxisCase> Axis()
    {
        var axes =
            from size in Gen.Choose(1, 20)
            from kernel in Gen.Choose(1, 6)
            from stride in Gen.Choose(1, 6)
            from padBefore in Gen.Choose(0, 7)
            from padAfter in Gen.Choose(0, 7)
            from dilation in Gen.Choose(1, 4)
            from ceilMode in Gen.Elements(true, false)
            select new AxisCase(size, kernel, stride, padBefore, padAfter, dilation, ceilMode);
        return Arb.From(axes.Where(axis => axis.IsValid), Smaller);
    }

    private static IEnumerable<AxisCase> Smaller(AxisCase axis)
    {
        AxisCase[] candidates =
        [
            axis with { CeilMode = false }, axis with { In = axis.In - 1 }, axis with { Kernel = axis.Kernel - 1 },
            axis with { Stride = axis.Stride - 1 }, axis with { PadBefore = axis.PadBefore - 1 },
            axis with { PadAfter = axis.PadAfter - 1 }, axis with { Dilation = axis.Dilation - 1 },
        ];
        return candidates.Where(candidate => candidate != axis && candidate.IsValid);
    }
}
