using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Cnn.Layers.Kernels.Lanes;

namespace Cnn.Reference.Benchmarks;

/// <summary>The most that this machine's multiply-add units can do, measured: registers only, no memory.</summary>
/// <param name="Bits">Width of the registers.</param>
/// <param name="OneThread">Operations a second of one thread, in float32; two for each multiply-add.</param>
internal sealed record FmaLimit(int Bits, double OneThread)
{
    private const int Chains = 12; // more than latency times units on any processor so far, and few enough for 16 registers
    private const int Rounds = 500_000;
    private const int Trials = 40;

    /// <summary>The width of the processor's widest registers.</summary>
    public static int WidestBits => Vector512.IsHardwareAccelerated ? 512 : Vector256.IsHardwareAccelerated ? 256 : 128;

    /// <summary>Measures it; takes about a tenth of a second.</summary>
    /// <param name="bits">The width: 512, 256 or 128; the widest unless given.</param>
    public static FmaLimit Measure(int? bits = null) => (bits ?? WidestBits) switch
    {
        512 => Measure<Lanes512<float>>(),
        256 => Measure<Lanes256<float>>(),
        _ => Measure<Lanes128<float>>(),
    };

    private static FmaLimit Measure<TLanes>() where TLanes : struct, ILanes<TLanes, float>
    {
        double best = double.PositiveInfinity; // a disturbed trial says nothing about a limit
        for (int trial = 0; trial < Trials; trial++)
        {
            long start = Stopwatch.GetTimestamp();
            MultiplyAdds<TLanes>(0.5f);
            best = Math.Min(best, Stopwatch.GetElapsedTime(start).TotalSeconds);
        }
        return new(TLanes.Count * sizeof(float) * 8, 2.0 * TLanes.Count * Chains * Rounds / best);
    }

    // Each chain waits for itself alone: acc = acc * x + x, which goes to 1 for x = 1/2.
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static unsafe float MultiplyAdds<TLanes>(float factor) where TLanes : struct, ILanes<TLanes, float>
    {
        TLanes x = TLanes.Broadcast(factor);
        TLanes a = x, b = x, c = x, d = x, e = x, f = x, g = x, h = x, i = x, j = x, k = x, l = x;
        for (int round = 0; round < Rounds; round++)
        {
            a = TLanes.MultiplyAdd(a, x, x);
            b = TLanes.MultiplyAdd(b, x, x);
            c = TLanes.MultiplyAdd(c, x, x);
            d = TLanes.MultiplyAdd(d, x, x);
            e = TLanes.MultiplyAdd(e, x, x);
            f = TLanes.MultiplyAdd(f, x, x);
            g = TLanes.MultiplyAdd(g, x, x);
            h = TLanes.MultiplyAdd(h, x, x);
            i = TLanes.MultiplyAdd(i, x, x);
            j = TLanes.MultiplyAdd(j, x, x);
            k = TLanes.MultiplyAdd(k, x, x);
            l = TLanes.MultiplyAdd(l, x, x);
        }
        a = TLanes.MultiplyAdd(a, b, c); // every chain goes into the result, so that none is dropped
        d = TLanes.MultiplyAdd(d, e, f);
        g = TLanes.MultiplyAdd(g, h, i);
        j = TLanes.MultiplyAdd(j, k, l);
        float* result = stackalloc float[TLanes.Count];
        TLanes.Store(TLanes.MultiplyAdd(TLanes.MultiplyAdd(a, d, g), j, j), result);
        return result[0];
    }
}
