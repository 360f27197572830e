using Cnn.Reference.Printing;
using Spectre.Console;

namespace Cnn.Reference.Printing;

/// <summary>
/// What the output goes to: a terminal with bars and, unless NO_COLOR asks for none, colours; or plain text for a file or a pipe.
/// </summary>
internal static class Terminal
{
    private const string NoColor = "NO_COLOR";
    private const string Columns = "COLUMNS";
    private const int PlainWidth = 80; // of a file or a pipe, which have none, unless COLUMNS says another

    /// <summary>Whether a person watches the output.</summary>
    public static bool IsInteractive { get; private set; }

    /// <summary>How many columns a line may have.</summary>
    public static int Width => AnsiConsole.Profile.Width;

    /// <summary>Sets the console up, once.</summary>
    public static void SetUp()
    {
        if (Console.IsOutputRedirected) StandardOutput.Install();
        // NO_COLOR is Spectre.Console's to follow, which takes an empty one for one that is set; no-color.org does not.
        if (Environment.GetEnvironmentVariable(NoColor) is "") Environment.SetEnvironmentVariable(NoColor, null);
        var console = Create(AnsiSupport.Detect, ColorSystemSupport.Detect, InteractionSupport.Detect);
        IsInteractive = !Console.IsOutputRedirected && console.Profile.Capabilities.Ansi;
        AnsiConsole.Console = IsInteractive ? console : Create(AnsiSupport.No, ColorSystemSupport.NoColors, InteractionSupport.No);
        if (Console.IsOutputRedirected) AnsiConsole.Profile.Width = WidthOfPlain();

        static IAnsiConsole Create(AnsiSupport ansi, ColorSystemSupport colours, InteractionSupport interaction) =>
            AnsiConsole.Create(new()
            {
                Ansi = ansi,
                ColorSystem = colours,
                Interactive = interaction,
                Out = new AnsiConsoleOutput(Console.Out),
            });

        static int WidthOfPlain() =>
            int.TryParse(Environment.GetEnvironmentVariable(Columns), out int columns) && columns > 0 ? columns : PlainWidth;
    }

    /// <summary>What bars are made of.</summary>
    public static char Bar => IsInteractive ? '█' : '#';

    /// <summary>Lines around tables that the output can show.</summary>
    public static TableBorder Border => IsInteractive ? TableBorder.Rounded : TableBorder.Ascii;

    /// <summary>Shows the cursor, which a progress bar hides, where the process ends beside one.</summary>
    public static void ShowCursor()
    {
        if (IsInteractive) Console.Out.Write("\e[?25h");
    }

    /// <summary>A sentence beside the output. Where it cannot be told, the exit code is all that is left.</summary>
    public static void Complain(string sentence)
    {
        try
        {
            Console.Error.WriteLine(Folding.Fold(sentence, Width));
        }
        catch (IOException)
        {
            // Nobody can be told.
        }
    }
}
