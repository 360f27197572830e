using System.Text.RegularExpressions;

namespace Cnn.Reference.Processes;

/// <summary>The first frames of a stack that are neither this program's nor .NET's: where a user looks.</summary>
internal static partial class UserFrames
{
    private const int Most = 3;

    private const string Own = "Cnn.Reference.";

    private static readonly string[] Others = ["System.", "Microsoft.", Own, "Cnn.Layers.", "TorchSharp.", "Internal."];

    /// <summary>Those of a stack as .NET prints it, in brackets behind a blank; nothing where there are none.</summary>
    public static string Of(string stack)
    {
        var frames = stack.Split('\n').Select(line => Frame().Match(line)).Where(match => match.Success).Select(Short);
        // What .NET does for the user stands above; below stands who called the user.
        string[] users = [.. frames.SkipWhile(IsOthers).TakeWhile(frame => !IsOwn(frame)).Where(frame => !IsOthers(frame)).Distinct()];
        return users.Length == 0 ? "" : $" ({string.Join("; ", users.Take(Most).Select(frame => $"at {frame}"))})";
    }

    private static bool IsOthers(string frame) => Others.Any(other => frame.StartsWith(other, StringComparison.Ordinal));

    private static bool IsOwn(string frame) => frame.StartsWith(Own, StringComparison.Ordinal);

    // Without the parameters; with the file's name and the line, where the symbols are there.
    private static string Short(Match match)
    {
        string place = match.Groups["file"].Success ? $", {Path.GetFileName(match.Groups["file"].Value)}:{match.Groups["line"].Value}" : "";
        return $"{match.Groups["method"].Value}{place}";
    }

    [GeneratedRegex(@"^\s*at (?<method>[^\s(]+)\(.*\)(?: in (?<file>.+):line (?<line>\d+))?\s*$")]
    private static partial Regex Frame();
}
