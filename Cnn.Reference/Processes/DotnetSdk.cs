using System.ComponentModel;
using System.Diagnostics;
using Cnn.Reference.Files;

namespace Cnn.Reference.Processes;

/// <summary>The SDK's command line, as if no build were around this program.</summary>
internal static class DotnetSdk
{
    private static readonly SemaphoreSlim Alone = new(1); // two builds at once write the same files of the projects they refer to

    /// <summary>Runs it in a folder, and gives its exit code and what it printed.</summary>
    /// <exception cref="UsageException">There is no SDK.</exception>
    public static async Task<(int Code, string Output)> Run(
        string folder, IEnumerable<string> arguments, CancellationToken cancel = default)
    {
        await Alone.WaitAsync(cancel);
        try
        {
            return await Start(folder, arguments, cancel);
        }
        finally
        {
            Alone.Release();
        }
    }

    /// <summary>Runs it in a folder, on this program's own console, and gives its exit code.</summary>
    /// <inheritdoc cref="Run" path="/exception"/>
    public static async Task<int> Attached(string folder, IEnumerable<string> arguments, CancellationToken cancel)
    {
        using var process = Start(In(folder, arguments));
        using var end = cancel.Register(() => process.Kill(entireProcessTree: true));
        await process.WaitForExitAsync(CancellationToken.None);
        cancel.ThrowIfCancellationRequested();
        return process.ExitCode;
    }

    private static async Task<(int Code, string Output)> Start(string folder, IEnumerable<string> arguments, CancellationToken cancel)
    {
        var start = In(folder, arguments);
        (start.RedirectStandardOutput, start.RedirectStandardError) = (true, true);
        // A process that stays for the next build would hold our end of the output, and nobody would see it end.
        start.Environment["MSBUILDDISABLENODEREUSE"] = "1";
        start.Environment["DOTNET_CLI_USE_MSBUILD_SERVER"] = "0";
        start.Environment["UseSharedCompilation"] = "false";
        start.Environment["XDG_DATA_HOME"] = folder; // where a file-based program is built: not in the user's own

        using var process = Start(start);
        using var end = cancel.Register(() => process.Kill(entireProcessTree: true));
        var error = process.StandardError.ReadToEndAsync(CancellationToken.None);
        string output = await process.StandardOutput.ReadToEndAsync(CancellationToken.None);
        await process.WaitForExitAsync(CancellationToken.None);
        cancel.ThrowIfCancellationRequested();
        return (process.ExitCode, output + await error);
    }

    private static ProcessStartInfo In(string folder, IEnumerable<string> arguments)
    {
        var start = new ProcessStartInfo("dotnet", arguments) { WorkingDirectory = folder };
        // The build around this program must not decide about the build that it starts.
        string[] variables = [.. start.Environment.Keys];
        foreach (string variable in variables.Where(key => key.StartsWith("MSBUILD", StringComparison.OrdinalIgnoreCase)))
            start.Environment.Remove(variable);
        start.Environment.Remove("CI");
        return start;
    }

    private static Process Start(ProcessStartInfo start)
    {
        try
        {
            return Process.Start(start)!;
        }
        catch (Win32Exception exception)
        {
            throw new UsageException($"dotnet, the command line of the .NET SDK, cannot be started: {exception.Message}.");
        }
    }
}
