using System.CommandLine;
using System.CommandLine.Help;

namespace Cnn.Reference.Commands;

/// <summary>Help that fits its reader's columns.</summary>
internal static class Help
{
    private const int WidestValue = 24; // of what stands for a value beside an option's name

    /// <summary>
    /// Has the help of all commands folded to a width. Values too long to stand beside the option's name go into its text.
    /// </summary>
    public static void Fit(Command root, int width)
    {
        foreach (var option in root.Subcommands.SelectMany(command => command.Options))
        {
            if (option.HelpName is not { Length: > WidestValue } values) continue;
            string listed = values.Replace("|", ", ", StringComparison.Ordinal).TrimEnd(',', '.');
            option.Description = $"{option.Description?.TrimEnd('.')}: {listed}.";
            option.HelpName = option.Name.TrimStart('-');
        }
        foreach (var help in root.Options.OfType<HelpOption>())
            if (help.Action is HelpAction action) action.MaxWidth = width;
    }
}
