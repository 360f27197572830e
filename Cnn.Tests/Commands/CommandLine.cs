using System.Diagnostics;

namespace Cnn.Tests.Commands;

/// <summary>The program in a process of its own, as a user starts it.</summary>
internal static class CommandLine
{
    public static (int Code, string Output, string Error) Run(params string[] arguments) => Run(new Dictionary<string, string>(), arguments);

    /// <summary>With variables of the environment set.</summary>
    public static (int Code, string Output, string Error) Run(IReadOnlyDictionary<string, string> environment, string[] arguments)
    {
        var start = StartInfo(arguments);
        foreach (var (name, value) in environment) start.Environment[name] = value;
        using var process = Process.Start(start)!;
        var error = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output, error.Result);
    }

    /// <summary>Starts it; both outputs are the caller's to read.</summary>
    public static Process Start(params string[] arguments) => Process.Start(StartInfo(arguments))!;

    /// <summary>How it is started.</summary>
    public static ProcessStartInfo StartInfo(params string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet", [typeof(Cnn.Reference.Cases.Case).Assembly.Location, .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["OMP_WAIT_POLICY"] = "passive"; // tests run side by side: threads that wait by spinning would take the others' cores
        return start;
    }
}
