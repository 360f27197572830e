using System.Numerics;
using System.Runtime.CompilerServices;
using Cnn.Layers.Geometry;
using Cnn.Layers.Kernels.Lanes;

namespace Cnn.Layers.Kernels.Fast;

/// <summary>The taps of a window that lie in the input.</summary>
/// <param name="Index">Of the window in a plane of them.</param>
/// <param name="FirstRow">The cell of its first tap.</param>
/// <param name="Rows">How many taps down.</param>
/// <param name="FirstColumn">The cell of its first tap.</param>
/// <param name="Columns">How many taps across.</param>
internal readonly record struct ChannelWindow(int Index, nint FirstRow, nint Rows, nint FirstColumn, nint Columns)
{
    /// <summary>The windows of a plane, for oh, for ow.</summary>
    /// <param name="rows">First cell and taps of each row of windows.</param>
    /// <param name="columns">The same of each column.</param>
    public static ChannelWindow[] All(ReadOnlySpan<(nint First, nint Taps)> rows, ReadOnlySpan<(nint First, nint Taps)> columns)
    {
        var windows = new ChannelWindow[checked(rows.Length * columns.Length)];
        for (int i = 0; i < windows.Length; i++)
        {
            var ((firstRow, down), (firstColumn, across)) = (rows[i / columns.Length], columns[i % columns.Length]);
            windows[i] = new(i, firstRow, down, firstColumn, across);
        }
        return windows;
    }

    /// <summary>The windows of a pool.</summary>
    public static ChannelWindow[] All(in Pool2DGeometry pool) => All(Axis(pool.Height), Axis(pool.Width));

    private static (nint, nint)[] Axis(WindowAxis axis)
    {
        var windows = new (nint, nint)[axis.Out];
        for (long o = 0; o < windows.Length; o++)
        {
            var (first, end) = axis.InputTaps(o);
            windows[o] = ((nint)axis.InputIndex(o, first), (nint)(end - first));
        }
        return windows;
    }
}

/// <summary>What computes one window of as many channels as a register has lanes: a maximum or an average of each.</summary>
internal unsafe interface IPoolChannels<T> where T : unmanaged, IFloatingPointIeee754<T>
{
    /// <summary>Computes a window.</summary>
    /// <param name="window">Which.</param>
    /// <param name="cells">Cell (0, 0) of the planes: the lanes of cell (ih, iw) lie at ih * row + iw * column.</param>
    /// <param name="row">Elements from row to row.</param>
    /// <param name="column">Elements from column to column.</param>
    /// <param name="output">Where the results go.</param>
    /// <param name="indices">The same for the indices of a max pool; null for none.</param>
    void Run<TLanes>(in ChannelWindow window, T* cells, nint row, nint column, T* output, long* indices)
        where TLanes : struct, ILanes<TLanes, T>;
}

