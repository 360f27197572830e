using Cnn.Layers.Geometry;
using Cnn.Layers.Swapping;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Cnn.Layers;

/// <summary>
/// An average pool to put where <c>nn.AdaptiveAvgPool2d(...)</c> stands: it is told how many windows to give, whatever the input's size. One
/// window is the global average. Computed by the loops of this library.
/// </summary>
/// <remarks>
/// Takes (N, C, H, W) or (C, H, W), see <see cref="Functional.adaptive_avg_pool2d"/>. It has no parameters and no state, and may stand in a
/// <see cref="ParameterLessModule{T1, TResult}"/>, as TorchSharp's own may. An error inside of <c>backward()</c> is an exception; inside of
/// <c>torch.autograd.grad</c> it ends the process, as with TorchSharp's own: it does not guard that call.
/// </remarks>
public sealed class AdaptiveAvgPool2D : ParameterLessModule<Tensor, Tensor>
{
    /// <summary>A pool that gives as many windows along the height as along the width.</summary>
    /// <param name="output_size">Windows along both axes; 1 for the global average.</param>
    /// <exception cref="ArgumentException">The size is negative, or too large.</exception>
    public AdaptiveAvgPool2D(long output_size) : this((output_size, output_size))
    {
    }

    /// <summary>A pool with numbers of windows of their own along (height, width).</summary>
    /// <param name="output_size">Windows along height and width.</param>
    /// <exception cref="ArgumentException">A size is negative, or too large.</exception>
    public AdaptiveAvgPool2D((long, long) output_size) : base(nameof(AdaptiveAvgPool2D)) => Set(output_size);

    /// <inheritdoc cref="AdaptiveAvgPool2D(ValueTuple{long, long})"/>
    /// <param name="output_size">Windows along height and width, or one number for both.</param>
    public AdaptiveAvgPool2D(long[] output_size) : this(Functional.RequiredPair(output_size, nameof(output_size)))
    {
    }

    /// <summary>The layer that computes what <paramref name="pool"/> computes: the same size and training flag, and the same hooks.</summary>
    /// <param name="pool">A pool of TorchSharp.</param>
    /// <exception cref="ArgumentException">Its output_size breaks a rule.</exception>
    public static AdaptiveAvgPool2D From(AdaptiveAvgPool2d pool)
    {
        ArgumentNullException.ThrowIfNull(pool);
        return Twins.Follow(pool, new AdaptiveAvgPool2D(pool.output_size));
    }

    /// <summary>The same pool as <c>nn.AdaptiveAvgPool2d</c>, computed by libtorch: the way back of <see cref="From"/>.</summary>
    public AdaptiveAvgPool2d ToTorch() => Twins.Follow(this, nn.AdaptiveAvgPool2d([.. output_size]));

    /// <summary>Which loops compute the layer; both give the same bits.</summary>
    /// <exception cref="ArgumentException">The value is neither.</exception>
    public Algorithm algorithm { get; set => field = Functional.Known(value); } = Algorithm.Fast;

    /// <summary>Windows along height and width: two numbers, or one for both to set.</summary>
    /// <exception cref="ArgumentException">A size is negative, or too large.</exception>
    public long[] output_size
    {
        get => _output_size;
        set => Set(Functional.RequiredPair(value, nameof(output_size)));
    }

    /// <summary>Pools every channel of <paramref name="input"/>.</summary>
    /// <param name="input">(N, C, H, W) or (C, H, W).</param>
    /// <returns>(N, C, oH, oW) or (C, oH, oW), with (oH, oW) = output_size.</returns>
    /// <exception cref="ArgumentException">The input does not fit the layer; the sentence says why.</exception>
    public override Tensor forward(Tensor input) => Functional.adaptive_avg_pool2d(input, output_size, algorithm);

    private long[] _output_size = null!;

    private void Set((long H, long W) size)
    {
        AdaptivePool2DGeometry.CheckOutputSize(size);
        _output_size = [size.H, size.W];
    }
}
