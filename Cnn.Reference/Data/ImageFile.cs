using Cnn.Reference.Data.Pictures;
using SkiaSharp;

namespace Cnn.Reference.Data;

/// <summary>
/// An image file; the content, not the name, tells its format. Its values are taken as they are stored, without colour
/// management; the EXIF orientation is honoured. A PNG holds checksums, which tell whether its pixels are damaged; the
/// others have none, and damage that leaves codes which can be decoded goes unseen.
/// </summary>
internal static class ImageFile
{
    /// <summary>What the header says. Height and width are those of the image as it is seen, upright.</summary>
    /// <param name="Grey">The file stores one grey value a pixel, without transparency.</param>
    public readonly record struct Header(int Height, int Width, bool Grey);

    /// <exception cref="DatasetException">The file is missing, unreadable, or no whole image as far as its structure tells.</exception>
    /// <exception cref="OperationCanceledException">The user has stopped it.</exception>
    public static Header ReadHeader(string path, CancellationToken cancel = default)
    {
        using Picture picture = Picture.Open(path, cancel);
        return HeaderOf(picture);
    }

    /// <summary>As <see cref="ReadHeader"/>, but all pixels are decoded too, and thrown away.</summary>
    /// <exception cref="DatasetException">The file is missing, unreadable or damaged.</exception>
    /// <exception cref="OperationCanceledException">The user has stopped it.</exception>
    public static Header ReadHeaderAndCheckPixels(string path, CancellationToken cancel = default)
    {
        using Picture picture = Picture.Open(path, cancel);
        using IDisposable memory = DecodeBudget.Shared.Take(picture.DecodedBytes, cancel);
        using SKBitmap decoded = picture.Decode();
        return HeaderOf(picture);
    }

    /// <summary>
    /// Decodes the image, stretches the whole of it to the wanted size unless it has that, and writes it plane by plane.
    /// Transparent pixels are laid over white. Colour becomes grey as 0.299 R + 0.587 G + 0.114 B.
    /// </summary>
    /// <param name="pixels">Takes channels x height x width bytes, last fastest.</param>
    /// <param name="channels">1 for grey, 3 for red, green and blue.</param>
    /// <exception cref="DatasetException">The file is missing, unreadable or damaged.</exception>
    /// <exception cref="OperationCanceledException">The user has stopped it.</exception>
    public static void ReadPixels(string path, Span<byte> pixels, int channels, int height, int width, CancellationToken cancel = default)
    {
        using Picture picture = Picture.Open(path, cancel);
        // Stretched as it is stored: turning it upright comes last, when there are fewer pixels to turn.
        SKSizeI wanted = IsTransposed(picture.Origin) ? new(height, width) : new(width, height);
        using IDisposable memory = DecodeBudget.Shared.Take(picture.DecodedBytes + 4L * height * width, cancel);
        using SKBitmap decoded = picture.Decode();
        using SKBitmap? stretched = Stretch(decoded, wanted, cancel);
        if (stretched is null) throw new DatasetException(path, $"does not fit into memory at {height} x {width} pixels");
        Write(stretched, picture.Origin, pixels, channels, height, width);
    }

    private static Header HeaderOf(Picture picture)
    {
        (int height, int width) = (picture.Height, picture.Width);
        if (IsTransposed(picture.Origin)) (height, width) = (width, height);
        return new Header(height, width, picture.IsGrey);
    }

    /// <summary>Sides that shrink do so first, by means, and those that grow then, by a bicubic filter.</summary>
    private static SKBitmap? Stretch(SKBitmap image, SKSizeI wanted, CancellationToken cancel)
    {
        SKSizeI smaller = new(Math.Min(image.Width, wanted.Width), Math.Min(image.Height, wanted.Height));
        SKBitmap? shrunk = smaller == image.Info.Size ? image : AreaMean.Shrink(image, smaller, cancel);
        if (shrunk is null || smaller == wanted) return shrunk;
        try
        {
            // Of the cubics, this one leaves a side that keeps its length as it is.
            return shrunk.Resize(wanted, new SKSamplingOptions(SKCubicResampler.CatmullRom));
        }
        finally
        {
            if (shrunk != image) shrunk.Dispose();
        }
    }

    private static void Write(SKBitmap bitmap, SKEncodedOrigin origin, Span<byte> pixels, int channels, int height, int width)
    {
        // The origin names the seen side that row 0 lies on, then the one that column 0 lies on.
        bool transposed = IsTransposed(origin);
        bool fromLastRow =
            origin is SKEncodedOrigin.BottomLeft or SKEncodedOrigin.BottomRight or SKEncodedOrigin.RightTop or SKEncodedOrigin.RightBottom;
        bool fromLastColumn =
            origin is SKEncodedOrigin.TopRight or SKEncodedOrigin.BottomRight or SKEncodedOrigin.LeftBottom or SKEncodedOrigin.RightBottom;

        ReadOnlySpan<byte> stored = bitmap.GetPixelSpan();
        int plane = height * width;
        for (int y = 0; y < height; y++)
            for (int x = 0; x < width; x++)
            {
                (int row, int column) = transposed ? (x, y) : (y, x);
                if (fromLastRow) row = bitmap.Height - 1 - row;
                if (fromLastColumn) column = bitmap.Width - 1 - column;

                ReadOnlySpan<byte> pixel = stored.Slice(row * bitmap.RowBytes + 4 * column, 4);
                int white = 255 - pixel[3];
                (int red, int green, int blue) = (pixel[0] + white, pixel[1] + white, pixel[2] + white);

                int at = y * width + x;
                if (channels == 1)
                {
                    pixels[at] = (byte)((299 * red + 587 * green + 114 * blue + 500) / 1000);
                    continue;
                }
                pixels[at] = (byte)red;
                pixels[at + plane] = (byte)green;
                pixels[at + 2 * plane] = (byte)blue;
            }
    }

    private static bool IsTransposed(SKEncodedOrigin origin) => origin >= SKEncodedOrigin.LeftTop;
}
