using System.Buffers.Binary;
using Cnn.Reference.Files;

namespace Cnn.Reference.Data.Pictures;

/// <summary>Tells what a file is by its first bytes. Its name has no say in it.</summary>
internal static class PictureSignature
{
    private const int HeadBytes = 64;
    private static readonly string[] Endings = [".png", ".jpg", ".jpeg", ".jpe", ".jfif", ".webp", ".bmp", ".dib", ".gif"];

    /// <summary>The kind of a file; null if it cannot be read.</summary>
    public static PictureKind? OfFile(string path)
    {
        try
        {
            using FileStream file = new(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0);
            Span<byte> head = stackalloc byte[HeadBytes];
            return Of(head[..file.ReadAtLeast(head, head.Length, throwOnEndOfStream: false)]);
        }
        catch (Exception e) when (FileFault.IsRefusal(e))
        {
            return null;
        }
    }

    /// <summary>Whether a file of this name is meant to be a picture that is read.</summary>
    public static bool IsNameOfPicture(string name) => Endings.Contains(Path.GetExtension(name), StringComparer.OrdinalIgnoreCase);

    /// <summary>The kind of a file that begins with these bytes.</summary>
    public static PictureKind Of(ReadOnlySpan<byte> head) =>
        head.StartsWith((ReadOnlySpan<byte>)[0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A]) ? PictureKind.Png
        : head.StartsWith((ReadOnlySpan<byte>)[0xFF, 0xD8, 0xFF]) ? PictureKind.Jpeg
        : head.StartsWith("RIFF"u8) && At(head, 8, "WEBP"u8) ? PictureKind.WebP
        : head.StartsWith("GIF87a"u8) || head.StartsWith("GIF89a"u8) ? PictureKind.Gif
        : head.StartsWith("BM"u8) && HasBmpHeader(head) ? PictureKind.Bmp
        : head.StartsWith("II*\0"u8) || head.StartsWith("MM\0*"u8) || head.StartsWith("II+\0"u8) || head.StartsWith("MM\0+"u8)
            ? PictureKind.Tiff
        : At(head, 4, "ftyp"u8) ? OfBrands(head)
        : head.StartsWith((ReadOnlySpan<byte>)[0xFF, 0x0A]) || At(head, 4, "JXL "u8) ? PictureKind.JpegXl
        : At(head, 4, "jP  "u8) || head.StartsWith((ReadOnlySpan<byte>)[0xFF, 0x4F, 0xFF, 0x51]) ? PictureKind.Jpeg2000
        : head.StartsWith("8BPS"u8) ? PictureKind.Photoshop
        : head.StartsWith((ReadOnlySpan<byte>)[0, 0, 1, 0]) ? PictureKind.Icon
        : PictureKind.Unknown;

    private static bool At(ReadOnlySpan<byte> head, int offset, ReadOnlySpan<byte> word) =>
        head.Length > offset && head[offset..].StartsWith(word);

    /// <summary>Two letters are little: the header behind them has one of a few lengths.</summary>
    private static bool HasBmpHeader(ReadOnlySpan<byte> head) =>
        head.Length >= 18 && BinaryPrimitives.ReadUInt32LittleEndian(head[14..]) is 12 or 16 or 40 or 52 or 56 or 64 or 108 or 124;

    /// <summary>HEIC and AVIF share their box, which lists brands; films have others.</summary>
    private static PictureKind OfBrands(ReadOnlySpan<byte> head)
    {
        uint boxLength = BinaryPrimitives.ReadUInt32BigEndian(head);
        var kind = PictureKind.Unknown;
        // The main brand, a version, and the compatible brands.
        for (int at = 8; at + 4 <= Math.Min(head.Length, boxLength); at += 4)
        {
            ReadOnlySpan<byte> brand = head.Slice(at, 4);
            if (brand.StartsWith("avi"u8)) return PictureKind.Avif;
            if (brand.StartsWith("hei"u8) || brand.StartsWith("hev"u8) || brand.StartsWith("mif1"u8) || brand.StartsWith("msf1"u8))
                kind = PictureKind.Heic;
        }
        return kind;
    }
}
