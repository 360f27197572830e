using Cnn.Layers;
using TorchSharp;
using static TorchSharp.torch;

namespace Cnn.Tests.Mistakes;

/// <summary>
/// The exercise's loops as a student writes them, over slices and without checks. Each line that a slip is made in can be replaced.
/// </summary>
internal sealed record Student
{
    /// <summary>The border: X, pad -> X_pad.</summary>
    public Func<Tensor, long, Tensor> Pad { get; init; } = (X, pad) => nn.functional.pad(X, [0, 0, pad, pad, pad, pad]);

    /// <summary>The size of an output: n_prev, f, pad, stride -> n.</summary>
    public Func<long, long, long, long, long> Size { get; init; } = (n_prev, f, pad, stride) => (n_prev - f + 2 * pad) / stride + 1;

    /// <summary>Whether n_H is made of the columns, and n_W of the rows.</summary>
    public bool SwapsSizes { get; init; }

    /// <summary>How many filters: W -> n_C.</summary>
    public Func<Tensor, long> Filters { get; init; } = W => W.shape[3];

    /// <summary>Where the loops end: of m, n_H, n_W, n_C.</summary>
    public Func<long[], long[]> Ends { get; init; } = shape => shape;

    /// <summary>The index of Z or dZ: i, h, w, c.</summary>
    public Func<long, long, long, long, long[]> Place { get; init; } = (i, h, w, c) => [i, h, w, c];

    /// <summary>What vert_start and horiz_start are made of: h, w.</summary>
    public Func<long, long, (long, long)> Corner { get; init; } = (h, w) => (h, w);

    /// <summary>vert_start and horiz_start: h or w, stride, f.</summary>
    public Func<long, long, long, long> Start { get; init; } = (h, stride, f) => h * stride;

    /// <summary>What is added to vert_start and horiz_start: pad.</summary>
    public Func<long, long> Shift { get; init; } = pad => 0;

    /// <summary>Whether windows end at h + f and w + f.</summary>
    public bool EndsFromIndex { get; init; }

    /// <summary>What a slice takes of its corners: from row to row, from column to column.</summary>
    public Func<Range, Range, (Range, Range)> Cut { get; init; } = (rows, columns) => (rows, columns);

    /// <summary>vert_end: vert_start, stride, f.</summary>
    public Func<long, long, long, long> VertEnd { get; init; } = (start, stride, f) => start + f;

    /// <summary>horiz_end: horiz_start, stride, f.</summary>
    public Func<long, long, long, long> HorizEnd { get; init; } = (start, stride, f) => start + f;

    /// <summary>One filter, W, c -> W[.., .., .., c].</summary>
    public Func<Tensor, long, Tensor> Filter { get; init; } = (W, c) => W[.., .., .., (int)c];

    /// <summary>One window times one filter: a_slice_prev, W, b -> Z.</summary>
    public Func<Tensor, Tensor, Tensor, Tensor> Step { get; init; } = (a_slice_prev, W, b) => (a_slice_prev * W).sum() + b.squeeze();

    /// <summary>What a gradient begins as: its name, the tensor that it is the gradient of.</summary>
    public Func<string, Tensor, Tensor> Begin { get; init; } = (_, of) => zeros_like(of);

    /// <summary>What a window's gradient is: dZ, dZ[i, h, w, c] -> dz.</summary>
    public Func<Tensor, Tensor, Tensor> Upstream { get; init; } = (dZ, dz) => dz;

    /// <summary>What dz is multiplied by for dA_prev_pad: W[.., .., .., c], a_slice.</summary>
    public Func<Tensor, Tensor, Tensor> ForInput { get; init; } = (filter, a_slice) => filter;

    /// <summary>What dz is multiplied by for dW: W[.., .., .., c], a_slice.</summary>
    public Func<Tensor, Tensor, Tensor> ForWeight { get; init; } = (filter, a_slice) => a_slice;

