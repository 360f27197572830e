using Cnn.Layers.Geometry;

namespace Cnn.Layers.Kernels.Fast;

/// <summary>One block of outputs: where it begins and how far it goes. Filters are counted in panels.</summary>
internal readonly record struct Block(
    long Group, long Image, long Images, long Filter, long Filters, long Row, long Height, long Column, long Width)
{
    /// <summary>Rows and columns of a stride phase in this block: along an axis, one may have a window less than another.</summary>
    public (long Height, long Width) In(StridePhase phase) => (Math.Min(Height, phase.Rows - Row), Math.Min(Width, phase.Columns - Column));
}

/// <summary>All outputs of a convolution, cut into blocks of one size; the last of each kind may be smaller.</summary>
/// <param name="groups">Groups; a block never holds two.</param>
/// <param name="images">Images.</param>
/// <param name="filters">Panels of filters of one group.</param>
/// <param name="rows">Rows of windows.</param>
/// <param name="columns">Columns of windows.</param>
/// <param name="size">Images, panels, rows and columns of a block.</param>
internal readonly struct BlockGrid(long groups, long images, long filters, long rows, long columns, Shape4 size)
{
    private readonly Shape4 counts = new(Pieces(images, size.N), Pieces(filters, size.C), Pieces(rows, size.H), Pieces(columns, size.W));

    /// <summary>How many blocks.</summary>
    public int Count => checked((int)(groups * counts.Elements));

    /// <summary>A block: filters change fastest, then columns, rows, groups, images.</summary>
    public Block this[long task]
    {
        get
        {
            (task, long f) = Math.DivRem(task, counts.C);
            (task, long j) = Math.DivRem(task, counts.W);
            (task, long i) = Math.DivRem(task, counts.H);
            (long n, long g) = Math.DivRem(task, groups);
            var (filter, column, row, image) = (f * size.C, j * size.W, i * size.H, n * size.N);
            return new(
                g, image, Math.Min(size.N, images - image), filter, Math.Min(size.C, filters - filter),
                row, Math.Min(size.H, rows - row), column, Math.Min(size.W, columns - column));
        }
    }

    private static long Pieces(long whole, long piece) => (whole + piece - 1) / piece;
}
