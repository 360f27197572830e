namespace Cnn.Layers.Kernels.Fast;

/// <summary>A run of tiles, one after the other: what their sums are of.</summary>
/// <remarks>c[row, column] (+)= sum over terms of a[rows[row] + term.A] * b[term.B + column].</remarks>
internal unsafe struct MicroKernelArguments<T> where T : unmanaged
{
    /// <summary>The terms, in the order of the sum.</summary>
    public OperandOffsets* Terms;

    /// <summary>How many.</summary>
    public nint TermCount;

    /// <summary>The first factors.</summary>
    public T* A;

    /// <summary>Where each row of a begins.</summary>
    public nint* Rows;

    /// <summary>The second factors: neighbouring columns are neighbours.</summary>
    public T* B;

    /// <summary>Element [row, column] at row * <see cref="CRow"/> + column.</summary>
    public T* C;

    /// <summary>Elements from row to row of c.</summary>
    public nint CRow;

    /// <summary>Whether the sums go on from what stands in c; otherwise they start at +0.</summary>
    public bool GoesOn;

    /// <summary>A number for each row, added last; null for none, which is not the same as 0: that would turn -0 into +0.</summary>
    public T* Bias;

    /// <summary>What is read after these sums; null for nothing.</summary>
    public PrefetchStream<T>* Ahead;

    /// <summary>Lines of it that are brought with every <see cref="Piece"/> terms.</summary>
    public nint AheadLines;

    /// <summary>Terms between two looks ahead.</summary>
    public const int Piece = 32;

    /// <summary>Lines to bring with each piece of so many tiles' sums, that all have come when these end.</summary>
    public static nint LinesOfAPiece(nint lines, nint tiles, nint terms)
    {
        nint pieces = Math.Max(tiles, 1) * Math.Max((terms + Piece - 1) / Piece, 1);
        return (lines + pieces - 1) / pieces;
    }

    /// <summary>How many tiles.</summary>
    public nint Count;

    /// <summary>From tile to tile of <see cref="Rows"/>, b and c.</summary>
    public nint RowsStep, BStep, CStep;
}
