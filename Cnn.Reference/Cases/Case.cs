using System.Globalization;
using System.Text;
using Cnn.Layers;
using Cnn.Layers.Geometry;
using TorchSharp;
using static TorchSharp.torch;

namespace Cnn.Reference.Cases;

/// <summary>Which layer a case is about.</summary>
internal enum LayerKind
{
    /// <summary>A convolution.</summary>
    Conv,

    /// <summary>A max pool.</summary>
    Max,

    /// <summary>An average pool.</summary>
    Avg,

    /// <summary>An adaptive average pool.</summary>
    Adaptive,
}

/// <summary>How a case's tensors lie in memory.</summary>
internal enum Layout
{
    /// <summary>Row-major (N, C, H, W).</summary>
    Contiguous,

    /// <summary>Memory runs (N, H, W, C).</summary>
    ChannelsLast,

    /// <summary>A transposed view of a larger tensor: every second column, rows and columns swapped.</summary>
    Strided,

    /// <summary>A corner of larger images: the cells of a row are neighbours, the rows lie apart.</summary>
    Cropped,

    /// <summary>One image for the whole batch, its stride along the batch 0.</summary>
    Expanded,

    /// <summary>(C, H, W): one image without a batch axis.</summary>
    Unbatched,

    /// <summary>A lazily negated view, as the imaginary part of a conjugate is: its memory holds the numbers with the other sign.</summary>
    Negated,
}

/// <summary>
/// One problem for a layer. It prints itself as one line, and that line parses back to the same problem with the same
/// numbers in its tensors: <c>conv n2 c6 h9 w12 o8 k3x2 s2x3 p2x1 d1x2 g2 float32 seed7</c>.
/// </summary>
internal sealed record Case
{
    public LayerKind Kind { get; init; }

    /// <summary>Images.</summary>
    public long N { get; init; } = 1;

    /// <summary>Channels of the input.</summary>
    public long C { get; init; } = 1;

    /// <summary>Rows of the input.</summary>
    public long H { get; init; } = 1;

    /// <summary>Columns of the input.</summary>
    public long W { get; init; } = 1;

    /// <summary>Convolution: channels of the output.</summary>
    public long O { get; init; } = 1;

    public (long H, long W) Kernel { get; init; } = (1, 1);

    public (long H, long W) Stride { get; init; } = (1, 1);

    public (long H, long W) Padding { get; init; }

    public (long H, long W) Dilation { get; init; } = (1, 1);

    public long Groups { get; init; } = 1;

    /// <summary>Convolution: whether there is a bias.</summary>
    public bool Bias { get; init; } = true;

    /// <summary>Convolution: padding that keeps the size, instead of <see cref="Padding"/>.</summary>
    public bool Same { get; init; }

    /// <summary>Convolution: what the padding holds.</summary>
    public PaddingModes PaddingMode { get; init; } = PaddingModes.Zeros;

    /// <summary>Pools: whether a last window may overhang.</summary>
    public bool CeilMode { get; init; }

    /// <summary>Average pool: whether padding counts.</summary>
    public bool CountIncludePad { get; init; } = true;

    /// <summary>Average pool: what to divide by.</summary>
    public long? DivisorOverride { get; init; }

    /// <summary>Adaptive pool: windows along height and width.</summary>
    public (long H, long W) OutputSize { get; init; } = (1, 1);

    public ScalarType DType { get; init; } = ScalarType.Float32;

    public Layout Layout { get; init; }

    /// <summary>Where the numbers in the tensors come from.</summary>
    public int Seed { get; init; }

    /// <summary>Whether gradients exist for this type.</summary>
    public bool IsReal => DType is ScalarType.Float32 or ScalarType.Float64 or ScalarType.Float16 or ScalarType.BFloat16;

    /// <summary>Multiply-adds of the forward pass, or cells read by a pool; a measure of its cost.</summary>
    public double Work
    {
        get
        {
            // Windows of an adaptive pool cover each cell once, and share one with each neighbour at most.
            if (Kind == LayerKind.Adaptive) return (double)N * C * (H + OutputSize.H) * (W + OutputSize.W);
            double height = (H + 2.0 * Padding.H) / Stride.H, width = (W + 2.0 * Padding.W) / Stride.W;
            double window = N * height * width * Kernel.H * Kernel.W * C;
            return Kind == LayerKind.Conv ? window * O / Groups : window;
        }
    }

    /// <summary>How much there is to look at: multiply-adds and elements of the input.</summary>
    public double Size => Work + (double)N * C * H * W;

    /// <summary>Throws where no layer takes the case.</summary>
    /// <exception cref="ArgumentException">A size breaks a rule; the sentence names it.</exception>
    public void CheckGeometry()
    {
        if (Kind == LayerKind.Conv) ConvGeometry();
        else if (Kind == LayerKind.Adaptive) AdaptiveGeometry();
        else PoolGeometry();
    }

