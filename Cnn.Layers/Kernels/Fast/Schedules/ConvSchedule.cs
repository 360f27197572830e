using System.Numerics;
using Cnn.Layers.Geometry;

namespace Cnn.Layers.Kernels.Fast;

/// <summary>One way of computing a <see cref="ConvProblem{T}"/>: a row of <see cref="ConvSchedules{T, TLanes}"/>.</summary>
/// <param name="Name">What it is called.</param>
/// <param name="Refusal">Why it does not take a problem; null where it does.</param>
/// <param name="Plan">How it would compute a problem that it takes.</param>
internal sealed record ConvSchedule<T>(string Name, Func<ConvProblem<T>, string?> Refusal, Func<ConvProblem<T>, ConvPlan<T>> Plan)
    where T : unmanaged, IFloatingPointIeee754<T>;

/// <summary>What a schedule has decided for one problem.</summary>
/// <param name="problem">The problem.</param>
internal abstract class ConvPlan<T>(ConvProblem<T> problem) where T : unmanaged, IFloatingPointIeee754<T>
{
    /// <summary>The problem.</summary>
    protected ConvProblem<T> Problem => problem;

    /// <summary>
    /// Expected share of the multiply-add rate that goes into sums that are of use, by <see cref="CostModel"/>; null where there is no
    /// estimate, and the first schedule that takes a problem is chosen.
    /// </summary>
    public abstract double? Efficiency { get; }

    /// <summary>How the outputs are cut.</summary>
    public abstract Tiling Tiling { get; }

    /// <summary>Computes all outputs.</summary>
    public abstract void Run();
}

/// <summary>How the outputs of a problem are cut.</summary>
/// <param name="Mr">Rows of a register tile.</param>
/// <param name="Nr">Columns of a register tile, in elements: whole registers.</param>
/// <param name="Filters">Filters of a cache block.</param>
/// <param name="Block">Images, channels (kc), rows and columns of windows of a cache block.</param>
internal readonly record struct Tiling(int Mr, int Nr, long Filters, Shape4 Block);
