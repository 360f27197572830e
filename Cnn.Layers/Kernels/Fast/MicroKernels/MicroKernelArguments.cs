namespace Cnn.Layers.Kernels.Fast;

/// <summary>A run of register tiles, one after the other, and the operands of their sums.</summary>
/// <remarks>C[row, column] (+)= sum over k of A[RowOffsets[row] + Offsets[k].A] * B[Offsets[k].B + column].</remarks>
internal unsafe struct MicroKernelArguments<T> where T : unmanaged
{
    /// <summary>Terms between two calls of software prefetch.</summary>
    public const int TermsAPrefetch = 32;

    /// <summary>The operands of each term, in the order of the sum.</summary>
    public OperandOffsets* Offsets;

    /// <summary>kc: terms of this call, those of a partial sum.</summary>
    public nint Kc;

    /// <summary>Operand A.</summary>
    public T* A;

    /// <summary>Where each row of A begins.</summary>
    public nint* RowOffsets;

    /// <summary>Operand B: the columns of a term are neighbours in memory.</summary>
    public T* B;

    /// <summary>The sums: [row, column] at row * <see cref="Ldc"/> + column.</summary>
    public T* C;

    /// <summary>The leading dimension of C.</summary>
    public nint Ldc;

    /// <summary>Whether these sums, which start at +0, are added to those in C; otherwise they take their place.</summary>
    public bool Accumulate;

    /// <summary>A number for each row, added last; null for none, which is not the same as 0: that would turn -0 into +0.</summary>
    public T* Bias;

    /// <summary>What is read after these sums, for software prefetch; null for nothing.</summary>
    public PrefetchStream<T>* Prefetch;

    /// <summary>Cache lines to prefetch every <see cref="TermsAPrefetch"/> terms.</summary>
    public nint PrefetchLines;

    /// <summary>How many tiles.</summary>
    public nint Count;

    /// <summary>From tile to tile of <see cref="RowOffsets"/>, B and C.</summary>
    public nint RowOffsetsStep, BStep, CStep;

    /// <summary>Cache lines to prefetch at a time, so that all have come when so many tiles' sums end.</summary>
    public static nint LinesAPrefetch(nint lines, nint tiles, nint kc)
    {
        nint times = Math.Max(tiles, 1) * Math.Max((kc + TermsAPrefetch - 1) / TermsAPrefetch, 1);
        return (lines + times - 1) / times;
    }
}
