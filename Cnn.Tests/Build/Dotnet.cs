using Cnn.Reference.Processes;

namespace Cnn.Tests.Build;

/// <summary>The SDK's command line.</summary>
internal static class Dotnet
{
    /// <summary>Runs it in a folder, and gives what it printed; fails if it fails.</summary>
    public static async Task<string> Run(string folder, params string[] arguments)
    {
        var (code, output) = await Try(folder, arguments);
        Assert.True(code == 0, $"dotnet {string.Join(' ', arguments)} ended with {code}:\n{output}");
        return output;
    }

    /// <summary>Runs it in a folder, and gives its exit code and what it printed.</summary>
    public static Task<(int Code, string Output)> Try(string folder, params string[] arguments) => DotnetSdk.Run(folder, arguments);
}
