using System.Buffers.Binary;
using System.Text;
using Cnn.Reference.Files;

namespace Cnn.Tests.Data;

/// <summary>Pictures written byte by byte: what the encoder of the other samples does not write, and what no encoder would.</summary>
internal static class PictureBytes
{
    private const int PngSignature = 8;

    /// <summary>
    /// A progressive JPEG of 44 x 20 pixels as an encoder writes it: ten scans, which refine coefficients of three components,
    /// two of them at half the size, with restart marks.
    /// </summary>
    private const string TenScansText =
        "/9j/4AAQSkZJRgABAQAAAQABAAD/2wBDABcQERQRDhcUEhQaGBcbIjklIh8fIkYyNSk5UkhXVVFIUE5bZoNvW2F8Yk5QcptzfIeLkpSSWG2grJ+OqoOPko3/"
        + "2wBDARgaGiIeIkMlJUONXlBejY2NjY2NjY2NjY2NjY2NjY2NjY2NjY2NjY2NjY2NjY2NjY2NjY2NjY2NjY2NjY2NjY3/wgARCAAUACwDASIAAhEBAxEB/8QA"
        + "GAAAAgMAAAAAAAAAAAAAAAAAAAECAwT/xAAXAQEBAQEAAAAAAAAAAAAAAAACAQMA/90ABAAC/9oADAMBAAIQAxAAAAHTlKlHJ3Y3/9C2Ky3i4A//0XMCMsw3"
        + "0//EABoQAAIDAQEAAAAAAAAAAAAAAAABAhEhMRD/2gAIAQEAAQUC4pPf/9Ao/9FKhzo//9Kc/P/ToSP/1JSobZ//1Rc//9aOjZ//13oln//EABsRAAMAAgMA"
        + "AAAAAAAAAAAAAAABAjEyAxJC/9oACAEDAQE/AVPdl15k/9DAtT//0eLItj//xAAaEQACAgMAAAAAAAAAAAAAAAAAAgMxARFR/9oACAECAQE/AaMts//Qji6S"
        + "H//RSx6P/8QAFBABAAAAAAAAAAAAAAAAAAAAEP/aAAgBAQAGPwI//9A//9E//9I//9M//9Q//9U//9Y//9c//8QAHhAAAwACAQUAAAAAAAAAAAAAAAERITFB"
        + "UWFxgaH/2gAIAQEAAT8hwVR//9BdGKvZ/9FadiqH/9JjpLs//9NUeY//1FIVY+H/1d05D//W2OaQxJw//9fI22IH/9oADAMBAAIAAwAAABA6/wD/0Kvf/9H+"
        + "L//EABkRAAMBAQEAAAAAAAAAAAAAAAABIREQMf/aAAgBAwEBPxB9fOd//9BSkS+H/9FNfSqP/8QAGBEBAQEBAQAAAAAAAAAAAAAAAQARECH/2gAIAQIBAT8Q"
        + "EOzO/9AH3h//0YSDL//EAB4QAQADAAMAAwEAAAAAAAAAAAEAESExQVFhcaHh/9oACAEBAAE/EEAZm3LSyj9n/9BNKOtpM9UAaKyrn//RdXfau4FhDPP7P//S"
        + "ySQVMefZP//ToUKXWR60S8ZP/9RSWc98kbd2fLJ//9WuRVAR8lCoBRn/1lRBeE8mbP/Xu1KPsrFtXdZ//9k=";

    /// <inheritdoc cref="TenScansText"/>
    public static byte[] TenScans => Convert.FromBase64String(TenScansText);

    /// <summary>The orientation alone, as EXIF data: a TIFF header and one entry.</summary>
    public static byte[] Exif(byte orientation, bool bigEndian = false) =>
        bigEndian
            ? [.. "MM\0*"u8, 0, 0, 0, 8, 0, 1, 0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, orientation, 0, 0, 0, 0, 0, 0]
            : [.. "II*\0"u8, 8, 0, 0, 0, 1, 0, 0x12, 0x01, 3, 0, 1, 0, 0, 0, orientation, 0, 0, 0, 0, 0, 0, 0];

