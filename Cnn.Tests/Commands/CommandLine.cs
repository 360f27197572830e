using System.Diagnostics;

namespace Cnn.Tests.Commands;

/// <summary>The program in a process of its own, as a user starts it.</summary>
internal static class CommandLine
{
    public static (int Code, string Output, string Error) Run(params string[] arguments) => Finish(Start(arguments));

    /// <summary>Runs it in a shell, with what a user would write behind it: a redirection, or a pipe. The code is the program's.</summary>
    public static (int Code, string Output, string Error) RunInShell(string behind, params string[] arguments) =>
        Finish(StartProgram("bash", ["-c", $"\"$@\" {behind}; exit ${{PIPESTATUS[0]}}", "bash", "dotnet", Program, .. arguments]));

    private static (int Code, string Output, string Error) Finish(Process started)
    {
        using var process = started;
        var error = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output, error.Result);
    }

    /// <summary>Starts it; both outputs are the caller's to read.</summary>
    public static Process Start(params string[] arguments) => StartProgram("dotnet", [Program, .. arguments]);

    private static string Program => typeof(Cnn.Reference.Cases.Case).Assembly.Location;

    private static Process StartProgram(string file, string[] arguments)
    {
        var start = new ProcessStartInfo(file, arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["OMP_WAIT_POLICY"] = "passive"; // tests run side by side: threads that wait by spinning would take the others' cores
        return Process.Start(start)!;
    }
}
