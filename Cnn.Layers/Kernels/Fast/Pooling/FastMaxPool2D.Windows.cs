using System.Runtime.CompilerServices;
using Cnn.Layers.Geometry;
using Cnn.Layers.Kernels.Lanes;

namespace Cnn.Layers.Kernels.Fast;

// The innermost loop of the forward pass: the windows of a band.
internal sealed unsafe partial class FastMaxPool2D<T, TLanes>
{
    /// <summary>The maxima of a band and their indices.</summary>
    private struct Maxima : IPoolWindows<T>
    {
        private readonly WindowAxis height, width;
        private readonly nint pitch;
        private readonly nint[] shifts; // how far from tap 0 each tap reads, for kh, for kw
        private readonly T[] offsets; // the index of a tap's cell, counted from the window's tap 0
        private readonly T* origins; // the index of a window's tap 0, counted from the band's
        private readonly T* starts; // the offset of a window's first tap in the input
        private readonly long[] rowStarts; // that of window (oh, 0), but for the columns' share
        private readonly long[] startsOfRows; // that of the row which the table holds
        private long origin; // the index of the band's tap 0

        public Maxima(in Pool2DGeometry geometry, int bandRows, nint pitch, nint[] shifts)
        {
            (height, width, this.pitch, this.shifts) = (geometry.Height, geometry.Width, pitch, shifts);
            offsets = new T[shifts.Length];
            for (long t = 0; t < offsets.Length; t++)
                offsets[t] = T.CreateChecked(t / width.Kernel * height.Dilation * width.In + t % width.Kernel * width.Dilation);
            nint windows = PoolBands.RoundUp(bandRows * pitch, TLanes.Count);
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

        /// <inheritdoc/>
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
        public readonly void Run<TWidth, TStride>(
            nint first, nint count, nint firstTap, nint endTap, T* cells, T* output, long* indices)
            where TWidth : struct, ILanes<TWidth, T> where TStride : struct, ICount
        {
            var (shifts, offsets) = (this.shifts, this.offsets);
            TWidth lowest = TWidth.Broadcast(T.NegativeInfinity);
            for (nint done = 0; done < count; done += 2 * TWidth.Count) // M5
            {
                // The last registers go back so as to end with the run.
                nint a = Math.Min(done, count - TWidth.Count), b = Math.Min(done + TWidth.Count, count - TWidth.Count);
                T* cellsA = cells + a * TStride.Value, cellsB = cells + b * TStride.Value;
                TWidth maxA = lowest, maxB = lowest;
                if (indices == null)
                {
                    for (nint t = firstTap; t < endTap; t++)
                    {
                        TWidth xA = Row.Load<TWidth, T, TStride>(cellsA + shifts[t]), xB = Row.Load<TWidth, T, TStride>(cellsB + shifts[t]);
                        maxA = TWidth.SelectIfWins(xA, maxA, xA, maxA);
                        maxB = TWidth.SelectIfWins(xB, maxB, xB, maxB);
                    }
                    TWidth.Store(maxA, output + a);
                    TWidth.Store(maxB, output + b);
                    continue;
                }
                TWidth winnerA = TWidth.Load(starts + first + a), winnerB = TWidth.Load(starts + first + b);
                for (nint t = firstTap; t < endTap; t++) // M1
                {
                    TWidth offset = TWidth.Broadcast(offsets[t]); // M4
                    TWidth x = Row.Load<TWidth, T, TStride>(cellsA + shifts[t]); // M3, M6
                    winnerA = TWidth.SelectIfWins(x, maxA, offset, winnerA);
                    maxA = TWidth.SelectIfWins(x, maxA, x, maxA);
                    x = Row.Load<TWidth, T, TStride>(cellsB + shifts[t]);
                    winnerB = TWidth.SelectIfWins(x, maxB, offset, winnerB);
                    maxB = TWidth.SelectIfWins(x, maxB, x, maxB);
                }
                TWidth.Store(maxA, output + a);
                TWidth.Store(maxB, output + b);
                TWidth.StoreIndices(TWidth.Add(TWidth.Load(origins + first + a), winnerA), origin, indices + a);
                TWidth.StoreIndices(TWidth.Add(TWidth.Load(origins + first + b), winnerB), origin, indices + b);
            }
        }
    }

    /// <summary>The maximum of one window and its index, of as many channels as a register has lanes.</summary>
    private readonly struct ChannelMaxima(in Pool2DGeometry geometry) : IPoolChannels<T>
    {
        private readonly nint down = (nint)geometry.Height.Dilation, across = (nint)geometry.Width.Dilation; // cells from tap to tap
        private readonly nint columns = (nint)geometry.Width.In;
        private readonly T nextRow = T.CreateChecked(geometry.Height.Dilation * geometry.Width.In); // of an index, from tap to tap
        private readonly T nextColumn = T.CreateChecked(geometry.Width.Dilation);

        /// <inheritdoc/>
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public void Run<TChannels>(in ChannelWindow window, T* cells, nint row, nint column, T* output, long* indices)
            where TChannels : struct, ILanes<TChannels, T>
        {
            TChannels rowIndex = TChannels.Broadcast(T.CreateChecked((long)(window.FirstRow * columns + window.FirstColumn)));
            TChannels max = TChannels.Broadcast(T.NegativeInfinity), winner = rowIndex;
            TChannels toNextRow = TChannels.Broadcast(nextRow), toNextColumn = TChannels.Broadcast(nextColumn);
            T* first = cells + window.FirstRow * row + window.FirstColumn * column;
            for (nint kh = 0; kh < window.Rows; kh++, first += down * row, rowIndex = TChannels.Add(rowIndex, toNextRow))
            {
                T* cell = first;
                TChannels index = rowIndex;
                for (nint kw = 0; kw < window.Columns; kw++, cell += across * column, index = TChannels.Add(index, toNextColumn))
                {
                    TChannels x = TChannels.Load(cell);
                    winner = TChannels.SelectIfWins(x, max, index, winner);
                    max = TChannels.SelectIfWins(x, max, x, max);
                }
            }
            TChannels.Store(max, output);
            if (indices != null) TChannels.StoreIndices(winner, 0, indices);
        }
    }
}
