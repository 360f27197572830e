namespace Cnn.Reference.Files;

/// <summary>The checksum of PNG's chunks and of ZIP's entries: CRC-32 with the reversed polynomial 0xEDB88320.</summary>
internal sealed class Crc32
{
    private static readonly uint[] Table = MakeTable();

    private uint state = uint.MaxValue;

    /// <summary>The checksum of what was added so far.</summary>
    public uint Value => ~state;

    /// <summary>The checksum of some bytes.</summary>
    public static uint Of(ReadOnlySpan<byte> bytes)
    {
        var crc = new Crc32();
        crc.Add(bytes);
        return crc.Value;
    }

    /// <summary>Adds bytes.</summary>
    public void Add(ReadOnlySpan<byte> bytes)
    {
        uint crc = state;
        foreach (byte value in bytes) crc = Table[(byte)(crc ^ value)] ^ crc >> 8;
        state = crc;
    }

    private static uint[] MakeTable()
    {
        const uint Polynomial = 0xedb88320;
        uint[] table = new uint[256];
        for (uint i = 0; i < table.Length; i++)
        {
            uint crc = i;
            for (int bit = 0; bit < 8; bit++) crc = (crc & 1) != 0 ? crc >> 1 ^ Polynomial : crc >> 1;
            table[i] = crc;
        }
        return table;
    }
}
