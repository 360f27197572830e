using Cnn.Reference.Printing;
using Spectre.Console;

namespace Cnn.Tests.Printing;

/// <summary>Whatever the width of the console, no number and no word of a table is broken.</summary>
public class TextTableTests
{
    private static readonly string[] Columns = ["level", "problems", "equal bits", "worst error / bound", "time"];

    private const int Least = 27; // "differences:" and "1.52E-05", and the lines around them

    private static readonly string[][] Rows =
    [
        ["exact forward", "1,021,480", "99.99 %", "0", "6.4 s"],
        ["differences: second order", "25", "97.66 %", "1.52E-05", ""],
        ["[real] größer 大", "7", "100 %", "0.527", "10.0 s"],
    ];

    [Fact]
    public void EveryLineFitsAndNothingIsBroken()
    {
        for (int width = 16; width <= 120; width++)
        {
            var (lines, said) = Print(width);
            Assert.All(lines, line => Assert.True(line.GetCellWidth() <= Math.Max(width, Least), $"{width}: {line}"));
            string[] left = said.Length == 0 ? [] : said[(said.IndexOf(": ", StringComparison.Ordinal) + 2)..^1].Split(", ");
            Assert.Equal(new[] { "time", "problems", "equal bits" }.Take(left.Length), left);
            var words = lines.SelectMany(line => line.Split([' ', '|', '+', '-'], StringSplitOptions.RemoveEmptyEntries)).ToHashSet();
            for (int column = 0; column < Columns.Length; column++)
            {
                if (left.Contains(Columns[column])) continue;
                foreach (string cell in Rows.Select(row => row[column]).Append(Columns[column]))
                    Assert.All(cell.Split([' ', '-'], StringSplitOptions.RemoveEmptyEntries), word => Assert.Contains(word, words));
            }
            // Numbers stand in one line with their units.
            foreach (string[] row in Rows)
                for (int column = 1; column < Columns.Length; column++)
                    Assert.True(left.Contains(Columns[column])
                        || lines.Any(line => line.Contains($" {row[column]} ", StringComparison.Ordinal)), $"{width}: {row[column]}");
        }
    }

    [Fact]
    public void AWideConsoleHasItAll()
    {
        var (lines, said) = Print(120);
        Assert.Equal("", said);
        Assert.Equal(7, lines.Length);
        Assert.Contains("| worst error / bound |", lines[1], StringComparison.Ordinal);
    }

    [Fact]
    public void HeadersAreFoldedBeforeAColumnGoes()
    {
        int all = Print(120).Lines[0].Length;
        var (lines, said) = Print(all - 1);
        Assert.Equal("", said);
        Assert.Equal(9, lines.Length); // worst / error / / bound
        Assert.Equal("Left out, for want of room: time.", Print(lines[0].Length - 1).Said);
    }

    private static (string[] Lines, string Said) Print(int width)
    {
        var text = new StringWriter();
        var console = text.AsConsole(width);
        var table = new TextTable(Columns) { Expendable = ["time", "problems", "equal bits"] };
        foreach (string[] row in Rows) table.Add(row);
        table.Print(console, markdown: false);
        Assert.Equal(width, console.Profile.Width);
        string[] lines = text.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries);
        int end = Array.FindLastIndex(lines, line => line.StartsWith('+')) + 1;
        return (lines[..end], string.Join(' ', lines[end..]));
    }
}
