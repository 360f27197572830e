using Cnn.Layers.Autograd;
using Cnn.Layers.Geometry;
using TorchSharp;
using static TorchSharp.torch;

namespace Cnn.Layers;

/// <summary>
/// Convolution and pooling as functions, with the parameter names and defaults of <c>torch.nn.functional</c>, computed by
/// the loops of this library.
/// </summary>
/// <remarks>
/// <para>
/// Tensors are (N, C, H, W), or (C, H, W) for one image, on the CPU, with any strides; a channels_last input gives a
/// channels_last output. float32, float64, float16 and bfloat16 are taken, by max pooling integers as well. The 16-bit
/// types are widened to float32, computed there, and rounded once.
/// </para>
/// <para>
/// Results are recorded in libtorch's graph wherever gradients are enabled and asked for; every order of derivative is
/// there. A second <c>backward()</c> over the same graph cannot be refused as libtorch refuses it for its own layers: it
/// adds the same gradients once more.
/// </para>
/// <para>
/// An error inside of <c>backward()</c> is an exception, and <see cref="BackwardFailure.Last"/> holds its cause. An error
/// inside of <c>torch.autograd.grad</c> ends the process, in libtorch's own layers as in these: TorchSharp does not guard
/// that call.
/// </para>
/// <para>
/// Once a layer has begun to compute, another thread may dispose the tensors that it was given. It must not give them other memory (by
/// <c>set_</c>, or as an <c>out</c> argument that is resized): what the layer reads is freed then, which ends the process, with
/// libtorch's own layers as well.
/// </para>
/// </remarks>
public static class Functional
{
    /// <summary>
    /// Cross-correlates every image with every filter and adds the filter's bias:
    /// output[n, oc, oh, ow] = bias[oc] + sum over ic, kh, kw of input[n, ic, oh * stride - padding + kh * dilation, ...] * weight[oc, ic,
    /// kh, kw].
    /// </summary>
    /// <param name="input">(N, C_in, H, W) or (C_in, H, W).</param>
    /// <param name="weight">(C_out, C_in / groups, kH, kW).</param>
    /// <param name="bias">(C_out), or null for none.</param>
    /// <param name="strides">Cells between two windows: one value, or one for the height and one for the width. Default: 1.</param>
    /// <param name="padding">Zeros on either side of each axis: one value or two. Default: 0.</param>
    /// <param name="dilation">Cells between two taps of the kernel: one value or two. Default: 1.</param>
    /// <param name="groups">Number of groups of a grouped convolution; divides C_in and C_out.</param>
    /// <param name="algorithm">Which loops; both give the same bits.</param>
    /// <returns>(N, C_out, oH, oW) or (C_out, oH, oW), with oH = floor((H + 2 padding - dilation (kH - 1) - 1) / stride) + 1.</returns>
    /// <exception cref="ArgumentException">An argument breaks a rule; the sentence names it, its value and the rule.</exception>
    public static Tensor conv2d(
        Tensor input, Tensor weight, Tensor? bias = null, long[]? strides = null, long[]? padding = null, long[]? dilation = null,
        long groups = 1, Algorithm algorithm = Algorithm.Fast)
    {
        var pad = Pair(padding, nameof(padding)) ?? (0, 0);
        return Convolve(
            input, weight, bias, Pair(strides, nameof(strides)) ?? (1, 1), pad, pad, Pair(dilation, nameof(dilation)) ?? (1, 1), groups,
            border: null, algorithm);
    }

