using System.Runtime.CompilerServices;
using Cnn.Layers.Geometry;
using Cnn.Layers.Kernels.Lanes;

namespace Cnn.Layers.Kernels.Fast;

// The innermost loops of the forward pass: the windows of a row, and of a band.
internal sealed unsafe partial class FastAvgPool2D<T, TLanes>
{
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
    private sealed class Averages(in Pool2DGeometry geometry, int bandRows, PackedInput<T> packed, T* cells) : IPoolRun<T>
    {
        private readonly nint[] shifts = packed.TapOffsets();
        private readonly T* cells = cells;
        private readonly Divisors divisors = new(geometry, bandRows, (nint)packed.Pitch);

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
            T* cells = this.cells;
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
            First = Scratch.Get<T>(Scratch.WindowTable, count);
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
}
