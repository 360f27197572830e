using System.Buffers.Binary;
using SkiaSharp;

namespace Cnn.Reference.Data.Pictures;

/// <summary>A WebP's chunks (name, length, data, filled up to an even length), of which one may hold EXIF data.</summary>
internal static class WebPChunks
{
    private const int HeaderBytes = 12; // "RIFF", length, "WEBP"
    private const int FrameBytes = 8;

    /// <summary>The orientation that the EXIF chunk tells.</summary>
    /// <exception cref="DatasetException">The file is shorter than it says.</exception>
    public static SKEncodedOrigin Origin(string path, ReadOnlySpan<byte> webP)
    {
        long promised = FrameBytes + (long)BinaryPrimitives.ReadUInt32LittleEndian(webP[4..]);
        if (promised > webP.Length) throw new DatasetException(path, "is truncated: its pixels end early");

        ReadOnlySpan<byte> rest = webP[HeaderBytes..];
        while (rest.Length >= FrameBytes)
        {
            uint length = BinaryPrimitives.ReadUInt32LittleEndian(rest[4..]);
            if (length > rest.Length - FrameBytes) break;
            if (rest.StartsWith("EXIF"u8)) return ExifOrientation.Of(rest.Slice(FrameBytes, (int)length));
            rest = rest[(int)Math.Min(rest.Length, FrameBytes + length + length % 2)..];
        }
        return SKEncodedOrigin.TopLeft;
    }
}