    /// <summary>What a convolution kernel is given: a border other than zeros is part of its input.</summary>
    /// <inheritdoc cref="CheckGeometry" path="/exception"/>
    public Conv2DGeometry ConvGeometry()
    {
        var (input, weight) = (new Shape4(N, C, H, W), new Shape4(O, C / Groups, Kernel.H, Kernel.W));
        var ((top, bottom), (left, right)) = PaddingBothSides();
        if (Conv2D.BorderOf(PaddingMode) is not { } border)
            return Conv2DGeometry.Create(input, weight, Stride, (top, left), (bottom, right), Dilation, Groups);
        var padded = Pad2DGeometry.Create(input, (top, left), (bottom, right), border);
        return Conv2DGeometry.Create(padded.OutputShape, weight, Stride, (0, 0), (0, 0), Dilation, Groups);
    }

    /// <summary>Padding before and after the input, along height and width: that of <see cref="Same"/> may differ.</summary>
    public ((long Before, long After) Height, (long Before, long After) Width) PaddingBothSides() => Same
        ? (WindowAxis.SamePadding(Kernel.H, Dilation.H), WindowAxis.SamePadding(Kernel.W, Dilation.W))
        : ((Padding.H, Padding.H), (Padding.W, Padding.W));

    /// <summary>What a pool kernel is given.</summary>
    /// <inheritdoc cref="CheckGeometry" path="/exception"/>
    public Pool2DGeometry PoolGeometry() =>
        Pool2DGeometry.Create(new(N, C, H, W), Kernel, Stride, Padding, Dilation, CeilMode, CountIncludePad, DivisorOverride);

    /// <summary>What an adaptive pool kernel is given.</summary>
    /// <inheritdoc cref="CheckGeometry" path="/exception"/>
    public AdaptivePool2DGeometry AdaptiveGeometry() => AdaptivePool2DGeometry.Create(new(N, C, H, W), OutputSize);

    /// <summary>Shape of a pool's output.</summary>
    /// <inheritdoc cref="CheckGeometry" path="/exception"/>
    public Shape4 PoolOutputShape() => Kind == LayerKind.Adaptive ? AdaptiveGeometry().OutputShape : PoolGeometry().OutputShape;

    /// <summary>The tensors of the case, and how many elements each has.</summary>
    /// <remarks>Computed as reals: a line may ask for more than a whole number can say.</remarks>
    public IEnumerable<(string Name, double Elements)> Tensors()
    {
        yield return ("input", (double)N * C * H * W);
        if (Kind == LayerKind.Conv)
        {
            var geometry = ConvGeometry();
            if (PaddingMode != PaddingModes.Zeros || Same)
                yield return ("padded input", (double)N * C * geometry.Height.Padded * geometry.Width.Padded);
            yield return ("weight", (double)O * (C / Groups) * Kernel.H * Kernel.W);
            yield return ("output", (double)N * O * geometry.Height.Out * geometry.Width.Out);
        }
        else
        {
            var output = PoolOutputShape();
            yield return ("output", (double)N * C * output.H * output.W);
        }
    }

    /// <inheritdoc/>
    public override string ToString()
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"{Kind.ToString().ToLowerInvariant()} n{N} c{C} h{H} w{W}");
        if (Kind == LayerKind.Conv) text.Append(CultureInfo.InvariantCulture, $" o{O}");
        if (Kind == LayerKind.Adaptive)
        {
            text.Append(CultureInfo.InvariantCulture, $" out{Pair(OutputSize)}");
        }
        else
        {
            text.Append(CultureInfo.InvariantCulture, $" k{Pair(Kernel)} s{Pair(Stride)}");
            text.Append(Same ? " same" : $" p{Pair(Padding)}");
            text.Append(CultureInfo.InvariantCulture, $" d{Pair(Dilation)}");
        }
        if (Kind == LayerKind.Conv) text.Append(CultureInfo.InvariantCulture, $" g{Groups}");
        text.Append(' ').Append(CaseWords.NameOf(DType));
        if (!Bias) text.Append(" nobias");
        if (PaddingMode != PaddingModes.Zeros) text.Append(' ').Append(CaseWords.NameOf(PaddingMode));
        if (CeilMode) text.Append(" ceil");
        if (!CountIncludePad) text.Append(" nopad");
        if (DivisorOverride is { } divisor) text.Append(CultureInfo.InvariantCulture, $" div{divisor}");
        if (Layout != Layout.Contiguous) text.Append(' ').Append(CaseWords.NameOf(Layout));
        if (Seed != 0) text.Append(CultureInfo.InvariantCulture, $" seed{Seed}");
        return text.ToString();

        static string Pair((long H, long W) pair) => pair.H == pair.W ? $"{pair.H}" : $"{pair.H}x{pair.W}";
    }
}
