using System.Globalization;
using Spectre.Console;

namespace Cnn.Reference.Printing;

/// <summary>What would be printed on a console, as a text: without colours, its lines at most so wide.</summary>
internal static class PlainText
{
    /// <summary>The text.</summary>
    public static string Of(int width, Action<IAnsiConsole> print)
    {
        using var writer = new StringWriter(CultureInfo.InvariantCulture) { NewLine = "\n" };
        var console = AnsiConsole.Create(new()
        {
            Ansi = AnsiSupport.No,
            ColorSystem = ColorSystemSupport.NoColors,
            Interactive = InteractionSupport.No,
            Out = new AnsiConsoleOutput(writer),
        });
        console.Profile.Width = width;
        print(console);
        return writer.ToString().TrimEnd('\n');
    }
}
