using System.Runtime.InteropServices;
using Cnn.Layers.Autograd;
using Cnn.Layers.Geometry;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Cnn.Layers;

/// <summary>
/// A 2-D convolution layer to put where <c>nn.Conv2d(...)</c> stands: the same parameters, initial weights, state_dict and
/// results, computed by the loops of this library.
/// </summary>
/// <remarks>
/// Takes (N, C_in, H, W) or (C_in, H, W), see <see cref="Functional.conv2d"/>. The weights start as those of
/// <c>nn.Conv2d</c> do from the same <c>torch.manual_seed</c>: uniform within 1 / sqrt(C_in / groups * kH * kW).
/// An error inside of <c>backward()</c> is an exception; inside of <c>torch.autograd.grad</c> it ends the process, as with
/// nn.Conv2d: TorchSharp does not guard that call.
/// </remarks>
public sealed class Conv2D : nn.Module<Tensor, Tensor>
{
    private Parameter _weight;
    private Parameter? _bias;

    /// <summary>A convolution with the same sizes along height and width, and zero or another padding.</summary>
    /// <param name="in_channels">Channels of the input.</param>
    /// <param name="out_channels">Channels of the output: the number of filters.</param>
    /// <param name="kernel_size">Rows and columns of a filter.</param>
    /// <param name="stride">Cells between two windows.</param>
    /// <param name="padding">Padding cells on every side.</param>
    /// <param name="dilation">Cells between two taps of a filter.</param>
    /// <param name="padding_mode">
    /// What the padding holds: zeros (Constant as well), the image mirrored, its nearest cell, or its other end.
    /// </param>
    /// <param name="groups">Blocks of channels that do not see each other; divides in_channels and out_channels.</param>
    /// <param name="bias">Whether each filter adds a learnable constant.</param>
    /// <param name="device">Where the parameters live; the layer computes on the CPU.</param>
    /// <param name="dtype">Type of the parameters.</param>
    /// <exception cref="ArgumentException">An argument breaks a rule; the sentence names it, its value and the rule.</exception>
    public Conv2D(
        long in_channels, long out_channels, long kernel_size, long stride = 1, long padding = 0, long dilation = 1,
        PaddingModes padding_mode = PaddingModes.Zeros, long groups = 1, bool bias = true, Device? device = null, ScalarType? dtype = null)
        : this(in_channels, out_channels, (kernel_size, kernel_size), (stride, stride), (padding, padding), null, (dilation, dilation), padding_mode, groups, bias, device, dtype)
    {
    }

    /// <summary>A convolution with sizes of their own along (height, width), and zero or another padding.</summary>
    /// <inheritdoc cref="Conv2D(long, long, long, long, long, long, PaddingModes, long, bool, Device?, ScalarType?)" path="/param|/exception"/>
    public Conv2D(
        long in_channels, long out_channels, (long, long) kernel_size, (long, long)? stride = null, (long, long)? padding = null,
        (long, long)? dilation = null, PaddingModes padding_mode = PaddingModes.Zeros, long groups = 1, bool bias = true, Device? device = null, ScalarType? dtype = null)
        : this(in_channels, out_channels, kernel_size, stride ?? (1, 1), padding ?? (0, 0), null, dilation ?? (1, 1), padding_mode, groups, bias, device, dtype)
    {
    }

    /// <summary>A convolution with the same sizes along height and width, padded so that the size stays (Same) or not at all (Valid).</summary>
    /// <inheritdoc cref="Conv2D(long, long, long, long, long, long, PaddingModes, long, bool, Device?, ScalarType?)" path="/param|/exception"/>
    /// <param name="in_channels"/><param name="out_channels"/><param name="kernel_size"/><param name="stride"/><param name="dilation"/>
    /// <param name="padding_mode"/><param name="groups"/><param name="bias"/><param name="device"/><param name="dtype"/>
    /// <param name="padding">Same: dilation * (kernel_size - 1) cells in all, the odd one below and right; needs stride 1. Valid: none.</param>
    public Conv2D(
        long in_channels, long out_channels, long kernel_size, Padding padding, long stride = 1, long dilation = 1,
        PaddingModes padding_mode = PaddingModes.Zeros, long groups = 1, bool bias = true, Device? device = null, ScalarType? dtype = null)
        : this(in_channels, out_channels, (kernel_size, kernel_size), (stride, stride), null, padding, (dilation, dilation), padding_mode, groups, bias, device, dtype)
    {
    }

