namespace Cnn.Layers.Geometry;

/// <summary>
/// One axis (height or width) of a window that slides over a padded input. Every size formula of a
/// convolution or a pool is a member of this type; a geometry holds two of them.
/// </summary>
/// <remarks>
/// <code>
///   index i     -2 -1 | 0  1  2  3  4  5  6 | 7          PadBefore = 2, In = 7, PadAfter = 1
///   window o=0   k0    k1    k2                          Kernel = 3, Dilation = 2: extent 5
///   window o=1            k0    k1    k2                 Stride = 3
/// </code>
/// Source of the formulas: the definition of Conv2d and MaxPool2d in PyTorch's documentation.
/// </remarks>
/// <param name="In">Length of the input along this axis, without padding.</param>
/// <param name="Kernel">Number of taps of the window.</param>
/// <param name="Stride">Distance between the starts of two neighbouring windows.</param>
/// <param name="PadBefore">Padding cells before index 0.</param>
/// <param name="PadAfter">Padding cells after index In - 1.</param>
/// <param name="Dilation">Distance between two neighbouring taps; 1 is a dense window.</param>
/// <param name="CeilMode">Whether a last window may overhang the padded input.</param>
internal readonly record struct WindowAxis(
    long In, long Kernel, long Stride, long PadBefore, long PadAfter, long Dilation, bool CeilMode = false)
{
    /// <summary>Cells from a window's first tap to its last, both included.</summary>
    public long KernelExtent => Dilation * (Kernel - 1) + 1;

    /// <summary>Length of the input with its padding.</summary>
    public long Padded => PadBefore + In + PadAfter;

    /// <summary>Number of windows: floor((Padded - KernelExtent) / Stride) + 1; below 1 where the window does not fit.</summary>
    public long Out { get; } = CountWindows(In, Kernel, Stride, PadBefore, PadAfter, Dilation, CeilMode);

    /// <summary>Where tap <paramref name="k"/> of window <paramref name="o"/> reads: an index of the input, or of padding.</summary>
    public long InputIndex(long o, long k) => o * Stride - PadBefore + k * Dilation;

    /// <summary>Whether an index points into the input, and not into its padding.</summary>
    public bool IsInput(long i) => (ulong)i < (ulong)In;

    /// <summary>
    /// The window whose tap <paramref name="k"/> reads input cell <paramref name="i"/>: the inverse of <see cref="InputIndex"/>.
    /// </summary>
    /// <returns>
    /// False where the stride keeps the tap from the cell. Where it does not, the window may still lie before the first or
    /// behind the last, as an input index may lie in the padding.
    /// </returns>
    public bool TryOutputIndex(long i, long k, out long o)
    {
        long start = i + PadBefore - k * Dilation;
        (o, long between) = Math.DivRem(start, Stride);
        return between == 0;
    }

    /// <summary>The first tap of window <paramref name="o"/> that lies in the input, and the one after the last.</summary>
    public (long First, long End) InputTaps(long o)
    {
        long start = InputIndex(o, 0);
        long first = start >= 0 ? 0 : CeilDiv(-start, Dilation);
        long end = start >= In ? 0 : Math.Min(Kernel, CeilDiv(In - start, Dilation));
        return (first, Math.Max(first, end));
    }

    /// <summary>Taps of window <paramref name="o"/> in input or explicit padding; what overhangs in ceil mode is not counted.</summary>
    public long TapsInPaddedInput(long o) => Math.Min(Kernel, CeilDiv(In + PadAfter - InputIndex(o, 0), Dilation));

    /// <summary>Padding that keeps the size at stride 1: dilation * (kernel - 1) cells in all, the odd one at the end.</summary>
    public static (long Before, long After) SamePadding(long kernel, long dilation)
    {
        long total = dilation * (kernel - 1);
        return (total / 2, total - total / 2);
    }

    private static long CountWindows(long @in, long kernel, long stride, long padBefore, long padAfter, long dilation, bool ceilMode)
    {
        // 128 bits: absurd sizes (padding 2^62) must reach the validation as numbers, not as an overflow.
        Int128 room = (Int128)padBefore + @in + padAfter - ((Int128)dilation * (kernel - 1) + 1);
        if (stride < 1) return 0;
        Int128 windows = FloorDiv(room + (ceilMode ? stride - 1 : 0), stride) + 1;
        // A window that would start beyond the input and its left padding sees nothing: it is dropped.
        if (ceilMode && (windows - 1) * stride >= (Int128)@in + padBefore) windows--;
        return windows > long.MaxValue ? long.MaxValue : windows < 0 ? 0 : (long)windows;
    }

    private static Int128 FloorDiv(Int128 a, Int128 b) => a >= 0 ? a / b : -((b - 1 - a) / b);

    // Not (a + b - 1) / b: a kernel of one tap may have a dilation so large that the sum overflows.
    /// <summary>a / b rounded up, for any a of either sign and any b of at least 1, without overflow.</summary>
    internal static long CeilDiv(long a, long b) => a > 0 ? (a - 1) / b + 1 : a / b;
}
