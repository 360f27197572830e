using Cnn.Layers;
using Cnn.Layers.Geometry;
using Cnn.Reference.Printing;
using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Cnn.Reference.Training;

/// <summary>One layer of a network, before its input's shape is known: what it makes of a shape, and how it is built.</summary>
/// <param name="Words">The layer as the user wrote it.</param>
internal abstract record LayerSpec(string Words)
{
    /// <summary>How windows slide over the layer's input along height and width; null where every output sees its own cell alone.</summary>
    public virtual (WindowAxis Height, WindowAxis Width)? Windows(Features input) => null;

    /// <summary>Whether one output sees the whole input.</summary>
    public virtual bool SeesAll => false;

    /// <summary>What leaves the layer.</summary>
    /// <exception cref="ArgumentException">The layer does not take such an input; the sentence says why.</exception>
    public abstract Features Output(Features input);

    /// <summary>The tensors that are learned, in the order and under the names of the built layer's.</summary>
    public virtual IEnumerable<(string Name, long[] Shape)> Parameters(Features input) => [];

    /// <summary>Multiply-adds of a forward pass of one image.</summary>
    public virtual double MultiplyAdds(Features input) => 0;

    /// <summary>How many products an output and an input's gradient are sums of; null where nothing is rounded, or in one order
    /// only.</summary>
    public virtual (double Output, double InputGradient)? Terms(Features input) => null;

    /// <summary>The layer with our loops, where we have them.</summary>
    public abstract Module<Tensor, Tensor> Build(Features input, Algorithm algorithm);

    /// <summary>The layer of libtorch's that it stands for.</summary>
    public virtual Module<Tensor, Tensor> BuildTwin(Features input) => Build(input, Algorithm.Fast);

    /// <summary>Refuses a row where images are needed.</summary>
    protected static void RequireImages(Features input)
    {
        if (!input.IsRow) return;
        string row = Figures.Count(input.C, "number");
        throw new ArgumentException(
            $"takes images of channels, height and width, and a row of {row} comes in: it must stand before flatten.");
    }
}

/// <summary>A convolution.</summary>
internal sealed record ConvSpec(
    string Words, long Filters, (long H, long W) Kernel, (long H, long W) Stride, (long H, long W)? Pad, (long H, long W) Dilation,
    long Groups, bool HasBias)
    : LayerSpec(Words)
{
    /// <inheritdoc/>
    public override (WindowAxis Height, WindowAxis Width)? Windows(Features input) => (Geometry(input).Height, Geometry(input).Width);

    /// <inheritdoc/>
    public override Features Output(Features input)
    {
        var geometry = Geometry(input);
        return new(Filters, geometry.Height.Out, geometry.Width.Out);
    }

    /// <inheritdoc/>
    public override IEnumerable<(string Name, long[] Shape)> Parameters(Features input)
    {
        yield return ("weight", [Filters, input.C / Groups, Kernel.H, Kernel.W]);
        if (HasBias) yield return ("bias", [Filters]);
    }

    /// <inheritdoc/>
    public override double MultiplyAdds(Features input) => Geometry(input).MultiplyAdds;

    /// <inheritdoc/>
    public override (double Output, double InputGradient)? Terms(Features input)
    {
        double weights = Geometry(input).WeightShape.Elements;
        return (weights / Filters, weights / input.C);
    }

    /// <inheritdoc/>
    public override Module<Tensor, Tensor> Build(Features input, Algorithm algorithm) => Pad is { } pad
        ? new Conv2D(input.C, Filters, Kernel, Stride, pad, Dilation, groups: Groups, bias: HasBias) { algorithm = algorithm }
        : new Conv2D(input.C, Filters, Kernel, Padding.Same, Stride, Dilation, groups: Groups, bias: HasBias) { algorithm = algorithm };

    /// <inheritdoc/>
    public override Module<Tensor, Tensor> BuildTwin(Features input) => Pad is { } pad
        ? Conv2d(input.C, Filters, Kernel, Stride, pad, Dilation, groups: Groups, bias: HasBias)
        : Conv2d(input.C, Filters, Kernel, Padding.Same, Stride, Dilation, groups: Groups, bias: HasBias);

    private Conv2DGeometry Geometry(Features input)
    {
        RequireImages(input);
        if (input.C % Groups != 0)
            throw new ArgumentException($"groups = {Groups}: must divide the {Figures.Count(input.C, "channel")} of what comes in.");
        if (Pad is null && Stride != (1, 1))
            throw new ArgumentException($"pad same keeps the size, which needs stride 1, not {Stride.H}x{Stride.W}.");
        var ((top, bottom), (left, right)) = Pad is { } pad
            ? ((pad.H, pad.H), (pad.W, pad.W))
            : (WindowAxis.SamePadding(Kernel.H, Dilation.H), WindowAxis.SamePadding(Kernel.W, Dilation.W));
        return Conv2DGeometry.Create(
            new(1, input.C, input.H, input.W), new(Filters, input.C / Groups, Kernel.H, Kernel.W), Stride, (top, left), (bottom, right),
            Dilation, Groups);
    }
}

/// <summary>A pool: the largest value or the mean of each window.</summary>
internal sealed record PoolSpec(string Words, PoolMode Mode, (long H, long W) Kernel, (long H, long W) Stride, (long H, long W) Pad)
    : LayerSpec(Words)
{
    /// <inheritdoc/>
    public override (WindowAxis Height, WindowAxis Width)? Windows(Features input) => (Geometry(input).Height, Geometry(input).Width);

    /// <inheritdoc/>
    public override Features Output(Features input) => input with { H = Geometry(input).Height.Out, W = Geometry(input).Width.Out };

    /// <inheritdoc/>
    public override Module<Tensor, Tensor> Build(Features input, Algorithm algorithm) =>
        new Pool2D(Mode, Kernel, Stride, Pad) { algorithm = algorithm };

    /// <inheritdoc/>
    public override Module<Tensor, Tensor> BuildTwin(Features input) =>
        Mode == PoolMode.Max ? MaxPool2d(Kernel, Stride, Pad) : AvgPool2d(Kernel, Stride, Pad);

    private Pool2DGeometry Geometry(Features input)
    {
        RequireImages(input);
        return Pool2DGeometry.Create(new(1, input.C, input.H, input.W), Kernel, Stride, Pad, (1, 1), ceilMode: false);
    }
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
    public override IEnumerable<(string Name, long[] Shape)> Parameters(Features input) =>
        [("weight", [Outputs, input.C]), ("bias", [Outputs])];

    /// <inheritdoc/>
    public override double MultiplyAdds(Features input) => (double)input.C * Outputs;

    /// <inheritdoc/>
    public override (double Output, double InputGradient)? Terms(Features input) => (input.C, Outputs);

    /// <inheritdoc/>
    public override Module<Tensor, Tensor> Build(Features input, Algorithm algorithm) => Linear(input.C, Outputs);
}
