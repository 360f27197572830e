namespace Cnn.Reference.Benchmarks;

/// <summary>What one pass of one row took: the quietest of some tries.</summary>
internal sealed record Measurement(BenchmarkRow Row, Pass Pass, Timing Timing, int Tries = 1)
{
    /// <summary>A larger spread than this is noise: with seven turns, their median may then be a tenth away from the truth.</summary>
    public const double MostSpread = 0.25;

    /// <summary>A larger slowdown than this is noise as well: both sides may wait for a core at every turn, with hardly a spread.</summary>
    public const double MostSlowdown = 2;

    /// <summary>A row that is noisy so many times is left alone.</summary>
    public const int MostTries = 3;

    /// <summary>Whether the machine was busy with something else: the ratio is no verdict then.</summary>
    public bool IsNoisy => !(Timing.Spread <= MostSpread && Timing.Slowdown <= MostSlowdown);

    /// <summary>Convolution: our operations a second.</summary>
    public double OperationsPerSecond => Row.Operations(Pass) / Timing.Ours;

    /// <summary>Our bytes of input and output a second.</summary>
    public double BytesPerSecond => Row.Bytes(Pass) / Timing.Ours;
}