    /// <summary>
    /// The largest value of every window of every channel. Of equal values the first in row-major order wins; a NaN beats
    /// every number; padding counts as the lowest value of the type.
    /// </summary>
    /// <param name="input">(N, C, H, W) or (C, H, W); floating point or integer.</param>
    /// <param name="kernel_size">The window: one value, or one for the height and one for the width.</param>
    /// <param name="strides">Cells between two windows: one value or two. Default (also for an empty list): kernel_size.</param>
    /// <param name="padding">Padding on either side of each axis, at most half of the window: one value or two. Default: 0.</param>
    /// <param name="dilation">Cells between two taps of the window: one value or two. Default: 1.</param>
    /// <param name="ceil_mode">Whether a last window may overhang the padded input.</param>
    /// <param name="algorithm">Which loops; both give the same bits.</param>
    /// <returns>
    /// (N, C, oH, oW) or (C, oH, oW), with oH = floor((H + 2 padding - dilation (kH - 1) - 1) / stride) + 1; rounded up in
    /// ceil mode, less a last window that would start beyond the input and its left padding.
    /// </returns>
    /// <exception cref="ArgumentException">An argument breaks a rule; the sentence names it, its value and the rule.</exception>
    public static Tensor max_pool2d(
        Tensor input, long[] kernel_size, long[]? strides = null, long[]? padding = null, long[]? dilation = null, bool ceil_mode = false,
        Algorithm algorithm = Algorithm.Fast)
    {
        using var held = Operand.Hold(input, nameof(input));
        var geometry = MaxPoolOf(held, kernel_size, strides, padding, dilation, ceil_mode, algorithm);
        return Pool(geometry.OutputShape, held, wide => MaxPool2D.Apply(geometry, algorithm, wide));
    }

    /// <summary><see cref="max_pool2d"/>, and where each maximum was found.</summary>
    /// <inheritdoc cref="max_pool2d" path="/param|/exception"/>
    /// <returns>
    /// The values, and for each the index ih * W + iw of its cell in its own plane (int64). The indices carry no gradient,
    /// and must not be changed before the backward pass.
    /// </returns>
    public static (Tensor output, Tensor indices) max_pool2d_with_indices(
        Tensor input, long[] kernel_size, long[]? strides = null, long[]? padding = null, long[]? dilation = null, bool ceil_mode = false,
        Algorithm algorithm = Algorithm.Fast)
    {
        using var held = Operand.Hold(input, nameof(input));
        var geometry = MaxPoolOf(held, kernel_size, strides, padding, dilation, ceil_mode, algorithm);
        Tensor indices = null!;
        var values = Pool(geometry.OutputShape, held, wide =>
        {
            (var values, indices) = MaxPool2D.WithIndices(geometry, algorithm, wide);
            return values;
        });
        return (values, indices);
    }

    /// <summary>The average of every window of every channel.</summary>
    /// <param name="input">(N, C, H, W) or (C, H, W).</param>
    /// <param name="kernel_size">The window: one value, or one for the height and one for the width.</param>
    /// <param name="stride">Cells between two windows: one value or two. Default (also for an empty list): kernel_size.</param>
    /// <param name="padding">Zeros on either side of each axis, at most half of the window: one value or two. Default: 0.</param>
    /// <param name="ceil_mode">Whether a last window may overhang the padded input; the overhang is never counted.</param>
    /// <param name="count_include_pad">Whether the zeros of the padding count as cells of the window.</param>
    /// <param name="divisor_override">What to divide by instead of the number of cells; not zero.</param>
    /// <param name="algorithm">Which loops; both give the same bits.</param>
    /// <returns>(N, C, oH, oW) or (C, oH, oW), with oH as for <see cref="max_pool2d"/> with dilation 1.</returns>
    /// <exception cref="ArgumentException">An argument breaks a rule; the sentence names it, its value and the rule.</exception>
    public static Tensor avg_pool2d(
        Tensor input, long[] kernel_size, long[]? stride = null, long[]? padding = null, bool ceil_mode = false,
        bool count_include_pad = true,
        long? divisor_override = null, Algorithm algorithm = Algorithm.Fast)
    {
        Known(algorithm);
        using var held = Operand.Hold(input, nameof(input));
        CheckImages(held);
        var kernel = RequiredPair(kernel_size, nameof(kernel_size));
        var geometry = Pool2DGeometry.Create(
            TensorMemory.ShapeOf(held), kernel, stride is [] ? kernel : Pair(stride, nameof(stride)) ?? kernel,
            Pair(padding, nameof(padding)) ?? (0, 0), (1, 1), ceil_mode, count_include_pad, divisor_override);
        return Pool(geometry.OutputShape, held, wide => new AvgPool2DForward(geometry, algorithm).Apply(wide));
    }

