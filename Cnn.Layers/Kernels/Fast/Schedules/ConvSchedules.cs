using System.Numerics;
using Cnn.Layers.Kernels.Lanes;

namespace Cnn.Layers.Kernels.Fast;

/// <summary>The ways of computing a convolution and its gradients, in registers of one width.</summary>
internal static class ConvSchedules<T, TLanes>
    where T : unmanaged, IFloatingPointIeee754<T>
    where TLanes : struct, ILanes<TLanes, T>
{
    /// <summary>Those of the forward pass and of the input gradient: the best estimate is chosen, of equal ones the first. One
    /// without an estimate is chosen where it takes a problem.</summary>
    public static readonly ConvSchedule<T>[] Outputs =
    [
        new("few windows", FewWindows<T, TLanes>.Refusal, x => new FewWindows<T, TLanes>(x)),
        new("vectorize width", VectorizeWidth<T, TLanes>.Refusal, x => new VectorizeWidth<T, TLanes>(x)),
        new("vectorize filters", VectorizeChannels<T, TLanes, Broadcast<TLanes, T>>.Refusal,
            VectorizeChannels<T, TLanes, Broadcast<TLanes, T>>.Plan),
        new("vectorize groups", VectorizeChannels<T, TLanes, Vector<TLanes, T>>.Refusal,
            VectorizeChannels<T, TLanes, Vector<TLanes, T>>.Plan),
        new("depthwise rows", DepthwiseRows<T, TLanes>.Refusal, x => new DepthwiseRows<T, TLanes>(x)),
    ];

    /// <summary>Those of the weight gradient: the first that takes a problem is chosen.</summary>
    public static readonly ConvSchedule<T>[] Weights =
    [
        new("weights of few windows", FewWindowsWeights<T, TLanes>.Refusal, x => new FewWindowsWeights<T, TLanes>(x)),
        new("weights across groups", WeightGradient<T, TLanes, Vector<TLanes, T>>.Refusal,
            WeightGradient<T, TLanes, Vector<TLanes, T>>.Plan),
        new("weights in a group", WeightGradient<T, TLanes, Broadcast<TLanes, T>>.Refusal,
            WeightGradient<T, TLanes, Broadcast<TLanes, T>>.Plan),
    ];

    /// <summary>The schedule that is chosen, and its plan.</summary>
    /// <param name="schedules">Those that are asked, in order.</param>
    /// <param name="x">The problem.</param>
    /// <param name="preferred">A schedule to take instead, where it does not refuse; null for none.</param>
    public static (ConvSchedule<T> Schedule, ConvPlan<T> Plan) Choose(
        ConvSchedule<T>[] schedules, ConvProblem<T> x, string? preferred = null)
    {
        (ConvSchedule<T> Schedule, ConvPlan<T> Plan)? best = null;
        foreach (var schedule in schedules)
        {
            if (schedule.Refusal(x) is not null) continue;
            var plan = schedule.Plan(x);
            if (schedule.Name == preferred) return (schedule, plan);
            if (best is null || plan.Efficiency > best.Value.Plan.Efficiency) best = (schedule, plan);
        }
        return best!.Value;
    }

    /// <summary>What each schedule says of a problem.</summary>
    public static IReadOnlyList<ScheduleAnswer> Explain(ConvSchedule<T>[] schedules, ConvProblem<T> x)
    {
        var (chosen, _) = Choose(schedules, x);
        return
        [
            .. from schedule in schedules
               let refusal = schedule.Refusal(x)
               let plan = refusal is null ? schedule.Plan(x) : null
               select new ScheduleAnswer(schedule.Name, refusal, plan?.Efficiency, plan?.Tiling, schedule == chosen),
        ];
    }
}
