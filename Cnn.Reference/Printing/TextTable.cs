using Cnn.Reference.Commands;
using Spectre.Console;

namespace Cnn.Reference.Printing;

/// <summary>A table of texts, the first column to the left, the others to the right: for the console or as Markdown.</summary>
internal sealed class TextTable(params string[] columns)
{
    private readonly List<string[]> rows = [];

    /// <summary>How many rows.</summary>
    public int Count => rows.Count;

    /// <summary>Adds a row, one text a column.</summary>
    public void Add(params string[] cells) => rows.Add(cells);

    /// <summary>Prints the table.</summary>
    public void Print(IAnsiConsole console, bool markdown)
    {
        if (markdown) PrintMarkdown(console.Profile.Out.Writer);
        else console.Write(ForConsole());
    }

    private Table ForConsole()
    {
        var table = new Table().Border(Terminal.Border);
        for (int column = 0; column < columns.Length; column++)
        {
            var header = new TableColumn(Markup.Escape(columns[column])) { NoWrap = true };
            table.AddColumn(column == 0 ? header : header.RightAligned());
        }
        foreach (string[] row in rows) table.AddRow(row.Select(Markup.Escape).ToArray());
        return table;
    }

    // Padded, so that the text reads as well as what is made of it.
    private void PrintMarkdown(TextWriter writer)
    {
        int[] widths = [.. columns.Select((name, column) => rows.Select(row => row[column].Length).Append(name.Length).Max())];
        Line(columns);
        Line([.. widths.Select((width, column) => column == 0 ? $":{new string('-', width - 1)}" : $"{new string('-', width - 1)}:")]);
        foreach (string[] row in rows) Line(row);

        void Line(string[] cells)
        {
            var padded = cells.Select((cell, column) => column == 0 ? cell.PadRight(widths[column]) : cell.PadLeft(widths[column]));
            writer.WriteLine($"| {string.Join(" | ", padded)} |");
        }
    }
}
