using Cnn.Layers.Geometry;
using Cnn.Reference.Cases;
using Cnn.Reference.Oracle;
using TorchSharp;

namespace Cnn.Tests.Kernels;

/// <summary>A convolution that may pad its two sides differently: a case's line, and the padding after where it is another.</summary>
internal sealed record Conv2DProblem(Case Case, (long H, long W) PadAfter)
{
    // Everything different from everything, and no size that its stride divides.
    private static readonly (string Line, (long, long)? PadAfter)[] Chosen =
    [
        ("conv n2 c6 h9 w12 o8 k3x2 s2x3 p2x1 d1x2 g2 seed1", null),
        ("conv n2 c6 h9 w12 o8 k3x2 s2x3 p2x1 d1x2 g2 seed2", (0, 3)),
        ("conv n3 c4 h7 w10 o6 k2x3 s3x2 p0x2 d3x1 g2 nobias strided seed3", (1, 0)),
        ("conv n2 c3 h8 w5 o6 k3x2 s1x2 p1x0 d2x1 g3 channels_last seed4", (2, 1)), // depthwise, two filters a channel
        ("conv n2 c4 h6 w7 o4 k2x5 s2x1 p1x3 g4 expanded seed5", null), // depthwise
        ("conv n2 c5 h4 w7 o3 k1 seed6", null), // 1x1
        ("conv n2 c5 h4 w7 o3 k1 s3x2 p1x2 nobias seed7", (0, 1)),
        ("conv n3 c2 h2 w9 o4 k2x3 s5x4 p4x2 d1x3 g2 seed8", null), // windows of nothing but padding
        ("conv n1 c3 h11 w4 o2 k11x4 s2x3 p0 seed9", null), // a kernel as large as its input
        ("conv n0 c4 h5 w6 o6 k2x3 s2x1 p1x2 g2 seed10", (0, 1)), // no image
    ];

    public Conv2DGeometry Geometry => Conv2DGeometry.Create(
        new(Case.N, Case.C, Case.H, Case.W), new(Case.O, Case.C / Case.Groups, Case.Kernel.H, Case.Kernel.W), Case.Stride, Case.Padding,
            PadAfter,
        Case.Dilation, Case.Groups);

    /// <summary>The chosen problems, and random ones: the same for every run.</summary>
    public static IEnumerable<Conv2DProblem> Many<T>(int random) where T : unmanaged
    {
        foreach (var (line, padAfter) in Chosen)
            yield return Parse(line, padAfter).In<T>();
        var sizes = new Random(20);
        foreach (var @case in KernelCases.Random<T>(random,
            @case => @case is { Kind: LayerKind.Conv, Same: false, PaddingMode: PaddingModes.Zeros }))
            yield return new(@case,
                sizes.Next(2) == 0 ? @case.Padding : (@case.Padding.H + sizes.Next(3), @case.Padding.W + sizes.Next(3)));
    }

    public static Conv2DProblem Parse(string line, (long, long)? padAfter = null)
    {
        var @case = CaseWords.Parse(line);
        return new(@case, padAfter ?? @case.Padding);
    }

    private Conv2DProblem In<T>() where T : unmanaged => this with { Case = Case with { DType = LibtorchMemory.TypeOf<T>() } };

    public override string ToString() => PadAfter == Case.Padding ? $"{Case}" : $"{Case}, padding after {PadAfter}";
}
