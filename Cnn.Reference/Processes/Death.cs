using System.Globalization;

namespace Cnn.Reference.Processes;

/// <summary>How a worker process has ended that should not have.</summary>
/// <param name="ExitCode">What the system says; null where it was ended for being silent for too long.</param>
/// <param name="Limit">How long it was waited for.</param>
/// <param name="LastWords">The end of what it wrote to its standard error.</param>
internal sealed record Death(int? ExitCode, TimeSpan Limit, string LastWords)
{
    private const int FirstOfSignals = 128, Kill = 9; // what a Unix shell adds to a signal's number

    private static readonly Dictionary<int, string> Names = new()
    {
        [4] = "SIGILL",
        [6] = "SIGABRT",
        [7] = "SIGBUS",
        [8] = "SIGFPE",
        [9] = "SIGKILL",
        [11] = "SIGSEGV",
        [15] = "SIGTERM",
    };

    /// <summary>Whether it did not answer in time.</summary>
    public bool IsHang => ExitCode is null;

    /// <summary>Whether the system, or somebody, has killed it: nothing of its own doing, but for the memory it took.</summary>
    public bool IsKill => ExitCode == FirstOfSignals + Kill && !OperatingSystem.IsWindows();

    /// <summary>Whether its stack was full.</summary>
    public bool IsStackOverflow => LastWords.Split('\n').Any(line => line.TrimEnd() == "Stack overflow.");

    /// <summary>The signal that ended it: "6, SIGABRT"; null where there was none.</summary>
    public string? Signal =>
        !OperatingSystem.IsWindows() && ExitCode - FirstOfSignals is { } signal && Names.TryGetValue(signal, out string? name)
            ? string.Create(CultureInfo.InvariantCulture, $"{signal}, {name}") : null;

    /// <summary>What an exception of native code said that nobody caught; null where there was none.</summary>
    public string? NativeException
    {
        get
        {
            const string begin = "what():"; // as the C++ runtime prints it
            int at = LastWords.IndexOf(begin, StringComparison.Ordinal);
            return at < 0 ? null : LastWords[(at + begin.Length)..].Split('\n')[0].Trim();
        }
    }

    /// <summary>What its last words say before the stack, behind a colon; nothing where it said none.</summary>
    public string Cause
    {
        get
        {
            const int most = 2; // lines: .NET says what has happened, then why
            var said = LastWords.Split('\n').Select(line => line.Trim()).Where(line => line.Length > 0);
            var before = said.TakeWhile(line => !line.StartsWith("at ", StringComparison.Ordinal))
                .Where(line => line.Any(char.IsLetterOrDigit)).Take(most);
            string cause = string.Join(' ', before).TrimEnd(':');
            return cause.Length > 0 ? $": {cause}" : "";
        }
    }

    /// <summary>Where in the user's code it ended, in brackets behind a blank; nothing where that is not said.</summary>
    public string Where => UserFrames.Of(LastWords);

    /// <summary>A sentence's end: "died (signal 11, SIGSEGV)".</summary>
    public override string ToString()
    {
        if (ExitCode is not { } code)
            return string.Create(CultureInfo.InvariantCulture, $"did not return within {Limit.TotalSeconds:0.###} s");
        if (OperatingSystem.IsWindows()) return string.Create(CultureInfo.InvariantCulture, $"died (exit code 0x{code:X8})");
        return Signal is { } signal ? $"died (signal {signal})"
            : string.Create(CultureInfo.InvariantCulture, $"ended the process (exit code {code})");
    }
}
