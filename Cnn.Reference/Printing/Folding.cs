using Spectre.Console;

namespace Cnn.Reference.Printing;

/// <summary>Lines that are folded between words, where a terminal would break them at its edge, words and numbers as well.</summary>
internal static class Folding
{
    /// <summary>Writes a sentence, folded to the console's width.</summary>
    public static void Say(this IAnsiConsole console, string sentence, int indent = 0) =>
        console.Profile.Out.Writer.WriteLine(Fold(sentence, console.Profile.Width, indent));

    /// <summary>Folds a text at its spaces; a word that is wider stays whole.</summary>
    /// <param name="text">The text; spaces that it begins with stay.</param>
    /// <param name="width">How wide a line may be.</param>
    /// <param name="indent">How far the lines after the first are set in.</param>
    public static string Fold(string text, int width, int indent = 0)
    {
        if (text.GetCellWidth() <= width) return text;
        int lead = text.Length - text.TrimStart(' ').Length;
        string line = text[..lead];
        bool empty = true;
        var lines = new List<string>();
        foreach (string word in text[lead..].Split(' '))
        {
            if (!empty && line.GetCellWidth() + 1 + word.GetCellWidth() > width)
            {
                lines.Add(line);
                (line, empty) = (new(' ', indent), true);
            }
            line += empty ? word : $" {word}";
            empty = false;
        }
        return string.Join('\n', lines.Append(line));
    }
}
