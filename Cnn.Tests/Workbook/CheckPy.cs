using System.Diagnostics;
using Cnn.Tests.Interchange;

namespace Cnn.Tests.Workbook;

/// <summary>A student's <c>check.py</c>, as Python runs it.</summary>
internal static class CheckPy
{
    /// <summary>Runs it.</summary>
    /// <param name="file">Where it is.</param>
    /// <param name="words">What stands behind its name.</param>
    public static (int Code, string Output) Run(string file, params string[] words)
    {
        var start = new ProcessStartInfo(Python.WithNumpy!, ["-B", file, .. words])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["COLUMNS"] = "10000";
        using var process = Process.Start(start)!;
        var error = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output + error.Result);
    }
}
