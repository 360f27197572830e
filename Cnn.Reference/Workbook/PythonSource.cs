using Cnn.Reference.Exercises;
using Cnn.Reference.Printing;

namespace Cnn.Reference.Workbook;

/// <summary>What of the program is written in Python: what checks a student's functions, and how these can be written.</summary>
internal static class PythonSource
{
    /// <summary>The command that starts Python here: on many a Linux there is no other than python3.</summary>
    public static string Command { get; } = IsOnPath("python") || !IsOnPath("python3") ? "python" : "python3";

    /// <summary>The file that is written into a student's folder.</summary>
    /// <param name="language">Of all that it says.</param>
    /// <param name="program">The words that start this program, as literals of Python's.</param>
    public static string Check(Language language, string program) => Read("check")
        .Replace("PROGRAM = []", $"PROGRAM = [{program}]", StringComparison.Ordinal)
        .Replace("LANGUAGE = \"en\"", $"LANGUAGE = \"{Languages.Word(language)}\"", StringComparison.Ordinal)
        .Replace("\npython check.py", $"\n{Command} check.py", StringComparison.Ordinal);

    /// <summary>How a function can be written, line by line.</summary>
    public static IReadOnlyList<string> Solution(Exercise exercise) =>
    [
        .. Read("solutions").Split('\n').SkipWhile(line => !line.StartsWith($"def {exercise.Python}(", StringComparison.Ordinal))
            .TakeWhile((line, at) => at == 0 || line.Length == 0 || line[0] == ' ').Reverse().SkipWhile(line => line.Length == 0).Reverse(),
    ];

    /// <summary>The title of a solution.</summary>
    public static Bilingual Title(Exercise exercise) => new(
        $"One way to write {exercise.Python}:", $"Una manera de escribir {exercise.Python}:");

    private static string Read(string name)
    {
        using var stream = typeof(PythonSource).Assembly.GetManifestResourceStream($"workbook/{name}.py")!;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd().ReplaceLineEndings("\n");
    }

    private static bool IsOnPath(string program) => (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
        .Any(folder => File.Exists(Path.Combine(folder, OperatingSystem.IsWindows() ? $"{program}.exe" : program)));
}
