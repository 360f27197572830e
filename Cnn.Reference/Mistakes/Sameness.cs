using static TorchSharp.torch;

namespace Cnn.Reference.Mistakes;

/// <summary>Whether two results are the same up to rounding: in float32, in any order of summation.</summary>
internal static class Sameness
{
    /// <summary>
    /// Differences up to this part of the largest number are rounding's: some 84 eps of float32, far below what any mistake makes of
    /// random numbers.
    /// </summary>
    public const double Rounding = 1e-5;

    /// <summary>Where two tensors of one shape differ: true there. NaN equals NaN, and each infinity itself.</summary>
    public static Tensor Differs(Tensor expected, Tensor actual)
    {
        var wide = actual.to(ScalarType.Float64);
        double largest = expected.numel() == 0 ? 0 : expected.abs().nan_to_num(0, 0, 0).max().item<double>();
        var same = (expected == wide) | (expected.isnan() & wide.isnan()) | ((expected - wide).abs() <= Rounding * largest);
        return ~same;
    }

    /// <summary>Whether two tensors have the same shape and, up to rounding, the same numbers.</summary>
    public static bool Same(Tensor expected, Tensor actual) =>
        expected.shape.SequenceEqual(actual.shape) && !Differs(expected, actual).any().item<bool>();
}
