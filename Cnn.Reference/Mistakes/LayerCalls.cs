using Cnn.Layers.Geometry;
using Cnn.Reference.Cases;
using Cnn.Reference.Tensors;
using TorchSharp;
using static TorchSharp.torch;

namespace Cnn.Reference.Mistakes;

/// <summary>Calls of the layers, with all their options: those of mistakes that the exercise's square windows cannot show.</summary>
internal static class LayerCalls
{
    private const int LargestBias = 90, MostTied = 2;

    private static readonly string[] Convolutions =
    [
        "conv n2 c4 h6 w9 o6 k2x3 s2x1 p1x2 d2x1 g2 float64",
        "conv n2 c3 h8 w7 o6 k3x2 s1x3 p1x0 d1x2 g3 float64",
        "conv n3 c2 h6 w10 o4 k3x3 s2x3 p2x1 d1x2 g1 float64",
        "conv n2 c2 h4 w7 o3 k2x4 s1 same d3x1 g1 float64",
        "conv n2 c2 h4 w5 o2 k2x3 s2x1 p1x2 d1 g1 float64 circular",
    ];

    private static readonly string[] MaxPools =
    [
        "max n2 c2 h6 w9 k3x2 s2x1 p1x0 d1x2 float64",
        "max n2 c3 h8 w5 k2x3 s3x2 p0x1 d2x1 ceil float64",
        "max n3 c3 h4 w7 k2x2 s1x1 p0 d1 float64",
    ];

    private static readonly string[] AveragePools =
    [
        "avg n2 c2 h6 w9 k3x2 s2x1 p1x0 d1 float64",
        "avg n2 c3 h8 w6 k2x3 s3x2 p1 d1 ceil float64",
        "avg n3 c2 h5 w6 k3x2 s1x2 p1x0 d1 nopad float64",
        "avg n2 c2 h5 w7 k2x3 s2 p0x1 d1 div5 float64",
    ];

    /// <summary>The cases in which mistakes in an operation are looked for; none of what only the exercise has.</summary>
    public static IReadOnlyList<Case> CasesOf(Operation operation) => [.. (operation.KindOf() switch
    {
        LayerKind.Conv => Convolutions,
        LayerKind.Max => MaxPools,
        LayerKind.Avg => AveragePools,
        _ => [],
    }).Select(CaseWords.Parse)];

    /// <summary>A case's settings.</summary>
    public static Windows WindowsOf(Case @case) => WithPadding(@case, new(@case.Kernel)
    {
        Stride = @case.Stride,
        Dilation = @case.Dilation,
        Groups = @case.Groups,
        CeilMode = @case.CeilMode,
        CountIncludePad = @case.CountIncludePad,
        DivisorOverride = @case.DivisorOverride,
        Circular = @case.PaddingMode == PaddingModes.Circular,
    });

    /// <summary>Draws the numbers of a case: the same ones each time. The tensors are those of the caller's scope.</summary>
    /// <param name="case">The sizes.</param>
    /// <param name="operation">What is asked for.</param>
    /// <param name="inputs">What its input is like.</param>
    public static Call Of(Case @case, Operation operation, Inputs inputs = Inputs.Usual)
    {
        var draw = new Draw(new Random(@case.Seed + 1));
        var windows = WindowsOf(@case);
        long[] shape = [@case.N, @case.C, @case.H, @case.W];
        bool isConv = @case.Kind == LayerKind.Conv;
        var input = inputs == Inputs.Ties ? draw.Few(shape, MostTied) : isConv ? draw.Few(shape) : draw.Different(shape);
        var call = new Call(operation, windows, input);
        if (operation == Operation.MaxForward) call = call with { WithIndices = true };
        if (inputs == Inputs.NoNumbers) call.Input[0, 0].Fill(double.NegativeInfinity);
        if (inputs == Inputs.NaN) call.Input.abs_().neg_()[^1, ^1, (int)@case.H / 2, (int)@case.W / 2] = double.NaN;
        if (isConv) call = call with { Weight = draw.Few([@case.O, @case.C / @case.Groups, @case.Kernel.H, @case.Kernel.W]) };
        if (operation == Operation.ConvForward) call = call with { Bias = @case.Bias ? draw.Few([@case.O], LargestBias) : null };
        if (operation is not (Operation.ConvBackward or Operation.MaxBackward or Operation.AverageBackward)) return call;
        var (height, width) = call.Outputs();
        return call with { GradOutput = draw.Few([@case.N, isConv ? @case.O : @case.C, height, width]) };
    }

    /// <summary>The calls of an operation, from small to large.</summary>
    /// <param name="operation">The operation.</param>
    /// <param name="change">What becomes of the cases first; null for nothing.</param>
    public static IReadOnlyList<Call> Of(Operation operation, Func<Case, Case>? change = null)
    {
        List<Case> cases = [.. CasesOf(operation).Select(@case => change?.Invoke(@case) ?? @case)];
        var calls = cases.Select(@case => Of(@case, operation)).ToList();
        if (Places.Forward.Contains(operation)) calls.Add(Of(cases[0], operation, Inputs.NaN));
        if (Places.Maximum.Contains(operation)) calls.Add(Of(cases[0], operation, Inputs.Ties));
        if (operation == Operation.MaxForward) calls.Add(Of(cases[0], operation, Inputs.NoNumbers));
        return calls;
    }

    private static Windows WithPadding(Case @case, Windows windows)
    {
        var ((top, bottom), (left, right)) = @case.PaddingBothSides();
        return windows with { Padding = (top, left), MoreBehind = (bottom - top, right - left) };
    }

    /// <summary>A larger case with the same options, and numbers of its own.</summary>
    public static Case LargerThan(Case @case) =>
        @case with { N = @case.N + 1, H = 2 * @case.H + 1, W = 2 * @case.W + 1, Seed = @case.Seed + 1 };
}

/// <summary>What an input is like, where mistakes show only in some.</summary>
internal enum Inputs
{
    /// <summary>Whole numbers; of a pool all different.</summary>
    Usual,

    /// <summary>Few numbers, so that some maxima are equal.</summary>
    Ties,

    /// <summary>One is NaN, in the middle of a plane; the others are below zero, so that it is no zero where it is passed over.</summary>
    NaN,

    /// <summary>The first plane is -infinity: nothing is above what a search for the maximum begins with.</summary>
    NoNumbers,
}
