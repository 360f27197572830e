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
        if (!PrefersFilters(x)) AlongWidth<T, TLanes>.Run(x);
        // Two narrow registers of filters need half as many first factors a sum as one wide register.
        else if (typeof(TLanes) == typeof(Lanes512<T>) && x.Filters <= TLanes.Count) AlongFilters<T, Lanes256<T>>.Run(x);
        else AlongFilters<T, TLanes>.Run(x);
    }

    // Lanes along the width waste the gaps between rows and what the last tile overhangs; lanes along the filters waste
    // what the last register overhangs, and turn every output round once.
    private static bool PrefersFilters(in Correlation<T> x)
    {
        int lanes = TLanes.Count;
        double columns = Math.Min(x.Width.Windows, 4096), rows = Math.Min(x.Height.Windows, 4096);
        double positions = (rows - 1) * Planes<T>.PitchOf(x.Width, (long)columns) + columns;
        double depth = x.Work / (x.Images * x.Groups * x.Filters * rows * columns * x.Parts.Length);
        int tileRows = Tile<T, TLanes, OneForAll<TLanes, T>>.RowsFor(x.Filters);
        double alongWidth = rows * columns / RoundUp(positions, lanes) * x.Filters / RoundUp(x.Filters, tileRows);
        double alongFilters = x.Filters / RoundUp(x.Filters, lanes) * depth / (depth + 32.0);
        return alongFilters > alongWidth;

        static double RoundUp(double size, int unit) => Math.Ceiling(size / unit) * unit;
    }
}
