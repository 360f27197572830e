namespace Cnn.Reference.Data.Pictures;

/// <summary>The bits of a JPEG's codes between two marks, the highest of a byte first. A zero byte after 0xFF is no part of them.</summary>
internal ref struct JpegBits(ReadOnlySpan<byte> codes)
{
    private readonly ReadOnlySpan<byte> codes = codes;
    private int at;
    private ulong held;
    private int count; // how many of the lowest bits of held are unread; less than none when more were read than there are

    /// <summary>Whether more bits were read than there are.</summary>
    public readonly bool IsOverrun => count < 0;

    /// <summary>Whole bytes that are unread, without the zeros that some encoders pad with.</summary>
    public readonly int Rest => codes[at..].TrimEnd((byte)0) is var rest && rest.IsEmpty ? 0 : Math.Max(count, 0) / 8 + rest.Length;

    /// <summary>The next bits, at most 16, without moving on; zeros behind the end.</summary>
    public int Peek(int bits)
    {
        while (count < bits && at < codes.Length)
        {
            byte value = codes[at++];
            if (value == 0xFF) at++;
            held = held << 8 | value;
            count += 8;
        }
        if (count >= bits) return (int)(held >> count - bits) & (1 << bits) - 1;
        return count > 0 ? (int)(held << bits - count) & (1 << bits) - 1 : 0;
    }

    /// <summary>Moves on, by at most as many bits as were looked at.</summary>
    public void Skip(int bits) => count -= bits;

    /// <summary>Reads bits, at most 16.</summary>
    public int Read(int bits)
    {
        int value = Peek(bits);
        count -= bits;
        return value;
    }
}