    /// <summary>A convolution with sizes of their own along (height, width), padded so that the size stays (Same) or not at all (Valid).</summary>
    /// <inheritdoc cref="Conv2D(long, long, long, Padding, long, long, PaddingModes, long, bool, Device?, ScalarType?)" path="/param|/exception"/>
    public Conv2D(
        long in_channels, long out_channels, (long, long) kernel_size, Padding padding, (long, long)? stride = null, (long, long)? dilation = null,
        PaddingModes padding_mode = PaddingModes.Zeros, long groups = 1, bool bias = true, Device? device = null, ScalarType? dtype = null)
        : this(in_channels, out_channels, kernel_size, stride ?? (1, 1), null, padding, dilation ?? (1, 1), padding_mode, groups, bias, device, dtype)
    {
    }

    private Conv2D(
        long in_channels, long out_channels, (long H, long W) kernel_size, (long H, long W) stride, (long H, long W)? padding, Padding? padding_type,
        (long H, long W) dilation, PaddingModes padding_mode, long groups, bool bias, Device? device, ScalarType? dtype)
        : base(nameof(Conv2D))
    {
        Rule.Require(in_channels >= 1, nameof(in_channels), $"in_channels = {in_channels}: must be at least 1.");
        Rule.Require(out_channels >= 1, nameof(out_channels), $"out_channels = {out_channels}: must be at least 1.");
        Rule.Require(kernel_size is { H: >= 1, W: >= 1 }, nameof(kernel_size), $"kernel_size = {kernel_size}: must be at least 1 along both axes.");
        Rule.Require(stride is { H: >= 1, W: >= 1 }, nameof(stride), $"stride = {stride}: must be at least 1 along both axes.");
        Rule.Require(padding is null or { H: >= 0, W: >= 0 }, nameof(padding), $"padding = {padding}: must not be negative.");
        Rule.Require(padding_type is null or Padding.Valid or Padding.Same, nameof(padding), $"padding = {padding_type}: must be Same or Valid.");
        Rule.Require(padding_type != Padding.Same || stride is (1, 1), nameof(stride), $"stride = {stride}: padding = Same needs a stride of 1 along both axes.");
        Rule.Require(dilation is { H: >= 1, W: >= 1 }, nameof(dilation), $"dilation = {dilation}: must be at least 1 along both axes.");
        Rule.Require(
            padding_type != Padding.Same || ((Int128)dilation.H * kernel_size.H <= int.MaxValue && (Int128)dilation.W * kernel_size.W <= int.MaxValue),
            nameof(dilation), $"dilation = {dilation}: with kernel_size = {kernel_size}, padding = Same would need more than {int.MaxValue} cells.");
        Rule.Require(
            dtype is null or ScalarType.Float32 or ScalarType.Float64 or ScalarType.Float16 or ScalarType.BFloat16,
            nameof(dtype), $"dtype = {dtype}: must be Float32, Float64, Float16 or BFloat16.");
        Rule.Require(
            padding_mode is >= PaddingModes.Zeros and <= PaddingModes.Constant,
            nameof(padding_mode), $"padding_mode = {padding_mode}: must be Zeros, Reflect, Replicate, Circular or Constant.");
        Rule.Require(groups >= 1, nameof(groups), $"groups = {groups}: must be at least 1.");
        Rule.Require(in_channels % groups == 0 && out_channels % groups == 0, nameof(groups), $"groups = {groups}: must divide in_channels = {in_channels} and out_channels = {out_channels}.");

        this.in_channels = in_channels;
        this.out_channels = out_channels;
        this.kernel_size = [kernel_size.H, kernel_size.W];
        this.stride = [stride.H, stride.W];
        this.padding = padding is var (h, w) ? [h, w] : null;
        this.padding_type = padding_type;
        this.dilation = [dilation.H, dilation.W];
        this.padding_mode = padding_mode;
        this.groups = groups;

        _weight = Owned(nn.Parameter(Filters(new(out_channels, in_channels / groups, kernel_size.H, kernel_size.W), dtype, device)));
        _bias = bias ? Owned(nn.Parameter(empty([out_channels], dtype, device))) : null;
        register_parameter(nameof(weight), _weight);
        if (_bias is not null) register_parameter(nameof(bias), _bias);
        reset_parameters();
    }

    /// <summary>The filters, (out_channels, in_channels / groups, kH, kW).</summary>
    public Parameter weight
    {
        get => _weight;
        set
        {
            ArgumentNullException.ThrowIfNull(value);
            Rule.Require(!value.IsInvalid, nameof(weight), $"weight is a disposed tensor: it must be alive.");
            Rule.Require(value.shape.SequenceEqual(_weight.shape), nameof(weight), $"weight has shape {value.shape}: the layer's is {_weight.shape}.");
            Replace(ref _weight!, value, nameof(weight));
        }
    }

