using Cnn.Reference.Printing;
using Spectre.Console;

namespace Cnn.Reference.Checking;

/// <summary>Mismatches as a person reads them: what was found, and the line that shows it again.</summary>
internal static class FailureLines
{
    private const int MostPrinted = 10;
    private const int Indent = 4;

    /// <summary>Prints the first few, and how many more there are.</summary>
    public static void Print(IReadOnlyList<Failure> failures, IAnsiConsole console)
    {
        var lines = console.Profile.Out.Writer;
        foreach (var failure in failures.Take(MostPrinted))
        {
            console.Say($"{failure.Part}, {failure.Layer}: {failure.Sentence}", Indent);
            lines.WriteLine($"    {CheckLine.Command(failure.Case)}"); // to copy: not folded
        }
        if (failures.Count > MostPrinted) lines.WriteLine($"... and {failures.Count - MostPrinted} more.");
        if (failures.Count > 0) lines.WriteLine();
    }
}