    /// <summary>Which element of db is added to: c.</summary>
    public Func<long, long> BiasPlace { get; init; } = c => c;

    /// <summary>What is added to db: dz, and b of the same filter.</summary>
    public Func<Tensor, Tensor, Tensor> BiasTerm { get; init; } = (dz, b) => dz;

    /// <summary>Adds to a gradient, +=: what is there, what is added.</summary>
    public Action<Tensor, Tensor> Add { get; init; } = (gradient, more) => gradient.add_(more);

    /// <summary>What the slice for dW is cut from: A_prev, A_prev_pad.</summary>
    public Func<Tensor, Tensor, Tensor> SliceOf { get; init; } = (A_prev, A_prev_pad) => A_prev_pad;

    /// <summary>What is left of da_prev_pad: dA_prev_pad, pad -> dA_prev.</summary>
    public Func<Tensor, long, Tensor> Crop { get; init; } =
        (dA_prev_pad, pad) => dA_prev_pad[.., (int)pad..^(int)pad, (int)pad..^(int)pad];

    /// <summary>Whether a pool's slice has all channels.</summary>
    public bool SlicesAllChannels { get; init; }

    /// <summary>Mode max: a_prev_slice, A_prev, i, c.</summary>
    public Func<Tensor, Tensor, long, long, Tensor> Max { get; init; } = (x, A_prev, i, c) => x.max();

    /// <summary>Mode average.</summary>
    public Func<Tensor, Tensor> Mean { get; init; } = x => x.mean();

    /// <summary>x -> mask.</summary>
    public Func<Tensor, Tensor> Mask { get; init; } = x => x == x.max();

    /// <summary>The mask in a pool's gradient: a_prev_slice, A_prev, i, c; null for that of the slice alone.</summary>
    public Func<Tensor, Tensor, long, long, Tensor>? MaskOf { get; init; }

    /// <summary>Which channel a pool's mask is made of: c.</summary>
    public Func<long, long> MaskChannel { get; init; } = c => c;

    /// <summary>dz, n_H, n_W -> a.</summary>
    public Func<double, long, long, Tensor> Distribute { get; init; } =
        (dz, n_H, n_W) => ones(n_H, n_W, ScalarType.Float64) * (dz / (n_H * n_W));

    public Tensor ConvForward(Tensor A_prev, Tensor W, Tensor b, HParameters hparameters)
    {
        var (stride, pad, f, n_C) = (hparameters.stride, hparameters.pad, W.shape[0], Filters(W));
        var (n_H, n_W) = Sizes(A_prev, f, pad, stride);
        var Z = zeros(A_prev.shape[0], n_H, n_W, n_C, ScalarType.Float64);
        var A_prev_pad = Pad(A_prev, pad);
        foreach (var (i, h, w, c) in Indices(Z))
            At(Z, i, h, w, c).copy_(Step(Slice(A_prev_pad[i], h, w, stride, f, pad), Filter(W, c), b[.., .., .., (int)c]));
        return Z;
    }

    public (Tensor, Tensor, Tensor) ConvBackward(Tensor dZ, Tensor A_prev, Tensor W, Tensor b, HParameters hparameters)
    {
        var (stride, pad, f) = (hparameters.stride, hparameters.pad, W.shape[0]);
        Tensor dA_prev = Begin("dA_prev", A_prev), dW = Begin("dW", W), db = Begin("db", b);
        Tensor A_prev_pad = Pad(A_prev, pad), dA_prev_pad = Pad(dA_prev, pad);
        foreach (var (i, h, w, c) in Indices(dZ))
        {
            if (c >= Filters(W)) continue;
            var dz = Upstream(dZ, At(dZ, i, h, w, c));
            var a_slice = Slice(SliceOf(A_prev, A_prev_pad)[i], h, w, stride, f, pad);
            Add(Slice(dA_prev_pad[i], h, w, stride, f, pad), ForInput(Filter(W, c), a_slice) * dz);
            Add(Filter(dW, c), ForWeight(Filter(W, c), a_slice) * dz);
            Add(db[.., .., .., (int)BiasPlace(c)], BiasTerm(dz, b[.., .., .., (int)c]));
        }
        return (Crop(dA_prev_pad, pad), dW, db);
    }

