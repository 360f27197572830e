using System.Numerics;
using System.Runtime.CompilerServices;
using Cnn.Layers.Geometry;
using Cnn.Layers.Kernels.Lanes;

namespace Cnn.Layers.Kernels.Fast;

/// <summary>Computes a <see cref="Correlation{T}"/>, with lanes along the width or along the filters.</summary>
internal static unsafe class Correlate<T, TLanes>
    where T : unmanaged, IFloatingPointIeee754<T>
    where TLanes : struct, ILanes<TLanes, T>
{
    /// <summary>Computes all outputs.</summary>
    public static void Run(in Correlation<T> x)
    {
        if (x.Parts.Length == 0) return;
        var alongWidth = new AlongWidth<T, TLanes>(x);
        if (alongWidth.Efficiency >= AlongFilters<T, TLanes>.Efficiency(x)) alongWidth.Run();
        // Two narrow registers of filters need half as many first factors a sum as one wide register.
        else if (typeof(TLanes) == typeof(Lanes512<T>) && x.Filters <= TLanes.Count) AlongFilters<T, Lanes256<T>>.Run(x);
        else AlongFilters<T, TLanes>.Run(x);
    }
}
