using System.Numerics;
using System.Runtime.CompilerServices;
using Cnn.Layers.Geometry;
using Cnn.Layers.Kernels.Lanes;

namespace Cnn.Layers.Kernels.Fast;

/// <summary>What computes one window of as many channels as a register has lanes: a maximum or an average of each.</summary>
internal unsafe interface IPoolChannels<T> where T : unmanaged, IFloatingPointIeee754<T>
{
    /// <summary>Computes window (oh, ow).</summary>
    /// <param name="oh">Its row.</param>
    /// <param name="ow">Its column.</param>
    /// <param name="cells">Cell (0, 0) of the planes: the lanes of cell (ih, iw) lie at ih * row + iw * column.</param>
    /// <param name="row">Elements from row to row.</param>
    /// <param name="column">Elements from column to column.</param>
    /// <param name="output">Where the results go.</param>
    /// <param name="indices">The same for the indices of a max pool; null for none.</param>
    void Run<TLanes>(long oh, long ow, T* cells, nint row, nint column, T* output, long* indices) where TLanes : struct, ILanes<TLanes, T>;
}

/// <summary>
/// The forward pass of a pool with lanes along the channels: for narrow planes, whose rows of windows would fill few lanes, such as the
/// pool over a whole plane at the end of a ResNet.
/// </summary>
/// <remarks>
/// The planes of as many channels as a register has lanes are interleaved (<see cref="Transpose"/>), unless they lie so (channels_last).
/// Padding is not there: a window has the taps that lie in the input.
/// </remarks>
internal static unsafe class PoolChannels<T, TLanes, TWindows>
    where T : unmanaged, IFloatingPointIeee754<T>
    where TLanes : struct, ILanes<TLanes, T>
    where TWindows : struct, IPoolChannels<T>
{
    /// <summary>Computes all windows.</summary>
    /// <param name="pool">The pool.</param>
    /// <param name="input">Element [0, 0, 0, 0].</param>
    /// <param name="inputStrides">Its strides.</param>
    /// <param name="output">Element [0, 0, 0, 0].</param>
    /// <param name="outputStrides">Its strides.</param>
    /// <param name="indices">Element [0, 0, 0, 0] of the indices of a max pool, or null for none.</param>
    /// <param name="indicesStrides">Its strides.</param>
    /// <param name="windows">What computes a window.</param>
    public static void Run(
        Pool2DGeometry pool, T* input, Shape4 inputStrides, T* output, Shape4 outputStrides, long* indices, Shape4 indicesStrides,
        TWindows windows)
    {
        var (_, _, rows, columns) = pool.OutputShape;
        long blocksOfImage = WindowAxis.CeilDiv(pool.Channels, TLanes.Count);
        Threads.ForPieces(
            pool.Batch * blocksOfImage, pool.InputShape.Elements + pool.OutputShape.Elements,
            [MethodImpl(MethodImplOptions.AggressiveOptimization)] (first, end) =>
        {
            nint results = (nint)(rows * columns) * TLanes.Count;
            T* values = Scratch.Get<T>(Scratch.Results, results);
            long* winners = indices == null ? null : Scratch.Get<long>(Scratch.Winners, results);
            for (long block = first; block < end; block++)
            {
                var (n, c) = Math.DivRem(block, blocksOfImage);
                c *= TLanes.Count;
                int channels = checked((int)Math.Min(TLanes.Count, pool.Channels - c));
                T* cells = Interleaved(pool, input + n * inputStrides.N + c * inputStrides.C, inputStrides, channels, out nint row,
                    out nint column);
                nint at = 0;
                for (long oh = 0; oh < rows; oh++)
                    for (long ow = 0; ow < columns; ow++, at += TLanes.Count)
                        windows.Run<TLanes>(oh, ow, cells, row, column, values + at, winners == null ? null : winners + at);
                Move(values, channels, output + n * outputStrides.N + c * outputStrides.C, outputStrides, rows, columns);
                if (winners != null) Move(winners, channels, indices + n * indicesStrides.N + c * indicesStrides.C, indicesStrides, rows,
                    columns);
            }
        });
    }

    // The planes of some channels, a channel a lane.
    private static T* Interleaved(in Pool2DGeometry pool, T* planes, Shape4 strides, int channels, out nint row, out nint column)
    {
        (row, column) = ((nint)strides.H, (nint)strides.W);
        if (strides.C == 1 && channels == TLanes.Count) return planes;
        var (height, width) = (pool.Height.In, pool.Width.In);
        T* cells = Scratch.Get<T>(Scratch.Planes, (nint)(height * width) * TLanes.Count);
        (row, column) = ((nint)width * TLanes.Count, TLanes.Count);
        if (strides.H == width * strides.W) (height, width) = (1, height * width); // one row
        if (channels < TLanes.Count) Row.ClearLong(cells, height * width * TLanes.Count);
        for (long ih = 0; ih < height; ih++)
            Transpose.Channels(planes + ih * strides.H, strides, channels, (nint)width, cells + ih * row, TLanes.Count);
        return cells;
    }

    // Results go where they belong.
    private static void Move<TElement>(TElement* from, int channels, TElement* to, Shape4 strides, long rows, long columns)
        where TElement : unmanaged
    {
        for (long oh = 0; oh < rows; oh++)
            for (long ow = 0; ow < columns; ow++, from += TLanes.Count)
                for (int c = 0; c < channels; c++) to[c * strides.C + oh * strides.H + ow * strides.W] = from[c];
    }
}
