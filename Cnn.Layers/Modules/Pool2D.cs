using Cnn.Layers.Geometry;
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
        : this(mode, (kernel_size, kernel_size), Both(stride), Both(padding), Both(dilation), ceil_mode, count_include_pad, divisor_override)
    {
    }

    /// <summary>A pool with sizes of their own along (height, width).</summary>
    /// <inheritdoc cref="Pool2D(PoolMode, long, long?, long?, long?, bool, bool, long?)" path="/param|/exception"/>
    public Pool2D(
        PoolMode mode, (long, long) kernel_size, (long, long)? stride = null, (long, long)? padding = null, (long, long)? dilation = null,
        bool ceil_mode = false, bool count_include_pad = true, long? divisor_override = null)
        : base(nameof(Pool2D))
    {
        Rule.Require(mode is PoolMode.Max or PoolMode.Average, nameof(mode), $"mode = {mode}: must be Max or Average.");
        if (mode == PoolMode.Max)
        {
            Rule.Require(count_include_pad, nameof(count_include_pad), $"count_include_pad = {count_include_pad}: only an average counts cells.");
            Rule.Require(divisor_override is null, nameof(divisor_override), $"divisor_override = {divisor_override}: only an average divides.");
        }
        else
        {
            Rule.Require(dilation is null or (1, 1), nameof(dilation), $"dilation = {dilation}: an average takes no dilation other than 1.");
        }

        var (kernel, step, pad, spread) = (kernel_size, stride ?? kernel_size, padding ?? (0, 0), dilation ?? (1, 1));
        Pool2DGeometry.CheckWindow(kernel, step, pad, spread, divisor_override);
        this.mode = mode;
        this.kernel_size = [kernel.Item1, kernel.Item2];
        this.stride = [step.Item1, step.Item2];
        this.padding = [pad.Item1, pad.Item2];
        this.dilation = [spread.Item1, spread.Item2];
        this.ceil_mode = ceil_mode;
        this.count_include_pad = count_include_pad;
        this.divisor_override = divisor_override;
    }

    /// <summary>Maximum or average.</summary>
    public PoolMode mode { get; }

    /// <summary>Which loops compute the layer; both give the same bits.</summary>
    /// <exception cref="ArgumentException">The value is neither.</exception>
    public Algorithm algorithm { get; set => field = Functional.Known(value); } = Algorithm.Fast;

    /// <summary>Rows and columns of the window.</summary>
    public long[] kernel_size { get; }

    /// <summary>Cells between two windows, along height and width.</summary>
    public long[] stride { get; }

    /// <summary>Padding cells on either side, along height and width.</summary>
    public long[] padding { get; }

    /// <summary>Cells between two taps, along height and width.</summary>
    public long[] dilation { get; }

    /// <summary>Whether a last window may overhang the padded input.</summary>
    public bool ceil_mode { get; }

    /// <summary>Average: whether padding counts as cells of the window.</summary>
    public bool count_include_pad { get; }

    /// <summary>Average: what to divide by instead of the number of cells.</summary>
    public long? divisor_override { get; }

    /// <summary>Pools every channel of <paramref name="input"/>.</summary>
    /// <param name="input">(N, C, H, W) or (C, H, W).</param>
    /// <returns>(N, C, oH, oW) or (C, oH, oW).</returns>
    /// <exception cref="ArgumentException">The input does not fit the layer; the sentence says why.</exception>
    public override Tensor forward(Tensor input) => mode == PoolMode.Max
        ? Functional.max_pool2d(input, kernel_size, stride, padding, dilation, ceil_mode, algorithm)
        : Functional.avg_pool2d(input, kernel_size, stride, padding, ceil_mode, count_include_pad, divisor_override, algorithm);

    /// <summary>Max only: the maxima, and for each the index ih * W + iw of its cell in its own plane (int64).</summary>
    /// <param name="input">(N, C, H, W) or (C, H, W).</param>
    /// <exception cref="InvalidOperationException">The layer averages.</exception>
    /// <exception cref="ArgumentException">The input does not fit the layer; the sentence says why.</exception>
    public (Tensor Values, Tensor Indices) forward_with_indices(Tensor input)
    {
        if (mode != PoolMode.Max) throw new InvalidOperationException($"forward_with_indices: mode = {mode} has no indices; only Max has.");
        return Functional.max_pool2d_with_indices(input, kernel_size, stride, padding, dilation, ceil_mode, algorithm);
    }

    private static (long, long)? Both(long? size) => size is { } both ? (both, both) : null;
}
