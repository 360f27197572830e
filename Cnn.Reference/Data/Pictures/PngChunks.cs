using System.Buffers.Binary;
using System.Text;
using Cnn.Reference.Files;
using SkiaSharp;

namespace Cnn.Reference.Data.Pictures;

/// <summary>
/// Takes a PNG apart into its chunks (length, type, data, checksum) and leaves those that its pixels need. The decoder
/// gathers each other chunk piece by piece, and takes a time for it that grows with the square of its length.
/// </summary>
internal static class PngChunks
{
    private const int SignatureBytes = 8;
    private const int FrameBytes = 12; // a chunk's length, type and checksum

    /// <summary>Moves what the pixels need together, at the front of <paramref name="png"/>.</summary>
    /// <returns>How many bytes are left, and the orientation that an eXIf chunk tells.</returns>
    /// <exception cref="DatasetException">A chunk is cut, damaged, or of a kind or length that no PNG has.</exception>
    public static (int Length, SKEncodedOrigin Origin) Strip(string path, byte[] png)
    {
        int end = SignatureBytes, at = SignatureBytes;
        var origin = SKEncodedOrigin.TopLeft;
        bool inPixels = false;
        while (true)
        {
            if (inPixels && at == png.Length) throw new DatasetException(path, "is truncated: its end mark is missing");
            ReadOnlySpan<byte> rest = png.AsSpan(at);
            if (rest.Length < FrameBytes) throw Cut();
            uint length = BinaryPrimitives.ReadUInt32BigEndian(rest);
            ReadOnlySpan<byte> type = rest.Slice(4, 4);
            bool isPixels = type.SequenceEqual("IDAT"u8), isEnd = type.SequenceEqual("IEND"u8);
            inPixels |= isPixels;
            if (length > rest.Length - FrameBytes) throw Cut();

            ReadOnlySpan<byte> data = rest.Slice(8, (int)length);
            int? most = MostBytes(type);
            if (length > most)
                throw new DatasetException(path, $"is damaged: its chunk {NameOf(type)} has {length} bytes");
            // The decoder checks those of pixels, as it comes to them.
            if (!isPixels && Crc32.Of(rest.Slice(4, 4 + (int)length)) != BinaryPrimitives.ReadUInt32BigEndian(rest[(8 + (int)length)..]))
                throw new DatasetException(path, $"is damaged: the checksum of its chunk {NameOf(type)} is wrong");
            bool isCritical = (type[0] & 0x20) == 0; // a capital
            if (isCritical && most is null && !isPixels)
                throw new DatasetException(path, $"needs the chunk {NameOf(type)}, which is none of PNG's own");
            if (type.SequenceEqual("eXIf"u8)) origin = ExifOrientation.Of(data);

            int whole = FrameBytes + (int)length;
            if (most is not null || isPixels)
            {
                Buffer.BlockCopy(png, at, png, end, whole);
                end += whole;
            }
            if (isEnd) return (end, origin);
            at += whole;
        }

        DatasetException Cut() => new(path, inPixels ? "is truncated: its pixels end early" : "is truncated or damaged in its header");
    }

    /// <summary>How long a chunk may be that is handed on as a whole; none for pixels, and for what is left out.</summary>
    private static int? MostBytes(ReadOnlySpan<byte> type) =>
        type.SequenceEqual("IHDR"u8) ? 13
        : type.SequenceEqual("PLTE"u8) ? 3 * 256
        : type.SequenceEqual("tRNS"u8) ? 256
        : type.SequenceEqual("IEND"u8) ? 0
        : null;

    private static string NameOf(ReadOnlySpan<byte> type) =>
        type.ContainsAnyExceptInRange((byte)' ', (byte)'~') ? Convert.ToHexString(type) : Encoding.ASCII.GetString(type);
}
