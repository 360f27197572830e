namespace Cnn.Reference.Benchmarks;

/// <summary>What one pass of one row took: the quietest of some tries.</summary>
internal sealed record Measurement(BenchmarkRow Row, Pass Pass, Timing Timing, int Tries = 1)
{
    /// <summary>Whether the machine was busy with something else: the ratio is no verdict then.</summary>
    public bool IsNoisy => Timing.IsNoisy;

    /// <summary>Convolution: our operations a second.</summary>
    public double OperationsPerSecond => Row.Operations(Pass) / Timing.Ours;

    /// <summary>Our bytes of input and output a second.</summary>
    public double BytesPerSecond => Row.Bytes(Pass) / Timing.Ours;
}
