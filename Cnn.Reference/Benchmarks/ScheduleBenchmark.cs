using System.Numerics;
using Cnn.Layers.Kernels;
using Cnn.Layers.Kernels.Fast;
using Cnn.Layers.Kernels.Lanes;
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

    /// <summary>Times one row; a pool has one way only, and is left out.</summary>
    /// <exception cref="OperationCanceledException">The user has stopped it: what is not complete is not measured.</exception>
    public void Run(BenchmarkRow row)
    {
        if (row.IsPool) return;
        if (row.Case.DType == ScalarType.Float64) Run<double>(row);
        else Run<float>(row); // the 16-bit types are computed in float
    }

    private void Run<T>(BenchmarkRow row) where T : unmanaged, IFloatingPointIeee754<T>
    {
        var calls = new KernelCalls<T>(row.Case);
        foreach (var pass in Enum.GetValues<KernelPass>())
        {
            if (pass != KernelPass.Forward && !row.Passes.HasFlag(Pass.Backward)) continue;
            var answers = Kernel<T>(schedule: null).Schedules(row.Case.ConvGeometry(), pass)
                .Where(answer => answer.Refusal is null).ToList();
            if (answers.Count == 0) continue;
            Action<int>[] sides =
            [
                .. from answer in answers
                   let kernel = Kernel<T>(answer.Name)
                   select Duel.Until(cancel, count => calls.Run(kernel, pass, count)),
            ];
            WarmUp.Run(cancel, () => Array.ForEach(sides, side => side(1)));
            var times = Duel.Turns(sides, budget, quiet);
            measurements.AddRange(answers.Select((answer, at) => new ScheduleMeasurement(row, pass, answer, Statistics.Median(times[at]))));
        }
    }

    private IConv2DKernel<T> Kernel<T>(string? schedule) where T : unmanaged, IFloatingPointIeee754<T> => bits switch
    {
        512 => new FastConv2D<T, Lanes512<T>>(schedule),
        256 => new FastConv2D<T, Lanes256<T>>(schedule),
        _ => new FastConv2D<T, Lanes128<T>>(schedule),
    };
}

/// <summary>What one schedule took for one pass of one row.</summary>
/// <param name="Row">The row.</param>
/// <param name="Pass">The pass.</param>
/// <param name="Answer">The schedule, what was estimated, and whether it is the one that is chosen.</param>
/// <param name="Seconds">A call, the median over the turns.</param>
internal sealed record ScheduleMeasurement(BenchmarkRow Row, KernelPass Pass, ScheduleAnswer Answer, double Seconds)
{
    /// <summary>Operations a second in parts of a limit, which is that of float32.</summary>
    public double PartOf(double limit) =>
        Row.Operations(Benchmarks.Pass.Forward) / Seconds / limit * (Row.Case.DType == ScalarType.Float64 ? 2 : 1);
}
