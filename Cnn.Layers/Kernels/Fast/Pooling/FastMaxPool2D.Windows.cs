using System.Runtime.CompilerServices;
using Cnn.Layers.Geometry;
using Cnn.Layers.Kernels.Lanes;

namespace Cnn.Layers.Kernels.Fast;

// The innermost loops of the forward pass: the windows of a row, and of a band.
internal sealed unsafe partial class FastMaxPool2D<T, TLanes>
{
    /// <summary>The maxima of a row of windows and their indices, straight from the input (M6).</summary>
    private readonly struct RowMaxima : IWindowRow<T>
    {
        private readonly WindowAxis height, width;
        private readonly nint[] shifts; // of the taps, for kh, for kw
        private readonly T* steps; // 0, Stride, 2 * Stride ..: how far the cells of neighbouring windows are apart
        private readonly T* offsets; // the index of a tap's cell, counted from the window's first tap; for kh, for kw

        public RowMaxima(in Pool2DGeometry geometry, nint[] shifts)
        {
            (height, width, this.shifts) = (geometry.Height, geometry.Width, shifts);
            steps = Scratch.Get<T>(Scratch.WindowTable, TLanes.Count + Lanes128<T>.Count + shifts.Length);
            offsets = steps + TLanes.Count + Lanes128<T>.Count; // lanes may be narrower than 128 bits
            for (int i = 0; i < TLanes.Count + Lanes128<T>.Count; i++) steps[i] = T.CreateChecked(i * width.Stride);
            nint t = 0;
            for (long kh = 0; kh < height.Kernel; kh++)
                for (long kw = 0; kw < width.Kernel; kw++)
                    offsets[t++] = T.CreateChecked(kh * height.Dilation * width.In + kw * width.Dilation);
        }

        /// <inheritdoc/>
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public void Run<TWidth, TStep>(long oh, nint firstTap, nint endTap, T* cells, T* output, long* indices)
            where TWidth : struct, ILanes<TWidth, T> where TStep : struct, IWindowStep<T>
        {
            var shifts = this.shifts;
            T* offsets = this.offsets;
            nint count = (nint)width.Out;
            long origin = height.InputIndex(oh, 0) * width.In; // the index of tap 0 of window (oh, 0)
            TWidth lowest = TWidth.Broadcast(T.NegativeInfinity), firstOffset = TWidth.Broadcast(offsets[firstTap]);
            for (nint done = 0; done < count; done += 2 * TWidth.Count) // M5
            {
                // The last registers go back so as to end with the row.
                nint a = Math.Min(done, count - TWidth.Count), b = Math.Min(done + TWidth.Count, count - TWidth.Count);
                T* cellsA = cells + a * TStep.Stride, cellsB = cells + b * TStep.Stride;
                TWidth maxA = lowest, maxB = lowest, winnerA = firstOffset, winnerB = firstOffset;
                if (indices == null)
                {
                    for (nint t = firstTap; t < endTap; t++)
                    {
                        TWidth xA = TStep.Load<TWidth>(cellsA + shifts[t]), xB = TStep.Load<TWidth>(cellsB + shifts[t]);
                        maxA = TWidth.SelectIfWins(xA, maxA, xA, maxA);
                        maxB = TWidth.SelectIfWins(xB, maxB, xB, maxB);
                    }
                    TWidth.Store(maxA, output + a);
                    TWidth.Store(maxB, output + b);
                    continue;
                }
                for (nint t = firstTap; t < endTap; t++) // M1
                {
                    TWidth offset = TWidth.Broadcast(offsets[t]); // M4
                    TWidth x = TStep.Load<TWidth>(cellsA + shifts[t]);
                    winnerA = TWidth.SelectIfWins(x, maxA, offset, winnerA);
                    maxA = TWidth.SelectIfWins(x, maxA, x, maxA);
                    x = TStep.Load<TWidth>(cellsB + shifts[t]);
                    winnerB = TWidth.SelectIfWins(x, maxB, offset, winnerB);
                    maxB = TWidth.SelectIfWins(x, maxB, x, maxB);
                }
                TWidth.Store(maxA, output + a);
                TWidth.Store(maxB, output + b);
                TWidth.StoreIndices(TWidth.Add(TWidth.Load(steps), winnerA), origin + a * TStep.Stride, indices + a);
                TWidth.StoreIndices(TWidth.Add(TWidth.Load(steps), winnerB), origin + b * TStep.Stride, indices + b);
            }
        }
    }

