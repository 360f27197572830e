using System.Numerics;
using System.Runtime.CompilerServices;
using Cnn.Layers.Geometry;
using Cnn.Layers.Kernels.Lanes;

namespace Cnn.Layers.Kernels.Fast;

/// <summary>The adaptive average pool and its gradient, many channels at a time: the sums of the literal loops, in their order.</summary>
/// <remarks>
/// Read <see cref="Literal.LiteralAdaptiveAvgPool2D{T}"/> first. What is different here:
/// <list type="bullet">
/// <item>G1 Lanes over c: windows have several lengths, and a global pool has one of them, but every channel has the same. Rows whose
/// channels are not neighbours are interleaved first (<see cref="ChannelRows{T, TLanes}"/>). Where a row is too wide for that, a lane is
/// all there is: one channel at a time, which is read and written as it lies.</item>
/// <item>G2 A row of windows is summed up at once, one row of the input after the other.</item>
/// <item>G3 Backward, each cell gathers the quotients of the windows that read it, where the literal loop scatters them.</item>
/// <item>G4 Backward, only the rows of quotients that a row of cells reads are kept, in a ring; a row of cells that the same windows read
/// as the one before is that one again.</item>
/// <item>G5 Blocks of channels are shared among threads.</item>
/// <item>G6 Small planes are interleaved at once, and their windows summed up in registers (<see cref="PoolChannels{T, TLanes,
/// TWindows}"/>).</item>
/// </list>
/// </remarks>
internal sealed unsafe partial class FastAdaptiveAvgPool2D<T, TLanes> : IAdaptiveAvgPool2DKernel<T>
    where T : unmanaged, IFloatingPointIeee754<T>
    where TLanes : struct, ILanes<TLanes, T>
{
    private const int MaxBytes = 4 << 20;

    /// <inheritdoc/>
    public string? Refusal(in AdaptivePool2DGeometry geometry)
    {
        Int128 columns = Math.Max(2, RingRows(geometry.Height)) * (Int128)geometry.Width.Out;
        if (ChannelRows<T, TLanes>.MayInterleave) columns += geometry.Width.In + (Int128)geometry.Width.Out;
        Int128 bytes = columns * TLanes.Count * sizeof(T);
        return bytes > MaxBytes ? $"a row of windows would need {bytes} bytes of scratch, more than {MaxBytes}" : null;
    }

    /// <inheritdoc/>
    public void Forward(in AdaptivePool2DGeometry geometry, ReadOnlyNchwSpan<T> input, NchwSpan<T> output)
    {
        if (output.IsEmpty) return;
        if (HasSmallPlanes(geometry))
        {
            ForwardOfPlanes(geometry, input, output); // G6
            return;
        }
        var pool = geometry;
        var columns = Parts(geometry.Width.Out, geometry.Width.Cells);
        Shape4 inputStrides = input.Strides, outputStrides = output.Strides;
        fixed (T* pinnedInput = input, pinnedOutput = output)
        {
            T* from = pinnedInput, to = pinnedOutput;
            Share(geometry, [MethodImpl(MethodImplOptions.AggressiveOptimization)] (n, c, channels) =>
            {
                var (height, width) = (pool.Height, pool.Width);
                var cells = new ChannelRows<T, TLanes>(
                    from + n * inputStrides.N + c * inputStrides.C, inputStrides, channels, width.In, Scratch.Planes);
                var averages = new ChannelRows<T, TLanes>(
                    to + n * outputStrides.N + c * outputStrides.C, outputStrides, channels, width.Out, Scratch.Transposed);
                nint length = (nint)width.Out * TLanes.Count;
                T* sums = Scratch.Get<T>(Scratch.Sums, 2 * length), piece = sums + length;
                for (long oh = 0; oh < height.Out; oh++)
                {
                    Row.ClearLong(sums, length);
                    var (firstRow, endRow) = height.Cells(oh);
                    for (long start = firstRow; start < endRow; start += AdaptivePool2DGeometry.PieceRows)
                    {
                        Row.ClearLong(piece, length);
                        for (long ih = start; ih < Math.Min(start + AdaptivePool2DGeometry.PieceRows, endRow); ih++)
                            AddRow(columns, cells.Read(ih), cells.Step, piece); // G2
                        for (nint i = 0; i < length; i += TLanes.Count)
                            TLanes.Store(TLanes.Add(TLanes.Load(sums + i), TLanes.Load(piece + i)), sums + i);
                    }
                    T* row = averages.Place(oh);
                    DivideRow(pool, columns, endRow - firstRow, sums, TLanes.Count, row, averages.Step);
                    averages.Write(oh);
                }
            });
        }
    }

    /// <inheritdoc/>
    public void GradInput(in AdaptivePool2DGeometry geometry, ReadOnlyNchwSpan<T> gradOutput, NchwSpan<T> gradInput)
    {
        if (gradInput.IsEmpty) return;
        var pool = geometry;
        var (columns, readers) = (Parts(geometry.Width.Out, geometry.Width.Cells), Parts(geometry.Width.In, geometry.Width.Windows));
        Shape4 upStrides = gradOutput.Strides, strides = gradInput.Strides;
        long ringRows = RingRows(geometry.Height);
        fixed (T* pinnedUp = gradOutput, pinnedTo = gradInput)
        {
            T* up = pinnedUp, to = pinnedTo;
            Share(geometry, [MethodImpl(MethodImplOptions.AggressiveOptimization)] (n, c, channels) =>
            {
                var (height, width) = (pool.Height, pool.Width);
                var upstream = new ChannelRows<T, TLanes>(
                    up + n * upStrides.N + c * upStrides.C, upStrides, channels, width.Out, Scratch.Planes);
                var sums = new ChannelRows<T, TLanes>(to + n * strides.N + c * strides.C, strides, channels, width.In, Scratch.Transposed);
                nint ringRow = (nint)width.Out * TLanes.Count;
                T* ring = Scratch.Get<T>(Scratch.Sums, (nint)ringRows * ringRow);
                long divided = 0; // rows of quotients so far
                (long, long) before = (-1, -1);
                for (long ih = 0; ih < height.In; ih++)
                {
                    var (first, end) = height.Windows(ih);
                    for (; divided < end; divided++)
                    {
                        var (firstRow, endRow) = height.Cells(divided);
                        T* quotients = ring + (nint)(divided % ringRows) * ringRow;
                        DivideRow(pool, columns, endRow - firstRow, upstream.Read(divided), upstream.Step, quotients, TLanes.Count);
                    }
                    if (before != (first, end) || !sums.IsInterleaved) // G4
                        GatherRow(readers, ring, ringRow, ringRows, first, end, sums.Place(ih), sums.Step); // G3
                    before = (first, end);
                    sums.Write(ih);
                }
            });
        }
    }

    // sums[ow] += the cells of a row in window ow.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void AddRow((nint First, nint End)[] columns, T* cells, nint step, T* sums)
    {
        foreach (var (first, end) in columns)
        {
            TLanes row = TLanes.Broadcast(T.Zero);
            for (nint iw = first; iw < end; iw++) row = TLanes.Add(row, TLanes.Load(cells + iw * step));
            TLanes.Store(TLanes.Add(TLanes.Load(sums), row), sums);
            sums += TLanes.Count;
        }
    }

    // to[ow] = from[ow] / the cells of a window of so many rows.
    private static void DivideRow(
        in AdaptivePool2DGeometry geometry, (nint First, nint End)[] columns, long rows, T* from, nint fromStep, T* to, nint toStep)
    {
        foreach (var (first, end) in columns)
        {
            var (by, then) = geometry.Divisors(rows, end - first);
            TLanes quotient = TLanes.Divide(TLanes.Load(from), TLanes.Broadcast(T.CreateChecked(by)));
            TLanes.Store(TLanes.Divide(quotient, TLanes.Broadcast(T.CreateChecked(then))), to);
            from += fromStep;
            to += toStep;
        }
    }

    // sums[iw] = the quotients of the windows of rows [firstRow, endRow) that read column iw.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void GatherRow(
        (nint First, nint End)[] readers, T* ring, nint ringRow, long ringRows, long firstRow, long endRow, T* sums, nint step)
    {
        foreach (var (first, end) in readers)
        {
            TLanes acc = TLanes.Broadcast(T.Zero);
            for (long oh = firstRow; oh < endRow; oh++)
            {
                T* quotients = ring + (nint)(oh % ringRows) * ringRow;
                for (nint ow = first; ow < end; ow++) acc = TLanes.Add(acc, TLanes.Load(quotients + ow * TLanes.Count));
            }
            TLanes.Store(acc, sums);
            sums += step;
        }
    }

    // What an axis says of each of its parts.
    private static (nint First, nint End)[] Parts(long count, Func<long, (long First, long End)> part)
    {
        var parts = new (nint, nint)[count];
        for (long i = 0; i < count; i++)
        {
            var (first, end) = part(i);
            parts[i] = ((nint)first, (nint)end);
        }
        return parts;
    }

    // The most windows that read one cell.
    private static long RingRows(AdaptiveAxis height) => Math.Min(height.Out, height.Out / height.In + 2);

    // G5
    private static void Share(in AdaptivePool2DGeometry geometry, Action<long, long, int> work)
    {
        long channels = geometry.Channels, blocksOfImage = WindowAxis.CeilDiv(channels, TLanes.Count);
        long blocks = geometry.Batch * blocksOfImage;
        long cells = geometry.InputShape.Elements + geometry.OutputShape.Elements;
        Threads.ForPieces(blocks, cells, (first, end) =>
        {
            for (long block = first; block < end; block++)
            {
                var (n, ofImage) = Math.DivRem(block, blocksOfImage);
                long c = ofImage * TLanes.Count;
                work(n, c, checked((int)Math.Min(TLanes.Count, channels - c)));
            }
        });
    }
}
