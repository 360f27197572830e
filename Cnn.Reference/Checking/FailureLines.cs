namespace Cnn.Reference.Checking;

/// <summary>Mismatches as a person reads them: what was found, and the line that shows it again.</summary>
internal static class FailureLines
{
    private const int MostPrinted = 10;

    /// <summary>Prints the first few, and how many more there are.</summary>
    public static void Print(IReadOnlyList<Failure> failures, TextWriter lines)
    {
        foreach (var failure in failures.Take(MostPrinted))
        {
            lines.WriteLine($"{failure.Part}, {failure.Layer}: {failure.Sentence}");
            lines.WriteLine($"    {CheckLine.Command(failure.Case)}");
        }
        if (failures.Count > MostPrinted) lines.WriteLine($"... and {failures.Count - MostPrinted} more.");
        if (failures.Count > 0) lines.WriteLine();
    }
}