    /// <summary>The average of as many windows as asked for, of nearly equal sizes, which together cover every channel.</summary>
    /// <param name="input">(N, C, H, W) or (C, H, W).</param>
    /// <param name="output_size">Windows along height and width, or one number for both: 1 for the global average.</param>
    /// <param name="algorithm">Which loops; both give the same bits.</param>
    /// <returns>
    /// (N, C, oH, oW) or (C, oH, oW), with (oH, oW) = output_size. Window o along an axis holds the cells from floor(o * In / Out) to
    /// ceil((o + 1) * In / Out), the last one excluded; neighbours share a cell where In is no multiple of Out.
    /// </returns>
    /// <exception cref="ArgumentException">An argument breaks a rule; the sentence names it, its value and the rule.</exception>
    public static Tensor adaptive_avg_pool2d(Tensor input, long[] output_size, Algorithm algorithm = Algorithm.Fast)
    {
        Known(algorithm);
        using var held = Operand.Hold(input, nameof(input));
        CheckImages(held);
        var geometry = AdaptivePool2DGeometry.Create(TensorMemory.ShapeOf(held), RequiredPair(output_size, nameof(output_size)));
        return Pool(geometry.OutputShape, held, wide => new AdaptiveAvgPool2DForward(geometry, algorithm).Apply(wide));
    }

    /// <summary>The convolution behind <see cref="conv2d"/> and <see cref="Conv2D"/>: padding may differ before and after, and be other
    /// than zeros.</summary>
    internal static Tensor Convolve(
        Tensor input, Tensor weight, Tensor? bias, (long, long) stride, (long H, long W) padBefore, (long H, long W) padAfter,
        (long, long) dilation,
        long groups, Border? border, Algorithm algorithm)
    {
        Known(algorithm);
        using var heldInput = Operand.Hold(input, nameof(input));
        using var heldWeight = Operand.Hold(weight, nameof(weight));
        using var heldBias = bias is null ? null : Operand.Hold(bias, nameof(bias));
        (input, weight, bias) = (heldInput, heldWeight, heldBias);
        CheckImages(input);
        CheckOperands(input, weight, bias);
        var weightShape = TensorMemory.ShapeOf(weight);
        // Zeros are read where they would be; any other border is copied into a larger image, which needs no padding then.
        Pad2DGeometry? padded = border is null ? null
            : Pad2DGeometry.Create(TensorMemory.ShapeOf(input), padBefore, padAfter, border.Value);
        var geometry = padded is null
            ? Conv2DGeometry.Create(TensorMemory.ShapeOf(input), weightShape, stride, padBefore, padAfter, dilation, groups)
            : Conv2DGeometry.Create(padded.Value.OutputShape, weightShape, stride, (0, 0), (0, 0), dilation, groups);
        if (bias is not null)
        {
            Rule.Require(bias.dim() == 1 && bias.size(0) == weightShape.N, nameof(bias),
                $"bias has shape {bias.shape}: must be ({weightShape.N}), one value for each output channel of weight {weightShape}.");
            Rule.Require(
                weightShape.N <= int.MaxValue, nameof(bias), $"bias has shape {bias.shape}: must have {int.MaxValue} values at most.");
        }
        try
        {
            if (geometry.InChannels == 0) return new ConvolveNothing(geometry).Apply(input, weight, bias);
            if (!IsNarrow(input)) return Run(input, weight, bias);
            using var wideInput = input.to(ScalarType.Float32);
            using var wideWeight = weight.to(ScalarType.Float32);
            using var wideBias = bias?.to(ScalarType.Float32);
            using var wide = Run(wideInput, wideWeight, wideBias);
            return wide.to(input.dtype);
        }
        catch (Exception exception) when (Operand.IsOutOfMemory(exception))
        {
            throw NoRoom(TensorMemory.ShapeOf(input), geometry.OutputShape, input.dtype, exception);
        }

        Tensor Run(Tensor input, Tensor weight, Tensor? bias)
        {
            if (padded is null) return new Conv2DForward(geometry, algorithm).Apply(input, weight, bias);
            using var image = new Pad2DForward(padded.Value).Apply(input);
            return new Conv2DForward(geometry, algorithm).Apply(image, weight, bias);
        }
    }

