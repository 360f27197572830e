using System.Buffers.Binary;

namespace Cnn.Reference.Data.Pictures;

/// <summary>
/// Walks over a JPEG's marks (0xFF and a byte), from its first to the one that ends it. The decoder fills up what is
/// missing, and says nothing.
/// </summary>
internal static class JpegMarkers
{
    public const byte Tables = 0xC4, End = 0xD9, Scan = 0xDA, RestartInterval = 0xDD;
    private const byte Fill = 0xFF;

    /// <summary>Refuses a JPEG whose marks tell that a part of it is lost.</summary>
    /// <exception cref="DatasetException">It has no end mark, one too early, or marks among its codes that cannot stand there.</exception>
    public static void Check(string path, ReadOnlySpan<byte> jpeg)
    {
        int at = 2, interval = 0;
        bool inPixels = false;
        while (true)
        {
            int found = Next(jpeg, at);
            if (found < 0) throw Cut();
            byte mark = jpeg[found];
            at = found + 1;
            if (mark == End) break;
            if (IsRestart(mark)) continue; // behind the last codes, one is too many and does no harm
            if (inPixels && !MayFollowScan(mark)) throw Damaged();

            if (jpeg.Length - at < 2) throw Cut();
            int length = BinaryPrimitives.ReadUInt16BigEndian(jpeg[at..]);
            if (length > jpeg.Length - at) throw Cut();
            if (length < 2) throw Damaged();
            if (mark == RestartInterval && length >= 4) interval = BinaryPrimitives.ReadUInt16BigEndian(jpeg[(at + 2)..]);
            at += length;
            if (mark != Scan) continue;

            inPixels = true;
            at = EndOfCodes(jpeg, at, interval > 0) is >= 0 and var end ? end : throw Damaged();
        }
        if (!Trailer.IsKnown(jpeg[at..])) throw new DatasetException(path, $"is damaged: {jpeg.Length - at} bytes lie behind its end mark");

        DatasetException Cut() => new(path, inPixels ? "is truncated: its end mark is missing" : "is truncated or damaged in its header");
        DatasetException Damaged() =>
            new(path, inPixels ? "is damaged: its pixels cannot be decoded" : "is truncated or damaged in its header");
    }

    /// <summary>Where the next mark's second byte is; -1 for nowhere. What lies before it is passed over, as decoders do.</summary>
    public static int Next(ReadOnlySpan<byte> jpeg, int at)
    {
        while (at < jpeg.Length)
        {
            int first = jpeg[at..].IndexOf(Fill);
            if (first < 0) return -1;
            at += first;
            while (at < jpeg.Length && jpeg[at] == Fill) at++;
            if (at < jpeg.Length && jpeg[at] != 0) return at;
        }
        return -1;
    }

    /// <summary>Where the mark behind a scan's codes begins, or the file's end; -1 if a restart mark is out of turn.</summary>
    public static int EndOfCodes(ReadOnlySpan<byte> jpeg, int at, bool restarts)
    {
        for (int turn = 0; ; turn++)
        {
            int found = Next(jpeg, at);
            if (found < 0) return jpeg.Length;
            if (!IsRestart(jpeg[found])) return found - 1;
            if (!restarts || jpeg[found] - 0xD0 != turn % 8) return -1;
            at = found + 1;
        }
    }

    /// <summary>Whether it divides a scan's codes.</summary>
    public static bool IsRestart(byte mark) => mark is >= 0xD0 and <= 0xD7;

    /// <summary>Another scan, what it needs, the number of lines, or something for programs.</summary>
    private static bool MayFollowScan(byte mark) =>
        mark is Scan or Tables or 0xDB or 0xDC or RestartInterval or >= 0xE0 and <= 0xEF or 0xFE;
}
