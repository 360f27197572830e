using System.Numerics;
using System.Runtime.CompilerServices;
using Cnn.Layers.Geometry;
using Cnn.Layers.Kernels.Lanes;

namespace Cnn.Layers.Kernels.Fast;

/// <summary>The ways of computing a pool's forward pass: the first that takes a problem is chosen.</summary>
internal static class PoolSchedules<T, TLanes>
    where T : unmanaged, IFloatingPointIeee754<T>
    where TLanes : struct, ILanes<TLanes, T>
{
    /// <summary>Their names.</summary>
    public const string Channels = "vectorize channels", InPlace = "windows in place", Packed = "packed windows";

    private const int FewTaps = 4; // to interleave planes for so few takes longer than to leave lanes empty
    private const int PlaneBytes = 1 << 19; // of planes that are interleaved: L2 holds them

    /// <summary>Why lanes do not run along the channels; null where they do.</summary>
    public static string? ChannelsRefusal(in Pool2DGeometry geometry) =>
        2 * geometry.Width.Out > TLanes.Count ? "a row of windows fills half a register by itself"
        : 4 * geometry.Width.Out > TLanes.Count && geometry.Height.Kernel * geometry.Width.Kernel <= FewTaps
            ? "a row of windows of few taps fills a quarter of a register by itself"
        : (Int128)geometry.Height.In * geometry.Width.In * TLanes.Count * Unsafe.SizeOf<T>() > PlaneBytes
            ? "the planes of so many channels are too large to be interleaved"
        : null;

    /// <summary>Whether lanes run along the channels.</summary>
    /// <param name="geometry">The pool.</param>
    /// <param name="preferred">A schedule to take wherever it does not refuse; null for the first that does not.</param>
    public static bool IsAlongChannels(in Pool2DGeometry geometry, string? preferred) =>
        preferred is null or Channels && ChannelsRefusal(geometry) is null;

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
        string? channels = ChannelsRefusal(geometry), inPlace = InPlaceRefusal(geometry.Width, areNeighbours: true);
        return
        [
            new(Channels, channels, null, null, channels is null),
            new(InPlace, inPlace, null, null, channels is not null && inPlace is null),
            new(Packed, null, null, null, channels is not null && inPlace is not null),
        ];
    }
}
