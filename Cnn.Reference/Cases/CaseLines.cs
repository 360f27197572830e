namespace Cnn.Reference.Cases;

/// <summary>A text file of cases: one a line; what follows # is a comment.</summary>
internal static class CaseLines
{
    /// <summary>The lines that hold something, without their comments, each with its number in the file.</summary>
    public static IEnumerable<(int Number, string Text)> Read(TextReader reader)
    {
        for (int number = 1; reader.ReadLine() is { } line; number++)
        {
            int comment = line.IndexOf('#');
            string text = (comment < 0 ? line : line[..comment]).Trim();
            if (text.Length > 0) yield return (number, text);
        }
    }
}
