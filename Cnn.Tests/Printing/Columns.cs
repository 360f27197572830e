namespace Cnn.Tests.Printing;

/// <summary>Lines of 80 columns.</summary>
internal static class Columns
{
    public const int Usual = 80;

    /// <summary>Fails on a wider line, but for what cannot be folded: a command to copy, and a word that is too long by itself.</summary>
    /// <param name="text">What was printed.</param>
    /// <param name="exception">Which lines of it cannot be folded either.</param>
    public static void AssertFit(string text, Func<string, bool>? exception = null) => Assert.All(
        text.Split('\n'),
        line => Assert.True(
            line.Length <= Usual || IsCommand(line) || IsOneWord(line) || exception?.Invoke(line) == true, $"{line.Length}: {line}"));

    /// <summary>What was folded, in one line.</summary>
    public static string Unfolded(string text) =>
        string.Join(' ', text.Split((char[])[' ', '\n', '\r'], StringSplitOptions.RemoveEmptyEntries));

    // The line that shows a failure again.
    private static bool IsCommand(string line) =>
        line.Contains("dotnet run -c Release --project Cnn.Reference -- check \"", StringComparison.Ordinal);

    // A path, say.
    private static bool IsOneWord(string line) => !line.Trim().Contains(' ');
}
