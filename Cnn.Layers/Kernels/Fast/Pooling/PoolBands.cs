using System.Numerics;
using Cnn.Layers.Geometry;

namespace Cnn.Layers.Kernels.Fast;

/// <summary>A pool's planes cut into bands of rows, of which one at a time fits L1.</summary>
/// <param name="Batch">Images.</param>
/// <param name="Channels">Planes of an image.</param>
/// <param name="Rows">Rows of a plane.</param>
/// <param name="BandRows">Rows of a band; the last one of a plane may have fewer.</param>
internal readonly record struct PoolBands(long Batch, long Channels, long Rows, int BandRows)
{
    private const int CacheBytes = 24 << 10; // of an L1 cache of 32 KiB or more
    private const int MaxBytes = 1 << 20;
    private const int MaxRows = 1 << 24; // what is known of each row of windows is in a table, of 16 bytes at most

    private long BandsOfPlane => (Rows + BandRows - 1) / BandRows;

    /// <summary>The band with a number: which plane, its first row, and how many rows.</summary>
    public (long N, long C, long FirstRow, int Rows) this[long band]
    {
        get
        {
            var (plane, inPlane) = Math.DivRem(band, BandsOfPlane);
            var (n, c) = Math.DivRem(plane, Channels);
            long first = inPlane * BandRows;
            return (n, c, first, checked((int)Math.Min(BandRows, Rows - first)));
        }
    }

    /// <summary>Bands whose scratch fits L1 where one row's does.</summary>
    /// <param name="geometry">Gives the number of planes.</param>
    /// <param name="rows">Rows of a plane.</param>
    /// <param name="rowBytes">Scratch for one row of a band.</param>
    /// <param name="bandBytes">Scratch for a band, whatever its rows.</param>
    public static PoolBands Of(in Pool2DGeometry geometry, long rows, long rowBytes, long bandBytes) =>
        new(geometry.Batch, geometry.Channels, rows, checked((int)Math.Clamp((CacheBytes - bandBytes) / rowBytes, 1, rows)));

    /// <summary>Bytes of <see cref="PackedInput{T}"/> for one row of windows, and for a band besides, whatever its rows.</summary>
    public static unsafe (Int128 Row, Int128 Band) PackedBytes<T>(in Pool2DGeometry geometry) where T : unmanaged
    {
        var ((rowPhases, rowShift), (columnPhases, columnShift)) =
            (PolyphaseAxis.Extent(geometry.Height), PolyphaseAxis.Extent(geometry.Width));
        Int128 row = (Int128)(rowPhases * columnPhases) * (geometry.Width.Out + columnShift) * sizeof(T);
        return (row, row * rowShift);
    }

    /// <summary>The packed input of a band.</summary>
    /// <param name="geometry">The pool.</param>
    /// <param name="lanes">Of a register: the last one may end behind the last cell.</param>
    /// <param name="padding">What the cells of the padding hold.</param>
    public PackedInput<T> Packed<T>(in Pool2DGeometry geometry, int lanes, T padding) where T : unmanaged, IFloatingPointIeee754<T> =>
        new(PolyphaseAxis.Of(geometry.Height), PolyphaseAxis.Of(geometry.Width), new(1, 1, BandRows, geometry.Width.Out), lanes, padding);

    /// <summary>Why a pool would need too much scratch; null where it does not.</summary>
    /// <param name="geometry">The pool.</param>
    /// <param name="bytes">For a band of one row.</param>
    public static string? Refusal(in Pool2DGeometry geometry, Int128 bytes) =>
        bytes > MaxBytes ? $"one row of windows would need {bytes} bytes of scratch, more than {MaxBytes}"
        : geometry.Height.Out > MaxRows ? $"{geometry.Height.Out} rows of windows are more than the {MaxRows} for which there are tables"
        : null;

    /// <summary>A number of windows or cells as whole registers.</summary>
    public static nint RoundUp(nint count, int lanes) => (count + lanes - 1) / lanes * lanes;

    /// <summary>Has all bands worked on, shared among threads where it pays: each call takes bands [first, end).</summary>
    /// <param name="work">Cells read and written in all.</param>
    /// <param name="body">Works on bands first .. end - 1.</param>
    public void Share(long work, Action<long, long> body) => Threads.ForPieces(Batch * Channels * BandsOfPlane, work, body);
}
