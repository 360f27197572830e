using Cnn.Reference.Benchmarks;
using Cnn.Reference.Cases;

namespace Cnn.Tests.Benchmarks;

public class RooflineTests
{
    // Two threads: 20 GFLOP a second; 40 GB a second for what fits 64 KiB, 10 for more.
    private static readonly Roofline Limit = new(new(256, 10e9), new([(64 << 10, 40e9), (1 << 20, 10e9)]), Threads: 2);

    [Fact]
    public void WhatTakesLongerIsTheLimit()
    {
        var dense = Row("conv n2 c16 h8 w8 o16 k3 p1");
        Assert.Equal(new(dense.Operations(Pass.Forward) / 20e9, "fma"), Limit.Of(dense, Pass.Forward));
        Assert.Equal(new(dense.Operations(Pass.Backward) / 20e9, "fma"), Limit.Of(dense, Pass.Backward));
        var depthwise = Row("conv n2 c16 h8 w8 o16 k1 g16");
        Assert.Equal(new(depthwise.Bytes(Pass.Forward) / 40e9, "mem"), Limit.Of(depthwise, Pass.Forward));
        Assert.Equal(new(depthwise.Bytes(Pass.Backward) / 40e9, "mem"), Limit.Of(depthwise, Pass.Backward));
        Assert.Equal("25 % mem", Limit.Of(depthwise, Pass.Forward).Share(4 * depthwise.Bytes(Pass.Forward) / 40e9));
    }

    [Theory]
    [InlineData("max n1 c1 h64 w128 k1", 40e9)] // 64 KiB, of which one half is read and the other written
    [InlineData("max n1 c1 h64 w129 k1", 10e9)]
    [InlineData("max n8 c64 h64 w128 k1", 10e9)] // more than was measured
    public void TheBytesMoveAsFastAsThoseOfTheSmallestSizeThatHoldsThem(string line, double rate)
    {
        var row = Row(line);
        Assert.Equal(new(row.Bytes(Pass.Forward) / rate, "mem"), Limit.Of(row, Pass.Forward));
        Assert.Null(Limit.PartOfFma(row, Pass.Forward, seconds: 1));
    }

    [Fact]
    public void Float64HasHalfTheLanesAndThe16BitTypesAreComputedInFloat32()
    {
        const string line = "conv n2 c32 h8 w8 o32 k3 p1";
        double single = Limit.Of(Row(line), Pass.Forward).Seconds;
        Assert.Equal(new(2 * single, "fma"), Limit.Of(Row($"{line} float64"), Pass.Forward));
        Assert.Equal(new(single, "fma"), Limit.Of(Row($"{line} bfloat16"), Pass.Forward));
        Assert.Equal(0.5, Limit.PartOfFma(Row(line), Pass.Forward, 2 * single)!.Value, precision: 12);
    }

    /// <summary>Caches are faster than memory; and what the runtime copies is not far from what this copies.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void TheLimitIsThatOfAProcessorsMemory(int threads)
    {
        var limit = CopyLimit.Measure(threads);
        Assert.Equal((64 << 10, 128 << 20), (limit.Rates[0].Bytes, limit.Rates[^1].Bytes));
        Assert.True(limit.Rates[0].Rate > limit.Rates[^1].Rate, $"{limit.Rates[0]}, {limit.Rates[^1]}");
        if (threads > 1) return;
        byte[] from = new byte[128 << 10], to = new byte[128 << 10];
        double best = 0;
        for (int trial = 0; trial < 200; trial++)
        {
            long start = System.Diagnostics.Stopwatch.GetTimestamp();
            for (int time = 0; time < 20; time++) from.CopyTo(to, 0);
            best = Math.Max(best, 20 * 2.0 * from.Length / System.Diagnostics.Stopwatch.GetElapsedTime(start).TotalSeconds);
        }
        double rate = limit.RateOf(2 * from.Length);
        Assert.InRange(rate / best, 0.25, 4);
    }

    private static BenchmarkRow Row(string line) => new("row", CaseWords.Parse(line));
}
