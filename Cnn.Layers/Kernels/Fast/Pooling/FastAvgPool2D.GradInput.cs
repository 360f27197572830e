using System.Runtime.CompilerServices;
using Cnn.Layers.Geometry;
using Cnn.Layers.Kernels.Lanes;

namespace Cnn.Layers.Kernels.Fast;

// The gradient: each cell gathers the quotients of the windows that read it (A6).
internal sealed unsafe partial class FastAvgPool2D<T, TLanes>
{
    private const int LargeBytes = 8 << 20; // more than L2 holds

    /// <inheritdoc/>
    public void GradInput(in Pool2DGeometry geometry, ReadOnlyNchwSpan<T> gradOutput, NchwSpan<T> gradInput)
    {
        if (gradInput.IsEmpty) return;
        if (geometry is { Height.Out: 1, Width.Out: 1 })
        {
            fixed (T* from = gradOutput, cells = gradInput) FillPlanes(geometry, from, gradOutput.Strides, cells, gradInput.Strides); // A9
            return;
        }
        long work = geometry.InputShape.Elements + geometry.OutputShape.Elements;
        var pool = geometry;
        var (height, width) = (geometry.Height, geometry.Width);
        var (rows, columns) = (PolyphaseAxis.Of(height), PolyphaseAxis.Of(width));
        Shape4 upStrides = gradOutput.Strides, strides = gradInput.Strides;
        var (phaseH, phaseW) = PhaseSize(geometry);
        nint pitch = (nint)(phaseW + columns.MostShift);
        var (rowBytes, fixedBytes) = GradInputBytes(geometry);
        var bands = PoolBands.Of(geometry, phaseH, (long)rowBytes, (long)fixedBytes); // A2
        bool everyCellIsRead = rows.Phases == height.Stride && columns.Phases == width.Stride;
        bool clearsFirst = !everyCellIsRead || geometry.InputShape.Elements > LargeBytes / sizeof(T); // A7
        fixed (T* pinnedUp = gradOutput, pinnedTo = gradInput)
        {
            T* up = pinnedUp, to = pinnedTo;
            bands.Share(work, [MethodImpl(MethodImplOptions.AggressiveOptimization)] (first, end) => // A2
            {
                var quotients = new Quotients(pool, bands.BandRows, pitch, up, upStrides);
                var row = new PhaseRow<T, TLanes>(width, phaseW, strides.W);
                nint image = PoolBands.RoundUp(bands.BandRows * pitch, TLanes.Count);
                T* sums = Scratch.Get<T>(Scratch.Results, columns.Phases * image);
                var shifts = Shifts(height, width, pitch);
                for (long band = first; band < end; band++)
                {
                    var (n, c, firstRow, count) = bands[band];
                    quotients.Read(n, c, firstRow, count);
                    var plane = new Plane<T>(to + n * strides.N + c * strides.C, strides, height.In, width.In);
                    if (clearsFirst) plane.Clear(firstRow * height.Stride - height.PadBefore, count * height.Stride);
                    for (int rh = 0; rh < rows.Phases; rh++)
                    {
                        long ih = rows.Cell(rh, firstRow);
                        if (row.CanMergeSums)
                        {
                            bool isAlike = rh + 1 < rows.Phases && AreAlike(shifts, rh); // A8: the next row of cells is this one again
                            for (int i = 0; i < count; i++, ih += height.Stride)
                            {
                                T* terms = quotients.First + i * pitch, next = isAlike && height.IsInput(ih + 1) ? plane.Row(ih + 1) : null;
                                if (height.IsInput(ih)) row.MergeSums(plane.Row(ih), next, terms, shifts[rh, 0], shifts[rh, 1]); // A7
                                else if (next != null) row.MergeSums(next, null, terms, shifts[rh, 0], shifts[rh, 1]);
                            }
                            if (isAlike) rh++;
                            continue;
                        }
                        for (int rw = 0; rw < columns.Phases; rw++)
                            Sum(quotients.First, shifts[rh, rw], count * pitch, sums + rw * image); // A6
                        for (int i = 0; i < count; i++, ih += height.Stride)
                            if (height.IsInput(ih)) row.Merge(plane.Row(ih), sums + i * pitch, image);
                    }
                }
            });
        }
    }

