using Cnn.Layers;
using Cnn.Reference.Benchmarks;

namespace Cnn.Tests.Benchmarks;

/// <summary>Machines that there are not: their limits, and their kernels.</summary>
internal static class SomeMachines
{
    /// <summary>Long names.</summary>
    public static Sides Sides { get; } = new(
        Algorithm.Fast, 512, new("Intel AVX-512 with Intel DL Boost and bfloat16 support", "AVX512", null), InstructionSet.All[^1]);

    /// <summary>One thread: a GFLOP a second, and a GB a second whatever the size.</summary>
    public static Roofline Low { get; } = new(new(128, 1e9), new([(1 << 20, 1e9)]), Threads: 1);

    /// <summary>Many threads, and figures of many digits.</summary>
    public static Roofline High { get; } = new(new(512, 123.4e9), new([(64 << 10, 56_789e9), (128 << 20, 1_234e9)]), Threads: 64);
}
