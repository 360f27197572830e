using Cnn.Reference.Printing;
using static TorchSharp.torch;

namespace Cnn.Reference.Benchmarks;

/// <summary>The roofline of this machine: no row can take less than its multiply-adds, nor than its way through the memory.</summary>
/// <param name="Fma">What one thread's multiply-add units can do.</param>
/// <param name="Copy">How fast all threads copy.</param>
/// <param name="Threads">How many there are.</param>
internal sealed record Roofline(FmaLimit Fma, CopyLimit Copy, int Threads)
{
    /// <summary>Measures it; takes about half a second.</summary>
    /// <param name="threads">How many threads there are.</param>
    /// <param name="bits">The width of the registers: 512, 256 or 128; the widest unless given.</param>
    public static Roofline Measure(int threads, int? bits = null) =>
        new(FmaLimit.Measure(bits), CopyLimit.Measure(threads, bits), threads);

    /// <summary>Operations a second of all threads, in float32.</summary>
    public double AllThreads => Fma.OneThread * Threads;

    /// <summary>What it is, in a sentence.</summary>
    public string Sentence
    {
        get
        {
            var ((small, fast), (large, slow)) = (Copy.Rates[0], Copy.Rates[^1]);
            return
                $"Limit of a row with {Figures.Count(Threads, "thread")}: its multiply-adds at {Figures.GigaFlops(AllThreads)} (fma, in " +
                $"float32 at {Fma.Bits} bits), or its bytes at {Figures.GigaBytes(fast)} ({Figures.Bytes(small)}) to " +
                $"{Figures.GigaBytes(slow)} ({Figures.Bytes(large)}) (mem, copied), whichever takes longer; both are measured.";
        }
    }

    /// <summary>The same for a program: each part under a name of its own.</summary>
    public object FmaJson => new
    {
        bits = Fma.Bits,
        gigaFlopsOneThread = Fma.OneThread / 1e9,
        gigaFlopsAllThreads = AllThreads / 1e9,
    };

    /// <inheritdoc cref="FmaJson"/>
    public object CopyJson => Copy.Rates.Select(each => new { bytes = each.Bytes, gigaBytes = each.Rate / 1e9 });

    /// <summary>The part of the multiply-adds that could have been done in a time; null for a pool, which does none.</summary>
    public double? PartOfFma(BenchmarkRow row, Pass pass, double seconds) => row.IsPool ? null : MultiplyAdds(row, pass) / seconds;

    /// <summary>What a row cannot be faster than.</summary>
    public RowLimit Of(BenchmarkRow row, Pass pass)
    {
        // Backward calls three kernels, each of which has about as many bytes as the forward pass: so many must fit a cache.
        double adds = MultiplyAdds(row, pass), bytes = row.Bytes(pass) / Copy.RateOf(row.Bytes(Pass.Forward));
        return adds >= bytes ? new(adds, "fma") : new(bytes, "mem");
    }

    // float64 has half the lanes; the 16-bit types are computed in float32.
    private double MultiplyAdds(BenchmarkRow row, Pass pass) =>
        row.Operations(pass) / AllThreads * (row.Case.DType == ScalarType.Float64 ? 2 : 1);
}

/// <summary>The least that a pass of a row can take.</summary>
/// <param name="Seconds">A call.</param>
/// <param name="Bound">What it is that takes so long: fma or mem.</param>
internal readonly record struct RowLimit(double Seconds, string Bound)
{
    /// <summary>A time beside it: "71 % fma".</summary>
    public string Share(double seconds) => $"{Figures.Percent(Seconds / seconds)} {Bound}";
}
