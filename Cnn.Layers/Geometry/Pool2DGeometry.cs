namespace Cnn.Layers.Geometry;

/// <summary>The shape of one pool: input (N, C, H, W), output (N, C, oH, oW); windows never mix channels.</summary>
internal readonly record struct Pool2DGeometry
{
    /// <summary>Number of images, N.</summary>
    public long Batch { get; private init; }

    /// <summary>Channels of input and output, C.</summary>
    public long Channels { get; private init; }

    /// <summary>The window along the height.</summary>
    public WindowAxis Height { get; private init; }

    /// <summary>The window along the width.</summary>
    public WindowAxis Width { get; private init; }

    /// <summary>Average pools: whether explicit padding counts as cells of the window.</summary>
    public bool CountIncludePad { get; private init; }

    /// <summary>Average pools: what to divide by instead of a number of cells.</summary>
    public long? DivisorOverride { get; private init; }

    /// <summary>(N, C, H, W).</summary>
    public Shape4 InputShape => new(Batch, Channels, Height.In, Width.In);

    /// <summary>(N, C, oH, oW).</summary>
    public Shape4 OutputShape => new(Batch, Channels, Height.Out, Width.Out);

    /// <summary>What the average of window (<paramref name="oh"/>, <paramref name="ow"/>) divides by.</summary>
    /// <remarks>
    /// The number of cells in input and explicit padding, or in the input alone without <see cref="CountIncludePad"/>;
    /// the overhang of ceil mode never counts. Source: PyTorch's AvgPool2d.
    /// </remarks>
    public long Divisor(long oh, long ow)
    {
        if (DivisorOverride is { } divisor) return divisor;
        if (CountIncludePad) return Height.TapsInPaddedInput(oh) * Width.TapsInPaddedInput(ow);
        var (firstRow, endRow) = Height.InputTaps(oh);
        var (firstColumn, endColumn) = Width.InputTaps(ow);
        return (endRow - firstRow) * (endColumn - firstColumn);
    }

    /// <summary>Validates and describes a pool. The order of the checks is libtorch's.</summary>
    /// <param name="input">Shape of the input, (N, C, H, W).</param>
    /// <param name="kernelSize">Window along height and width.</param>
    /// <param name="stride">Stride along height and width.</param>
    /// <param name="padding">Padding on either side, along height and width: at most half the kernel.</param>
    /// <param name="dilation">Dilation along height and width.</param>
    /// <param name="ceilMode">Whether a last window may overhang the padded input.</param>
    /// <param name="countIncludePad">Average pools: whether explicit padding counts.</param>
    /// <param name="divisorOverride">Average pools: what to divide by.</param>
    /// <exception cref="ArgumentException">A size breaks a rule; the sentence names it.</exception>
    public static Pool2DGeometry Create(
        Shape4 input, (long H, long W) kernelSize, (long H, long W) stride, (long H, long W) padding, (long H, long W) dilation,
        bool ceilMode, bool countIncludePad = true, long? divisorOverride = null)
    {
        CheckWindow(kernelSize, stride, padding, dilation, divisorOverride);
        var height = new WindowAxis(input.H, kernelSize.H, stride.H, padding.H, padding.H, dilation.H, ceilMode);
        var width = new WindowAxis(input.W, kernelSize.W, stride.W, padding.W, padding.W, dilation.W, ceilMode);
        Rule.Require(input is { C: >= 1, H: >= 1, W: >= 1 }, nameof(input), $"input has shape {input}: only the batch may be empty.");
        Rule.Require(height.Out >= 1 && width.Out >= 1, nameof(input),
            $"input is {(input.H, input.W)}: "
            + $"with padding {padding} it is smaller than the kernel's extent {(height.KernelExtent, width.KernelExtent)}.");
        var geometry = new Pool2DGeometry
        {
            Batch = input.N,
            Channels = input.C,
            Height = height,
            Width = width,
            CountIncludePad = countIncludePad,
            DivisorOverride = divisorOverride,
        };
        Rule.Require(
            geometry.OutputShape.IsAddressable, nameof(input),
            $"input has shape {input}: the output {geometry.OutputShape} has more elements than memory can hold.");
        return geometry;
    }

    /// <summary>Validates what does not depend on the input.</summary>
    /// <inheritdoc cref="Create" path="/param|/exception"/>
    public static void CheckWindow(
        (long H, long W) kernelSize, (long H, long W) stride, (long H, long W) padding, (long H, long W) dilation, long? divisorOverride)
    {
        Rule.Require(
            IsSize(kernelSize, 1), "kernel_size", $"kernel_size = {kernelSize}: must be from 1 to {int.MaxValue} along both axes.");
        Rule.Require(IsSize(stride, 1), "stride", $"stride = {stride}: must be from 1 to {int.MaxValue} along both axes.");
        Rule.Require(IsSize(dilation, 1), "dilation", $"dilation = {dilation}: must be from 1 to {int.MaxValue} along both axes.");
        Rule.Require(divisorOverride != 0, "divisor_override", $"divisor_override = {divisorOverride}: must not be zero.");
        Rule.Require(
            padding is { H: >= 0, W: >= 0 } && padding.H <= kernelSize.H / 2 && padding.W <= kernelSize.W / 2,
            "padding", $"padding = {padding}: must be from 0 to half of kernel_size = {kernelSize}, dilated or not.");
    }

    // libtorch's pools take 32-bit sizes; so no product of two of them overflows 64 bits.
    private static bool IsSize((long H, long W) size, long least) =>
        size.H >= least && size.W >= least && size.H <= int.MaxValue && size.W <= int.MaxValue;
}
