using System.Runtime.CompilerServices;
using Cnn.Layers.Geometry;
using Cnn.Layers.Kernels.Lanes;

namespace Cnn.Layers.Kernels.Fast;

// The forward pass of planes that are interleaved at once (G6).
internal sealed unsafe partial class FastAdaptiveAvgPool2D<T, TLanes>
{
    private const int BytesInL1 = 1 << 15; // of the planes of a register of channels

    // Where there are more windows than cells, the table of them would be what takes time.
    private static bool HasSmallPlanes(in AdaptivePool2DGeometry geometry)
    {
        var (height, width) = (geometry.Height, geometry.Width);
        Int128 cells = (Int128)height.In * width.In;
        return ChannelRows<T, TLanes>.MayInterleave && cells * TLanes.Count * sizeof(T) <= BytesInL1
            && (Int128)height.Out * width.Out <= cells;
    }

    private static void ForwardOfPlanes(in AdaptivePool2DGeometry geometry, ReadOnlyNchwSpan<T> input, NchwSpan<T> output)
    {
        var (height, width) = (geometry.Height, geometry.Width);
        var windows = ChannelWindow.All(Axis(height), Axis(width));
        fixed (T* from = input, to = output)
            PoolChannels<T, TLanes, ChannelAverages>.Run(
                windows, from, geometry.InputShape, input.Strides, to, geometry.OutputShape, output.Strides, indices: null, default,
                new(geometry, windows));

        static (nint, nint)[] Axis(AdaptiveAxis axis) =>
            Array.ConvertAll(Parts(axis.Out, axis.Cells), part => (part.First, part.End - part.First));
    }

    /// <summary>The average of one window, of as many channels as a register has lanes.</summary>
    private readonly struct ChannelAverages : IPoolChannels<T>
    {
        private readonly (T First, T Second)[] divisors; // of each window

        public ChannelAverages(AdaptivePool2DGeometry geometry, ChannelWindow[] windows) =>
            divisors = Array.ConvertAll(windows, window =>
            {
                var (first, second) = geometry.Divisors(window.Rows, window.Columns);
                return (T.CreateChecked(first), T.CreateChecked(second));
            });

        /// <inheritdoc/>
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public void Run<TChannels>(in ChannelWindow window, T* cells, nint row, nint column, T* output, long* indices)
            where TChannels : struct, ILanes<TChannels, T>
        {
            TChannels zero = TChannels.Broadcast(T.Zero), acc = zero, piece = zero;
            T* first = cells + window.FirstRow * row + window.FirstColumn * column;
            for (nint r = 0; r < window.Rows; r++, first += row)
            {
                if (r > 0 && r % AdaptivePool2DGeometry.PieceRows == 0) (acc, piece) = (TChannels.Add(acc, piece), zero);
                TChannels sum = zero;
                T* cell = first;
                for (nint iw = 0; iw < window.Columns; iw++, cell += column) sum = TChannels.Add(sum, TChannels.Load(cell));
                piece = TChannels.Add(piece, sum);
            }
            var (by, then) = divisors[window.Index];
            TChannels quotient = TChannels.Divide(TChannels.Add(acc, piece), TChannels.Broadcast(by));
            TChannels.Store(TChannels.Divide(quotient, TChannels.Broadcast(then)), output);
        }
    }
}
