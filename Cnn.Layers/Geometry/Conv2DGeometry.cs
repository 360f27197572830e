namespace Cnn.Layers.Geometry;

/// <summary>
/// The shape of one convolution: input (N, C_in, H, W), weight (C_out, C_in / groups, kH, kW), output (N, C_out, oH, oW).
/// </summary>
internal readonly record struct Conv2DGeometry
{
    /// <summary>Number of images, N.</summary>
    public long Batch { get; private init; }

    /// <summary>Channels of the input, C_in.</summary>
    public long InChannels { get; private init; }

    /// <summary>Channels of the output, C_out: one per filter.</summary>
    public long OutChannels { get; private init; }

    /// <summary>Groups of a grouped convolution.</summary>
    public long Groups { get; private init; }

    /// <summary>Input channels that one filter sees.</summary>
    public long InChannelsPerGroup { get; private init; }

    /// <summary>Filters that see the same input channels.</summary>
    public long OutChannelsPerGroup { get; private init; }

    /// <summary>The window along the height.</summary>
    public WindowAxis Height { get; private init; }

    /// <summary>The window along the width.</summary>
    public WindowAxis Width { get; private init; }

    /// <summary>Where its sums are cut into partial sums.</summary>
    public PartialSums PartialSums { get; private init; }

    /// <summary>(N, C_in, H, W).</summary>
    public Shape4 InputShape => new(Batch, InChannels, Height.In, Width.In);

    /// <summary>(C_out, C_in / groups, kH, kW).</summary>
    public Shape4 WeightShape => new(OutChannels, InChannelsPerGroup, Height.Kernel, Width.Kernel);

    /// <summary>(N, C_out, oH, oW); without input channels libtorch gives no output channels either, and so do we.</summary>
    public Shape4 OutputShape => new(Batch, InChannels == 0 ? 0 : OutChannels, Height.Out, Width.Out);

    /// <summary>Multiply-adds of a forward pass; each of the gradients of input and weight has as many.</summary>
    public double MultiplyAdds => (double)OutputShape.Elements * InChannelsPerGroup * Height.Kernel * Width.Kernel;

    /// <summary>Validates and describes a convolution. The order of the checks is libtorch's.</summary>
    /// <param name="input">Shape of the input, (N, C_in, H, W).</param>
    /// <param name="weight">Shape of the weight, (C_out, C_in / groups, kH, kW).</param>
    /// <param name="stride">Stride along height and width.</param>
    /// <param name="padBefore">Padding above and left.</param>
    /// <param name="padAfter">Padding below and right.</param>
    /// <param name="dilation">Dilation along height and width.</param>
    /// <param name="groups">Number of groups.</param>
    /// <exception cref="ArgumentException">A size breaks a rule; the sentence names it.</exception>
    public static Conv2DGeometry Create(
        Shape4 input, Shape4 weight, (long H, long W) stride, (long H, long W) padBefore, (long H, long W) padAfter,
        (long H, long W) dilation, long groups)
    {
        Rule.Require(groups >= 1, nameof(groups), $"groups = {groups}: must be at least 1.");
        Rule.Require(stride is { H: >= 1, W: >= 1 }, nameof(stride), $"stride = {stride}: must be at least 1 along both axes.");
        Rule.Require(padBefore is { H: >= 0, W: >= 0 } && padAfter is { H: >= 0, W: >= 0 }, "padding",
            $"padding = {padBefore}: must not be negative.");
        Rule.Require(IsIndexable(input.H, padBefore.H, padAfter.H) && IsIndexable(input.W, padBefore.W, padAfter.W), "padding",
            $"padding = {padBefore}: the padded input of {(input.H, input.W)} is too large to index.");
        Rule.Require(dilation is { H: >= 1, W: >= 1 }, nameof(dilation), $"dilation = {dilation}: must be at least 1 along both axes.");
        Rule.Require(weight is { H: >= 1, W: >= 1 }, nameof(weight),
            $"weight has shape {weight}: the kernel needs at least one row and one column.");
        Rule.Require(weight.N >= 1, nameof(weight), $"weight has shape {weight}: there must be at least one output channel.");
        Rule.Require(
            weight.N % groups == 0, nameof(groups), $"groups = {groups}: must divide the {weight.N} output channels of weight {weight}.");
        Rule.Require(input.C == (Int128)weight.C * groups, nameof(input),
            $"input has {input.C} channels: weight {weight} with groups = {groups} takes {(Int128)weight.C * groups}.");
        Rule.Require(
            input is { H: >= 1, W: >= 1 }, nameof(input), $"input has shape {input}: only the batch and the channels may be empty.");

        var height = new WindowAxis(input.H, weight.H, stride.H, padBefore.H, padAfter.H, dilation.H);
        var width = new WindowAxis(input.W, weight.W, stride.W, padBefore.W, padAfter.W, dilation.W);
        Rule.Require(height.Out >= 1 && width.Out >= 1, nameof(weight),
            $"weight has a kernel of {(weight.H, weight.W)} with dilation {dilation}: "
            + $"must fit the input of {(input.H, input.W)} with padding {padBefore}.");
        var geometry = new Conv2DGeometry
        {
            Batch = input.N,
            InChannels = input.C,
            OutChannels = weight.N,
            Groups = groups,
            InChannelsPerGroup = weight.C,
            OutChannelsPerGroup = weight.N / groups,
            Height = height,
            Width = width,
            PartialSums = PartialSums.Of(height, width),
        };
        if (padBefore == (0, 0)) // what else makes the output large is the input
            Rule.Require(
                geometry.OutputShape.IsAddressable, nameof(input),
                $"input has shape {input}: the output {geometry.OutputShape} has more elements than memory can hold.");
        Rule.Require(geometry.OutputShape.IsAddressable, "padding",
            $"padding = {padBefore}: the output {geometry.OutputShape} has more elements than memory can hold.");
        return geometry;
    }

    private static bool IsIndexable(long size, long padBefore, long padAfter) => (Int128)padBefore + size + padAfter <= long.MaxValue / 2;
}
