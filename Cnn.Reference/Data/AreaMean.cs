using SkiaSharp;

namespace Cnn.Reference.Data;

/// <summary>
/// Shrinks images: each new pixel is the mean of the area it stands for, with pixels that lie in it in part counted in
/// part. The sums are whole numbers, rounded once. Mipmaps, which Skia shrinks with, halve both sides together, and so
/// smear a side that shrinks less than the other.
/// </summary>
internal static class AreaMean
{
    private const int Channels = 4;

    /// <summary>The image, of four bytes a pixel, at another size; null if that does not fit into memory.</summary>
    /// <param name="size">No larger than the image along either side.</param>
    /// <exception cref="OperationCanceledException">The user has stopped it.</exception>
    public static SKBitmap? Shrink(SKBitmap image, SKSizeI size, CancellationToken cancel)
    {
        var shrunk = new SKBitmap();
        if (!shrunk.TryAllocPixels(image.Info.WithSize(size.Width, size.Height)))
        {
            shrunk.Dispose();
            return null;
        }

        long area = (long)image.Width * image.Height;
        var sums = new long[size.Width * Channels];
        for (int y = 0; y < size.Height; y++)
        {
            Array.Clear(sums);
            for (int row = First(y, image.Height, size.Height); IsCovered(row, y, image.Height, size.Height); row++)
            {
                if (cancel.IsCancellationRequested) shrunk.Dispose();
                cancel.ThrowIfCancellationRequested();
                AddRow(Row(image, row), sums, Overlap(row, y, image.Height, size.Height));
            }

            Span<byte> means = Row(shrunk, y);
            for (int n = 0; n < sums.Length; n++) means[n] = (byte)((sums[n] + area / 2) / area);
        }
        return shrunk;
    }

    private static void AddRow(ReadOnlySpan<byte> row, long[] sums, long rowWeight)
    {
        (int width, int newWidth) = (row.Length / Channels, sums.Length / Channels);
        for (int x = 0; x < newWidth; x++)
        {
            long red = 0, green = 0, blue = 0, opacity = 0;
            for (int column = First(x, width, newWidth); IsCovered(column, x, width, newWidth); column++)
            {
                long weight = Overlap(column, x, width, newWidth);
                ReadOnlySpan<byte> pixel = row.Slice(column * Channels, Channels);
                red += weight * pixel[0];
                green += weight * pixel[1];
                blue += weight * pixel[2];
                opacity += weight * pixel[3];
            }
            Span<long> sum = sums.AsSpan(x * Channels, Channels);
            sum[0] += rowWeight * red;
            sum[1] += rowWeight * green;
            sum[2] += rowWeight * blue;
            sum[3] += rowWeight * opacity;
        }
    }

    // Along one side, in units that make both lengths whole: an old cell is as long as there are new ones, and the reverse.

    private static int First(int cell, int length, int newLength) => (int)((long)cell * length / newLength);

    private static bool IsCovered(int old, int cell, int length, int newLength) => (long)old * newLength < (cell + 1L) * length;

    private static long Overlap(int old, int cell, int length, int newLength) =>
        Math.Min((old + 1L) * newLength, (cell + 1L) * length) - Math.Max((long)old * newLength, (long)cell * length);

    private static Span<byte> Row(SKBitmap bitmap, int row) =>
        bitmap.GetPixelSpan().Slice(row * bitmap.RowBytes, bitmap.Width * Channels);
}
