using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Cnn.Layers.Kernels.Lanes;

namespace Cnn.Reference.Benchmarks;

/// <summary>
/// How fast some threads copy memory, measured: what fits a cache moves faster, so there is a rate for each of some sizes.
/// </summary>
/// <param name="Rates">Bytes read and written a second, of all threads together; from the smallest size on.</param>
internal sealed record CopyLimit(IReadOnlyList<(long Bytes, double Rate)> Rates)
{
    private const long Smallest = 64 << 10, Largest = 128 << 20; // bytes that are read and written in all
    private const int Factor = 2; // from size to size
    private const long OfATrial = 64 << 20, OfASize = 1 << 30; // bytes that are moved
    private const int LeastTrials = 4;
    private const long Gap = 33 * 64; // bytes: loads and stores whose addresses are equal in their last 12 bits wait for each other
    private const int AtOnce = 4; // registers of a round

    /// <summary>The rate for data of so many bytes: that of the smallest size that holds them.</summary>
    public double RateOf(double bytes) => Rates.FirstOrDefault(each => bytes <= each.Bytes, Rates[^1]).Rate;

    /// <summary>Measures it; takes about a third of a second.</summary>
    /// <param name="threads">How many threads copy at a time, each a part of its own.</param>
    /// <param name="bits">The width of the registers: 512, 256 or 128; the widest unless given.</param>
    public static CopyLimit Measure(int threads, int? bits = null) => (bits ?? FmaLimit.WidestBits) switch
    {
        512 => Measure<Lanes512<float>>(threads),
        256 => Measure<Lanes256<float>>(threads),
        _ => Measure<Lanes128<float>>(threads),
    };

    private static unsafe CopyLimit Measure<TLanes>(int threads) where TLanes : struct, ILanes<TLanes, float>
    {
        var sizes = new List<long>();
        for (long size = Smallest; size <= Largest; size *= Factor) sizes.Add(size);
        long ofAThread = Part(Largest) * 2 * sizeof(float) + Gap;
        const nuint cacheLine = 64;
        float* memory = (float*)NativeMemory.AlignedAlloc((nuint)(ofAThread * threads), cacheLine);
        double[] best = new double[sizes.Count], seconds = new double[threads];
        using var together = new Barrier(threads);
        Thread[] others = [.. Enumerable.Range(1, threads - 1).Select(thread => new Thread(() => Work(thread)) { IsBackground = true })];
        try
        {
            foreach (var other in others) other.Start();
            Work(0);
            foreach (var other in others) other.Join();
        }
        finally
        {
            NativeMemory.AlignedFree(memory);
        }
        return new([.. sizes.Select((size, at) => (size, best[at]))]);

        // How many numbers a thread copies, for a size that all threads touch.
        long Part(long size)
        {
            long round = AtOnce * TLanes.Count;
            return Math.Max(1, size / (2 * sizeof(float) * threads) / round) * round;
        }

        void Work(int thread)
        {
            byte* own = (byte*)memory + thread * ofAThread;
            NativeMemory.Clear(own, (nuint)ofAThread); // every page is there, near the thread that will copy it
            for (int at = 0; at < sizes.Count; at++)
            {
                long count = Part(sizes[at]), bytes = 2 * sizeof(float) * count * threads;
                long copies = Math.Max(1, OfATrial / bytes), trials = Math.Max(LeastTrials, OfASize / (copies * bytes));
                for (int trial = 0; trial < trials; trial++)
                {
                    together.SignalAndWait();
                    seconds[thread] = Copy<TLanes>((float*)own, (float*)(own + Gap) + count, count, copies);
                    together.SignalAndWait();
                    // A disturbed trial says nothing about a limit; the others wait for this thread before they begin the next.
                    if (thread == 0) best[at] = Math.Max(best[at], copies * bytes / seconds.Max());
                }
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static unsafe double Copy<TLanes>(float* from, float* to, long count, long times) where TLanes : struct, ILanes<TLanes, float>
    {
        long start = Stopwatch.GetTimestamp();
        for (long time = 0; time < times; time++)
        {
            for (long i = 0; i < count; i += AtOnce * TLanes.Count)
            {
                TLanes a = TLanes.Load(from + i), b = TLanes.Load(from + i + TLanes.Count);
                TLanes c = TLanes.Load(from + i + 2 * TLanes.Count), d = TLanes.Load(from + i + 3 * TLanes.Count);
                TLanes.Store(a, to + i);
                TLanes.Store(b, to + i + TLanes.Count);
                TLanes.Store(c, to + i + 2 * TLanes.Count);
                TLanes.Store(d, to + i + 3 * TLanes.Count);
            }
        }
        return Stopwatch.GetElapsedTime(start).TotalSeconds;
    }
}