    /// <summary>The maxima of a band and their indices.</summary>
    private sealed class Maxima : IPoolRun<T>
    {
        private readonly WindowAxis height, width;
        private readonly T* cells;
        private readonly nint pitch;
        private readonly nint[] shifts; // of the taps, for kh, for kw
        private readonly T[] offsets; // the index of a tap's cell, counted from the window's first tap
        private readonly T* origins; // the index of a window's first tap, counted from the band's
        private readonly T* starts; // the offset of a window's first tap in the input
        private readonly long[] rowStarts; // that of window (oh, 0), but for the columns' share
        private readonly long[] startsOfRows; // that of the row which the table holds
        private long origin; // the index of the band's first tap

        public Maxima(in Pool2DGeometry geometry, int bandRows, in PackedInput<T> packed, T* cells)
        {
            (height, width, pitch, shifts) = (geometry.Height, geometry.Width, (nint)packed.Pitch, packed.TapOffsets());
            this.cells = cells;
            offsets = new T[shifts.Length];
            nint t = 0;
            for (long kh = 0; kh < height.Kernel; kh++)
                for (long kw = 0; kw < width.Kernel; kw++)
                    offsets[t++] = T.CreateChecked(kh * height.Dilation * width.In + kw * width.Dilation);

            nint windows = PoolRuns<T, TLanes>.RoundUp(bandRows * pitch);
            origins = Scratch.Get<T>(Scratch.WindowTable, 2 * windows);
            starts = origins + windows;
            startsOfRows = new long[bandRows];
            rowStarts = new long[height.Out];
            for (long oh = 0; oh < rowStarts.Length; oh++) rowStarts[oh] = height.InputTaps(oh).First * height.Dilation * width.In;
            for (int i = 0; i < bandRows; i++)
            {
                for (long ow = 0; ow < width.Out; ow++)
                    origins[i * pitch + ow] = T.CreateChecked(i * height.Stride * width.In + ow * width.Stride);
                startsOfRows[i] = -1;
            }
        }

        /// <summary>Makes ready for the windows of rows [oh, oh + rows).</summary>
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public void BeginAt(long oh, int rows)
        {
            origin = height.InputIndex(oh, 0) * width.In + width.InputIndex(0, 0);
            for (int i = 0; i < rows; i++)
            {
                long start = rowStarts[oh + i];
                if (start == startsOfRows[i]) continue; // nearly always
                startsOfRows[i] = start;
                for (long ow = 0; ow < width.Out; ow++)
                    starts[i * pitch + ow] = T.CreateChecked(start + width.InputTaps(ow).First * width.Dilation);
            }
        }

        /// <inheritdoc/>
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public void Run(nint first, nint count, T* output, long* indices)
        {
            var (shifts, offsets) = (this.shifts, this.offsets);
            T* cells = this.cells + first;
            TLanes lowest = TLanes.Broadcast(T.NegativeInfinity);
            for (nint done = 0; done < count; done += 2 * TLanes.Count) // M5
            {
                // The last registers go back so as to end with the run.
                nint a = Math.Min(done, count - TLanes.Count), b = Math.Min(done + TLanes.Count, count - TLanes.Count);
                TLanes maxA = lowest, maxB = lowest;
                TLanes winnerA = TLanes.Load(starts + first + a), winnerB = TLanes.Load(starts + first + b);
                for (int t = 0; t < shifts.Length; t++) // M1
                {
                    TLanes offset = TLanes.Broadcast(offsets[t]); // M4
                    TLanes x = TLanes.Load(cells + a + shifts[t]); // M3
                    winnerA = TLanes.SelectIfWins(x, maxA, offset, winnerA);
                    maxA = TLanes.SelectIfWins(x, maxA, x, maxA);
                    x = TLanes.Load(cells + b + shifts[t]);
                    winnerB = TLanes.SelectIfWins(x, maxB, offset, winnerB);
                    maxB = TLanes.SelectIfWins(x, maxB, x, maxB);
                }
                TLanes.Store(maxA, output + a);
                TLanes.Store(maxB, output + b);
                if (indices == null) continue;
                TLanes.StoreIndices(TLanes.Add(TLanes.Load(origins + first + a), winnerA), origin, indices + a);
                TLanes.StoreIndices(TLanes.Add(TLanes.Load(origins + first + b), winnerB), origin, indices + b);
            }
        }
    }
}
