using System.Numerics;
using System.Runtime.CompilerServices;
using Cnn.Layers.Geometry;
using Cnn.Layers.Kernels.Lanes;

namespace Cnn.Layers.Kernels.Fast;

/// <summary>The average pool and its gradient, many windows or cells at a time: the sums of the literal loops, in their order.</summary>
/// <remarks>
/// Read <see cref="Literal.LiteralAvgPool2D{T}"/> first. What is different here:
/// <list type="bullet">
/// <item>A1 The loops over kh and kw are one loop over a list of taps: how far away each reads.</item>
/// <item>A2 Rows are computed in bands, whose scratch stays in L1 (<see cref="PoolBands"/>), and which are shared among threads.</item>
/// <item>A3 What a band reads is first packed, split by stride phase (<see cref="PhaseImages{T, TLanes}"/>), padding included as zeros: a
/// sum that begins at +0 never becomes -0, so adding +0 leaves its bits as they are.</item>
/// <item>A4 Divisors come from a table; a row of it is made anew only where it differs from the band's before.</item>
/// <item>A5 Where no window sees a column of padding, at strides up to 2, windows are read from the input in place, without
/// A3 (<see cref="WindowRows{T, TLanes}"/>): a third to half of the forward time off.</item>
/// <item>A6 Backward, each cell gathers the quotients of the windows that read it, where the literal loop scatters them: for
/// the cells of one stride phase they are neighbours, at the same taps. The later window reads a cell with the
/// earlier tap, so that taps fall where windows rise.</item>
/// <item>A7 Backward, the phases are merged to rows again; at a stride of 2 in registers, and written once: a fifth of
/// the time of forward and backward off. Where the gradient is larger than L2, a band of it is cleared before it is written: a long clear
/// may take lines of the cache without reading them from memory. A quarter of the time of forward and backward off.</item>
/// <item>A8 Backward, rows of cells that the same windows read are computed once and written twice, a seventh of the time of forward
/// and backward off, at 2 x 2. Where windows lie side by side, those of a band are divided as one row: with rows written twice, a quarter
/// of the backward time off, on planes of 28 x 28.</item>
/// </list>
/// Input (2, 64, 224, 224) in float32, window 2 x 2, one thread of a Zen 4 with registers of 512 bits: 12.5 ms in libtorch,
/// 1.2 ms here; with the gradient: 27 ms, 4.7 ms.
/// </remarks>
internal sealed unsafe class FastAvgPool2D<T, TLanes> : IAvgPool2DKernel<T>
    where T : unmanaged, IFloatingPointIeee754<T>
    where TLanes : struct, ILanes<TLanes, T>
{
    private const int LargeBytes = 8 << 20; // more than L2 holds

    /// <inheritdoc/>
    public string? Refusal(in Pool2DGeometry geometry)
    {
        var (row, band) = PhaseImages<T, TLanes>.Bytes(geometry);
        var (gradientRow, gradientBand) = GradInputBytes(geometry);
        return PoolBands.Refusal(geometry, Int128.Max(row + band, gradientRow + gradientBand));
    }

    /// <inheritdoc/>
    public void Forward(in Pool2DGeometry geometry, ReadOnlyNchwSpan<T> input, NchwSpan<T> output)
    {
        if (output.IsEmpty) return;
        long cells = geometry.InputShape.Elements + geometry.OutputShape.Elements;
        var pool = geometry;
        Shape4 inputStrides = input.Strides, outputStrides = output.Strides;
        var (row, fixedBytes) = PhaseImages<T, TLanes>.Bytes(geometry);
        var bands = PoolBands.Of(geometry, geometry.Height.Out, (long)row + sizeof(T) * geometry.Width.Out, (long)fixedBytes); // A2
        fixed (T* pinnedInput = input, pinnedOutput = output)
        {
            T* from = pinnedInput, to = pinnedOutput;
            if (WindowRows<T, TLanes>.CanRead(pool.Width, inputStrides.W, outputStrides.W))
            {
                bands.Share(cells, [MethodImpl(MethodImplOptions.AggressiveOptimization)] (first, end) => // A2
                {
                    var windowRows = new WindowRows<T, TLanes>(pool, inputStrides.H); // A5
                    var averages = new RowAverages(pool, windowRows.Shifts());
                    for (long band = first; band < end; band++)
                    {
                        var (n, c, firstRow, rows) = bands[band];
                        T* plane = from + n * inputStrides.N + c * inputStrides.C, row = to + n * outputStrides.N + c * outputStrides.C;
                        for (long oh = firstRow; oh < firstRow + rows; oh++) windowRows.Run(averages, oh, plane, row + oh * outputStrides.H, null);
                    }
                });
                return;
            }
            bands.Share(cells, [MethodImpl(MethodImplOptions.AggressiveOptimization)] (first, end) => // A2
            {
                var images = new PhaseImages<T, TLanes>(pool, bands.BandRows, from, inputStrides, T.Zero);
                var runs = new PoolRuns<T, TLanes>(bands.BandRows, pool.Width.Out, images.Pitch, to, outputStrides);
                var averages = new Averages(pool, bands.BandRows, images);
                for (long band = first; band < end; band++)
                {
                    var (n, c, oh, rows) = bands[band];
                    images.Read(n, c, oh, rows); // A3
                    averages.BeginAt(oh, rows);
                    runs.Write(n, c, oh, rows, averages);
                }
            });
        }
    }

    /// <inheritdoc/>
    public void GradInput(in Pool2DGeometry geometry, ReadOnlyNchwSpan<T> gradOutput, NchwSpan<T> gradInput)
    {
        if (gradInput.IsEmpty) return;
        long cells = geometry.InputShape.Elements + geometry.OutputShape.Elements;
        var pool = geometry;
        var (height, width) = (geometry.Height, geometry.Width);
        var (rows, columns) = (new PhaseAxis(height), new PhaseAxis(width));
        Shape4 upStrides = gradOutput.Strides, strides = gradInput.Strides;
        var (phaseH, phaseW) = PhaseSize(geometry);
        nint pitch = (nint)(phaseW + columns.MaxShift);
        var (rowBytes, fixedBytes) = GradInputBytes(geometry);
        var bands = PoolBands.Of(geometry, phaseH, (long)rowBytes, (long)fixedBytes); // A2
        bool everyCellIsRead = rows.Phases == height.Stride && columns.Phases == width.Stride;
        bool clearsFirst = !everyCellIsRead || geometry.InputShape.Elements > LargeBytes / sizeof(T); // A7
        fixed (T* pinnedUp = gradOutput, pinnedTo = gradInput)
        {
            T* up = pinnedUp, to = pinnedTo;
            bands.Share(cells, [MethodImpl(MethodImplOptions.AggressiveOptimization)] (first, end) => // A2
            {
                var quotients = new Quotients(pool, bands.BandRows, pitch, up, upStrides);
                var row = new PhaseRow<T, TLanes>(width, phaseW, strides.W);
                nint image = PoolRuns<T, TLanes>.RoundUp(bands.BandRows * pitch);
                T* sums = Scratch.Get<T>(2, (nint)columns.Phases * image);
                var shifts = Shifts(height, width, pitch);
                for (long band = first; band < end; band++)
                {
                    var (n, c, firstRow, count) = bands[band];
                    quotients.Read(n, c, firstRow, count);
                    var plane = new Plane<T>(to + n * strides.N + c * strides.C, strides, height.In, width.In);
                    if (clearsFirst) plane.Clear(firstRow * height.Stride - height.PadBefore, count * height.Stride);
                    for (int rh = 0; rh < rows.Phases; rh++)
                    {
                        long ih = rows.InputIndex(rh, firstRow);
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

    // Cells of a phase along either axis, from the padding's first to the input's last.
    private static (long H, long W) PhaseSize(in Pool2DGeometry geometry)
    {
        var (height, width) = (geometry.Height, geometry.Width);
        return (WindowAxis.CeilDiv(height.PadBefore + height.In, height.Stride), WindowAxis.CeilDiv(width.PadBefore + width.In, width.Stride));
    }

    // Scratch of GradInput for one row of cells, and for a band besides: quotients and divisors, and a sum for each column phase.
    private static (Int128 Row, Int128 Band) GradInputBytes(in Pool2DGeometry geometry)
    {
        var (rows, columns) = (new PhaseAxis(geometry.Height), new PhaseAxis(geometry.Width));
        Int128 row = (Int128)(PhaseSize(geometry).W + columns.MaxShift) * sizeof(T);
        return (row * (2 + columns.Phases), row * 2 * rows.MaxShift);
    }

    // A6: for the cells of a pair of phases, the way from cell q to the quotients of the windows that read it:
    // for oh, for ow; so the taps that they read it with fall.
    private static nint[,][] Shifts(WindowAxis height, WindowAxis width, nint pitch)
    {
        var (rows, columns) = (new PhaseAxis(height), new PhaseAxis(width));
        var lists = new List<nint>[rows.Phases, columns.Phases];
        for (long kh = height.Kernel - 1; kh >= 0; kh--)
            for (long kw = width.Kernel - 1; kw >= 0; kw--)
                (lists[rows.Phase(kh), columns.Phase(kw)] ??= []).Add(
                    (nint)(rows.MaxShift - rows.Shift(kh)) * pitch + (nint)(columns.MaxShift - columns.Shift(kw)));
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

    /// <summary>The averages of a row of windows, straight from the input (A5).</summary>
    private readonly struct RowAverages : IWindowRow<T>
    {
        private readonly nint count; // windows of a row
        private readonly nint[] shifts; // of the taps, for kh, for kw
        private readonly T[] divisors; // of each row of windows: none sees columns of padding, so all divide by the same

        public RowAverages(in Pool2DGeometry geometry, nint[] shifts)
        {
            (count, this.shifts) = ((nint)geometry.Width.Out, shifts);
            divisors = new T[geometry.Height.Out];
            for (long oh = 0; oh < divisors.Length; oh++) divisors[oh] = T.CreateChecked(geometry.Divisor(oh, 0));
        }

        /// <inheritdoc/>
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public void Run<TWidth, TStep>(long oh, nint firstTap, nint endTap, T* cells, T* output, long* indices)
            where TWidth : struct, ILanes<TWidth, T> where TStep : struct, IWindowStep<T>
        {
            nint[] shifts = this.shifts;
            TWidth divisor = TWidth.Broadcast(divisors[oh]);
            for (nint done = 0; done < count; done += 2 * TWidth.Count)
            {
                // Two registers side by side; the last ones go back so as to end with the row.
                nint a = Math.Min(done, count - TWidth.Count), b = Math.Min(done + TWidth.Count, count - TWidth.Count);
                T* cellsA = cells + a * TStep.Stride, cellsB = cells + b * TStep.Stride;
                TWidth accA = TWidth.Broadcast(T.Zero), accB = accA;
                for (nint t = firstTap; t < endTap; t++) // A1
                {
                    accA = TWidth.Add(accA, TStep.Load<TWidth>(cellsA + shifts[t]));
                    accB = TWidth.Add(accB, TStep.Load<TWidth>(cellsB + shifts[t]));
                }
                TWidth.Store(TWidth.Divide(accA, divisor), output + a);
                TWidth.Store(TWidth.Divide(accB, divisor), output + b);
            }
        }
    }

    /// <summary>The averages of a band.</summary>
    private sealed class Averages(in Pool2DGeometry geometry, int bandRows, PhaseImages<T, TLanes> images) : IPoolRun<T>
    {
        private readonly nint[] shifts = images.Shifts(); // of the taps, for kh, for kw
        private readonly Divisors divisors = new(geometry, bandRows, images.Pitch);

        /// <summary>Makes ready for the windows of rows [oh, oh + rows).</summary>
        public void BeginAt(long oh, int rows)
        {
            for (int i = 0; i < rows; i++) divisors.Set(i, oh + i);
        }

        /// <inheritdoc/>
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public void Run(nint first, nint count, T* output, long* indices)
        {
            nint[] shifts = this.shifts;
            T* cells = images.First;
            for (nint done = 0; done < count; done += TLanes.Count)
            {
                nint at = Math.Min(done, count - TLanes.Count); // the last register goes back so as to end with the run
                nint q = first + at;
                TLanes acc = TLanes.Broadcast(T.Zero);
                for (int t = 0; t < shifts.Length; t++) acc = TLanes.Add(acc, TLanes.Load(cells + q + shifts[t])); // A1, A3
                TLanes.Store(TLanes.Divide(acc, TLanes.Load(divisors.First + q)), output + at); // A4
            }
        }
    }

    /// <summary>What each window of a band divides by.</summary>
    private sealed class Divisors
    {
        private readonly Pool2DGeometry geometry;
        private readonly nint pitch;
        private readonly long[] firsts; // the divisor of window (oh, 0): rows where it is the same have all divisors the same
        private readonly long[] firstOfRows; // that of the row which the table holds

        /// <summary>A table of <paramref name="rows"/> rows. Where no window is, it holds one.</summary>
        public Divisors(in Pool2DGeometry geometry, int rows, nint pitch)
        {
            (this.geometry, this.pitch) = (geometry, pitch);
            nint count = PoolRuns<T, TLanes>.RoundUp(rows * pitch);
            First = Scratch.Get<T>(1, count);
            new Span<T>(First, checked((int)count)).Fill(T.One);
            firstOfRows = new long[rows];
            firsts = new long[geometry.Height.Out];
            for (long oh = 0; oh < firsts.Length; oh++) firsts[oh] = geometry.Divisor(oh, 0);
        }

        /// <summary>The divisor of window (0, 0).</summary>
        public T* First { get; }

        /// <summary>Makes row <paramref name="i"/> ready for windows (oh, ..), from column <paramref name="column"/> on.</summary>
        /// <remarks>Padding is at most half of the window: every window has cells, and a divisor other than zero.</remarks>
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Set(int i, long oh, nint column = 0)
        {
            if (firstOfRows[i] != firsts[oh]) Write(i, oh, column); // seldom
        }

        private void Write(int i, long oh, nint column)
        {
            firstOfRows[i] = firsts[oh];
            for (long ow = 0; ow < geometry.Width.Out; ow++) First[i * pitch + column + ow] = T.CreateChecked(geometry.Divisor(oh, ow));
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
            (windowRows, column) = checked(((int)new PhaseAxis(height).MaxShift, (int)new PhaseAxis(width).MaxShift));
            divisors = new(geometry, bandRows + windowRows, pitch);
            nint count = PoolRuns<T, TLanes>.RoundUp((bandRows + windowRows) * pitch) + column + TLanes.Count;
            First = Scratch.Get<T>(0, count);
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
                Row.Clear(First + inside * pitch, (count - inside) * pitch);
                return;
            }
            for (int i = 0; i < count + windowRows; i++)
            {
                long oh = firstRow - windowRows + i;
                T* to = First + i * pitch + column;
                if (oh < 0 || oh >= height.Out)
                {
                    Row.Clear(to, width.Out);
                    continue;
                }
                divisors.Set(i, oh, column);
                T* row = plane + oh * strides.H;
                T* by = divisors.First + i * pitch + column;
                if (strides.W == 1) Divide(row, by, to, (nint)width.Out);
                else for (long ow = 0; ow < width.Out; ow++) to[ow] = row[ow * strides.W] / by[ow];
            }
        }

        private static void Divide(T* row, T* by, T* to, nint count)
        {
            if (count >= TLanes.Count) Divide<TLanes>(row, by, to, count);
            else if (count >= Lanes128<T>.Count) Divide<Lanes128<T>>(row, by, to, count);
            else Divide<Lanes1<T>>(row, by, to, count);
        }

        // The last register goes back so as to end with the row.
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private static void Divide<TWidth>(T* row, T* by, T* to, nint count) where TWidth : struct, ILanes<TWidth, T>
        {
            for (nint ow = 0; ow < count; ow += TWidth.Count)
            {
                nint at = Math.Min(ow, count - TWidth.Count);
                TWidth.Store(TWidth.Divide(TWidth.Load(row + at), TWidth.Load(by + at)), to + at);
            }
        }
    }
}
