using System.Diagnostics;
using System.Text;

namespace Cnn.Tests.Commands;

/// <summary>The program in a process of its own, which ends with the test, however that ends.</summary>
internal sealed class RunningProgram : IDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(5); // what hangs must not hang the tests

    private readonly Process process;
    private readonly Timer limit;

    public RunningProgram(ProcessStartInfo start)
    {
        process = Process.Start(start)!;
        limit = new(_ => Kill(), null, Limit, Timeout.InfiniteTimeSpan);
    }

    /// <summary>What it writes from here to its end.</summary>
    public string Rest() => process.StandardOutput.ReadToEnd();

    /// <summary>How it ended, and what it wrote to the error output.</summary>
    public (int Code, string Error) End()
    {
        process.WaitForExit();
        return (process.ExitCode, process.StandardError.ReadToEnd());
    }

    /// <summary>Whether it ends within so long.</summary>
    public bool EndsWithin(TimeSpan time) => process.WaitForExit(time);

    /// <summary>Its next line; null at the end.</summary>
    public string? ReadLine() => process.StandardOutput.ReadLine();

    /// <summary>Its lines up to the first with that word, or to its end.</summary>
    public string ReadUntil(string word)
    {
        var lines = new StringBuilder();
        while (ReadLine() is { } line)
        {
            lines.AppendLine(line);
            if (line.Contains(word, StringComparison.Ordinal)) break;
        }
        return lines.ToString();
    }

    /// <summary>Presses Ctrl-C.</summary>
    public void Interrupt()
    {
        using var kill = Process.Start("kill", ["-INT", $"{process.Id}"]);
        kill.WaitForExit();
    }

    /// <summary>Ends it alone, as the system would where memory is short; those that it has started are told by nobody.</summary>
    public void KillAlone() => process.Kill();

    /// <summary>The folder in which Linux describes the process that this one has started, once it has.</summary>
    public string Child()
    {
        for (; ; Thread.Sleep(50))
            foreach (string thread in Directory.EnumerateDirectories($"/proc/{process.Id}/task"))
                if (File.ReadAllText(Path.Combine(thread, "children")).Split(' ')[0] is { Length: > 0 } child) return $"/proc/{child}";
    }

    /// <summary>Ends it as a loss of power would.</summary>
    public void Kill() => process.Kill(entireProcessTree: true);

    public void Dispose()
    {
        limit.Dispose();
        Kill();
        process.Dispose();
    }
}
