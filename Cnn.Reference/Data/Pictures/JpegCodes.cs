using System.Buffers.Binary;

namespace Cnn.Reference.Data.Pictures;

/// <summary>
/// Reads all of a JPEG's Huffman codes, and forgets them: whether each is one that its table has, and whether there are as
/// many as the image has blocks. The decoder knows it too, fills up what is missing, and says nothing.
/// </summary>
internal sealed class JpegCodes
{
    private const int LastCoefficient = 63;
    private const int MostScans = 500; // encoders write a dozen; each is a pass over all blocks
    private const int MostRest = 2; // bytes that some encoder may have left behind the last code
    private readonly JpegHuffman?[] means = new JpegHuffman?[4], others = new JpegHuffman?[4];
    private JpegFrame? frame;
    private int interval;
    private bool isUnknown;

    private JpegCodes()
    {
    }

    /// <summary>Whether the codes are whole, as far as they are of the kinds that are known here.</summary>
    /// <param name="jpeg">One whose marks were found to be whole.</param>
    /// <exception cref="OperationCanceledException">The user has stopped it.</exception>
    public static bool AreWhole(ReadOnlySpan<byte> jpeg, CancellationToken cancel)
    {
        var codes = new JpegCodes();
        int at = 2, scans = 0;
        while (JpegMarkers.Next(jpeg, at) is var found && jpeg[found] != JpegMarkers.End)
        {
            at = found + 1;
            if (JpegMarkers.IsRestart(jpeg[found])) continue;
            int length = BinaryPrimitives.ReadUInt16BigEndian(jpeg[at..]);
            ReadOnlySpan<byte> content = jpeg.Slice(at + 2, length - 2);
            at += length;
            if (jpeg[found] == JpegMarkers.Scan)
            {
                if (++scans > MostScans) return true; // the decoder has a limit of its own
                int end = JpegMarkers.EndOfCodes(jpeg, at, restarts: true);
                if (!codes.ReadScan(content, jpeg[at..end], cancel)) return codes.isUnknown;
                at = end;
            }
            else
            {
                codes.ReadSegment(jpeg[found], content);
            }
            if (codes.isUnknown) return true;
        }
        return codes.frame is null || codes.frame.Components.All(component => component.IsSeen);
    }

    private void ReadSegment(byte mark, ReadOnlySpan<byte> content)
    {
        if (mark == JpegMarkers.RestartInterval && content.Length >= 2) interval = BinaryPrimitives.ReadUInt16BigEndian(content);
        if (mark == JpegMarkers.Tables) ReadTables(content);
        else if (mark is >= 0xC0 and <= 0xCF && mark != 0xC8) isUnknown = (frame = JpegFrame.Read(mark, content)) is null;
    }

    private void ReadTables(ReadOnlySpan<byte> content)
    {
        while (content.Length >= 17)
        {
            ReadOnlySpan<byte> counts = content.Slice(1, 16);
            int symbols = 0;
            foreach (byte count in counts) symbols += count;
            isUnknown |= content[0] is not (< 4 or >= 0x10 and < 0x14) || symbols > 256 || content.Length < 17 + symbols;
            if (isUnknown) return;
            (content[0] < 4 ? means : others)[content[0] & 3] = new JpegHuffman(counts, content.Slice(17, symbols));
            content = content[(17 + symbols)..];
        }
    }

    private bool ReadScan(ReadOnlySpan<byte> header, ReadOnlySpan<byte> codes, CancellationToken cancel)
    {
        int count = header.Length > 0 ? header[0] : 0;
        isUnknown = frame is null || count is 0 or > 4 || header.Length < 4 + 2 * count;
        if (isUnknown) return false;

        var parts = new Part[count];
        ReadOnlySpan<byte> range = header[(1 + 2 * count)..];
        for (int n = 0; n < count; n++)
        {
            (byte id, int tables) = (header[1 + 2 * n], header[2 + 2 * n]);
            var component = frame!.Components.FirstOrDefault(one => one.Id == id);
            isUnknown |= component is null || (tables & 0xCC) != 0; // there are four tables of each
            if (isUnknown) return false;
            parts[n] = new Part(component!, means[tables >> 4], others[tables & 3]);
        }
        (int from, int to) = frame!.IsProgressive ? (range[0], range[1]) : (0, LastCoefficient);
        var scan = new JpegScan(frame.IsProgressive, from, to, isRefinement: frame.IsProgressive && range[2] >> 4 != 0);
        // Means come alone in a progressive image, and other coefficients of one component at a time.
        bool isOrdered = from == 0 ? to == 0 : from <= to && to <= LastCoefficient && count == 1;
        isUnknown = frame.IsProgressive && !isOrdered
            || parts.Any(part => scan.NeedsTables.Means && part.Means is null || scan.NeedsTables.Others && part.Others is null);
        if (isUnknown) return false;
        if (scan.HasMeans)
            foreach (Part part in parts) part.Component.IsSeen = true;

        // One component alone has as many blocks as it needs; several are coded in units of whole blocks of each.
        var alone = count == 1 ? parts[0].Component : null;
        int columns = alone?.Columns ?? frame.McuColumns, units = columns * (alone?.Rows ?? frame.McuRows);
        for (int first = 0; first < units; first += interval > 0 ? interval : units)
        {
            int mark = JpegMarkers.Next(codes, 0);
            var bits = new JpegBits((mark < 0 ? codes : codes[..mark]).TrimEnd((byte)0xFF));
            int last = interval > 0 ? Math.Min(units, first + interval) : units;
            scan.Restart();
            for (int unit = first; unit < last; unit++)
            {
                (int x, int y) = (unit % columns, unit / columns);
                if (x == 0) cancel.ThrowIfCancellationRequested();
                foreach (Part part in parts)
                    if (!ReadUnit(ref bits, scan, part, x, y, alone is null ? (part.Component.Across, part.Component.Down) : (1, 1)))
                        return false;
                if (bits.IsOverrun) return false;
            }
            if (bits.Rest > MostRest) return false;
            codes = mark < 0 ? [] : codes[(mark + 1)..];
        }
        return codes.IsEmpty; // as many intervals as there should be
    }

    private static bool ReadUnit(ref JpegBits bits, JpegScan scan, Part part, int x, int y, (int Across, int Down) blocks)
    {
        ulong unused = 0;
        for (int row = y * blocks.Down; row < (y + 1) * blocks.Down; row++)
            for (int column = x * blocks.Across; column < (x + 1) * blocks.Across; column++)
            {
                ref ulong known = ref part.Component.Known is null ? ref unused : ref part.Component.Known[column, row];
                if (!scan.ReadBlock(ref bits, part.Means, part.Others, ref known)) return false;
            }
        return true;
    }

    private readonly record struct Part(JpegFrame.Component Component, JpegHuffman? Means, JpegHuffman? Others);
}