    // One window a plane: all cells that it reads get the same.
    private static void FillPlanes(Pool2DGeometry pool, T* up, Shape4 upStrides, T* to, Shape4 strides)
    {
        var (height, width) = (pool.Height, pool.Width);
        var ((firstRow, endRow), (first, end)) = (height.InputTaps(0), width.InputTaps(0));
        T divisor = T.CreateChecked(pool.Divisor(0, 0));
        bool isWhole = endRow - firstRow == height.In && end - first == width.In;
        Threads.ForPieces(pool.Batch * pool.Channels, pool.InputShape.Elements, (plane, endPlane) =>
        {
            for (; plane < endPlane; plane++)
            {
                var (n, c) = Math.DivRem(plane, pool.Channels);
                var cells = new Plane<T>(to + n * strides.N + c * strides.C, strides, height.In, width.In);
                T quotient = T.Zero + up[n * upStrides.N + c * upStrides.C] / divisor; // -0 becomes +0, as in any sum
                if (isWhole && cells.IsDense)
                {
                    Row.Fill(cells.Row(0), height.In * width.In, quotient);
                    continue;
                }
                if (!isWhole) cells.Clear(0, height.In);
                for (long kh = firstRow; kh < endRow; kh++)
                    for (long kw = first; kw < end; kw++)
                        cells.Row(height.InputIndex(0, kh))[width.InputIndex(0, kw) * strides.W] = quotient;
            }
        });
    }

    // Cells of a phase along either axis, from the padding's first to the input's last.
    private static (long H, long W) PhaseSize(in Pool2DGeometry geometry)
    {
        var (height, width) = (geometry.Height, geometry.Width);
        return (WindowAxis.CeilDiv(height.PadBefore + height.In, height.Stride),
            WindowAxis.CeilDiv(width.PadBefore + width.In, width.Stride));
    }

    // Scratch of GradInput for one row of cells, and for a band besides: quotients and divisors, and a sum for each column phase.
    private static (Int128 Row, Int128 Band) GradInputBytes(in Pool2DGeometry geometry)
    {
        var ((_, rowShift), (phases, columnShift)) = (PolyphaseAxis.Extent(geometry.Height), PolyphaseAxis.Extent(geometry.Width));
        Int128 row = (Int128)(PhaseSize(geometry).W + columnShift) * sizeof(T);
        return (row * (2 + phases), row * 2 * rowShift);
    }

    // A6: for the cells of a pair of phases, the way from cell q to the quotients of the windows that read it:
    // for oh, for ow; so the taps that they read it with fall.
    private static nint[,][] Shifts(WindowAxis height, WindowAxis width, nint pitch)
    {
        var (rows, columns) = (PolyphaseAxis.Of(height), PolyphaseAxis.Of(width));
        var lists = new List<nint>[rows.Phases, columns.Phases];
        for (long kh = height.Kernel - 1; kh >= 0; kh--)
            for (long kw = width.Kernel - 1; kw >= 0; kw--)
                (lists[rows.PhaseOf[kh], columns.PhaseOf[kw]] ??= []).Add(
                    (nint)(rows.MostShift - rows.ShiftOf[kh]) * pitch + (nint)(columns.MostShift - columns.ShiftOf[kw]));
        var shifts = new nint[rows.Phases, columns.Phases][];
        for (int rh = 0; rh < rows.Phases; rh++)
            for (int rw = 0; rw < columns.Phases; rw++) shifts[rh, rw] = [.. lists[rh, rw]];
        return shifts;
    }

    // Whether the same windows read the cells of a row phase and of the next.
    private static bool AreAlike(nint[,][] shifts, int rowPhase)
    {
        for (int rw = 0; rw < shifts.GetLength(1); rw++)
            if (!shifts[rowPhase, rw].AsSpan().SequenceEqual(shifts[rowPhase + 1, rw])) return false;
        return true;
    }

