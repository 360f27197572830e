using System.Numerics;
using Cnn.Layers.Geometry;
using Cnn.Layers.Kernels.Lanes;

namespace Cnn.Layers.Kernels.Fast;

/// <summary>What computes a band's windows.</summary>
internal unsafe interface IPoolRun<T> where T : unmanaged
{
    /// <summary>Computes windows [first, first + count) of the band; count is at least a register's.</summary>
    /// <param name="first">Number of the first window, q = i * pitch + j.</param>
    /// <param name="count">Windows.</param>
    /// <param name="output">Where the first result goes, and the others behind it.</param>
    /// <param name="indices">The same for the indices of a max pool; null for none.</param>
    void Run(nint first, nint count, T* output, long* indices);
}

/// <summary>Where a band's results go: straight to the output in runs as long as may be, or through scratch.</summary>
internal readonly unsafe struct PoolRuns<T, TLanes>
    where T : unmanaged, IFloatingPointIeee754<T>
    where TLanes : struct, ILanes<TLanes, T>
{
    private readonly nint columns, pitch;
    private readonly T* output, values;
    private readonly long* indices, winners;
    private readonly Shape4 outputStrides, indicesStrides;

    /// <summary>Describes the outputs.</summary>
    /// <param name="bandRows">Rows of a band.</param>
    /// <param name="columns">Windows of a row.</param>
    /// <param name="pitch">From a row of windows to the next.</param>
    /// <param name="output">Element [0, 0, 0, 0].</param>
    /// <param name="outputStrides">Its strides.</param>
    /// <param name="indices">Element [0, 0, 0, 0], or null for no indices.</param>
    /// <param name="indicesStrides">Its strides.</param>
    public PoolRuns(
        int bandRows, long columns, nint pitch, T* output, Shape4 outputStrides, long* indices = null, Shape4 indicesStrides = default)
    {
        (this.columns, this.pitch, this.outputStrides, this.indicesStrides) = ((nint)columns, pitch, outputStrides, indicesStrides);
        this.output = output;
        this.indices = indices;
        nint windows = RoundUp(bandRows * pitch);
        if (indices != null) winners = Scratch.Get<long>(Scratch.Results, 2 * windows);
        values = indices != null ? (T*)(winners + windows) : Scratch.Get<T>(Scratch.Results, windows);
    }

    /// <summary>A number of windows as whole registers.</summary>
    public static nint RoundUp(nint windows) => (windows + TLanes.Count - 1) / TLanes.Count * TLanes.Count;

    /// <summary>Whether a row of windows may go straight to where it belongs.</summary>
    public static bool RowsGoStraight(long columns, Shape4 outputStrides, bool hasIndices = false, Shape4 indicesStrides = default) =>
        columns >= TLanes.Count && outputStrides.W == 1 && (!hasIndices || indicesStrides.W == 1);

    /// <summary>Has rows [oh, oh + rows) of plane [n, c] computed, and puts the results where they belong.</summary>
    public void Write<TRun>(long n, long c, long oh, int rows, TRun windows) where TRun : IPoolRun<T>
    {
        T* to = output + n * outputStrides.N + c * outputStrides.C + oh * outputStrides.H;
        long* toIndices = indices == null ? null : indices + n * indicesStrides.N + c * indicesStrides.C + oh * indicesStrides.H;
        if (rows * columns >= TLanes.Count && columns == pitch && IsDense(outputStrides) && (indices == null || IsDense(indicesStrides)))
        {
            windows.Run(0, rows * columns, to, toIndices);
            return;
        }
        if (RowsGoStraight(columns, outputStrides, indices != null, indicesStrides))
        {
            for (int i = 0; i < rows; i++)
                windows.Run(i * pitch, columns, to + i * outputStrides.H, toIndices == null ? null : toIndices + i * indicesStrides.H);
            return;
        }
        windows.Run(0, RoundUp(rows * pitch), values, winners);
        for (int i = 0; i < rows; i++)
        {
            Move(values + i * pitch, to + i * outputStrides.H, (nint)outputStrides.W);
            if (toIndices != null) Move(winners + i * pitch, toIndices + i * indicesStrides.H, (nint)indicesStrides.W);
        }
    }

    private bool IsDense(Shape4 strides) => strides.W == 1 && strides.H == columns;

    private void Move<TElement>(TElement* from, TElement* to, nint step) where TElement : unmanaged
    {
        if (step == 1) new ReadOnlySpan<TElement>(from, checked((int)columns)).CopyTo(new Span<TElement>(to, checked((int)columns)));
        else for (nint ow = 0; ow < columns; ow++) to[ow * step] = from[ow];
    }
}
