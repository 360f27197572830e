using SkiaSharp;

namespace Cnn.Reference.Data;

/// <summary>
/// A PNG or JPEG file; the content, not the name, tells which. Its values are taken as they are stored, without colour
/// management. The EXIF orientation of a JPEG is honoured. A PNG holds checksums, which tell whether its pixels are
/// damaged; a JPEG has none, and damage that can still be decoded goes unseen.
/// </summary>
internal static class ImageFile
{
    /// <summary>One gigabyte when decoded. A header that promises more is taken for damage rather than for a photograph.</summary>
    private const long MostPixels = 1L << 28;

    /// <summary>What the header says. Height and width are those of the image as it is seen, upright.</summary>
    /// <param name="Grey">The file stores one grey value a pixel, without transparency.</param>
    public readonly record struct Header(int Height, int Width, bool Grey);

    /// <exception cref="DatasetException">The file is missing, unreadable, or does not begin as an image.</exception>
    public static Header ReadHeader(string path)
    {
        using SKCodec codec = Open(path);
        return HeaderOf(codec);
    }

    /// <summary>As <see cref="ReadHeader"/>, but all pixels are decoded too, and thrown away.</summary>
    /// <exception cref="DatasetException">The file is missing, unreadable or damaged.</exception>
    public static Header ReadHeaderAndCheckPixels(string path)
    {
        using SKCodec codec = Open(path);
        using SKBitmap decoded = Decode(path, codec);
        return HeaderOf(codec);
    }

    /// <summary>
    /// Decodes the image, stretches the whole of it to the wanted size unless it has that, and writes it plane by plane.
    /// Transparent pixels are laid over white. Colour becomes grey as 0.299 R + 0.587 G + 0.114 B.
    /// </summary>
    /// <param name="pixels">Takes channels x height x width bytes, last fastest.</param>
    /// <param name="channels">1 for grey, 3 for red, green and blue.</param>
    /// <exception cref="DatasetException">The file is missing, unreadable or damaged.</exception>
    public static void ReadPixels(string path, Span<byte> pixels, int channels, int height, int width)
    {
        using SKCodec codec = Open(path);
        using SKBitmap decoded = Decode(path, codec);

        // Stretched as it is stored: turning it upright comes last, when there are fewer pixels to turn.
        SKSizeI wanted = IsTransposed(codec.EncodedOrigin) ? new(height, width) : new(width, height);
        using SKBitmap? stretched = Stretch(decoded, wanted);
        if (stretched is null) throw new DatasetException(path, $"does not fit into memory at {height} x {width} pixels");
        Write(stretched, codec.EncodedOrigin, pixels, channels, height, width);
    }

    private static SKCodec Open(string path)
    {
        try
        {
            // The decoder does not say why it cannot open a file, so we try first.
            using FileStream file = File.OpenRead(path);
            if (file.Length == 0) throw new DatasetException(path, "is empty");
        }
        catch (Exception e) when (DatasetException.IsRefusal(e))
        {
            throw DatasetException.Refused(path, e);
        }

        SKCodec codec = SKCodec.Create(path, out SKCodecResult result)
            ?? throw new DatasetException(path, result == SKCodecResult.Unimplemented ? "is not a PNG or JPEG image" : "is truncated or damaged in its header");
        try
        {
            if (codec.EncodedFormat is not (SKEncodedImageFormat.Png or SKEncodedImageFormat.Jpeg))
                throw new DatasetException(path, $"is a {codec.EncodedFormat.ToString().ToUpperInvariant()} image, and only PNG and JPEG are read");
            if ((long)codec.Info.Width * codec.Info.Height > MostPixels)
                throw new DatasetException(path, $"promises {codec.Info.Height} x {codec.Info.Width} pixels, and at most {MostPixels} are read");
            return codec;
        }
        catch
        {
            codec.Dispose();
            throw;
        }
    }

    private static Header HeaderOf(SKCodec codec)
    {
        (int height, int width) = (codec.Info.Height, codec.Info.Width);
        if (IsTransposed(codec.EncodedOrigin)) (height, width) = (width, height);
        return new Header(height, width, Grey: codec.Info.ColorType == SKColorType.Gray8);
    }

    /// <summary>Red, green, blue and opacity, the colours already multiplied by the opacity.</summary>
    private static SKBitmap Decode(string path, SKCodec codec)
    {
        var bitmap = new SKBitmap();
        var info = new SKImageInfo(codec.Info.Width, codec.Info.Height, SKColorType.Rgba8888, SKAlphaType.Premul);
        string? fault = !bitmap.TryAllocPixels(info)
            ? $"does not fit into memory: it has {info.Height} x {info.Width} pixels"
            : codec.GetPixels(info, bitmap.GetPixels()) switch
            {
                SKCodecResult.Success => null,
                SKCodecResult.IncompleteInput => "is truncated: its pixels end early",
                _ => "is damaged: its pixels cannot be decoded",
            };
        if (fault is null) return bitmap;

        bitmap.Dispose();
        throw new DatasetException(path, fault);
    }

    /// <summary>Sides that shrink do so first, by means, and those that grow then, by a bicubic filter.</summary>
    private static SKBitmap? Stretch(SKBitmap image, SKSizeI wanted)
    {
        SKSizeI smaller = new(Math.Min(image.Width, wanted.Width), Math.Min(image.Height, wanted.Height));
        SKBitmap? shrunk = smaller == image.Info.Size ? image : AreaMean.Shrink(image, smaller);
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
        bool fromLastRow = origin is SKEncodedOrigin.BottomLeft or SKEncodedOrigin.BottomRight or SKEncodedOrigin.RightTop or SKEncodedOrigin.RightBottom;
        bool fromLastColumn = origin is SKEncodedOrigin.TopRight or SKEncodedOrigin.BottomRight or SKEncodedOrigin.LeftBottom or SKEncodedOrigin.RightBottom;

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
