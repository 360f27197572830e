using System.Buffers.Binary;
using SkiaSharp;

namespace Cnn.Reference.Data.Pictures;

/// <summary>Finds the orientation in EXIF data, which has the form of a TIFF file: byte order, and a list of tagged entries.</summary>
internal static class ExifOrientation
{
    private const ushort Tag = 0x0112, ShortType = 3;
    private const int EntryBytes = 12;

    /// <summary>The orientation; upright where there is none, or the data makes no sense.</summary>
    public static SKEncodedOrigin Of(ReadOnlySpan<byte> exif)
    {
        if (exif.StartsWith("Exif\0\0"u8)) exif = exif[6..]; // belongs to JPEG's segment, and is copied elsewhere by habit
        bool little = exif.StartsWith("II*\0"u8);
        if (exif.Length < 8 || !(little || exif.StartsWith("MM\0*"u8))) return SKEncodedOrigin.TopLeft;

        long list = little ? BinaryPrimitives.ReadUInt32LittleEndian(exif[4..]) : BinaryPrimitives.ReadUInt32BigEndian(exif[4..]);
        if (list > exif.Length - 2) return SKEncodedOrigin.TopLeft;
        ReadOnlySpan<byte> entries = exif[(int)list..];
        int count = Short(entries, little);
        entries = entries[2..];
        for (; count > 0 && entries.Length >= EntryBytes; count--, entries = entries[EntryBytes..])
            if (Short(entries, little) == Tag && Short(entries[2..], little) == ShortType
                && Short(entries[8..], little) is >= 1 and <= 8 and var orientation)
                return (SKEncodedOrigin)orientation; // numbered as EXIF does
        return SKEncodedOrigin.TopLeft;
    }

    private static ushort Short(ReadOnlySpan<byte> bytes, bool little) =>
        little ? BinaryPrimitives.ReadUInt16LittleEndian(bytes) : BinaryPrimitives.ReadUInt16BigEndian(bytes);
}
