using System.Diagnostics.CodeAnalysis;
using Cnn.Layers.Swapping;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Cnn.Layers;

/// <summary>
/// A 2-D pooling layer to put where <c>nn.MaxPool2d(...)</c> or <c>nn.AvgPool2d(...)</c> stands, computed by the loops of
/// this library.
/// </summary>
/// <remarks>
/// Takes (N, C, H, W) or (C, H, W), see <see cref="Functional.max_pool2d"/> and <see cref="Functional.avg_pool2d"/>.
/// It has no parameters and no state, and may stand in a <see cref="ParameterLessModule{T1, TResult}"/>, as TorchSharp's own pools may.
/// An error inside of <c>backward()</c> is an exception; inside of <c>torch.autograd.grad</c> it ends the process, as with
/// TorchSharp's own: it does not guard that call.
/// </remarks>
public sealed class Pool2D : ParameterLessModule<Tensor, Tensor>
{
    private long[] _kernel_size = null!, _padding = null!, _dilation = null!;
    private long[]? _stride; // null: as kernel_size is
    private bool _count_include_pad;
    private long? _divisor_override;

    /// <summary>A pool with the same sizes along height and width.</summary>
    /// <param name="mode">Maximum or average.</param>
    /// <param name="kernel_size">Rows and columns of the window.</param>
    /// <param name="stride">Cells between two windows. Default: kernel_size.</param>
    /// <param name="padding">Padding cells on every side, at most half of the window. Default: 0.</param>
    /// <param name="dilation">Cells between two taps of the window; 1 for an average. Default: 1.</param>
    /// <param name="ceil_mode">Whether a last window may overhang the padded input.</param>
    /// <param name="count_include_pad">Average: whether padding counts as cells of the window. Always true for a maximum.</param>
    /// <param name="divisor_override">Average: what to divide by instead of the number of cells. Always null for a maximum.</param>
    /// <exception cref="ArgumentException">An argument breaks a rule; the sentence names it, its value and the rule.</exception>
    public Pool2D(
        PoolMode mode, long kernel_size, long? stride = null, long? padding = null, long? dilation = null, bool ceil_mode = false,
        bool count_include_pad = true, long? divisor_override = null)
        : this(mode, (kernel_size, kernel_size), Both(stride), Both(padding), Both(dilation), ceil_mode, count_include_pad,
            divisor_override)
    {
    }

    /// <summary>A pool with sizes of their own along (height, width).</summary>
    /// <inheritdoc cref="Pool2D(PoolMode, long, long?, long?, long?, bool, bool, long?)" path="/param|/exception"/>
    public Pool2D(
        PoolMode mode, (long, long) kernel_size, (long, long)? stride = null, (long, long)? padding = null, (long, long)? dilation = null,
        bool ceil_mode = false, bool count_include_pad = true, long? divisor_override = null)
        : base(nameof(Pool2D))
    {
        this.mode = mode;
        // As in TorchSharp: a maximum's default stride is the kernel's size once and for all, an average's follows it.
        Options = new(
            mode, kernel_size, stride ?? (mode == PoolMode.Max ? kernel_size : null), padding ?? (0, 0), dilation ?? (1, 1), ceil_mode,
            count_include_pad, divisor_override);
    }

    /// <summary>The layer that computes what <paramref name="pool"/> computes: the same options and training flag, and the same
    /// hooks.</summary>
    /// <param name="pool">A pool; where it has no stride, the stride is its kernel_size.</param>
    /// <exception cref="ArgumentException">An option breaks a rule; the sentence names it.</exception>
    public static Pool2D From(MaxPool2d pool)
    {
        ArgumentNullException.ThrowIfNull(pool);
        return Twins.Follow(pool, new Pool2D(
            PoolMode.Max, Functional.RequiredPair(pool.kernel_size, nameof(kernel_size)), OptionalPair(pool.stride, nameof(stride)),
            Functional.Pair(pool.padding, nameof(padding)), Functional.Pair(pool.dilation, nameof(dilation)), pool.ceil_mode));
    }

    /// <inheritdoc cref="From(MaxPool2d)"/>
    public static Pool2D From(AvgPool2d pool)
    {
        ArgumentNullException.ThrowIfNull(pool);
        return Twins.Follow(pool, new Pool2D(
            PoolMode.Average, Functional.RequiredPair(pool.kernel_size, nameof(kernel_size)), OptionalPair(pool.stride, nameof(stride)),
            Functional.Pair(pool.padding, nameof(padding)), null, pool.ceil_mode, pool.count_include_pad,
            pool.divisor_override is 0 ? null : pool.divisor_override)); // 0 says "none" to TorchSharp's layer
    }

    /// <summary>The same pool as <c>nn.MaxPool2d</c> or <c>nn.AvgPool2d</c>, computed by libtorch: the way back of <c>From</c>.</summary>
    public nn.Module<Tensor, Tensor> ToTorch()
    {
        nn.Module<Tensor, Tensor> pool = mode == PoolMode.Max
            ? nn.MaxPool2d([.. kernel_size], [.. stride], [.. padding], [.. dilation], ceil_mode)
            : nn.AvgPool2d([.. kernel_size], _stride is null ? null : [.. _stride], [.. padding], ceil_mode, count_include_pad,
                divisor_override);
        return Twins.Follow(this, pool);
    }

