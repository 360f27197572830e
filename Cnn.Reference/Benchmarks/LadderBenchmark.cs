using Cnn.Layers.Kernels;
using Cnn.Layers.Kernels.Fast;
using Cnn.Layers.Kernels.Lanes;
using Cnn.Layers.Kernels.Literal;
using Cnn.Layers.Kernels.Tiled;

namespace Cnn.Reference.Benchmarks;

/// <summary>Times the forward pass on each rung, in turn, on one thread: the literal loops, a register tile alone, the fast
/// loops.</summary>
/// <param name="budget">Time for each row.</param>
/// <param name="cancel">Stops between two calls.</param>
internal sealed class LadderBenchmark(TimeSpan budget, CancellationToken cancel)
{
    private readonly List<LadderMeasurement> measurements = [];

    /// <summary>The rungs, from the lowest.</summary>
    public static IReadOnlyList<(string Name, IConv2DKernel<float> Kernel)> Rungs { get; } =
        FmaLimit.WidestBits switch
        {
            512 => Of<Lanes512<float>>(),
            256 => Of<Lanes256<float>>(),
            _ => Of<Lanes128<float>>(),
        };

    /// <summary>What was measured.</summary>
    public IReadOnlyList<LadderMeasurement> Measurements => measurements;

    /// <summary>Times one row, in float32; a pool has no rungs, and is left out.</summary>
    /// <exception cref="OperationCanceledException">The user has stopped it: what is not complete is not measured.</exception>
    public void Run(BenchmarkRow row)
    {
        if (row.IsPool) return;
        var calls = new KernelCalls<float>(row.Case);
        Action<int>[] sides = [.. Rungs.Select(rung => Duel.Until(cancel, count => calls.Run(rung.Kernel, KernelPass.Forward, count)))];
        WarmUp.Run(cancel, () => Array.ForEach(sides, side => side(1)));
        measurements.Add(new(row, [.. Duel.Turns(sides, budget, TimeSpan.Zero).Select(Statistics.Median)]));
    }

    private static (string, IConv2DKernel<float>)[] Of<TLanes>() where TLanes : struct, ILanes<TLanes, float> =>
    [
        ("literal", new LiteralConv2D<float>()),
        ("tiled", new TiledConv2D<float, TLanes>()),
        ("fast", new FastConv2D<float, TLanes>()),
    ];
}

/// <summary>What a row took on each rung.</summary>
/// <param name="Row">The row.</param>
/// <param name="Seconds">A call, the median over the turns, from the lowest rung.</param>
internal sealed record LadderMeasurement(BenchmarkRow Row, IReadOnlyList<double> Seconds);
