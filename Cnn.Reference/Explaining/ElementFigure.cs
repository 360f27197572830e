using System.Globalization;
using Cnn.Reference.Comparison;

namespace Cnn.Reference.Explaining;

/// <summary>The planes that an element is computed of, as lines of text: the cells that it reads in brackets, padding as a dot.</summary>
internal static class ElementFigure
{
    private const int Width = 80, Gap = 4; // of a line; between two planes
    private const int MostPairs = 4, MostRows = 20;

    /// <summary>Draws the planes; nothing where they are too many, or too large for a terminal.</summary>
    /// <param name="walkthrough">The layer and its tensors.</param>
    /// <param name="terms">The element's terms.</param>
    public static IReadOnlyList<string> Of(Walkthrough walkthrough, IReadOnlyList<Term> terms)
    {
        var pairs = terms.GroupBy(term => string.Join(' ', Reads(term).Select(PlaneOf))).ToList();
        var lines = new List<string>();
        foreach (var pair in pairs)
        {
            List<string[]> blocks =
                [.. Reads(pair.First()).Select((first, i) => Plane(walkthrough, [.. pair.Select(term => Reads(term)[i])]))];
            int rows = blocks.Max(block => block.Length);
            int width = blocks.Sum(block => block.Max(line => line.Length)) + Gap * (blocks.Count - 1);
            if (pairs.Count > MostPairs || rows > MostRows || width > Width) return [];
            for (int row = 0; row < rows; row++) lines.Add(Line(blocks, row));
        }
        return lines;
    }

    private static TermRead[] Reads(Term term) => term.Right is { } right ? [term.Left, right] : [term.Left];

    private static string PlaneOf(TermRead read) => $"{read.Tensor}[{read.Index[0]}, {read.Index[1]}]";

    private static string Line(List<string[]> blocks, int row)
    {
        string line = "";
        foreach (string[] block in blocks)
            line += (row < block.Length ? block[row] : "").PadRight(block.Max(each => each.Length) + Gap);
        return line.TrimEnd();
    }

    private static string[] Plane(Walkthrough walkthrough, IReadOnlyList<TermRead> reads)
    {
        string name = reads[0].Tensor;
        var tensor = NumberArray.Of(walkthrough.Tensors().First(each => each.Name == name).Tensor);
        var read = reads.Select(each => (Row: each.Index[2], Column: each.Index[3])).ToHashSet();
        var (firstRow, endRow) = Extent([.. read.Select(cell => cell.Row)], tensor.Shape[2]);
        var (firstColumn, endColumn) = Extent([.. read.Select(cell => cell.Column)], tensor.Shape[3]);
        var cells = new List<string[]>();
        for (long row = firstRow; row < endRow; row++)
            cells.Add([.. Range(firstColumn, endColumn).Select(column => Cell(row, column))]);
        int width = cells.Max(row => row.Max(cell => cell.Length));
        return
        [
            PlaneOf(reads[0]),
            .. cells.Index().Select(row => string.Concat(row.Item.Select((cell, i) => read.Contains((firstRow + row.Index, firstColumn + i))
                ? $"[{cell.PadLeft(width)}]"
                : $" {cell.PadLeft(width)} "))),
        ];

        string Cell(long row, long column) => row < 0 || row >= tensor.Shape[2] || column < 0 || column >= tensor.Shape[3] ? "."
            : tensor[reads[0].Index[0], reads[0].Index[1], row, column].ToString("0.###", CultureInfo.InvariantCulture);
    }

    // The tensor, and what lies around it as far as it is read.
    private static (long First, long End) Extent(long[] read, long size) =>
        (Math.Min(0, read.Min()), Math.Max(size, read.Max() + 1));

    private static IEnumerable<long> Range(long first, long end)
    {
        for (long i = first; i < end; i++) yield return i;
    }
}