    // sums[q] = sum over shifts of quotients[q + shift].
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Sum(T* quotients, nint[] shifts, nint count, T* sums)
    {
        for (nint q = 0; q < count; q += TLanes.Count)
        {
            TLanes acc = TLanes.Broadcast(T.Zero);
            for (int t = 0; t < shifts.Length; t++) acc = TLanes.Add(acc, TLanes.Load(quotients + q + shifts[t]));
            TLanes.Store(acc, sums + q);
        }
    }

    /// <summary>gradOutput[n, c, oh, ow] / divisor(oh, ow) for all windows that read a band of cells, between zeros.</summary>
    private sealed class Quotients
    {
        private readonly WindowAxis height, width;
        private readonly T* up;
        private readonly Shape4 strides;
        private readonly nint pitch;
        private readonly int windowRows, column; // more rows of windows than of cells; where window (oh, 0) stands in a row
        private readonly Divisors divisors;

        public Quotients(in Pool2DGeometry geometry, int bandRows, nint pitch, T* up, Shape4 strides)
        {
            (height, width, this.pitch, this.strides) = (geometry.Height, geometry.Width, pitch, strides);
            this.up = up;
            (windowRows, column) = checked(((int)PolyphaseAxis.Extent(height).MostShift, (int)PolyphaseAxis.Extent(width).MostShift));
            divisors = new(geometry, bandRows + windowRows, pitch);
            nint count = PoolBands.RoundUp((bandRows + windowRows) * pitch, TLanes.Count) + column + TLanes.Count;
            First = Scratch.Get<T>(Scratch.Quotients, count);
            new Span<T>(First, checked((int)count)).Clear();
        }

        /// <summary>Row 0 is that of the first window that may read the band's first cell.</summary>
        public T* First { get; }

        /// <summary>Divides what rows of cells [firstRow, firstRow + count) of every phase need, in plane [n, c].</summary>
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public void Read(long n, long c, long firstRow, int count)
        {
            T* plane = up + n * strides.N + c * strides.C;
            if (strides.W == 1 && strides.H == pitch && pitch == width.Out && windowRows == 0)
            {
                // A8: windows that do not overlap; the rows of a band are one.
                nint inside = (nint)Math.Clamp(height.Out - firstRow, 0, count);
                for (int i = 0; i < inside; i++) divisors.Set(i, firstRow + i);
                if (inside > 0) Divide(plane + firstRow * strides.H, divisors.First, First, inside * pitch);
                Row.Fill(First + inside * pitch, (count - inside) * pitch, T.Zero);
                return;
            }
            for (int i = 0; i < count + windowRows; i++)
            {
                long oh = firstRow - windowRows + i;
                T* to = First + i * pitch + column;
                if (oh < 0 || oh >= height.Out)
                {
                    Row.Fill(to, width.Out, T.Zero);
                    continue;
                }
                divisors.Set(i, oh, column);
                T* row = plane + oh * strides.H;
                T* by = divisors.First + i * pitch + column;
                if (strides.W == 1) Divide(row, by, to, (nint)width.Out);
                else for (long ow = 0; ow < width.Out; ow++) to[ow] = row[ow * strides.W] / by[ow];
            }
        }

        private static void Divide(T* row, T* by, T* to, nint count) =>
            WidestLanes.Run<T, TLanes, Division>(count, new(row, by, to, count));

        private readonly struct Division(T* row, T* by, T* to, nint count) : ILanesLoop<T>
        {
            [MethodImpl(MethodImplOptions.AggressiveInlining)]
            public void Run<TWidth>() where TWidth : struct, ILanes<TWidth, T>
            {
                for (nint ow = 0; ow < count; ow += TWidth.Count)
                {
                    nint at = Math.Min(ow, count - TWidth.Count); // the last register goes back so as to end with the row
                    TWidth.Store(TWidth.Divide(TWidth.Load(row + at), TWidth.Load(by + at)), to + at);
                }
            }
        }
    }
}
