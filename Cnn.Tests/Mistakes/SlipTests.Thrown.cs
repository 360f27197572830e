using Cnn.Layers;
using Cnn.Reference;
using Cnn.Tests.Printing;

namespace Cnn.Tests.Mistakes;

// Slips that end some calls with an exception, and leave the others right or give them other numbers.
public partial class SlipTests
{
    private static Student BeforeThePad => new() { Shift = pad => -pad };

    private static Student AtKernels => new() { Start = (h, stride, f) => h * f };

    private static Student AtCorners(HParameters hparameters) =>
        new() { Place = (i, h, w, c) => [i, h * hparameters.stride, w * hparameters.stride, c] };

    private static IEnumerable<(string, Func<ExerciseResult>, string)> ThrownSlips() =>
    [
        ("ConvForward: h * f", () => Forward(AtKernels), "stride-is-kernel"),
        ("ConvBackward: h * f", () => Backward(AtKernels), "stride-is-kernel"),
        ("ConvForward: size rounded up",
            () => Forward(new() { Size = (n_prev, f, pad, stride) => (n_prev - f + 2 * pad + stride - 1) / stride + 1 }),
            "size-rounded-up"),
        ("ConvForward: h * stride - pad", () => Forward(BeforeThePad), "padding-doubled"),
        ("ConvBackward: h * stride - pad", () => Backward(BeforeThePad), "padding-doubled"),
        ("ConvBackward: dZ[i, vert_start, horiz_start, c]", () => ExerciseCheck.ConvBackward((dZ, A_prev, W, b, hparameters) =>
            AtCorners(hparameters).ConvBackward(dZ, A_prev, W, b, hparameters)), "upstream-of-corner"),
        ("PoolBackward: dA[i, vert_start, horiz_start, c]", () => ExerciseCheck.PoolBackward((dA, A_prev, hparameters, mode) =>
            AtCorners(hparameters).PoolBackward(dA, A_prev, hparameters, mode)), "upstream-of-corner"),
    ];

    /// <summary>The exception is told, and behind it the mistake.</summary>
    [Fact]
    public void WhatIsThrownIsToldBeforeItsMistake()
    {
        var result = Forward(AtKernels);
        string said = Columns.Unfolded(result.Explanation);
        Assert.Matches(
            "it threw .* 2 of 4 cases are wrong, all by an exception. That is exactly what this gives: Windows start at h", said);
        Assert.EndsWith("Look at vert_start, horiz_start.", said, StringComparison.Ordinal);
        Assert.Contains("Es exactamente lo que resulta de esto: Las ventanas empiezan en h * f",
            Columns.Unfolded(result.ExplanationIn(Language.Spanish)), StringComparison.Ordinal);
    }

    /// <summary>The same exceptions beside numbers that the mistake does not give, or of other shapes, are no sign of it.</summary>
    [Fact]
    public void AnotherExceptionAccusesNobody()
    {
        var beside = ExerciseCheck.ConvForward((A_prev, W, b, hparameters) =>
            AtKernels.ConvForward(A_prev, W, b, hparameters) is var Z && hparameters.stride == 3 ? Z + 0.125 : Z);
        Assert.Empty(beside.Mistakes);
        const string message = "The size of tensor a (7) must match the size of tensor b (5) at non-singleton dimension 1";
        var other = ExerciseCheck.ConvForward((A_prev, W, b, hparameters) => hparameters.stride == W.shape[0]
            ? new Student().ConvForward(A_prev, W, b, hparameters) : throw new InvalidOperationException(message));
        Assert.Empty(other.Mistakes);
        Assert.Contains("all by an exception", Columns.Unfolded(other.Explanation), StringComparison.Ordinal);
    }
}
