using System.Diagnostics;

namespace Cnn.Tests.Commands;

/// <summary>The program in a process of its own, as a user starts it.</summary>
internal static class CommandLine
{
    public static (int Code, string Output, string Error) Run(params string[] arguments) => Finish(StartInfo(arguments));

    /// <summary>Runs it with a variable of the environment set.</summary>
    public static (int Code, string Output, string Error) RunWith(string variable, string value, params string[] arguments)
    {
        var start = StartInfo(arguments);
        start.Environment[variable] = value;
        return Finish(start);
    }

    /// <summary>Runs it in a shell, with what a user would write behind it: a redirection, or a pipe. The code is the program's.</summary>
    public static (int Code, string Output, string Error) RunInShell(string behind, params string[] arguments) =>
        Finish(StartInfo("bash", ["-c", $"\"$@\" {behind}; exit ${{PIPESTATUS[0]}}", "bash", "dotnet", Program, .. arguments]));

    private static (int Code, string Output, string Error) Finish(ProcessStartInfo start)
    {
        using var process = Process.Start(start)!;
        var error = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output, error.Result);
    }

    /// <summary>Starts it.</summary>
    public static RunningProgram Start(params string[] arguments) => new(StartInfo(arguments));

    /// <summary>How it is started.</summary>
    public static ProcessStartInfo StartInfo(params string[] arguments) => StartInfo("dotnet", [Program, .. arguments]);

    private static string Program => typeof(Cnn.Reference.Cases.Case).Assembly.Location;

    private static ProcessStartInfo StartInfo(string file, string[] arguments)
    {
        var start = new ProcessStartInfo(file, arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["COLUMNS"] = "10000"; // a sentence in one line
        // tests run side by side: threads that wait by spinning would take the others' cores
        start.Environment["OMP_WAIT_POLICY"] = "passive";
        return start;
    }
}
