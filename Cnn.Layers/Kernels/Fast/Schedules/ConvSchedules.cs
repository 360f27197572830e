using System.Numerics;
using System.Runtime.CompilerServices;
using Cnn.Layers.Geometry;
using Cnn.Layers.Kernels.Lanes;

namespace Cnn.Layers.Kernels.Fast;

/// <summary>Computes a <see cref="ConvProblem{T}"/>, with lanes along the width (one row or a few at a time), along the filters or along the groups.</summary>
internal static unsafe class ConvSchedules<T, TLanes>
    where T : unmanaged, IFloatingPointIeee754<T>
    where TLanes : struct, ILanes<TLanes, T>
{
    /// <summary>Computes all outputs, in whichever way wastes least.</summary>
    public static void Run(in ConvProblem<T> x)
    {
        if (x.Parts.Length == 0) return;
        var alongWidth = new VectorizeWidth<T, TLanes>(x);
        double rows = DepthwiseRows<T, TLanes>.Efficiency(x), width = alongWidth.Efficiency, filters = VectorizeFilters<T, TLanes>.Efficiency(x), groups = VectorizeGroups<T, TLanes>.Efficiency(x);
        if (rows > Math.Max(width, Math.Max(filters, groups))) DepthwiseRows<T, TLanes>.Run(x); // Δ15
        else if (width >= filters && width >= groups) alongWidth.Run();
        else if (groups > filters) VectorizeGroups<T, TLanes>.Run(x);
        // Rather a narrow register than one half empty.
        else if (typeof(TLanes) == typeof(Lanes512<T>) && 2 * x.Filters <= TLanes.Count) VectorizeFilters<T, Lanes256<T>>.Run(x);
        else VectorizeFilters<T, TLanes>.Run(x);
    }
}
