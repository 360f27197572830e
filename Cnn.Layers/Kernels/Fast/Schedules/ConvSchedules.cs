using System.Numerics;
using Cnn.Layers.Kernels.Lanes;

namespace Cnn.Layers.Kernels.Fast;

/// <summary>The ways of computing a convolution, and its input gradient, in registers of one width.</summary>
internal static class ConvSchedules<T, TLanes>
    where T : unmanaged, IFloatingPointIeee754<T>
    where TLanes : struct, ILanes<TLanes, T>
{
    /// <summary>All of them. Of equal estimates, the first is chosen.</summary>
    public static readonly ConvSchedule<T>[] All =
    [
        new("vectorize width", VectorizeWidth<T, TLanes>.Refusal, x => new VectorizeWidth<T, TLanes>(x)),
        new("vectorize filters", VectorizeChannels<T, TLanes, Broadcast<TLanes, T>>.Refusal, VectorizeChannels<T, TLanes, Broadcast<TLanes, T>>.Plan),
        new("vectorize groups", VectorizeChannels<T, TLanes, Vector<TLanes, T>>.Refusal, VectorizeChannels<T, TLanes, Vector<TLanes, T>>.Plan),
        new("depthwise rows", DepthwiseRows<T, TLanes>.Refusal, x => new DepthwiseRows<T, TLanes>(x)),
    ];

    /// <summary>Computes all outputs, by the schedule with the best estimate.</summary>
    /// <param name="x">The problem.</param>
    /// <param name="preferred">A schedule to take instead, where it does not refuse; null for none.</param>
    public static void Run(ConvProblem<T> x, string? preferred = null)
    {
        if (x.Phases.Length > 0) Choose(x, preferred).Plan.Run();
    }

    /// <summary>The schedule with the best estimate, and its plan.</summary>
    /// <inheritdoc cref="Run" path="/param"/>
    public static (ConvSchedule<T> Schedule, ConvPlan<T> Plan) Choose(ConvProblem<T> x, string? preferred = null)
    {
        (ConvSchedule<T> Schedule, ConvPlan<T> Plan)? best = null;
        foreach (var schedule in All)
        {
            if (schedule.Refusal(x) is not null) continue;
            var plan = schedule.Plan(x);
            if (schedule.Name == preferred) return (schedule, plan);
            if (best is null || plan.Efficiency > best.Value.Plan.Efficiency) best = (schedule, plan);
        }
        return best!.Value;
    }
}