    /// <summary>One constant for each filter, or null.</summary>
    public Parameter? bias
    {
        get => _bias;
        set
        {
            Rule.Require(value is not { IsInvalid: true }, nameof(bias), $"bias is a disposed tensor: it must be alive.");
            if (value is not null) Rule.Require(value.shape is [var count] && count == out_channels, nameof(bias), $"bias has shape {value.shape}: the layer's is ({out_channels}).");
            Replace(ref _bias, value, nameof(bias));
        }
    }

    /// <summary>Which loops compute the layer; both give the same bits.</summary>
    /// <exception cref="ArgumentException">The value is neither.</exception>
    public Algorithm algorithm { get; set => field = Functional.Known(value); } = Algorithm.Fast;

    /// <summary>Channels of the input.</summary>
    public long in_channels { get; }

    /// <summary>Channels of the output.</summary>
    public long out_channels { get; }

    /// <summary>Rows and columns of a filter.</summary>
    public long[] kernel_size { get; }

    /// <summary>Cells between two windows, along height and width.</summary>
    public long[] stride { get; }

    /// <summary>Padding cells on either side, along height and width; null where <see cref="padding_type"/> decides.</summary>
    public long[]? padding { get; }

    /// <summary>Same or Valid; null where <see cref="padding"/> holds.</summary>
    public Padding? padding_type { get; }

    /// <summary>Cells between two taps, along height and width.</summary>
    public long[] dilation { get; }

    /// <summary>Blocks of channels that do not see each other.</summary>
    public long groups { get; }

    /// <summary>What the padding holds.</summary>
    public PaddingModes padding_mode { get; }

    /// <summary>Draws weight and bias anew, as <c>nn.Conv2d</c> does.</summary>
    public void reset_parameters()
    {
        nn.init.kaiming_uniform_(_weight, Math.Sqrt(5));
        if (_bias is null) return;
        long fanIn = in_channels / groups * kernel_size[0] * kernel_size[1]; // inputs of one output
        double bound = 1 / Math.Sqrt(fanIn);
        nn.init.uniform_(_bias, -bound, bound);
    }

    /// <summary>Convolves <paramref name="input"/> with the layer's filters.</summary>
    /// <param name="input">(N, in_channels, H, W) or (in_channels, H, W).</param>
    /// <returns>(N, out_channels, oH, oW) or (out_channels, oH, oW).</returns>
    /// <exception cref="ArgumentException">The input does not fit the layer; the sentence says why.</exception>
    public override Tensor forward(Tensor input) => Convolve(input, _weight, _bias);

    /// <summary>The layer with other filters than its own.</summary>
    internal Tensor Convolve(Tensor input, Tensor weight, Tensor? bias)
    {
        var (top, bottom) = PaddingAlong(0);
        var (left, right) = PaddingAlong(1);
        return Functional.Convolve(
            input, weight, bias, (stride[0], stride[1]), (top, left), (bottom, right), (dilation[0], dilation[1]), groups, BorderOf(padding_mode), algorithm);
    }

    /// <summary>What a padding mode copies; null for zeros, which nothing need copy, and which nn.Conv2d's constant is as well.</summary>
    internal static Border? BorderOf(PaddingModes mode) => mode switch
    {
        PaddingModes.Reflect => Border.Reflect,
        PaddingModes.Replicate => Border.Replicate,
        PaddingModes.Circular => Border.Circular,
        _ => null,
    };

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _weight.Dispose();
            _bias?.Dispose();
        }
        base.Dispose(disposing);
    }

    /// <summary>Nothing left to do: weight and bias are registered as they are set, under the names of their properties.</summary>
    protected override void RegisterComponents()
    {
    }

    private (long Before, long After) PaddingAlong(int axis) =>
        padding is not null ? (padding[axis], padding[axis])
        : padding_type == Padding.Same ? WindowAxis.SamePadding(kernel_size[axis], dilation[axis])
        : (0, 0);

    private void Replace<TParameter>(ref TParameter field, TParameter value, string name) where TParameter : Parameter?
    {
        if (ReferenceEquals(field, value)) return;
        field?.Dispose();
        field = value is null ? value : (TParameter)Owned(value);
        ConditionallyRegisterParameter(name, value);
    }

    private static Tensor Filters(Shape4 shape, ScalarType? dtype, Device? device)
    {
        try
        {
            if (shape.IsAddressable) return empty([shape.N, shape.C, shape.H, shape.W], dtype, device);
        }
        catch (ExternalException exception) when (Operand.IsOutOfMemory(exception))
        {
            // Said below.
        }
        throw new ArgumentException(
            $"kernel_size = {(shape.H, shape.W)}: with these channels weight has shape {shape}, for which memory has no room.",
            nameof(kernel_size));
    }

    // A parameter lives as long as its layer, whatever scope it was made in.
    private static Parameter Owned(Parameter parameter) => (Parameter)parameter.DetachFromDisposeScope()!;
}