    private static Pool2DGeometry MaxPoolOf(
        Tensor input, long[] kernel_size, long[]? strides, long[]? padding, long[]? dilation, bool ceil_mode, Algorithm algorithm)
    {
        Known(algorithm);
        CheckImages(input, integers: true);
        var kernel = RequiredPair(kernel_size, nameof(kernel_size));
        return Pool2DGeometry.Create(
            TensorMemory.ShapeOf(input), kernel, strides is [] ? kernel : Pair(strides, nameof(strides)) ?? kernel,
            Pair(padding, nameof(padding)) ?? (0, 0),
            Pair(dilation, nameof(dilation)) ?? (1, 1), ceil_mode);
    }

    // The 16-bit types: widened to float32, computed there, rounded once; backward, the same casts widen and round the gradients.
    private static Tensor Pool(Shape4 output, Tensor input, Func<Tensor, Tensor> compute)
    {
        try
        {
            if (!IsNarrow(input)) return compute(input);
            using var wide = input.to(ScalarType.Float32);
            using var result = compute(wide);
            return result.to(input.dtype);
        }
        catch (Exception exception) when (Operand.IsOutOfMemory(exception))
        {
            throw NoRoom(TensorMemory.ShapeOf(input), output, input.dtype, exception);
        }
    }

    private static ArgumentException NoRoom(Shape4 input, Shape4 output, ScalarType dtype, Exception cause) =>
        Rule.Refusal(
            nameof(input),
            $"input has shape {input}: memory has no room for the output {output} of {dtype}, or for what computing it takes.",
            cause);

    /// <summary>The algorithm, if there is such a one.</summary>
    internal static Algorithm Known(Algorithm algorithm)
    {
        Rule.Require(
            algorithm is Algorithm.Fast or Algorithm.Literal, nameof(algorithm), $"algorithm = {algorithm}: must be Fast or Literal.");
        return algorithm;
    }

    /// <summary>Whether convolutions and averages are computed in this type.</summary>
    internal static bool IsReal(ScalarType type) =>
        type is ScalarType.Float32 or ScalarType.Float64 or ScalarType.Float16 or ScalarType.BFloat16;

    private static bool IsNarrow(Tensor tensor) => tensor.dtype is ScalarType.Float16 or ScalarType.BFloat16;

    // What every layer takes: images, of a type that it computes in.
    private static void CheckImages(Tensor input, bool integers = false)
    {
        Rule.Require(
            input.dim() is 3 or 4, nameof(input), $"input has shape {input.shape}: must be (N, C, H, W), or (C, H, W) for one image.");
        bool isInteger = input.dtype is ScalarType.Byte or ScalarType.Int8 or ScalarType.Int16 or ScalarType.Int32 or ScalarType.Int64;
        Rule.Require(
            IsReal(input.dtype) || (integers && isInteger), nameof(input),
            $"input is {input.dtype}: must be Float32, Float64, Float16 or BFloat16{(integers ? ", or an integer type" : "")}.");
    }

    private static void CheckOperands(Tensor input, Tensor weight, Tensor? bias)
    {
        Rule.Require(weight.dim() == 4, nameof(weight), $"weight has shape {weight.shape}: must be (C_out, C_in / groups, kH, kW).");
        Rule.Require(weight.dtype == input.dtype, nameof(weight), $"weight is {weight.dtype}: must have the type of input, {input.dtype}.");
        Rule.Require(
            bias is null || bias.dtype == input.dtype, nameof(bias), $"bias is {bias?.dtype}: must have the type of input, {input.dtype}.");
    }

    // One value stands for both axes.
    internal static (long, long)? Pair(long[]? sizes, string argument)
    {
        if (sizes is null) return null;
        Rule.Require(
            sizes.Length is 1 or 2, argument, $"{argument} = {sizes}: must have one value, or one for the height and one for the width.");
        return (sizes[0], sizes[^1]);
    }

    internal static (long, long) RequiredPair(long[] sizes, string argument)
    {
        ArgumentNullException.ThrowIfNull(sizes, argument);
        return Pair(sizes, argument)!.Value;
    }
}
