using Spectre.Console;

namespace Cnn.Reference.Printing;

/// <summary>
/// A table of texts, the first column to the left, the others to the right unless said otherwise: for the console or as Markdown. Where the
/// console is too narrow, headers are folded between words, then columns are left out, then the names of rows are folded:
/// no number and no word is broken.
/// </summary>
internal sealed class TextTable(params string[] columns)
{
    private const int Frame = 3, Edge = 1; // what a column takes beside its text, and the table beside its columns

    private readonly List<(string[] Cells, Style? Style)> rows = [];

    /// <summary>How many rows.</summary>
    public int Count => rows.Count;

    /// <summary>The columns that a narrow console can do without, the first to go first.</summary>
    public IReadOnlyList<string> Expendable { get; init; } = [];

    /// <summary>How many columns, from the first on, hold words: they stand to the left.</summary>
    public int Words { get; init; } = 1;

    /// <summary>Columns of a console that all of it takes, with headers folded.</summary>
    public int LeastWidth => Edge + columns.Index().Sum(column => Frame + rows
        .Select(row => row.Cells[column.Index].GetCellWidth())
        .Append(column.Item.Split(' ').Max(word => word.GetCellWidth())).Max());

    /// <summary>Adds a row, one text a column.</summary>
    public void Add(params string[] cells) => rows.Add((cells, null));

    /// <summary>Adds a row in a colour.</summary>
    public void AddIn(Color colour, params string[] cells) => rows.Add((cells, colour));

    /// <summary>Prints the table.</summary>
    public void Print(IAnsiConsole console, bool markdown)
    {
        if (markdown) PrintMarkdown(console.Profile.Out.Writer);
        else PrintFitting(console);
    }

    private void PrintFitting(IAnsiConsole console)
    {
        int width = console.Profile.Width;
        var shown = Enumerable.Range(0, columns.Length).ToList();
        int[] widths = [.. shown.Select(column => Width(column, columns[column].GetCellWidth()))];
        string[] headers = columns;
        if (Sum() > width)
        {
            widths = [.. shown.Select(column => Width(column, columns[column].Split(' ').Max(word => word.GetCellWidth())))];
            headers = [.. columns.Select((header, column) => Folding.Fold(header, widths[column]))];
        }
        var left = new List<string>();
        foreach (string name in Expendable)
        {
            if (Sum() <= width) break;
            shown.Remove(Array.IndexOf(columns, name));
            left.Add(name);
        }
        // What is left for the names of the rows, down to their longest word.
        int word = rows.SelectMany(row => row.Cells[0].Split(' ')).Append("").Max(part => part.GetCellWidth());
        widths[0] = Math.Min(widths[0], Math.Max(word, widths[0] - (Sum() - width)));
        Draw(console, shown, headers, widths[0], Math.Max(width, Sum()));
        if (left.Count > 0) console.Say($"Left out, for want of room: {string.Join(", ", left)}.");

        int Width(int column, int header) => rows.Select(row => row.Cells[column].GetCellWidth()).Append(header).Max();

        int Sum() => shown.Sum(column => widths[column] + Frame) + Edge;
    }

    // A console that is too narrow for the least breaks lines by itself, which can be read.
    private void Draw(IAnsiConsole console, List<int> shown, string[] headers, int first, int width)
    {
        var table = new Table().Border(Terminal.Border);
        foreach (int column in shown)
        {
            var header = new TableColumn(Markup.Escape(headers[column])) { NoWrap = true };
            table.AddColumn(column < Words ? header : header.RightAligned());
        }
        foreach (var (cells, style) in rows)
            table.AddRow(
                shown.Select(column => new Markup(Markup.Escape(column == 0 ? Folding.Fold(cells[0], first) : cells[column]), style)));
        int before = console.Profile.Width;
        console.Profile.Width = width;
        console.Write(table);
        console.Profile.Width = before;
    }

    // Padded, so that the text reads as well as what is made of it.
    private void PrintMarkdown(TextWriter writer)
    {
        int[] widths = [.. columns.Select((name, column) => rows.Select(row => row.Cells[column].Length).Append(name.Length).Max())];
        Line(columns);
        Line([.. widths.Select((width, column) => column < Words ? $":{new string('-', width - 1)}" : $"{new string('-', width - 1)}:")]);
        foreach (var (cells, _) in rows) Line(cells);

        void Line(string[] cells)
        {
            var padded = cells.Select((cell, column) => column < Words ? cell.PadRight(widths[column]) : cell.PadLeft(widths[column]));
            writer.WriteLine($"| {string.Join(" | ", padded)} |");
        }
    }
}
