using System.Runtime.InteropServices;
using Cnn.Layers.Autograd;
using Cnn.Layers.Geometry;
using Cnn.Layers.Swapping;
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
    private Parameter _weight = null!;
    private Parameter? _bias;
    private long[] _kernel_size = null!, _stride = null!, _dilation = null!;
    private long _groups;
    private PaddingModes _padding_mode;
    private bool isResized; // kernel_size or groups was set, and weight may not have that shape yet

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
    /// <param name="groups">Groups of a grouped convolution; divides in_channels and out_channels.</param>
    /// <param name="bias">Whether each filter adds a learnable constant.</param>
    /// <param name="device">Where the parameters live; the layer computes on the CPU.</param>
    /// <param name="dtype">Type of the parameters.</param>
    /// <exception cref="ArgumentException">An argument breaks a rule; the sentence names it, its value and the rule.</exception>
    public Conv2D(
        long in_channels, long out_channels, long kernel_size, long stride = 1, long padding = 0, long dilation = 1,
        PaddingModes padding_mode = PaddingModes.Zeros, long groups = 1, bool bias = true, Device? device = null, ScalarType? dtype = null)
        : this(in_channels, out_channels, (kernel_size, kernel_size), (stride, stride), (padding, padding), null, (dilation, dilation),
            padding_mode, groups, bias, device, dtype)
    {
    }

    /// <summary>A convolution with sizes of their own along (height, width), and zero or another padding.</summary>
    /// <inheritdoc cref="Conv2D(long, long, long, long, long, long, PaddingModes, long, bool, Device?, ScalarType?)"
    /// path="/param|/exception"/>
    public Conv2D(
        long in_channels, long out_channels, (long, long) kernel_size, (long, long)? stride = null, (long, long)? padding = null,
        (long, long)? dilation = null, PaddingModes padding_mode = PaddingModes.Zeros, long groups = 1, bool bias = true,
        Device? device = null, ScalarType? dtype = null)
        : this(in_channels, out_channels, kernel_size, stride ?? (1, 1), padding ?? (0, 0), null, dilation ?? (1, 1), padding_mode, groups,
            bias, device, dtype)
    {
    }

    /// <summary>A convolution with the same sizes along height and width, padded so that the size stays (Same) or not at all
    /// (Valid).</summary>
    /// <inheritdoc cref="Conv2D(long, long, long, long, long, long, PaddingModes, long, bool, Device?, ScalarType?)"
    /// path="/param|/exception"/>
    /// <param name="in_channels"/><param name="out_channels"/><param name="kernel_size"/><param name="stride"/><param name="dilation"/>
    /// <param name="padding_mode"/><param name="groups"/><param name="bias"/><param name="device"/><param name="dtype"/>
    /// <param name="padding">Same: dilation * (kernel_size - 1) cells in all, the odd one below and right; needs stride 1. Valid:
    /// none.</param>
    public Conv2D(
        long in_channels, long out_channels, long kernel_size, Padding padding, long stride = 1, long dilation = 1,
        PaddingModes padding_mode = PaddingModes.Zeros, long groups = 1, bool bias = true, Device? device = null, ScalarType? dtype = null)
        : this(in_channels, out_channels, (kernel_size, kernel_size), (stride, stride), null, padding, (dilation, dilation), padding_mode,
            groups, bias, device, dtype)
    {
    }

    /// <summary>A convolution with sizes of their own along (height, width), padded so that the size stays (Same) or not at all
    /// (Valid).</summary>
    /// <inheritdoc cref="Conv2D(long, long, long, Padding, long, long, PaddingModes, long, bool, Device?, ScalarType?)"
    /// path="/param|/exception"/>
    public Conv2D(
        long in_channels, long out_channels, (long, long) kernel_size, Padding padding, (long, long)? stride = null,
        (long, long)? dilation = null,
        PaddingModes padding_mode = PaddingModes.Zeros, long groups = 1, bool bias = true, Device? device = null, ScalarType? dtype = null)
        : this(in_channels, out_channels, kernel_size, stride ?? (1, 1), null, padding, dilation ?? (1, 1), padding_mode, groups, bias,
            device, dtype)
    {
    }

    private Conv2D(
        long in_channels, long out_channels, (long, long) kernel_size, (long, long) stride, (long, long)? padding, Padding? padding_type,
        (long, long) dilation, PaddingModes padding_mode, long groups, bool bias, Device? device, ScalarType? dtype)
        : this(new Conv2DOptions(in_channels, out_channels, kernel_size, stride, padding, padding_type, dilation, padding_mode, groups))
    {
        Rule.Require(
            dtype is null || Functional.IsReal(dtype.Value), nameof(dtype),
                $"dtype = {dtype}: must be Float32, Float64, Float16 or BFloat16.");
        var filters = Filters(Options.WeightShape, dtype, device);
        Take(nn.Parameter(filters), bias ? nn.Parameter(empty([out_channels], dtype, device)) : null);
        reset_parameters();
    }

    // Without parameters yet.
    private Conv2D(Conv2DOptions options) : base(nameof(Conv2D))
    {
        (in_channels, out_channels) = (options.InChannels, options.OutChannels);
        Options = options;
    }

    /// <summary>
    /// The layer that computes what <paramref name="conv"/> computes, with the same options and the <i>same</i> parameter objects:
    /// optimizers that hold them, their gradients and their <c>requires_grad</c> stay valid.
    /// </summary>
    /// <remarks>
    /// No random number is drawn. The training flag is copied; hooks are shared: a hook that is added to or removed from one is
    /// added to or removed from both. Disposing either layer disposes the parameters of both. <c>to(...)</c> with another type or
    /// device gives the layer that it is called on parameters of its own, and disposes the shared ones, as in nn.Conv2d.
    /// </remarks>
    /// <param name="conv">A convolution on the CPU, of a floating-point type.</param>
    /// <exception cref="ArgumentException">
    /// This library does not compute such a layer: it is on another device, complex, or padded along the wrong axes.
    /// </exception>
    public static Conv2D From(Conv2d conv)
    {
        ArgumentNullException.ThrowIfNull(conv);
        if (Twins.Refusal(conv) is { } reason) throw new ArgumentException($"conv cannot be taken over: {reason}.", nameof(conv));
        var twin = new Conv2D(Conv2DOptions.Of(conv));
        twin.Take(conv.weight, conv.bias);
        return Twins.Follow(conv, twin);
    }

    /// <summary>The same layer as nn.Conv2d, computed by libtorch, with the <i>same</i> parameter objects: the way back of
    /// <see cref="From"/>.</summary>
    /// <remarks>As with <see cref="From"/>, hooks and parameters are shared, the training flag is copied, nothing is drawn.</remarks>
    /// <exception cref="InvalidOperationException">nn.Conv2d pads these options along the wrong axes.</exception>
    /// <exception cref="ArgumentException">kernel_size or groups was set, and weight has not that shape yet.</exception>
    public Conv2d ToTorch()
    {
        var options = Options;
        if (options.IsPaddedWrongByTorch)
            throw new InvalidOperationException($"kernel_size = {options.KernelSize}: {Conv2DOptions.WrongPadding}.");
        CheckResized();
        // On the meta device nothing is drawn and nothing is allocated.
        var conv = options.PaddingType is { } type
            ? nn.Conv2d(
                in_channels, out_channels, options.KernelSize, type, options.Stride, options.Dilation, padding_mode, groups,
                    _bias is not null,
                META, _weight.dtype)
            : nn.Conv2d(
                in_channels, out_channels, options.KernelSize, options.Stride, options.Padding, options.Dilation, padding_mode, groups,
                    _bias is not null,
                META, _weight.dtype);
        conv.weight = _weight;
        if (_bias is not null) conv.bias = _bias;
        return Twins.Follow(this, conv);
    }

    /// <summary>The filters, (out_channels, in_channels / groups, kH, kW).</summary>
    public Parameter weight
    {
        get => _weight;
        set
        {
            ArgumentNullException.ThrowIfNull(value);
            Operand.CheckAlive(value, nameof(weight));
            var shape = Options.WeightShape;
            Rule.Require(
                value.dim() == 4 && TensorMemory.ShapeOf(value) == shape, nameof(weight),
                $"weight has shape {value.shape}: must be the layer's, {shape}.");
            Replace(ref _weight!, value, nameof(weight));
            isResized = false;
        }
    }

    /// <summary>One constant for each filter, or null.</summary>
    public Parameter? bias
    {
        get => _bias;
        set
        {
            if (value is not null)
            {
                Operand.CheckAlive(value, nameof(bias));
                Rule.Require(
                    value.shape is [var count] && count == out_channels, nameof(bias),
                    $"bias has shape {value.shape}: must be the layer's, ({out_channels}).");
            }
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

    /// <summary>Rows and columns of a filter. Set the size first, then a <see cref="weight"/> of that size.</summary>
    /// <exception cref="ArgumentException">The value breaks a rule of the constructor.</exception>
    public long[] kernel_size
    {
        get => _kernel_size;
        set => Options = Options with { KernelSize = Functional.RequiredPair(value, nameof(kernel_size)) };
    }

    /// <summary>Cells between two windows, along height and width: two values, or one for both to set.</summary>
    /// <exception cref="ArgumentException">The value breaks a rule of the constructor.</exception>
    public long[] stride
    {
        get => _stride;
        set => Options = Options with { Stride = Functional.RequiredPair(value, nameof(stride)) };
    }

    /// <summary>Padding cells on either side, along height and width; null where <see cref="padding_type"/> decides.</summary>
    public long[]? padding { get; private set; }

    /// <summary>Same or Valid; null where <see cref="padding"/> holds.</summary>
    public Padding? padding_type { get; private set; }

    /// <summary>Cells between two taps, along height and width: two values, or one for both to set.</summary>
    /// <exception cref="ArgumentException">The value breaks a rule of the constructor.</exception>
    public long[] dilation
    {
        get => _dilation;
        set => Options = Options with { Dilation = Functional.RequiredPair(value, nameof(dilation)) };
    }

    /// <summary>Groups of a grouped convolution. Set the number first, then a <see cref="weight"/> of that shape.</summary>
    /// <exception cref="ArgumentException">The value breaks a rule of the constructor.</exception>
    public long groups
    {
        get => _groups;
        set => Options = Options with { Groups = value };
    }

    /// <summary>What the padding holds.</summary>
    /// <exception cref="ArgumentException">The value breaks a rule of the constructor.</exception>
    public PaddingModes padding_mode
    {
        get => _padding_mode;
        set => Options = Options with { PaddingMode = value };
    }

    /// <summary>Sets explicit padding.</summary>
    /// <param name="padding">Cells on either side: one value, or one for the height and one for the width.</param>
    /// <exception cref="ArgumentException">The value breaks a rule of the constructor.</exception>
    public void SetPadding(long[] padding) =>
        Options = Options with { Padding = Functional.RequiredPair(padding, nameof(padding)), PaddingType = null };

    /// <summary>Sets padding that keeps the size, or none.</summary>
    /// <param name="padding">Same or Valid.</param>
    /// <exception cref="ArgumentException">The value breaks a rule of the constructor.</exception>
    public void SetPadding(Padding padding) => Options = Options with { Padding = null, PaddingType = padding };

    /// <summary>Draws weight and bias anew, as <c>nn.Conv2d</c> does.</summary>
    public void reset_parameters()
    {
        nn.init.kaiming_uniform_(_weight, Math.Sqrt(5));
        if (_bias is null) return;
        var shape = TensorMemory.ShapeOf(_weight);
        long fanIn = shape.C * shape.H * shape.W; // inputs of one output
        double bound = 1 / Math.Sqrt(fanIn);
        nn.init.uniform_(_bias, -bound, bound);
    }

    /// <summary>Convolves <paramref name="input"/> with the layer's filters.</summary>
    /// <param name="input">(N, in_channels, H, W) or (in_channels, H, W).</param>
    /// <returns>(N, out_channels, oH, oW) or (out_channels, oH, oW).</returns>
    /// <exception cref="ArgumentException">The input does not fit the layer; the sentence says why.</exception>
    public override Tensor forward(Tensor input)
    {
        CheckResized();
        return Convolve(input, _weight, _bias);
    }

    // A size that was set wants a weight of that size.
    private void CheckResized()
    {
        if (!isResized) return;
        var shape = Options.WeightShape;
        Rule.Require(
            TensorMemory.ShapeOf(_weight) == shape, nameof(weight),
            $"weight has shape {_weight.shape}: must be {shape}, with kernel_size = {kernel_size} and groups = {groups}.");
    }

    /// <summary>The layer with other filters than its own.</summary>
    internal Tensor Convolve(Tensor input, Tensor weight, Tensor? bias)
    {
        var (top, bottom) = PaddingAlong(0);
        var (left, right) = PaddingAlong(1);
        return Functional.Convolve(
            input, weight, bias, (stride[0], stride[1]), (top, left), (bottom, right), (dilation[0], dilation[1]), groups,
            BorderOf(padding_mode), algorithm);
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

    // The options as one value: whatever sets an option passes the same rules.
    private Conv2DOptions Options
    {
        get => new(
            in_channels, out_channels, (kernel_size[0], kernel_size[1]), (stride[0], stride[1]), padding is [var h, var w]
                ? (h, w) : null, padding_type,
            (dilation[0], dilation[1]), padding_mode, groups);
        set
        {
            value = value.Checked();
            isResized = _weight is not null && TensorMemory.ShapeOf(_weight) != value.WeightShape;
            _kernel_size = [value.KernelSize.H, value.KernelSize.W];
            _stride = [value.Stride.H, value.Stride.W];
            padding = value.Padding is var (h, w) ? [h, w] : null;
            padding_type = value.PaddingType;
            _dilation = [value.Dilation.H, value.Dilation.W];
            _padding_mode = value.PaddingMode;
            _groups = value.Groups;
        }
    }

    private (long Before, long After) PaddingAlong(int axis) =>
        padding is not null ? (padding[axis], padding[axis])
        : padding_type == Padding.Same ? WindowAxis.SamePadding(kernel_size[axis], dilation[axis])
        : (0, 0);

    private void Take(Parameter weight, Parameter? bias)
    {
        _weight = Owned(weight);
        _bias = bias is null ? null : Owned(bias);
        register_parameter(nameof(weight), _weight);
        if (_bias is not null) register_parameter(nameof(bias), _bias);
    }

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
        throw Rule.Refusal(
            nameof(kernel_size), $"kernel_size = {(shape.H, shape.W)}: memory has no room for a weight of shape {shape}.");
    }

    // A parameter lives as long as its layer, whatever scope it was made in.
    private static Parameter Owned(Parameter parameter) => (Parameter)parameter.DetachFromDisposeScope()!;
}