/// <summary>
/// The forward pass of a pool with lanes along the channels: for narrow planes, whose rows of windows would fill few lanes, such as the
/// pool over a whole plane at the end of a ResNet.
/// </summary>
/// <remarks>
/// The planes of a few registers of channels are interleaved (<see cref="Transpose"/>), unless they lie so (channels_last).
/// Padding is not there: a window has the taps that lie in the input.
/// </remarks>
internal static unsafe class PoolChannels<T, TLanes, TWindows>
    where T : unmanaged, IFloatingPointIeee754<T>
    where TLanes : struct, ILanes<TLanes, T>
    where TWindows : struct, IPoolChannels<T>
{
    private const int MostRegisters = 4; // of channels at once: what a block costs besides its cells is shared
    private const int BytesInL1 = 1 << 14; // of interleaved planes

    /// <summary>Computes all windows.</summary>
    /// <param name="windows">Those of a plane.</param>
    /// <param name="input">Element [0, 0, 0, 0].</param>
    /// <param name="inputShape">Its shape.</param>
    /// <param name="inputStrides">Its strides.</param>
    /// <param name="output">Element [0, 0, 0, 0].</param>
    /// <param name="outputShape">Its shape.</param>
    /// <param name="outputStrides">Its strides.</param>
    /// <param name="indices">Element [0, 0, 0, 0] of the indices of a max pool, or null for none.</param>
    /// <param name="indicesStrides">Its strides.</param>
    /// <param name="pool">What computes a window.</param>
    public static void Run(
        ChannelWindow[] windows, T* input, Shape4 inputShape, Shape4 inputStrides, T* output, Shape4 outputShape, Shape4 outputStrides,
        long* indices, Shape4 indicesStrides, TWindows pool)
    {
        double bytes = (double)inputShape.H * inputShape.W * TLanes.Count * sizeof(T);
        int registers = checked((int)Math.Clamp(
            BytesInL1 / bytes, 1, Math.Min(MostRegisters, WindowAxis.CeilDiv(inputShape.C, TLanes.Count))));
        int width = registers * TLanes.Count; // channels of a block
        long blocksOfImage = WindowAxis.CeilDiv(inputShape.C, width);
        Threads.ForPieces(
            inputShape.N * blocksOfImage, inputShape.Elements + outputShape.Elements,
            [MethodImpl(MethodImplOptions.AggressiveOptimization)] (first, end) =>
        {
            T* values = Scratch.Get<T>(Scratch.Results, (nint)windows.Length * width); // [window][channel]
            long* winners = indices == null ? null : Scratch.Get<long>(Scratch.Winners, (nint)windows.Length * width);
            for (long block = first; block < end; block++)
            {
                var (n, c) = Math.DivRem(block, blocksOfImage);
                c *= width;
                int channels = checked((int)Math.Min(width, inputShape.C - c));
                T* cells = Interleaved(
                    inputShape, input + n * inputStrides.N + c * inputStrides.C, inputStrides, channels, width, out nint row,
                    out nint column);
                for (int lane = 0; lane < channels; lane += TLanes.Count)
                    for (nint i = 0; i < windows.Length; i++)
                        pool.Run<TLanes>(windows[i], cells + lane, row, column, values + i * width + lane,
                            winners == null ? null : winners + i * width + lane);
                Move(values, channels, width, output + n * outputStrides.N + c * outputStrides.C, outputStrides, outputShape);
                if (winners != null)
                    Move(winners, channels, width, indices + n * indicesStrides.N + c * indicesStrides.C, indicesStrides, outputShape);
            }
        });
    }

    // The planes of some channels, a channel a lane.
    private static T* Interleaved(Shape4 shape, T* planes, Shape4 strides, int channels, int lanes, out nint row, out nint column)
    {
        (row, column) = ((nint)strides.H, (nint)strides.W);
        if (strides.C == 1 && channels % TLanes.Count == 0) return planes;
        var (height, width) = (shape.H, shape.W);
        T* cells = Scratch.Get<T>(Scratch.Planes, (nint)(height * width) * lanes);
        (row, column) = ((nint)width * lanes, lanes);
        if (strides.H == width * strides.W) (height, width) = (1, height * width); // one row
        if (channels < lanes) Row.ClearLong(cells, height * width * lanes);
        for (long ih = 0; ih < height; ih++)
            Transpose.Channels(planes + ih * strides.H, strides, channels, (nint)width, cells + ih * row, lanes);
        return cells;
    }

    // Results go where they belong.
    private static void Move<TElement>(TElement* from, int channels, int width, TElement* to, Shape4 strides, Shape4 shape)
        where TElement : unmanaged
    {
        for (long oh = 0; oh < shape.H; oh++)
            for (long ow = 0; ow < shape.W; ow++, from += width)
            {
                TElement* window = to + oh * strides.H + ow * strides.W;
                if (strides.C == 1) new ReadOnlySpan<TElement>(from, channels).CopyTo(new(window, channels));
                else for (int c = 0; c < channels; c++) window[c * strides.C] = from[c];
            }
    }
}
