using System.Numerics;
using Cnn.Layers.Kernels;
using Cnn.Layers.Kernels.Fast;
using Cnn.Layers.Kernels.Lanes;
using Cnn.Reference.Cases;
using static TorchSharp.torch;

namespace Cnn.Reference.Benchmarks;

/// <summary>Times every schedule that takes a row, in turn: whether the cost model chooses rightly on this processor.</summary>
/// <param name="bits">Width of the registers: 512, 256 or 128.</param>
/// <param name="budget">Time for each pass of a row, of all schedules.</param>
/// <param name="quiet">Pause before each turn.</param>
/// <param name="cancel">Stops between two calls.</param>
internal sealed class ScheduleBenchmark(int bits, TimeSpan budget, TimeSpan quiet, CancellationToken cancel)
{
    private readonly List<ScheduleMeasurement> measurements = [];

    /// <summary>What was measured: rows in their order, passes, schedules as they are asked.</summary>
    public IReadOnlyList<ScheduleMeasurement> Measurements => measurements;

    /// <summary>Whether a row's layer has several schedules; an adaptive pool has one.</summary>
    public static bool Takes(BenchmarkRow row) => row.Case.Kind != LayerKind.Adaptive;

    /// <summary>Times one row.</summary>
    /// <exception cref="OperationCanceledException">The user has stopped it: what is not complete is not measured.</exception>
    public void Run(BenchmarkRow row)
    {
        if (row.Case.DType == ScalarType.Float64) Run<double>(row);
        else Run<float>(row); // the 16-bit types are computed in float
    }

    private void Run<T>(BenchmarkRow row) where T : unmanaged, IFloatingPointIeee754<T>
    {
        var (@case, calls) = (row.Case, new KernelCalls<T>(row.Case));
        if (@case.Kind == LayerKind.Conv)
            Time(row, Conv<T>, @case.ConvGeometry(), calls.Run);
        else if (@case.Kind == LayerKind.Max)
            Time(row, Max<T>, @case.PoolGeometry(), (kernel, _, count) => calls.Run(kernel, count));
        else
            Time(row, Avg<T>, @case.PoolGeometry(), (kernel, _, count) => calls.Run(kernel, count));
    }

    private void Time<TKernel, TGeometry>(
        BenchmarkRow row, Func<string?, TKernel> kernelOf, TGeometry geometry, Action<TKernel, KernelPass, int> run)
        where TKernel : IKernel<TGeometry>
    {
        foreach (var pass in Enum.GetValues<KernelPass>())
        {
            if (pass != KernelPass.Forward && !row.Passes.HasFlag(Pass.Backward)) continue;
            var answers = kernelOf(null).Schedules(geometry, pass).Where(answer => answer.Refusal is null).ToList();
            if (answers.Count == 0) continue;
            Action<int>[] sides =
            [
                .. from answer in answers
                   let kernel = kernelOf(answer.Name)
                   select Duel.Until(cancel, count => run(kernel, pass, count)),
            ];
            WarmUp.Run(cancel, () => Array.ForEach(sides, side => side(1)));
            var times = Duel.Turns(sides, budget, quiet);
            measurements.AddRange(answers.Select((answer, at) => new ScheduleMeasurement(row, pass, answer, Statistics.Median(times[at]))));
        }
    }

    private IConv2DKernel<T> Conv<T>(string? schedule) where T : unmanaged, IFloatingPointIeee754<T> => bits switch
    {
        512 => new FastConv2D<T, Lanes512<T>>(schedule),
        256 => new FastConv2D<T, Lanes256<T>>(schedule),
        _ => new FastConv2D<T, Lanes128<T>>(schedule),
    };

    private IMaxPool2DKernel<T> Max<T>(string? schedule) where T : unmanaged, IFloatingPointIeee754<T> => bits switch
    {
        512 => new FastMaxPool2D<T, Lanes512<T>>(schedule),
        256 => new FastMaxPool2D<T, Lanes256<T>>(schedule),
        _ => new FastMaxPool2D<T, Lanes128<T>>(schedule),
    };

    private IAvgPool2DKernel<T> Avg<T>(string? schedule) where T : unmanaged, IFloatingPointIeee754<T> => bits switch
    {
        512 => new FastAvgPool2D<T, Lanes512<T>>(schedule),
        256 => new FastAvgPool2D<T, Lanes256<T>>(schedule),
        _ => new FastAvgPool2D<T, Lanes128<T>>(schedule),
    };
}

/// <summary>What one schedule took for one pass of one row.</summary>
/// <param name="Row">The row.</param>
/// <param name="Pass">The pass.</param>
/// <param name="Answer">The schedule, what was estimated, and whether it is the one that is chosen.</param>
/// <param name="Seconds">A call, the median over the turns.</param>
internal sealed record ScheduleMeasurement(BenchmarkRow Row, KernelPass Pass, ScheduleAnswer Answer, double Seconds);
