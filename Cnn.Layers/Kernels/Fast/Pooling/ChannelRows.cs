using System.Numerics;
using Cnn.Layers.Geometry;
using Cnn.Layers.Kernels.Lanes;

namespace Cnn.Layers.Kernels.Fast;

/// <summary>
/// Rows of a block of channels, one channel a lane: as they lie where channels are neighbours (channels_last), elsewhere interleaved in
/// scratch, a row at a time.
/// </summary>
internal readonly unsafe struct ChannelRows<T, TLanes>
    where T : unmanaged, IFloatingPointIeee754<T>
    where TLanes : struct, ILanes<TLanes, T>
{
    private readonly T* first; // of the block's first channel
    private readonly Shape4 strides;
    private readonly int channels;
    private readonly nint columns;
    private readonly T* scratch;
    private readonly nint[] rows; // where each column begins in scratch

    /// <summary>Rows of <paramref name="channels"/> channels, at most the lanes of a register.</summary>
    /// <param name="first">The first cell of the first channel.</param>
    /// <param name="strides">Of the tensor.</param>
    /// <param name="channels">How many channels; the lanes behind them hold whatever they hold.</param>
    /// <param name="columns">Cells of a row.</param>
    /// <param name="slot">Of <see cref="Scratch"/>.</param>
    public ChannelRows(T* first, Shape4 strides, int channels, long columns, int slot)
    {
        this.first = first;
        (this.strides, this.channels, this.columns) = (strides, channels, (nint)columns);
        IsInterleaved = MayInterleave && (strides.C != 1 || channels < TLanes.Count);
        Step = IsInterleaved ? TLanes.Count : (nint)strides.W;
        rows = [];
        if (!IsInterleaved) return;
        scratch = Scratch.Get<T>(slot, this.columns * TLanes.Count);
        Row.ClearLong(scratch, this.columns * TLanes.Count);
        rows = new nint[columns];
        for (nint x = 0; x < rows.Length; x++) rows[x] = x * TLanes.Count;
    }

    /// <summary>Whether rows can go through scratch: a single channel lies as it should.</summary>
    public static bool MayInterleave => TLanes.Count > 1;

    /// <summary>Whether rows go through scratch.</summary>
    public bool IsInterleaved { get; }

    /// <summary>Elements from a column's lanes to the next column's.</summary>
    public nint Step { get; }

    /// <summary>The lanes of row <paramref name="h"/>, to be read until the next call.</summary>
    public T* Read(long h)
    {
        T* row = first + h * strides.H;
        if (!IsInterleaved) return row;
        Transpose.Channels(row, strides, channels, columns, scratch, TLanes.Count, isInL2: true);
        return scratch;
    }

    /// <summary>Where the lanes of row <paramref name="h"/> are to be written.</summary>
    public T* Place(long h) => IsInterleaved ? scratch : first + h * strides.H;

    /// <summary>Has what was written at <see cref="Place"/> in row <paramref name="h"/>.</summary>
    public void Write(long h)
    {
        if (!IsInterleaved) return;
        T* row = first + h * strides.H;
        if (strides.W == 1) Transpose.Run(scratch, rows, channels, row, (nint)strides.C, isInL2: true);
        else
            for (nint x = 0; x < columns; x++)
                for (int c = 0; c < channels; c++) row[c * strides.C + x * strides.W] = scratch[x * TLanes.Count + c];
    }
}
