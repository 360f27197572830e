using static TorchSharp.torch;

namespace Cnn.Reference;

/// <summary>
/// What a kernel claims, and how it is checked. Everything is claimed unless said: what is not claimed is taken out of the
/// problems, and the report names it with how many problems had it.
/// </summary>
public sealed record KernelCheckOptions
{
    /// <summary>Convolution: groups above 1.</summary>
    public bool Groups { get; init; } = true;

    /// <summary>Dilation above 1.</summary>
    public bool Dilation { get; init; } = true;

    /// <summary>Strides above 1. A pool without them has stride 1, not its kernel's size.</summary>
    public bool Stride { get; init; } = true;

    /// <summary>Padding.</summary>
    public bool Padding { get; init; } = true;

    /// <summary>A kernel, stride, padding or dilation that differs along the height and the width. Images are never square alone.</summary>
    public bool Rectangular { get; init; } = true;

    /// <summary>The only size of the kernel, (kH, kW), as of a kernel that is made for 3x3 alone; any where null.</summary>
    public (long H, long W)? KernelSize { get; init; }

    /// <summary>Any number of images but one: several, and none.</summary>
    public bool Batch { get; init; } = true;

    /// <summary>Pools: <c>ceil_mode</c>.</summary>
    public bool CeilMode { get; init; } = true;

    /// <summary>Convolution: a bias.</summary>
    public bool Bias { get; init; } = true;

    /// <summary>Average pool: <c>count_include_pad = false</c>.</summary>
    public bool CountIncludePad { get; init; } = true;

    /// <summary>Average pool: <c>divisor_override</c>.</summary>
    public bool DivisorOverride { get; init; } = true;

    /// <summary>Tensors that are not row-major: channels_last, transposed, cropped and expanded views. Spans always are.</summary>
    public bool Views { get; init; } = true;

    /// <summary>Images without a batch axis: (C, H, W). Spans do not know the difference.</summary>
    public bool Unbatched { get; init; } = true;

    /// <summary>
    /// NaN and infinity in the input. A convolution in bfloat16 is not given them: libtorch's own spreads them on some processors.
    /// </summary>
    public bool NonFinite { get; init; } = true;

    /// <summary>
    /// Convolution: sums of the products themselves, exact on small integers. A kernel that transforms its numbers first (Winograd, FFT)
    /// has errors of the size of its neighbours: each is held against the largest sum |x||w| of the tensor then, on reals alone.
    /// </summary>
    public bool Exact { get; init; } = true;

    /// <summary>The element types of a kernel that takes tensors; only max pools are given integers.</summary>
    public IReadOnlyList<ScalarType> DTypes { get; init; } =
    [
        ScalarType.Float32, ScalarType.Float64, ScalarType.Float16, ScalarType.BFloat16,
        ScalarType.Byte, ScalarType.Int8, ScalarType.Int16, ScalarType.Int32, ScalarType.Int64,
    ];

    /// <summary>How many random problems, beside a corpus of corner cases.</summary>
    public int Cases { get; init; } = 200;

    /// <summary>Where the random problems come from.</summary>
    public int Seed { get; init; } = 1;

    /// <summary>
    /// Only these problems, each a line as <see cref="SmallestFailure.Case"/> is; where empty, the corpus and random ones.
    /// </summary>
    public IReadOnlyList<string> Only { get; init; } = [];

    /// <summary>
    /// Whether the kernel, which must be a static method, runs in a process of its own: one that crashes or hangs is a failure
    /// with its case then, and not the end of the caller. On Linux the spans that it is given end there at memory that nobody
    /// may touch, so that reads out of bounds, and writes however far out, are found as well. Without it they are not looked
    /// for: what a span's neighbourhood of 64 elements shows after the call is all that is seen.
    /// </summary>
    public bool OwnProcess { get; init; }

    /// <summary>
    /// With <see cref="OwnProcess"/>: how long one call of the kernel may take. After the first that took as long, less is
    /// waited for: many times what right answers have taken.
    /// </summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(10);
}
