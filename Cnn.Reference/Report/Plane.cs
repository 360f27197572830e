namespace Cnn.Reference.Report;

/// <summary>A rectangle of numbers, rows first: a channel of an image, of a kernel, or of what leaves a layer.</summary>
/// <param name="Height">Rows.</param>
/// <param name="Width">Columns.</param>
/// <param name="Values">The numbers; fewer than cells where the last row is not full.</param>
internal sealed record Plane(int Height, int Width, float[] Values)
{
    /// <summary>The plane with neither side longer than this: each of its cells is the mean of a square of ours.</summary>
    public Plane ShrunkTo(int longest)
    {
        int square = Square(Height, Width, longest);
        if (square == 1) return this;
        int height = Divide(Height, square), width = Divide(Width, square);
        var means = new float[height * width];
        for (int row = 0; row < height; row++)
            for (int column = 0; column < width; column++)
                means[row * width + column] = Mean(row * square, column * square, square);
        return new(height, width, means);
    }

    /// <summary>The side of the squares of which <see cref="ShrunkTo"/> takes means.</summary>
    public static int Square(long height, long width, int longest) => Divide(Math.Max(height, width), longest);

    /// <summary>The largest finite distance from zero; 0 if there is none.</summary>
    public static float Largest(IEnumerable<Plane> planes) =>
        planes.SelectMany(plane => plane.Values).Where(float.IsFinite).Select(MathF.Abs).DefaultIfEmpty().Max();

    /// <summary>Whether all numbers are finite.</summary>
    public bool IsFinite => Values.All(float.IsFinite);

    // At the lower and right border, squares are cut.
    private float Mean(int top, int left, int square)
    {
        int bottom = Math.Min(top + square, Height), right = Math.Min(left + square, Width);
        double sum = 0;
        for (int row = top; row < bottom; row++)
            for (int column = left; column < right; column++)
                sum += Values[row * Width + column];
        return (float)(sum / ((bottom - top) * (right - left)));
    }

    private static int Divide(long number, int by) => (int)((number + by - 1) / by);
}
