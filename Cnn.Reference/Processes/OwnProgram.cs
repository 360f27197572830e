using System.Diagnostics;

namespace Cnn.Reference.Processes;

/// <summary>Starts this program once more, as a child of this process.</summary>
internal static class OwnProgram
{
    /// <summary>How to start it: its standard output and error are the caller's to read, its input the caller's to write.</summary>
    public static ProcessStartInfo Start(params string[] arguments)
    {
        string program = typeof(OwnProgram).Assembly.Location;
        // The host that runs this process: the program's own, or dotnet, which is told the program.
        bool ownHost = Path.GetFileNameWithoutExtension(Environment.ProcessPath) == Path.GetFileNameWithoutExtension(program);
        return new(ownHost ? Environment.ProcessPath! : "dotnet", ownHost ? arguments : [program, .. arguments])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
    }
}
