namespace Cnn.Reference.Data.Pictures;

/// <summary>
/// Reads the codes of one block after the other, of a scan that brings the coefficients <paramref name="first"/> to
/// <paramref name="last"/> of each: the first of all is the block's mean, and those behind it run from coarse to fine.
/// </summary>
/// <param name="isProgressive">Other scans bring other coefficients, and further bits of these.</param>
/// <param name="isRefinement">Brings one more bit of each coefficient.</param>
internal sealed class JpegScan(bool isProgressive, int first, int last, bool isRefinement)
{
    private const int LongRun = 15; // of zeros that another coefficient may follow; a shorter one without one ends the block
    private int emptyBlocks; // that are to come: one code may stand for many

    /// <summary>Whether it brings means; a scan of a progressive image brings either those or others.</summary>
    public bool HasMeans => first == 0;

    /// <summary>Whether codes of means, or of the others, are in it.</summary>
    public (bool Means, bool Others) NeedsTables => (HasMeans && !isRefinement, !isProgressive || first > 0);

    /// <summary>Begins anew behind a restart mark.</summary>
    public void Restart() => emptyBlocks = 0;

    /// <summary>Reads a block; false if a code is none, or leads beyond the block.</summary>
    /// <param name="known">A bit for each coefficient that is not zero so far.</param>
    public bool ReadBlock(ref JpegBits bits, JpegHuffman? means, JpegHuffman? others, ref ulong known)
    {
        if (first > 0) return isRefinement ? Refine(ref bits, others!, ref known) : ReadOthers(ref bits, others!, first, ref known);
        if (isRefinement) bits.Read(1);
        else if (!ReadMean(ref bits, means!)) return false;
        return isProgressive || ReadOthers(ref bits, others!, 1, ref known);
    }

    private static bool ReadMean(ref JpegBits bits, JpegHuffman means)
    {
        int size = means.Read(ref bits);
        if (size is < 0 or > 15) return false;
        bits.Read(size);
        return true;
    }

    private bool ReadOthers(ref JpegBits bits, JpegHuffman others, int from, ref ulong known)
    {
        if (emptyBlocks > 0)
        {
            emptyBlocks--;
            return true;
        }
        for (int k = from; k <= last; k++)
        {
            int code = others.Read(ref bits);
            if (code < 0) return false;
            (int run, int size) = (code >> 4, code & 15);
            if (size == 0 && run < LongRun)
            {
                if (isProgressive) emptyBlocks = (1 << run) + bits.Read(run) - 1;
                break;
            }
            k += run;
            if (k > last) return false;
            if (size == 0) continue;
            bits.Read(size);
            known |= 1ul << k;
        }
        return true;
    }

    /// <summary>Coefficients that are known have one more bit each; runs count those only that are zero so far.</summary>
    private bool Refine(ref JpegBits bits, JpegHuffman others, ref ulong known)
    {
        int k = first;
        for (; emptyBlocks == 0 && k <= last; k++)
        {
            int code = others.Read(ref bits);
            (int run, int size) = (code >> 4, code & 15);
            if (code < 0 || size > 1) return false;
            if (size == 0 && run < LongRun)
            {
                emptyBlocks = (1 << run) + bits.Read(run);
                break;
            }
            bits.Read(size); // the sign of a new one
            for (; k <= last; k++)
                if ((known >> k & 1) == 1) bits.Read(1);
                else if (--run < 0) break;
            if (size == 0) continue;
            if (k > last) return false;
            known |= 1ul << k;
        }
        if (emptyBlocks == 0) return true;
        emptyBlocks--;
        for (; k <= last; k++)
            if ((known >> k & 1) == 1) bits.Read(1);
        return true;
    }
}
