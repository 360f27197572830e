namespace Cnn.Reference.Cases;

/// <summary>How much memory the comparison of one case takes at its peak, about.</summary>
/// <remarks>
/// The results of two implementations to the second order, the same problem in float64, and .NET's copies of one tensor at a
/// time came to 65 to 132 bytes for each element of input, weight and output, in runs of 2 to 16 million elements.
/// </remarks>
internal static class MemoryNeed
{
    private const double Program = 200 << 20, BytesAnElement = 130;

    /// <summary>Bytes at the peak.</summary>
    public static double Of(Case @case) => Program + BytesAnElement * @case.Tensors().Sum(tensor => tensor.Elements) + Columns(@case);

    // im2col: in float64 libtorch writes every window of the whole batch side by side.
    private static double Columns(Case @case)
    {
        if (@case.Kind != LayerKind.Conv || @case.Kernel == (1, 1)) return 0;
        var geometry = @case.ConvGeometry();
        return 1.5 * sizeof(double) * @case.N * @case.C * @case.Kernel.H * @case.Kernel.W * geometry.Height.Out * geometry.Width.Out;
    }
}
