using Spectre.Console;

namespace Cnn.Reference.Commands;

/// <summary>What the output goes to: a terminal with colours and bars, or plain text for a file, a pipe or NO_COLOR.</summary>
internal static class Terminal
{
    private const int PlainWidth = 10_000; // a file has no width: nothing must be folded to 80 columns

    /// <summary>Whether a person watches the output.</summary>
    public static bool IsInteractive { get; private set; }

    /// <summary>Sets the console up, once.</summary>
    public static void SetUp()
    {
        bool plain = Console.IsOutputRedirected || !string.IsNullOrEmpty(Environment.GetEnvironmentVariable("NO_COLOR"));
        IsInteractive = !plain;
        if (!plain) return;
        AnsiConsole.Console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Ansi = AnsiSupport.No,
            ColorSystem = ColorSystemSupport.NoColors,
            Interactive = InteractionSupport.No,
            Out = new AnsiConsoleOutput(Console.Out),
        });
        AnsiConsole.Profile.Width = PlainWidth;
    }

    /// <summary>What bars are made of.</summary>
    public static char Bar => IsInteractive ? '█' : '#';

    /// <summary>Lines around tables that the output can show.</summary>
    public static TableBorder Border => IsInteractive ? TableBorder.Rounded : TableBorder.Ascii;
}
