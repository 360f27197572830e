using Cnn.Reference.Benchmarks;

namespace Cnn.Tests.Benchmarks;

/// <summary>Limits of machines that there are not.</summary>
internal static class SomeLimits
{
    /// <summary>One thread: a GFLOP a second, and a GB a second whatever the size.</summary>
    public static Roofline Low { get; } = new(new(128, 1e9), new([(1 << 20, 1e9)]), Threads: 1);

    /// <summary>Many threads, and figures of many digits.</summary>
    public static Roofline High { get; } = new(new(512, 123.4e9), new([(64 << 10, 56_789e9), (128 << 20, 1_234e9)]), Threads: 64);
}
