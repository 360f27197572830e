namespace Cnn.Reference.Benchmarks;

/// <summary>What one pass of one row took.</summary>
internal sealed record Measurement(BenchmarkRow Row, Pass Pass, Timing Timing)
{
    /// <summary>Convolution: our operations a second.</summary>
    public double OperationsPerSecond => Row.Operations(Pass) / Timing.Ours;

    /// <summary>Our bytes of input and output a second.</summary>
    public double BytesPerSecond => Row.Bytes(Pass) / Timing.Ours;
}
