using Cnn.Layers.Geometry;
using Cnn.Reference.Cases;
using Cnn.Reference.Oracle;

namespace Cnn.Reference.Benchmarks;

/// <summary>One row of the table: a problem with a name.</summary>
/// <param name="Name">One word.</param>
/// <param name="Case">The problem.</param>
/// <param name="IsTiny">So few cells that what is timed is the call around them: a ratio says nothing about the loops.</param>
internal sealed record BenchmarkRow(string Name, Case Case, bool IsTiny = false)
{
    /// <summary>The word of a row file for <see cref="IsTiny"/>.</summary>
    public const string Tiny = "tiny";

    /// <summary>The longest name that the program's own rows have: their tables then fit 80 columns.</summary>
    public const int LongestName = 10;

    private readonly Shape4 input = Case.Kind == LayerKind.Conv ? Case.ConvGeometry().InputShape : new(Case.N, Case.C, Case.H, Case.W);
    private readonly Shape4 output = Case.Kind == LayerKind.Conv ? Case.ConvGeometry().OutputShape : Case.PoolOutputShape();

    /// <summary>Whether the row is a pool.</summary>
    public bool IsPool => Case.Kind != LayerKind.Conv;

    /// <summary>What can be timed: a problem without gradients, forward only.</summary>
    public Pass Passes => KnownFaults.MostOrder(Case) == 0 ? Pass.Forward : Pass.Both;

    /// <summary>Convolution: floating-point operations, two for each multiply-add. Each of the two gradients has as many as the
    /// output.</summary>
    public double Operations(Pass pass) => IsPool ? 0 : 2 * Case.ConvGeometry().MultiplyAdds * (pass == Pass.Backward ? 3 : 1);

    /// <summary>
    /// Bytes of the tensors, each once for each time that it must be read or written at the least. Forward reads input and weight, and
    /// writes the output. Backward reads the gradient of the output and writes that of the input; of a convolution it reads input and
    /// weight once more, and writes the gradient of the weight. Bias and winners are left out: the one is small, the others need not be
    /// kept.
    /// </summary>
    public double Bytes(Pass pass)
    {
        double one = InputBytes + OutputBytes + WeightBytes;
        return pass == Pass.Forward ? one : IsPool ? 2 * one : 3 * one - OutputBytes;
    }

    /// <summary>Bytes of the input.</summary>
    public long InputBytes => input.Elements * ElementSize;

    /// <summary>Bytes of the output.</summary>
    public long OutputBytes => output.Elements * ElementSize;

    /// <summary>Convolution: bytes of the weight.</summary>
    public long WeightBytes => IsPool ? 0 : Case.ConvGeometry().WeightShape.Elements * ElementSize;

    private long ElementSize => CaseWords.SizeOf(Case.DType);

    /// <inheritdoc/>
    public override string ToString() => $"{Name,-LongestName} {(IsTiny ? $"{Tiny} " : "")}{Case}";
}