    /// <summary>A PNG's chunk: length, type, data, checksum.</summary>
    public static byte[] PngChunk(string type, byte[] data)
    {
        byte[] checkedBytes = [.. Encoding.ASCII.GetBytes(type), .. data];
        var (length, checksum) = (new byte[4], new byte[4]);
        BinaryPrimitives.WriteInt32BigEndian(length, data.Length);
        BinaryPrimitives.WriteUInt32BigEndian(checksum, Crc32(checkedBytes));
        return [.. length, .. checkedBytes, .. checksum];
    }

    /// <summary>The PNG with one more chunk before its pixels, or behind them.</summary>
    public static byte[] WithPngChunk(byte[] png, string type, byte[] data, bool behindPixels = false)
    {
        int at = behindPixels ? png.Length - 12 : PngSignature + 25; // IEND takes 12 bytes, IHDR 25
        return [.. png[..at], .. PngChunk(type, data), .. png[at..]];
    }

    /// <summary>A PNG that claims a size, and holds no more pixels than a few bytes do.</summary>
    public static byte[] PngThatClaims(int height, int width, int pixelBytes)
    {
        var header = new byte[13];
        BinaryPrimitives.WriteInt32BigEndian(header, width);
        BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(4), height);
        header[8] = 8; // bits; grey
        return [0x89, .. "PNG\r\n\u001a\n"u8, .. PngChunk("IHDR", header), .. PngChunk("IDAT", new byte[pixelBytes]),
            .. PngChunk("IEND", [])];
    }

    /// <summary>The WebP in its extended form, with EXIF data behind the pixels.</summary>
    public static byte[] WithExif(byte[] webP, int height, int width, byte[] exif)
    {
        byte[] pixels = webP[12..];
        byte[] extended = [.. "VP8X"u8, 10, 0, 0, 0, 0x08, 0, 0, 0, .. LittleEndian(width - 1)[..3], .. LittleEndian(height - 1)[..3]];
        byte[] padding = exif.Length % 2 == 0 ? [] : [0];
        byte[] body = [.. "WEBP"u8, .. extended, .. pixels, .. "EXIF"u8, .. LittleEndian(exif.Length), .. exif, .. padding];
        return [.. "RIFF"u8, .. LittleEndian(body.Length), .. body];
    }

    /// <summary>A BMP of 24 bits a pixel, whose rows run from the lowest up.</summary>
    /// <param name="pixels">Red, green and blue.</param>
    public static byte[] Bmp(int width, params (byte Red, byte Green, byte Blue)[] pixels)
    {
        const int headers = 54;
        int height = pixels.Length / width, rowBytes = (3 * width + 3) / 4 * 4;
        var rows = new byte[height * rowBytes];
        for (int n = 0; n < pixels.Length; n++)
        {
            int at = (height - 1 - n / width) * rowBytes + n % width * 3;
            (rows[at], rows[at + 1], rows[at + 2]) = (pixels[n].Blue, pixels[n].Green, pixels[n].Red);
        }
        return
        [
            .. "BM"u8, .. LittleEndian(headers + rows.Length), 0, 0, 0, 0, .. LittleEndian(headers),
            .. LittleEndian(40), .. LittleEndian(width), .. LittleEndian(height), 1, 0, 24, 0, .. new byte[4], .. LittleEndian(rows.Length),
            .. new byte[16],
            .. rows,
        ];
    }

    /// <summary>A GIF of grey frames, all of one size: value v is entry v of the palette.</summary>
    public static byte[] Gif(int width, params byte[][] frames)
    {
        int height = frames[0].Length / width;
        byte[] size = [(byte)width, (byte)(width >> 8), (byte)height, (byte)(height >> 8)];
        IEnumerable<byte> palette = Enumerable.Range(0, 768).Select(n => (byte)(n / 3));
        byte[] gif = [.. "GIF89a"u8, .. size, 0xF7, 0, 0, .. palette];
        foreach (byte[] frame in frames) gif = [.. gif, 0x2C, 0, 0, 0, 0, .. size, 0, 8, .. Blocks(NineBitCodes(frame)), 0];
        return [.. gif, 0x3B];
    }

    /// <summary>A progressive grey JPEG in two scans: each block of 8 x 8 has one value, then come its other coefficients, all
    /// zero.</summary>
    /// <param name="blocks">One value a block, along the rows.</param>
    public static byte[] ProgressiveJpeg(int blocksAcross, params byte[] blocks)
    {
        int width = 8 * blocksAcross, height = 8 * (blocks.Length / blocksAcross);
        var (means, others) = (new Bits(), new Bits());
        int before = 0;
        foreach (byte value in blocks)
        {
            int coefficient = 8 * (value - 128), difference = coefficient - before;
            before = coefficient;
            int size = 32 - int.LeadingZeroCount(Math.Abs(difference));
            means.Add(size, 4);
            means.Add(difference < 0 ? difference + (1 << size) - 1 : difference, size);
            others.Add(0, 1); // end of block
        }
        byte[] sizes = [.. Enumerable.Range(0, 12).Select(n => (byte)n)];
        return
        [
            0xFF, 0xD8,
            .. Segment(0xDB, [0, .. Enumerable.Repeat((byte)1, 64)]),
            .. Segment(0xC2, [8, (byte)(height >> 8), (byte)height, (byte)(width >> 8), (byte)width, 1, 1, 0x11, 0]),
            .. Segment(0xC4, [0x00, 0, 0, 0, 12, .. new byte[12], .. sizes]),
            .. Segment(0xDA, [1, 1, 0x00, 0, 0, 0]), .. means.Stuffed(),
            .. Segment(0xC4, [0x10, 1, .. new byte[15], 0x00]),
            .. Segment(0xDA, [1, 1, 0x00, 1, 63, 0]), .. others.Stuffed(),
            0xFF, 0xD9,
        ];
    }

    /// <summary>A JPEG's segment: marker, length, content.</summary>
    public static byte[] Segment(byte marker, byte[] content) =>
        [0xFF, marker, (byte)((content.Length + 2) >> 8), (byte)(content.Length + 2), .. content];

    /// <summary>PNG's CRC-32, a bit at a time.</summary>
    public static uint Crc32(ReadOnlySpan<byte> data)
    {
        uint crc = uint.MaxValue;
        foreach (byte value in data)
        {
            crc ^= value;
            for (int bit = 0; bit < 8; bit++) crc = (crc & 1) == 0 ? crc >> 1 : crc >> 1 ^ 0xEDB88320;
        }
        return ~crc;
    }

    private static byte[] LittleEndian(int number)
    {
        var bytes = new byte[4];
        BinaryPrimitives.WriteInt32LittleEndian(bytes, number);
        return bytes;
    }

    /// <summary>GIF's codes, none for more than one pixel: a clear code comes before nine bits would no longer do.</summary>
    private static byte[] NineBitCodes(byte[] frame)
    {
        const int clear = 256, end = 257;
        List<int> codes = [];
        for (int n = 0; n < frame.Length; n++)
        {
            if (n % 100 == 0) codes.Add(clear);
            codes.Add(frame[n]);
        }
        codes.Add(end);
        var bytes = new byte[(9 * codes.Count + 7) / 8];
        for (int bit = 0; bit < 9 * codes.Count; bit++)
            bytes[bit / 8] |= (byte)((codes[bit / 9] >> bit % 9 & 1) << bit % 8);
        return bytes;
    }

    private static IEnumerable<byte> Blocks(byte[] data) => data.Chunk(255).SelectMany(block => block.Prepend((byte)block.Length));

    /// <summary>Bits of a JPEG, the highest first.</summary>
    private sealed class Bits
    {
        private readonly List<bool> bits = [];

        public void Add(int value, int count)
        {
            for (int bit = count - 1; bit >= 0; bit--) bits.Add((value >> bit & 1) == 1);
        }

        /// <summary>Filled up with ones; a zero byte follows each 0xFF.</summary>
        public byte[] Stuffed()
        {
            while (bits.Count % 8 != 0) bits.Add(true);
            IEnumerable<byte> bytes = bits.Chunk(8).Select(eight => (byte)eight.Aggregate(0, (sum, bit) => 2 * sum + (bit ? 1 : 0)));
            return [.. bytes.SelectMany(value => value == 0xFF ? new byte[] { 0xFF, 0 } : [value])];
        }
    }
}
