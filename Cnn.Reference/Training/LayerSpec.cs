using Cnn.Layers;
using Cnn.Layers.Geometry;
using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Cnn.Reference.Training;

/// <summary>One layer of a network, before its input's shape is known: what it makes of a shape, and how it is built.</summary>
/// <param name="Words">The layer as the user wrote it.</param>
internal abstract record LayerSpec(string Words)
{
    /// <summary>The window that one output sees of the layer's input: its extent and its stride.</summary>
    public virtual ((long H, long W) Extent, (long H, long W) Stride) Window => ((1, 1), (1, 1));

    /// <summary>Whether one output sees the whole input.</summary>
    public virtual bool SeesAll => false;

    /// <summary>What leaves the layer.</summary>
    /// <exception cref="ArgumentException">The layer does not take such an input; the sentence says why.</exception>
    public abstract Features Output(Features input);

    /// <summary>Numbers that are learned.</summary>
    public virtual long Parameters(Features input) => 0;

    /// <summary>Multiply-adds of a forward pass of one image.</summary>
    public virtual double MultiplyAdds(Features input) => 0;

    /// <summary>The layer with our loops, where we have them.</summary>
    public abstract Module<Tensor, Tensor> Build(Features input, Algorithm algorithm);

    /// <summary>The layer of libtorch's that it stands for.</summary>
    public virtual Module<Tensor, Tensor> BuildTwin(Features input) => Build(input, Algorithm.Fast);

    /// <summary>Refuses a row where images are needed.</summary>
    protected static void RequireImages(Features input)
    {
        if (input.IsRow) throw new ArgumentException($"takes images of channels, height and width, and a row of {input} numbers comes in: it must stand before flatten.");
    }
}

/// <summary>A convolution.</summary>
internal sealed record ConvSpec(
    string Words, long Filters, (long H, long W) Kernel, (long H, long W) Stride, (long H, long W)? Pad, (long H, long W) Dilation, long Groups, bool HasBias)
    : LayerSpec(Words)
{
    /// <inheritdoc/>
    public override ((long H, long W) Extent, (long H, long W) Stride) Window =>
        ((Dilation.H * (Kernel.H - 1) + 1, Dilation.W * (Kernel.W - 1) + 1), Stride);

    /// <inheritdoc/>
    public override Features Output(Features input)
    {
        RequireImages(input);
        if (input.C % Groups != 0) throw new ArgumentException($"groups = {Groups}: must divide the {input.C} channels that come in.");
        if (Pad is null && Stride != (1, 1)) throw new ArgumentException($"pad same keeps the size, which needs stride 1, not {Stride.H}x{Stride.W}.");
        var (rows, columns) = Pad is { } pad
            ? ((pad.H, pad.H), (pad.W, pad.W))
            : (WindowAxis.SamePadding(Kernel.H, Dilation.H), WindowAxis.SamePadding(Kernel.W, Dilation.W));
        var geometry = Conv2DGeometry.Create(
            new(1, input.C, input.H, input.W), new(Filters, input.C / Groups, Kernel.H, Kernel.W), Stride,
            (rows.Item1, columns.Item1), (rows.Item2, columns.Item2), Dilation, Groups);
        return new(Filters, geometry.Height.Out, geometry.Width.Out);
    }

    /// <inheritdoc/>
    public override long Parameters(Features input) => checked(Filters * (input.C / Groups) * Kernel.H * Kernel.W + (HasBias ? Filters : 0));

    /// <inheritdoc/>
    public override double MultiplyAdds(Features input) => (double)Output(input).Count * (input.C / Groups) * Kernel.H * Kernel.W;

    /// <inheritdoc/>
    public override Module<Tensor, Tensor> Build(Features input, Algorithm algorithm) => Pad is { } pad
        ? new Conv2D(input.C, Filters, Kernel, Stride, pad, Dilation, groups: Groups, bias: HasBias) { algorithm = algorithm }
        : new Conv2D(input.C, Filters, Kernel, Padding.Same, Stride, Dilation, groups: Groups, bias: HasBias) { algorithm = algorithm };

    /// <inheritdoc/>
    public override Module<Tensor, Tensor> BuildTwin(Features input) => Pad is { } pad
        ? Conv2d(input.C, Filters, Kernel, Stride, pad, Dilation, groups: Groups, bias: HasBias)
        : Conv2d(input.C, Filters, Kernel, Padding.Same, Stride, Dilation, groups: Groups, bias: HasBias);
}

/// <summary>A pool: the largest value or the mean of each window.</summary>
internal sealed record PoolSpec(string Words, PoolMode Mode, (long H, long W) Kernel, (long H, long W) Stride, (long H, long W) Pad) : LayerSpec(Words)
{
    /// <inheritdoc/>
    public override ((long H, long W) Extent, (long H, long W) Stride) Window => (Kernel, Stride);

    /// <inheritdoc/>
    public override Features Output(Features input)
    {
        RequireImages(input);
        var geometry = Pool2DGeometry.Create(new(1, input.C, input.H, input.W), Kernel, Stride, Pad, (1, 1), ceilMode: false);
        return input with { H = geometry.Height.Out, W = geometry.Width.Out };
    }

    /// <inheritdoc/>
    public override Module<Tensor, Tensor> Build(Features input, Algorithm algorithm) =>
        new Pool2D(Mode, Kernel, Stride, Pad) { algorithm = algorithm };

    /// <inheritdoc/>
    public override Module<Tensor, Tensor> BuildTwin(Features input) =>
        Mode == PoolMode.Max ? MaxPool2d(Kernel, Stride, Pad) : AvgPool2d(Kernel, Stride, Pad);
}

/// <summary>max(x, 0).</summary>
internal sealed record ReluSpec(string Words) : LayerSpec(Words)
{
    /// <inheritdoc/>
    public override Features Output(Features input) => input;

    /// <inheritdoc/>
    public override Module<Tensor, Tensor> Build(Features input, Algorithm algorithm) => ReLU();
}

/// <summary>Channels, rows and columns as one row of numbers.</summary>
internal sealed record FlattenSpec(string Words) : LayerSpec(Words)
{
    /// <inheritdoc/>
    public override Features Output(Features input) => new(input.Count, 1, 1, IsRow: true);

    /// <inheritdoc/>
    public override Module<Tensor, Tensor> Build(Features input, Algorithm algorithm) => Flatten();
}

/// <summary>A fully connected layer.</summary>
internal sealed record FullyConnectedSpec(string Words, long Outputs) : LayerSpec(Words)
{
    /// <inheritdoc/>
    public override bool SeesAll => true;

    /// <inheritdoc/>
    public override Features Output(Features input) => input.IsRow
        ? new(Outputs, 1, 1, IsRow: true)
        : throw new ArgumentException($"takes a row of numbers, and {input} comes in: flatten must stand before it.");

    /// <inheritdoc/>
    public override long Parameters(Features input) => checked((input.C + 1) * Outputs);

    /// <inheritdoc/>
    public override double MultiplyAdds(Features input) => (double)input.C * Outputs;

    /// <inheritdoc/>
    public override Module<Tensor, Tensor> Build(Features input, Algorithm algorithm) => Linear(input.C, Outputs);
}
