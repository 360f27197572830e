namespace Cnn.Layers.Geometry;

/// <summary>One axis of an adaptive pool: as many windows as asked for, of nearly equal lengths, which together cover the input.</summary>
/// <remarks>
/// <code>
///   In = 7, Out = 3    cell    0  1  2  3  4  5  6
///                      window  |--0--|              floor(o * In / Out) .. ceil((o + 1) * In / Out)
///                                    |--1--|        neighbours share a cell where In is no multiple of Out
///                                          |--2--|
/// </code>
/// Source of the formula: PyTorch's AdaptiveAvgPool2d. It is its own inverse: exchange In and Out, and it gives the windows that
/// read a cell.
/// </remarks>
/// <param name="In">Length of the input along this axis.</param>
/// <param name="Out">Number of windows.</param>
internal readonly record struct AdaptiveAxis(long In, long Out)
{
    /// <summary>The cells that window <paramref name="o"/> reads: the first, and the one after the last.</summary>
    public (long First, long End) Cells(long o) => Part(o, Out, In);

    /// <summary>The windows that read cell <paramref name="i"/>: the first, and the one after the last.</summary>
    public (long First, long End) Windows(long i) => Part(i, In, Out);

    // The part with a number, where a length is cut into a number of parts. 128 bits: a product of two lengths.
    private static (long First, long End) Part(long part, long parts, long length) =>
        ((long)((Int128)part * length / parts), (long)(((Int128)(part + 1) * length + parts - 1) / parts));
}