    /// <summary>Maximum or average.</summary>
    public PoolMode mode { get; }

    /// <summary>Which loops compute the layer; both give the same bits.</summary>
    /// <exception cref="ArgumentException">The value is neither.</exception>
    public Algorithm algorithm { get; set => field = Functional.Known(value); } = Algorithm.Fast;

    /// <summary>Rows and columns of the window: two values, or one for both to set.</summary>
    /// <exception cref="ArgumentException">The value breaks a rule of the constructor.</exception>
    public long[] kernel_size
    {
        get => _kernel_size;
        set => Options = Options with { KernelSize = Functional.RequiredPair(value, nameof(kernel_size)) };
    }

    /// <summary>
    /// Cells between two windows, along height and width: two values, or one for both to set; null or none for those of kernel_size.
    /// </summary>
    /// <exception cref="ArgumentException">The value breaks a rule of the constructor.</exception>
    [AllowNull]
    public long[] stride
    {
        get => _stride ?? [.. _kernel_size]; // a copy: who changes it does not change the kernel
        set => Options = Options with { Stride = OptionalPair(value, nameof(stride)) };
    }

    /// <summary>Padding cells on either side, along height and width: two values, or one for both to set.</summary>
    /// <exception cref="ArgumentException">The value breaks a rule of the constructor.</exception>
    public long[] padding
    {
        get => _padding;
        set => Options = Options with { Padding = Functional.RequiredPair(value, nameof(padding)) };
    }

    /// <summary>Cells between two taps, along height and width: two values, or one for both to set.</summary>
    /// <exception cref="ArgumentException">The value breaks a rule of the constructor.</exception>
    public long[] dilation
    {
        get => _dilation;
        set => Options = Options with { Dilation = Functional.RequiredPair(value, nameof(dilation)) };
    }

    /// <summary>Whether a last window may overhang the padded input.</summary>
    public bool ceil_mode { get; set; }

    /// <summary>Average: whether padding counts as cells of the window. Always true for a maximum.</summary>
    /// <exception cref="ArgumentException">The value breaks a rule of the constructor.</exception>
    public bool count_include_pad
    {
        get => _count_include_pad;
        set => Options = Options with { CountIncludePad = value };
    }

    /// <summary>Average: what to divide by instead of the number of cells. Always null for a maximum.</summary>
    /// <exception cref="ArgumentException">The value breaks a rule of the constructor.</exception>
    public long? divisor_override
    {
        get => _divisor_override;
        set => Options = Options with { DivisorOverride = value };
    }

    /// <summary>Pools every channel of <paramref name="input"/>.</summary>
    /// <param name="input">(N, C, H, W) or (C, H, W).</param>
    /// <returns>(N, C, oH, oW) or (C, oH, oW).</returns>
    /// <exception cref="ArgumentException">The input does not fit the layer; the sentence says why.</exception>
    public override Tensor forward(Tensor input) => mode == PoolMode.Max
        ? Functional.max_pool2d(input, kernel_size, _stride, padding, dilation, ceil_mode, algorithm)
        : Functional.avg_pool2d(input, kernel_size, _stride, padding, ceil_mode, count_include_pad, divisor_override, algorithm);

    /// <summary>Max only: the maxima, and for each the index ih * W + iw of its cell in its own plane (int64).</summary>
    /// <param name="input">(N, C, H, W) or (C, H, W).</param>
    /// <exception cref="InvalidOperationException">The layer averages.</exception>
    /// <exception cref="ArgumentException">The input does not fit the layer; the sentence says why.</exception>
    public (Tensor Values, Tensor Indices) forward_with_indices(Tensor input)
    {
        if (mode != PoolMode.Max) throw new InvalidOperationException($"forward_with_indices: mode = {mode} has no indices; only Max has.");
        return Functional.max_pool2d_with_indices(input, kernel_size, _stride, padding, dilation, ceil_mode, algorithm);
    }

    // The options as one value: whatever sets an option passes the same rules.
    private Pool2DOptions Options
    {
        get => new(
            mode, (_kernel_size[0], _kernel_size[1]), _stride is [var h, var w] ? (h, w) : null, (_padding[0], _padding[1]),
                (_dilation[0], _dilation[1]),
            ceil_mode, _count_include_pad, _divisor_override);
        set
        {
            value = value.Checked();
            _kernel_size = [value.KernelSize.H, value.KernelSize.W];
            _stride = value.Stride is var (h, w) ? [h, w] : null;
            _padding = [value.Padding.H, value.Padding.W];
            _dilation = [value.Dilation.H, value.Dilation.W];
            ceil_mode = value.CeilMode;
            _count_include_pad = value.CountIncludePad;
            _divisor_override = value.DivisorOverride;
        }
    }

    // None stands for the kernel's size.
    private static (long, long)? OptionalPair(long[]? sizes, string argument) => sizes is [] ? null : Functional.Pair(sizes, argument);

    private static (long, long)? Both(long? size) => size is { } both ? (both, both) : null;
}
