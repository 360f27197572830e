namespace Cnn.Reference.Data.Pictures;

/// <summary>A table of a JPEG's Huffman codes. Codes of one length are numbered on, and longer ones follow.</summary>
internal sealed class JpegHuffman
{
    private const int LongestCode = 16;
    private const int FastBits = 9;
    private readonly short[] fast = new short[1 << FastBits]; // length and symbol of the code that begins so; 0 for a longer one
    private readonly int[] end = new int[LongestCode + 1]; // of the codes of a length, as if filled up to 16 bits
    private readonly int[] offset = new int[LongestCode + 1]; // from a code of a length to its symbol
    private readonly byte[] symbols;

    /// <param name="counts">How many codes there are of each length, from 1 on.</param>
    /// <param name="symbols">What they stand for, in order.</param>
    public JpegHuffman(ReadOnlySpan<byte> counts, ReadOnlySpan<byte> symbols)
    {
        this.symbols = symbols.ToArray();
        int code = 0, index = 0;
        for (int length = 1; length <= LongestCode; length++, code <<= 1)
        {
            offset[length] = index - code;
            for (int n = 0; n < counts[length - 1]; n++, code++, index++)
                if (length <= FastBits && code < 1 << length)
                    Array.Fill(fast, (short)(length << 8 | symbols[index]), code << FastBits - length, 1 << FastBits - length);
            end[length] = code << LongestCode - length;
        }
    }

    /// <summary>Reads one code; -1 if there is none such.</summary>
    public int Read(ref JpegBits bits)
    {
        int next = bits.Peek(LongestCode);
        if (fast[next >> LongestCode - FastBits] is not 0 and var found)
        {
            bits.Skip(found >> 8);
            return (byte)found;
        }
        for (int length = FastBits + 1; length <= LongestCode; length++)
        {
            if (next >= end[length]) continue;
            bits.Skip(length);
            int index = (next >> LongestCode - length) + offset[length];
            return index >= 0 && index < symbols.Length ? symbols[index] : -1;
        }
        return -1;
    }
}
