using SkiaSharp;

namespace Cnn.Tests.Data;

/// <summary>Image files made to order, in a folder of their own that goes when the test does.</summary>
internal sealed class ImageSamples : IDisposable
{
    public string Folder { get; } = Directory.CreateTempSubdirectory("cnn-images-").FullName;

    public string PathOf(string name) => Path.Combine([Folder, .. name.Split('/')]);

    /// <param name="name">"cats/a.png": the folders are made as needed.</param>
    public string Write(string name, byte[] content)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(PathOf(name))!);
        File.WriteAllBytes(PathOf(name), content);
        return PathOf(name);
    }

    /// <summary>A PNG that stores one grey byte a pixel.</summary>
    public static byte[] GreyPng(int width, params byte[] values) => Encode(Grey(width, values), SKEncodedImageFormat.Png);

    /// <summary>A PNG in colour; transparent if any of the colours is.</summary>
    public static byte[] Png(int width, params SKColor[] colours) => Encode(Colour(width, colours), SKEncodedImageFormat.Png);

    public static byte[] GreyJpeg(int width, params byte[] values) => Encode(Grey(width, values), SKEncodedImageFormat.Jpeg);

    public static byte[] Jpeg(int width, params SKColor[] colours) => Encode(Colour(width, colours), SKEncodedImageFormat.Jpeg);

    public static byte[] WebP(int width, params SKColor[] colours) => Encode(Colour(width, colours), SKEncodedImageFormat.Webp);

    /// <summary>The JPEG with an EXIF segment after its first marker, which holds nothing but the orientation.</summary>
    public static byte[] WithOrientation(byte[] jpeg, byte orientation)
    {
        byte[] tiff =
        [
            .. "II*\0"u8, 8, 0, 0, 0,
            1, 0,
            0x12, 0x01, 3, 0, 1, 0, 0, 0, orientation, 0, 0, 0,
            0, 0, 0, 0,
        ];
        byte[] body = [.. "Exif\0\0"u8, .. tiff];
        return [.. jpeg[..2], 0xFF, 0xE1, 0, (byte)(body.Length + 2), .. body, .. jpeg[2..]];
    }

    public void Dispose() => Directory.Delete(Folder, recursive: true);

    private static SKBitmap Grey(int width, byte[] values)
    {
        var bitmap = new SKBitmap(new SKImageInfo(width, values.Length / width, SKColorType.Gray8, SKAlphaType.Opaque));
        for (int n = 0; n < values.Length; n++)
            System.Runtime.InteropServices.Marshal.WriteByte(bitmap.GetPixels(), n / width * bitmap.RowBytes + n % width, values[n]);
        return bitmap;
    }

    private static SKBitmap Colour(int width, SKColor[] colours)
    {
        SKAlphaType alpha = colours.All(colour => colour.Alpha == 255) ? SKAlphaType.Opaque : SKAlphaType.Unpremul;
        var bitmap = new SKBitmap(new SKImageInfo(width, colours.Length / width, SKColorType.Rgba8888, alpha));
        bitmap.Pixels = colours;
        return bitmap;
    }

    private static byte[] Encode(SKBitmap bitmap, SKEncodedImageFormat format)
    {
        using (bitmap)
        using (SKData data = bitmap.Encode(format, quality: 100))
            return data.ToArray();
    }
}
