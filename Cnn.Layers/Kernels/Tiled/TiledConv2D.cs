using System.Numerics;
using System.Runtime.CompilerServices;
using Cnn.Layers.Geometry;
using Cnn.Layers.Kernels.Lanes;
using Cnn.Layers.Kernels.Literal;

namespace Cnn.Layers.Kernels.Tiled;

/// <summary>
/// The rung between the literal loops and the fast ones: a register tile, and nothing else. For reading, and for <c>bench --ladder</c>; no
/// layer is computed by it.
/// </summary>
/// <remarks>
/// <para>
/// The literal forward pass waits for every sum: a multiply-add takes four cycles, and the next one needs its result. Here eight filters'
/// sums go on at once, each over a register of neighbouring windows. One load of the input serves eight multiply-adds, and every sum has
/// the literal loop's terms in their order, so its bits are the same.
/// </para>
/// <para>
/// What is missing to the fast loops: windows with a stride, or at the border, go one by one, because nothing is packed; every filter
/// reads the input anew, because nothing is blocked for the caches; the gradients are the literal ones; there are no threads.
/// </para>
/// </remarks>
internal sealed unsafe class TiledConv2D<T, TLanes> : IConv2DKernel<T>
    where T : unmanaged, IFloatingPointIeee754<T>
    where TLanes : struct, ILanes<TLanes, T>
{
    private const int Mr = 8; // filters of a tile; its columns are one register of windows

    private readonly LiteralConv2D<T> literal = new();

    /// <inheritdoc/>
    public void Forward(
        in Conv2DGeometry geometry, ReadOnlyNchwSpan<T> input, ReadOnlyNchwSpan<T> weight, ReadOnlySpan<T> bias, NchwSpan<T> output)
    {
        if (output.IsEmpty) return;
        var (width, perGroup) = (geometry.Width, geometry.OutChannelsPerGroup);
        bool areNeighbours = width.Stride == 1 && input.Strides.W == 1 && output.Strides.W == 1;
        // The windows of a row that see no padding; where there are fewer than a register takes, none.
        long first = width.PadBefore, end = Math.Min(width.Out, width.In - (width.Kernel - 1) * width.Dilation + first);
        if (!areNeighbours || end - first < TLanes.Count) first = end = 0;
        fixed (T* x = input, w = weight, b = bias, y = output)
        {
            var all = new Operands(x, input.Strides, w, weight.Strides, b, y, output.Strides);
            for (long n = 0; n < geometry.Batch; n++)
                for (long g = 0; g < geometry.Groups; g++)
                    for (long oc = g * perGroup; oc < (g + 1) * perGroup; oc += Mr)
                        for (long oh = 0; oh < geometry.Height.Out; oh++)
                            for (long ow = 0, windows; ow < width.Out; ow += windows)
                            {
                                long filters = Math.Min(Mr, (g + 1) * perGroup - oc);
                                bool isInside = ow >= first && ow < end;
                                long at = isInside ? Math.Min(ow, end - TLanes.Count) : ow; // the last ones, some of them twice
                                windows = isInside ? at + TLanes.Count - ow : 1;
                                if (isInside) Tile<TLanes>(geometry, all, n, g, oc, filters, oh, at);
                                else Tile<Lanes1<T>>(geometry, all, n, g, oc, filters, oh, at);
                            }
        }
    }

    // Eight filters at a register of windows; of fewer filters, the last one several times.
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static void Tile<TRow>(in Conv2DGeometry geometry, in Operands all, long n, long g, long oc, long filters, long oh, long ow)
        where TRow : struct, ILanes<TRow, T>
    {
        var (height, width) = (geometry.Height, geometry.Width);
        TRow zero = TRow.Broadcast(T.Zero), c0 = zero, c1 = zero, c2 = zero, c3 = zero, c4 = zero, c5 = zero, c6 = zero, c7 = zero;
        Span<TRow> totals = [zero, zero, zero, zero, zero, zero, zero, zero]; // of the partial sums that have ended
        T* w0 = all.Filter(oc), w1 = all.Filter(oc + Math.Min(1, filters - 1)), w2 = all.Filter(oc + Math.Min(2, filters - 1));
        T* w3 = all.Filter(oc + Math.Min(3, filters - 1)), w4 = all.Filter(oc + Math.Min(4, filters - 1));
        T* w5 = all.Filter(oc + Math.Min(5, filters - 1)), w6 = all.Filter(oc + Math.Min(6, filters - 1)),
            w7 = all.Filter(oc + filters - 1);
        for (long ic = 0; ic < geometry.InChannelsPerGroup; ic++)
        {
            for (long kh = 0; kh < height.Kernel; kh++)
            {
                long ih = height.InputIndex(oh, kh);
                bool isRow = ih >= 0 && ih < height.In;
                T* row = all.InputAt(n, g * geometry.InChannelsPerGroup + ic, isRow ? ih : 0, 0);
                for (long kw = 0; kw < width.Kernel; kw++)
                {
                    long iw = width.InputIndex(ow, kw), k = all.Tap(ic, kh, kw);
                    TRow x = isRow && iw >= 0 && iw < width.In ? TRow.Load(row + iw * all.Column) : zero; // padding is real zeros
                    c0 = TRow.MultiplyAdd(x, TRow.Broadcast(w0[k]), c0);
                    c1 = TRow.MultiplyAdd(x, TRow.Broadcast(w1[k]), c1);
                    c2 = TRow.MultiplyAdd(x, TRow.Broadcast(w2[k]), c2);
                    c3 = TRow.MultiplyAdd(x, TRow.Broadcast(w3[k]), c3);
                    c4 = TRow.MultiplyAdd(x, TRow.Broadcast(w4[k]), c4);
                    c5 = TRow.MultiplyAdd(x, TRow.Broadcast(w5[k]), c5);
                    c6 = TRow.MultiplyAdd(x, TRow.Broadcast(w6[k]), c6);
                    c7 = TRow.MultiplyAdd(x, TRow.Broadcast(w7[k]), c7);
                }
            }
            if (!geometry.PartialSums.EndsWith(ic, geometry.InChannelsPerGroup)) continue;
            ReadOnlySpan<TRow> sums = [c0, c1, c2, c3, c4, c5, c6, c7];
            for (int f = 0; f < Mr; f++) totals[f] = ic < geometry.PartialSums.Channels ? sums[f] : TRow.Add(totals[f], sums[f]);
            c0 = c1 = c2 = c3 = c4 = c5 = c6 = c7 = zero;
        }
        for (int f = 0; f < filters; f++)
        {
            TRow sum = all.Bias == null ? totals[f] : TRow.Add(totals[f], TRow.Broadcast(all.Bias[oc + f]));
            TRow.Store(sum, all.OutputAt(n, oc + f, oh, ow));
        }
    }

    /// <inheritdoc/>
    public void GradInput(
        in Conv2DGeometry geometry, ReadOnlyNchwSpan<T> gradOutput, ReadOnlyNchwSpan<T> weight, NchwSpan<T> gradInput) =>
        literal.GradInput(geometry, gradOutput, weight, gradInput);

    /// <inheritdoc/>
    public void GradWeight(
        in Conv2DGeometry geometry, ReadOnlyNchwSpan<T> gradOutput, ReadOnlyNchwSpan<T> input, NchwSpan<T> gradWeight) =>
        literal.GradWeight(geometry, gradOutput, input, gradWeight);

    /// <inheritdoc/>
    public void GradBias(in Conv2DGeometry geometry, ReadOnlyNchwSpan<T> gradOutput, Span<T> gradBias) =>
        literal.GradBias(geometry, gradOutput, gradBias);

    /// <summary>Where each tensor begins, and its strides.</summary>
    private readonly struct Operands(
        T* input, Shape4 inputStrides, T* weight, Shape4 weightStrides, T* bias, T* output, Shape4 outputStrides)
    {
        public readonly T* Bias = bias;

        public readonly long Column = inputStrides.W;

        public T* InputAt(long n, long c, long h, long w) =>
            input + n * inputStrides.N + c * inputStrides.C + h * inputStrides.H + w * inputStrides.W;

        public T* OutputAt(long n, long c, long h, long w) =>
            output + n * outputStrides.N + c * outputStrides.C + h * outputStrides.H + w * outputStrides.W;

        public T* Filter(long oc) => weight + oc * weightStrides.N;

        public long Tap(long ic, long kh, long kw) => ic * weightStrides.C + kh * weightStrides.H + kw * weightStrides.W;
    }
}