    public Tensor PoolForward(Tensor A_prev, HParameters hparameters, PoolMode mode)
    {
        var (stride, f) = (hparameters.stride, hparameters.f);
        var (n_H, n_W) = Sizes(A_prev, f, 0, stride);
        var A = zeros(A_prev.shape[0], n_H, n_W, A_prev.shape[3], ScalarType.Float64);
        foreach (var (i, h, w, c) in Indices(A))
        {
            var a_prev_slice = PoolSlice(A_prev, i, h, w, c, stride, f);
            At(A, i, h, w, c).copy_(mode == PoolMode.Max ? Max(a_prev_slice, A_prev, i, c) : Mean(a_prev_slice));
        }
        return A;
    }

    public Tensor PoolBackward(Tensor dA, Tensor A_prev, HParameters hparameters, PoolMode mode)
    {
        var (stride, f) = (hparameters.stride, hparameters.f);
        var dA_prev = Begin("dA_prev", A_prev);
        foreach (var (i, h, w, c) in Indices(dA))
        {
            var da = Upstream(dA, At(dA, i, h, w, c));
            var da_prev_slice = PoolSlice(dA_prev, i, h, w, c, stride, f);
            var a_prev_slice = PoolSlice(A_prev, i, h, w, MaskChannel(c), stride, f);
            if (mode == PoolMode.Max) Add(da_prev_slice, (MaskOf?.Invoke(a_prev_slice, A_prev, i, c) ?? Mask(a_prev_slice)) * da);
            else Add(da_prev_slice, Distribute(da.item<double>(), VertEnd(0, stride, f), HorizEnd(0, stride, f)));
        }
        return dA_prev;
    }

    private (long, long) Sizes(Tensor A_prev, long f, long pad, long stride)
    {
        var (n_H, n_W) = (Size(A_prev.shape[1], f, pad, stride), Size(A_prev.shape[2], f, pad, stride));
        return SwapsSizes ? (n_W, n_H) : (n_H, n_W);
    }

    // As in numpy, a slice ends where the image does.
    private Tensor Slice(Tensor image, long h, long w, long stride, long f, long pad = 0)
    {
        var (row, column) = Corner(h, w);
        var (vert_start, horiz_start) = (Start(row, stride, f) + Shift(pad), Start(column, stride, f) + Shift(pad));
        var (vert_end, horiz_end) = EndsFromIndex ? (row + f, column + f)
            : (VertEnd(vert_start, stride, f), HorizEnd(horiz_start, stride, f));
        var (rows, columns) = Cut((int)vert_start..(int)vert_end, (int)horiz_start..(int)horiz_end);
        return image[rows, columns];
    }

    private Tensor PoolSlice(Tensor images, long i, long h, long w, long c, long stride, long f)
    {
        var slice = Slice(images[i], h, w, stride, f);
        return SlicesAllChannels ? slice : slice[.., .., (int)c];
    }

    // Z[i, h, w, c], as a view.
    private Tensor At(Tensor outputs, long i, long h, long w, long c) => Place(i, h, w, c).Aggregate(outputs, (some, at) => some[at]);

    private IEnumerable<(long I, long H, long W, long C)> Indices(Tensor outputs)
    {
        long[] ends = Ends(outputs.shape);
        for (long i = 0; i < ends[0]; i++)
            for (long h = 0; h < ends[1]; h++)
                for (long w = 0; w < ends[2]; w++)
                    for (long c = 0; c < ends[3]; c++)
                        yield return (i, h, w, c);
    }
}
