using System.Numerics;
using Cnn.Layers.Geometry;
using Cnn.Layers.Kernels.Lanes;

namespace Cnn.Layers.Kernels.Fast;

/// <summary>The ways of reading what the windows of a pool's forward pass see: the first that takes a problem is chosen.</summary>
internal static class PoolSchedules<T, TLanes>
    where T : unmanaged, IFloatingPointIeee754<T>
    where TLanes : struct, ILanes<TLanes, T>
{
    /// <summary>Their names.</summary>
    public const string InPlace = "windows in place", Packed = "packed windows";

    /// <summary>Why windows are not read in place; null where they are.</summary>
    /// <param name="width">The axis of the columns.</param>
    /// <param name="areNeighbours">Whether the cells of a row are neighbours in memory, in the input and in all results.</param>
    public static string? InPlaceRefusal(WindowAxis width, bool areNeighbours) =>
        width.Stride > 2 ? "neighbouring windows are more than two cells apart"
        : width.PadBefore > 0 || width.InputIndex(width.Out - 1, width.Kernel - 1) >= width.In ? "some windows see columns of padding"
        : width.Out < Math.Min(TLanes.Count, Lanes128<T>.Count) ? "a row of windows is shorter than a register"
        : !areNeighbours ? "the cells of a row are no neighbours in memory"
        : null;

    /// <summary>What each of them says of a pass over dense memory.</summary>
    public static IReadOnlyList<ScheduleAnswer> Explain(in Pool2DGeometry geometry, KernelPass pass)
    {
        if (pass != KernelPass.Forward || geometry.OutputShape.Elements == 0) return [];
        string? refusal = InPlaceRefusal(geometry.Width, areNeighbours: true);
        return [new(InPlace, refusal, null, null, refusal is null), new(Packed, null, null, null, refusal is not null)];
    }
}
