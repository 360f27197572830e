using System.Buffers.Binary;

namespace Cnn.Reference.Data.Pictures;

/// <summary>A JPEG's size, and its components: what each scan's count of blocks follows from.</summary>
internal sealed class JpegFrame
{
    private const int Side = 8; // of a block

    private JpegFrame(bool isProgressive, Component[] components, int columns, int rows) =>
        (IsProgressive, Components, McuColumns, McuRows) = (isProgressive, components, columns, rows);

    /// <summary>Whether coefficients come in several scans.</summary>
    public bool IsProgressive { get; }

    /// <summary>Brightness, and mostly two of colour.</summary>
    public IReadOnlyList<Component> Components { get; }

    /// <summary>How many minimum coded units lie side by side: each is one or more blocks of every component.</summary>
    public int McuColumns { get; }

    /// <summary>How many of them lie one below the other.</summary>
    public int McuRows { get; }

    /// <summary>Reads the segment; null if it is not of Huffman codes, or makes no sense.</summary>
    public static JpegFrame? Read(byte mark, ReadOnlySpan<byte> content)
    {
        if (mark is not (0xC0 or 0xC1 or 0xC2) || content.Length < 6 || content.Length < 6 + 3 * content[5]) return null;
        int height = BinaryPrimitives.ReadUInt16BigEndian(content[1..]), width = BinaryPrimitives.ReadUInt16BigEndian(content[3..]);
        var sampled = new (byte Id, int Across, int Down)[content[5]];
        for (int n = 0; n < sampled.Length; n++) sampled[n] = (content[6 + 3 * n], content[7 + 3 * n] >> 4, content[7 + 3 * n] & 15);
        if (height == 0 || width == 0 || sampled.Length is 0 or > 4) return null;
        if (sampled.Any(one => one.Across is 0 or > 4 || one.Down is 0 or > 4)) return null;

        int most = sampled.Max(one => one.Across), highest = sampled.Max(one => one.Down);
        int columns = Parts(width, Side * most), rows = Parts(height, Side * highest);
        Component[] components =
        [
            .. sampled.Select(one => new Component(
                one.Id, one.Across, one.Down, Parts(Parts(width * one.Across, most), Side), Parts(Parts(height * one.Down, highest), Side),
                mark == 0xC2 ? new ulong[columns * one.Across, rows * one.Down] : null)),
        ];
        return new JpegFrame(mark == 0xC2, components, columns, rows);
    }

    private static int Parts(int length, int part) => (length + part - 1) / part;

    /// <param name="Across">Blocks side by side in a minimum coded unit.</param>
    /// <param name="Down">Blocks one below the other in it.</param>
    /// <param name="Columns">Blocks side by side, in a scan of this component alone.</param>
    /// <param name="Rows">Blocks one below the other in it.</param>
    /// <param name="Known">For each block of a progressive image, a bit for each coefficient that is not zero so far.</param>
    public sealed record Component(byte Id, int Across, int Down, int Columns, int Rows, ulong[,]? Known)
    {
        /// <summary>Whether a scan has brought its means.</summary>
        public bool IsSeen { get; set; }
    }
}
