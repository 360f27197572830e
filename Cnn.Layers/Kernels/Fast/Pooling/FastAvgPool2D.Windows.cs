using System.Runtime.CompilerServices;
using Cnn.Layers.Geometry;
using Cnn.Layers.Kernels.Lanes;

namespace Cnn.Layers.Kernels.Fast;

// The innermost loop of the forward pass: the windows of a band.
internal sealed unsafe partial class FastAvgPool2D<T, TLanes>
{
    /// <summary>The averages of a band.</summary>
    private readonly struct Averages(in Pool2DGeometry geometry, int bandRows, nint pitch, nint[] shifts) : IPoolWindows<T>
    {
        private readonly nint[] shifts = shifts; // how far from tap 0 each tap reads, for kh, for kw
        private readonly Divisors divisors = new(geometry, bandRows, pitch);

        /// <inheritdoc/>
        public void BeginAt(long oh, int rows)
        {
            for (int i = 0; i < rows; i++) divisors.Set(i, oh + i);
        }

        /// <inheritdoc/>
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public void Run<TWidth, TStride>(nint first, nint count, nint firstTap, nint endTap, T* cells, T* output, long* indices)
            where TWidth : struct, ILanes<TWidth, T> where TStride : struct, ICount
        {
            nint[] shifts = this.shifts;
            T* by = divisors.First + first; // A4
            for (nint done = 0; done < count; done += 2 * TWidth.Count)
            {
                // Two registers side by side; the last ones go back so as to end with the run.
                nint a = Math.Min(done, count - TWidth.Count), b = Math.Min(done + TWidth.Count, count - TWidth.Count);
                T* cellsA = cells + a * TStride.Value, cellsB = cells + b * TStride.Value;
                TWidth accA = TWidth.Broadcast(T.Zero), accB = accA;
                for (nint t = firstTap; t < endTap; t++) // A1
                {
                    accA = TWidth.Add(accA, Row.Load<TWidth, T, TStride>(cellsA + shifts[t])); // A3, A5
                    accB = TWidth.Add(accB, Row.Load<TWidth, T, TStride>(cellsB + shifts[t]));
                }
                TWidth.Store(TWidth.Divide(accA, TWidth.Load(by + a)), output + a);
                TWidth.Store(TWidth.Divide(accB, TWidth.Load(by + b)), output + b);
            }
        }
    }

    /// <summary>The average of one window, of as many channels as a register has lanes.</summary>
    private readonly struct ChannelAverages : IPoolChannels<T>
    {
        private readonly nint down, across; // cells from tap to tap
        private readonly T[] divisors; // of each window

        public ChannelAverages(in Pool2DGeometry geometry)
        {
            (down, across) = ((nint)geometry.Height.Dilation, (nint)geometry.Width.Dilation);
            var (_, _, rows, columns) = geometry.OutputShape;
            divisors = new T[checked(rows * columns)];
            for (long i = 0; i < divisors.Length; i++) divisors[i] = T.CreateChecked(geometry.Divisor(i / columns, i % columns));
        }

        /// <inheritdoc/>
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public void Run<TChannels>(in ChannelWindow window, T* cells, nint row, nint column, T* output, long* indices)
            where TChannels : struct, ILanes<TChannels, T>
        {
            TChannels acc = TChannels.Broadcast(T.Zero);
            T* first = cells + window.FirstRow * row + window.FirstColumn * column;
            for (nint kh = 0; kh < window.Rows; kh++, first += down * row)
            {
                T* cell = first;
                for (nint kw = 0; kw < window.Columns; kw++, cell += across * column) acc = TChannels.Add(acc, TChannels.Load(cell));
            }
            TChannels.Store(TChannels.Divide(acc, TChannels.Broadcast(divisors[window.Index])), output);
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
            nint count = PoolBands.RoundUp(rows * pitch, TLanes.Count);
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
