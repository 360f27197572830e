using System.Numerics;
using System.Runtime.InteropServices;
using Cnn.Layers.Geometry;
using Cnn.Layers.Kernels.Lanes;

namespace Cnn.Layers.Kernels.Fast;

/// <summary>The convolution and its gradients, many outputs at a time: the sums of the literal loops, in their order.</summary>
/// <remarks>
/// Read <see cref="Literal.LiteralConv2D{T}"/> first. What is different here:
/// <list type="bullet">
/// <item>Δ1 The inner loops (ic, kh, kw; for the input's gradient oc, kh, kw) are one loop over a list of taps.</item>
/// <item>Δ2 What a block of windows reads is first copied into a matrix (<see cref="WindowGather{T}"/>), padding included,
/// so that the inner loop knows nothing of stride, padding or dilation.</item>
/// <item>Δ3 Twelve registers of outputs are summed at once (<see cref="Tile{T, TLanes}"/>): 6 channels by 2 registers of
/// windows; for the weight's gradient 6 taps by 2 registers of output channels.</item>
/// <item>Δ4 The depth is cut into pieces that stay in the cache; a sum goes on where it stood.</item>
/// <item>Δ5 For the input's gradient, the cells of one remainder of the stride are computed together: the same taps reach
/// them.</item>
/// <item>Δ6 Blocks of outputs are shared among threads.</item>
/// </list>
/// </remarks>
internal readonly unsafe struct FastConv2D<T, TLanes> : IConv2DKernel<T>
    where T : unmanaged, IFloatingPointIeee754<T>
    where TLanes : struct, ILanes<TLanes, T>
{
    private const int TileRows = Tile<T, TLanes>.Rows;
    private const int DepthPiece = 256; // Δ4: 6 rows of a and 2 registers of b, this long, fit the first cache

    private static int TileColumns => Tile<T, TLanes>.Columns;

    // Δ2: windows of a block, a whole number of tiles; a block of b, DepthPiece long, fits the second cache.
    private static int BlockColumns => Math.Max(128 * sizeof(float) / sizeof(T) / TileColumns, 1) * TileColumns;

    // A cache line more than a power of two: else the rows of a block would fight for the same lines of the cache.
    private static int RowPadding => 64 / sizeof(T);

    /// <inheritdoc/>
    public static void Forward(
        in Conv2DGeometry geometry, ReadOnlyNchwSpan<T> input, ReadOnlyNchwSpan<T> weight, ReadOnlySpan<T> bias, NchwSpan<T> output)
    {
        if (output.IsEmpty) return;
        fixed (T* from = input, filters = weight, to = output, constants = bias)
            for (long g = 0; g < geometry.Groups; g++)
            {
                long oc = g * geometry.OutChannelsPerGroup;
                Multiply(checked((int)geometry.OutChannelsPerGroup), filters + oc * weight.Strides.N, weight.Strides.N, InputWindows(geometry, from, input.Strides, g, weight.Strides), new()
                {
                    First = to + oc * output.Strides.C,
                    Strides = output.Strides,
                    StepH = 1,
                    StepW = 1,
                    Bias = constants == null ? null : constants + oc,
                });
            }
    }

    /// <inheritdoc/>
    public static void GradInput(
        in Conv2DGeometry geometry, ReadOnlyNchwSpan<T> gradOutput, ReadOnlyNchwSpan<T> weight, NchwSpan<T> gradInput)
    {
        if (gradInput.IsEmpty) return;
        var (height, width) = (geometry.Height, geometry.Width);
        fixed (T* from = gradOutput, filters = weight, to = gradInput)
            for (long g = 0; g < geometry.Groups; g++)
                for (long rh = 0; rh < Math.Min(height.Stride, height.In); rh++) // Δ5: remainder of ih
                    for (long rw = 0; rw < Math.Min(width.Stride, width.In); rw++)
                    {
                        var taps = new List<Tap>(); // Δ1: for oc, for kh, for kw
                        for (long oc = 0; oc < geometry.OutChannelsPerGroup; oc++)
                            for (long kh = 0; kh < height.Kernel; kh++)
                                for (long kw = 0; kw < width.Kernel; kw++)
                                    if (height.TryOutputIndex(rh, kh, out long oh) && width.TryOutputIndex(rw, kw, out long ow))
                                        taps.Add(new(oc * gradOutput.Strides.C, oh, ow, oc * weight.Strides.N + kh * weight.Strides.H + kw * weight.Strides.W));
                        long ic = g * geometry.InChannelsPerGroup;
                        long firstFilter = g * geometry.OutChannelsPerGroup;
                        var gather = new WindowGather<T>
                        {
                            Source = from + firstFilter * gradOutput.Strides.C,
                            Strides = gradOutput.Strides,
                            PlaneH = height.Out,
                            PlaneW = width.Out,
                            Images = geometry.Batch,
                            Rows = WindowAxis.CeilDiv(height.In - rh, height.Stride),
                            Columns = WindowAxis.CeilDiv(width.In - rw, width.Stride),
                            StepH = 1,
                            StepW = 1,
                            Taps = [.. taps],
                        };
                        Multiply(checked((int)geometry.InChannelsPerGroup), filters + firstFilter * weight.Strides.N, weight.Strides.C, gather, new()
                        {
                            First = to + ic * gradInput.Strides.C + rh * gradInput.Strides.H + rw * gradInput.Strides.W,
                            Strides = gradInput.Strides,
                            StepH = height.Stride,
                            StepW = width.Stride,
                        });
                    }
    }

    /// <inheritdoc/>
    public static void GradWeight(
        in Conv2DGeometry geometry, ReadOnlyNchwSpan<T> gradOutput, ReadOnlyNchwSpan<T> input, NchwSpan<T> gradWeight)
    {
        if (gradWeight.IsEmpty) return;
        fixed (T* up = gradOutput, from = input, to = gradWeight)
            for (long g = 0; g < geometry.Groups; g++)
            {
                long oc = g * geometry.OutChannelsPerGroup;
                var gather = InputWindows(geometry, from, input.Strides, g, gradWeight.Strides);
                WeightSums(gather, up + oc * gradOutput.Strides.C, gradOutput.Strides, checked((int)geometry.OutChannelsPerGroup), to + oc * gradWeight.Strides.N, gradWeight.Strides.N);
            }
    }

    /// <inheritdoc/>
    public static void GradBias(in Conv2DGeometry geometry, ReadOnlyNchwSpan<T> gradOutput, Span<T> gradBias)
    {
        const int Channels = 8; // sums side by side: one addition waits four cycles for the one before it
        var (batch, outH, outW) = (geometry.Batch, geometry.Height.Out, geometry.Width.Out);
        var strides = gradOutput.Strides;
        T* acc = stackalloc T[Channels];
        fixed (T* up = gradOutput)
            for (int oc = 0; oc < gradBias.Length; oc += Channels)
            {
                int channels = Math.Min(Channels, gradBias.Length - oc);
                new Span<T>(acc, Channels).Clear();
                for (long n = 0; n < batch; n++)
                    for (long oh = 0; oh < outH; oh++)
                    {
                        T* row = up + n * strides.N + oc * strides.C + oh * strides.H;
                        for (long ow = 0; ow < outW; ow++)
                            for (int c = 0; c < channels; c++) acc[c] += row[c * strides.C + ow * strides.W];
                    }
                new Span<T>(acc, channels).CopyTo(gradBias[oc..]);
            }
    }

    // Δ1: the windows of the forward pass; for ic, for kh, for kw.
    private static WindowGather<T> InputWindows(in Conv2DGeometry geometry, T* input, Shape4 strides, long g, Shape4 weight)
    {
        var (height, width) = (geometry.Height, geometry.Width);
        var taps = new Tap[checked(geometry.InChannelsPerGroup * height.Kernel * width.Kernel)];
        long t = 0;
        for (long ic = 0; ic < geometry.InChannelsPerGroup; ic++)
            for (long kh = 0; kh < height.Kernel; kh++)
                for (long kw = 0; kw < width.Kernel; kw++)
                    taps[t++] = new(ic * strides.C, height.InputIndex(0, kh), width.InputIndex(0, kw), ic * weight.C + kh * weight.H + kw * weight.W);
        return new()
        {
            Source = input + g * geometry.InChannelsPerGroup * strides.C,
            Strides = strides,
            PlaneH = height.In,
            PlaneW = width.In,
            Images = geometry.Batch,
            Rows = height.Out,
            Columns = width.Out,
            StepH = height.Stride,
            StepW = width.Stride,
            Taps = taps,
        };
    }

    /// <summary>to[n, row, i, j] = bias[row] + sum over taps of filters[row, tap] * (what the tap reads in window (n, i, j)).</summary>
    private static void Multiply(int rows, T* filters, long filterStride, WindowGather<T> gather, Destination destination)
    {
        int depth = gather.Taps.Length, panels = (rows + TileRows - 1) / TileRows;
        T* packed = (T*)NativeMemory.AlignedAlloc((nuint)Math.Max(1, (long)panels * TileRows * depth * sizeof(T)), 64);
        try
        {
            Pack(filters, filterStride, rows, gather.Taps, packed);
            long windows = gather.Windows;
            int block = (int)Math.Min(BlockColumns, (windows + TileColumns - 1) / TileColumns * TileColumns);
            Threads.For(checked((int)((windows + block - 1) / block)), task => // Δ6
            {
                long first = (long)task * block, end = Math.Min(first + block, windows);
                int tiles = ((int)(end - first) + TileColumns - 1) / TileColumns;
                nint stride = block + RowPadding;
                T* b = Scratch.Get<T>(0, DepthPiece * stride), c = Scratch.Get<T>(1, panels * TileRows * stride);
                new Span<T>(c, checked((int)(panels * TileRows * stride))).Clear();
                for (int d = 0; d < depth; d += DepthPiece)
                {
                    int endDepth = Math.Min(d + DepthPiece, depth);
                    gather.Copy(d, endDepth, first, end, b, stride); // Δ2
                    for (int panel = 0; panel < panels; panel++)
                        for (int tile = 0; tile < tiles; tile++)
                            Tile<T, TLanes>.MultiplyAdd( // Δ3
                                endDepth - d, packed + ((long)panel * depth + d) * TileRows, 1, TileRows, b + tile * TileColumns, stride,
                                c + panel * TileRows * stride + tile * TileColumns, stride);
                }
                destination.Write(c, stride, rows, first, end, gather.Rows, gather.Columns);
            });
        }
        finally
        {
            NativeMemory.AlignedFree(packed);
        }
    }

    // Six filters side by side, tap after tap: a tile reads them one after the other. Rows beyond the last are zeros.
    private static void Pack(T* filters, long filterStride, int rows, Tap[] taps, T* packed)
    {
        for (int row = 0; row < (rows + TileRows - 1) / TileRows * TileRows; row++)
        {
            T* to = packed + (long)(row / TileRows) * TileRows * taps.Length + row % TileRows;
            for (int t = 0; t < taps.Length; t++) to[(long)t * TileRows] = row < rows ? filters[row * filterStride + taps[t].Weight] : T.Zero;
        }
    }

    /// <summary>to[oc, tap] = sum over windows q of up[q, oc] * (what the tap reads in window q).</summary>
    private static void WeightSums(WindowGather<T> gather, T* up, Shape4 strides, int channels, T* to, long filterStride)
    {
        const int WindowPiece = 128; // Δ4: the depth is the windows here
        int taps = gather.Taps.Length, width = (channels + TileColumns - 1) / TileColumns * TileColumns;
        int tapBlock = Math.Clamp((taps + Threads.Count - 1) / Threads.Count, 1, 240);
        tapBlock = (tapBlock + TileRows - 1) / TileRows * TileRows;
        Threads.For((taps + tapBlock - 1) / tapBlock, task => // Δ6
        {
            int firstTap = task * tapBlock, endTap = Math.Min(firstTap + tapBlock, taps);
            nint aRow = WindowPiece + RowPadding, bRow = width + RowPadding;
            T* a = Scratch.Get<T>(0, tapBlock * aRow), b = Scratch.Get<T>(1, WindowPiece * bRow), c = Scratch.Get<T>(2, tapBlock * bRow);
            new Span<T>(c, checked((int)(tapBlock * bRow))).Clear();
            for (long first = 0; first < gather.Windows; first += WindowPiece)
            {
                long end = Math.Min(first + WindowPiece, gather.Windows);
                gather.Copy(firstTap, endTap, first, end, a, aRow); // Δ2
                Turn(up, strides, channels, first, end, gather.Rows, gather.Columns, b, bRow);
                for (int column = 0; column < width; column += TileColumns)
                    for (int row = 0; row < endTap - firstTap; row += TileRows)
                        // Δ3
                        Tile<T, TLanes>.MultiplyAdd((nint)(end - first), a + row * aRow, aRow, 1, b + column, bRow, c + row * bRow + column, bRow);
            }
            for (int t = firstTap; t < endTap; t++)
                for (int oc = 0; oc < channels; oc++) to[oc * filterStride + gather.Taps[t].Weight] = c[(t - firstTap) * bRow + oc];
        });
    }

    // b[q, oc] = up[n, oc, i, j]: the channels of a window side by side.
    private static void Turn(T* up, Shape4 strides, int channels, long first, long end, long rows, long columns, T* b, nint bRow)
    {
        for (int oc = 0; oc < channels; oc++)
        {
            var (row, j) = Math.DivRem(first, columns);
            var (n, i) = Math.DivRem(row, rows);
            T* to = b + oc;
            for (long q = first; q < end; q++, to += bRow)
            {
                *to = up[n * strides.N + oc * strides.C + i * strides.H + j * strides.W];
                if (++j < columns) continue;
                j = 0;
                if (++i == rows) (n, i) = (n + 1, 0);
            }
        }
    }

    /// <summary>Where finished sums go: element [n, row, i, j] lies at row i * StepH, column j * StepW of its plane.</summary>
    private struct Destination
    {
        public T* First;
        public Shape4 Strides;
        public long StepH, StepW;
        public T* Bias;

        public readonly void Write(T* sums, nint sumsRow, int rows, long first, long end, long planeRows, long planeColumns)
        {
            for (int row = 0; row < rows; row++, sums += sumsRow)
            {
                var (at, j) = Math.DivRem(first, planeColumns);
                var (n, i) = Math.DivRem(at, planeRows);
                T* sum = sums;
                for (long q = first; q < end;)
                {
                    long count = Math.Min(planeColumns - j, end - q);
                    T* to = First + n * Strides.N + row * Strides.C + i * StepH * Strides.H + j * StepW * Strides.W;
                    long step = StepW * Strides.W;
                    if (Bias == null && step == 1) new ReadOnlySpan<T>(sum, (int)count).CopyTo(new Span<T>(to, (int)count));
                    else if (Bias == null) for (long x = 0; x < count; x++) to[x * step] = sum[x];
                    else for (long x = 0; x < count; x++) to[x * step] = sum[x] + Bias[row];
                    sum += count;
                    q += count;
                    j = 0;
                    if (++i == planeRows) (n, i) = (n + 1, 0);
                }
            }
        }
    }
}
