using System.Runtime.CompilerServices;
using Cnn.Layers.Geometry;

namespace Cnn.Layers.Kernels.Fast;

// What goes by the indices of the forward pass: the gradient, and its own derivative.
internal sealed unsafe partial class FastMaxPool2D<T, TLanes>
{
    private const int ClearedBytes = 16 << 10; // of an L1 cache of 32 KiB or more

    /// <inheritdoc/>
    public void GradInput(
        in Pool2DGeometry geometry, ReadOnlyNchwSpan<T> gradOutput, ReadOnlyNchwSpan<long> indices, NchwSpan<T> gradInput)
    {
        if (gradInput.IsEmpty) return;
        long work = geometry.InputShape.Elements + geometry.OutputShape.Elements;
        var (height, width) = (geometry.Height, geometry.Width);
        Shape4 upStrides = gradOutput.Strides, indicesStrides = indices.Strides, strides = gradInput.Strides;
        var planes = new PoolBands(geometry.Batch, geometry.Channels, 1, 1);
        long clearedAhead = ClearedBytes / sizeof(T) / width.In;
        // M8: where they lie like one row.
        bool isRow = clearedAhead >= height.In && upStrides.H == width.Out * upStrides.W
            && indicesStrides.H == width.Out * indicesStrides.W;
        var (rows, columns) = isRow ? (1, height.Out * width.Out) : (height.Out, width.Out);
        fixed (T* pinnedUp = gradOutput, pinnedTo = gradInput)
        fixed (long* pinnedIndices = indices)
        {
            T* up = pinnedUp, to = pinnedTo;
            long* winners = pinnedIndices;
            planes.Share(work, [MethodImpl(MethodImplOptions.AggressiveOptimization)] (first, end) => // M2
            {
                for (long band = first; band < end; band++)
                {
                    var (n, c, _, _) = planes[band];
                    var plane = new Plane<T>(to + n * strides.N + c * strides.C, strides, height.In, width.In);
                    long cleared = 0; // rows: some at a time, so that they are still in the cache when winners are added to
                    for (long oh = 0; oh < rows; oh++)
                    {
                        T* upRow = up + n * upStrides.N + c * upStrides.C + oh * upStrides.H;
                        long* winnerRow = winners + n * indicesStrides.N + c * indicesStrides.C + oh * indicesStrides.H;
                        long reach = Math.Min(height.InputIndex(oh, height.Kernel), height.In); // beyond the window's last row
                        if (reach > cleared) ClearTo(reach + clearedAhead); // M7
                        long ow = plane.IsDense // M7
                            ? AddToWinners(upRow, upStrides.W, winnerRow, indicesStrides.W, columns, plane.Row(0), cleared * width.In)
                            : 0;
                        for (; ow < columns; ow++)
                        {
                            long winner = winnerRow[ow * indicesStrides.W];
                            if (!plane.Holds(winner)) continue;
                            if (winner >= cleared * width.In) ClearTo(height.In); // an index that is none of the window's
                            *plane.At(winner) += upRow[ow * upStrides.W];
                        }
                    }
                    ClearTo(height.In);

                    void ClearTo(long end)
                    {
                        if (end <= cleared) return;
                        plane.Clear(cleared, end - cleared);
                        cleared = Math.Min(end, height.In);
                    }
                }
            });
        }
    }

    /// <inheritdoc/>
    public void TakeWinners(
        in Pool2DGeometry geometry, ReadOnlyNchwSpan<T> values, ReadOnlyNchwSpan<long> indices, NchwSpan<T> output)
    {
        if (output.IsEmpty) return;
        long work = geometry.InputShape.Elements + geometry.OutputShape.Elements;
        var (height, width) = (geometry.Height, geometry.Width);
        Shape4 strides = values.Strides, indicesStrides = indices.Strides, outputStrides = output.Strides;
        var planes = new PoolBands(geometry.Batch, geometry.Channels, 1, 1);
        fixed (T* pinnedFrom = values, pinnedTo = output)
        fixed (long* pinnedIndices = indices)
        {
            T* from = pinnedFrom, to = pinnedTo;
            long* winners = pinnedIndices;
            planes.Share(work, [MethodImpl(MethodImplOptions.AggressiveOptimization)] (first, end) => // M2
            {
                for (long band = first; band < end; band++)
                {
                    var (n, c, _, _) = planes[band];
                    var plane = new Plane<T>(from + n * strides.N + c * strides.C, strides, height.In, width.In); // M7
                    for (long oh = 0; oh < height.Out; oh++)
                    {
                        T* row = to + n * outputStrides.N + c * outputStrides.C + oh * outputStrides.H;
                        long* winnerRow = winners + n * indicesStrides.N + c * indicesStrides.C + oh * indicesStrides.H;
                        for (long ow = 0; ow < width.Out; ow++)
                        {
                            long winner = winnerRow[ow * indicesStrides.W];
                            row[ow * outputStrides.W] = plane.Holds(winner) ? *plane.At(winner) : T.Zero;
                        }
                    }
                }
            });
        }
    }

    // cells[winner] += up for the windows of a row, up to the first whose winner is not among the cells; returns that window.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static long AddToWinners(T* up, long upStep, long* winners, long winnerStep, long count, T* cells, long cellCount)
    {
        if (upStep == 1 && winnerStep == 1)
        {
            for (long i = 0; i < count; i++)
            {
                if ((ulong)winners[i] >= (ulong)cellCount) return i;
                cells[winners[i]] += up[i];
            }
            return count;
        }
        for (long i = 0; i < count; i++)
        {
            if ((ulong)winners[i * winnerStep] >= (ulong)cellCount) return i;
            cells[winners[i * winnerStep]] += up[i * upStep];
        }
        return count;
    }
}
