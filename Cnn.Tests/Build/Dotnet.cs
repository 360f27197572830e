using System.Diagnostics;

namespace Cnn.Tests.Build;

/// <summary>The SDK's command line, as if no build were around these tests.</summary>
internal static class Dotnet
{
    private static readonly SemaphoreSlim Alone = new(1); // two builds at once write the same files of the projects they refer to

    /// <summary>Runs it in a folder, and gives what it printed; fails if it fails.</summary>
    public static async Task<string> Run(string folder, params string[] arguments)
    {
        var (code, output) = await Try(folder, arguments);
        Assert.True(code == 0, $"dotnet {string.Join(' ', arguments)} ended with {code}:\n{output}");
        return output;
    }

    /// <summary>Runs it in a folder, and gives its exit code and what it printed.</summary>
    public static async Task<(int Code, string Output)> Try(string folder, params string[] arguments)
    {
        await Alone.WaitAsync();
        try
        {
            return await Start(folder, arguments);
        }
        finally
        {
            Alone.Release();
        }
    }

    private static async Task<(int Code, string Output)> Start(string folder, string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet", arguments)
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        // The build around these tests must not decide about the build in them.
        string[] variables = [.. start.Environment.Keys];
        foreach (string variable in variables.Where(key => key.StartsWith("MSBUILD", StringComparison.OrdinalIgnoreCase)))
            start.Environment.Remove(variable);
        start.Environment.Remove("CI");
        // A process that stays for the next build would hold our end of the output, and nobody would see it end.
        start.Environment["MSBUILDDISABLENODEREUSE"] = "1";
        start.Environment["DOTNET_CLI_USE_MSBUILD_SERVER"] = "0";
        start.Environment["UseSharedCompilation"] = "false";
        start.Environment["XDG_DATA_HOME"] = folder; // where a file-based program is built: not in the user's own

        using Process process = Process.Start(start)!;
        var error = process.StandardError.ReadToEndAsync();
        string output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return (process.ExitCode, output + await error);
    }
}
