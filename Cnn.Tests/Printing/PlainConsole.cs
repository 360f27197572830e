using Spectre.Console;

namespace Cnn.Tests.Printing;

/// <summary>A console without colours that writes into a text.</summary>
internal static class PlainConsole
{
    public static IAnsiConsole AsConsole(this TextWriter text, int width)
    {
        var console = AnsiConsole.Create(new()
        {
            Ansi = AnsiSupport.No,
            ColorSystem = ColorSystemSupport.NoColors,
            Out = new AnsiConsoleOutput(text),
        });
        console.Profile.Width = width;
        return console;
    }
}
