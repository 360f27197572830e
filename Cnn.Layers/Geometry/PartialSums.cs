namespace Cnn.Layers.Geometry;

/// <summary>
/// Where the sums of a convolution are cut: each is made of partial sums of some 256 terms, which begin at +0 and are added in order.
/// </summary>
/// <remarks>
/// The rounding error of one running sum grows with its length; that of partial sums with the length of each, and with their number
/// (blocked summation: N. J. Higham, Accuracy and Stability of Numerical Algorithms, 2nd edition, section 4.2). Where they are cut depends
/// on the sizes alone, so that whoever computes them, in whatever registers and on whatever threads, gets the same bits.
/// </remarks>
/// <param name="Channels">
/// Output and input gradient, which sum over channels, kh, kw: the channels of a partial sum; the last may have fewer.
/// </param>
/// <param name="Images">
/// Gradients of weight and bias, which sum over n, oh, ow: the images of a partial sum; more than one where it has whole images.
/// </param>
/// <param name="Rows">Rows of windows of a partial sum; the last of an image may have fewer.</param>
/// <param name="Columns">Columns of windows of a partial sum; fewer than a row has only where it has one row.</param>
internal readonly record struct PartialSums(long Channels, long Images, long Rows, long Columns)
{
    private const long Terms = 256; // of a partial sum; one channel or row may have more

    // What a partial sum reads of a channel stays in a cache: fewer terms where windows are large, or reach far.
    private const double Cells = 1 << 18;
    private const long FewColumns = 64;

    /// <summary>Those of a convolution.</summary>
    public static PartialSums Of(WindowAxis height, WindowAxis width)
    {
        // A power of two, as the number of channels is in most networks: parts of one size.
        double even = Math.Pow(2, Math.Round(Math.Log2(Terms / ((double)height.Kernel * width.Kernel))));
        long channels = AtLeastOne(Math.Min(even, Cells / (Reach(height, 1) * Reach(width, FewColumns))));
        long columns = Math.Min(width.Out, Terms);
        if (Reach(height, 1) * Reach(width, columns) > Cells) columns = Math.Min(columns, FewColumns);
        if (columns < width.Out) return new(channels, 1, 1, columns);

        double most = (Cells / Reach(width, columns) - height.KernelExtent) / Step(height);
        long rows = Math.Min(height.Out, AtLeastOne(Math.Min(Terms / columns, most)));
        long parts = (height.Out - 1) / rows + 1;
        rows = (height.Out - 1) / parts + 1; // even ones
        if (rows < height.Out) return new(channels, 1, rows, columns);
        return new(channels, AtLeastOne(Math.Min(Terms / (rows * columns), Cells / (Reach(height, rows) * Reach(width, columns)))), rows,
            columns);
    }

    /// <summary>Whether a partial sum ends with this one of so many channels.</summary>
    public bool EndsWith(long channel, long channels) => channel + 1 == channels || (channel + 1) % Channels == 0;

    /// <summary>Whether a partial sum ends with window (oh, ow) of image n.</summary>
    public bool EndsWith(long n, long oh, long ow, Shape4 output)
    {
        if (ow + 1 < output.W) return Columns < output.W && (ow + 1) % Columns == 0;
        if (oh + 1 < output.H) return (oh + 1) % Rows == 0;
        return n + 1 == output.N || (n + 1) % Images == 0;
    }

    /// <summary>Cells from the first to the last that some neighbouring windows read, at most.</summary>
    public static double Reach(in WindowAxis axis, long windows) => axis.KernelExtent + (double)windows * Step(axis);

    private static double Step(in WindowAxis axis) => Math.Min(axis.Stride, axis.KernelExtent);

    private static long AtLeastOne(double number) => Math.Max((long)number, 1);
}
