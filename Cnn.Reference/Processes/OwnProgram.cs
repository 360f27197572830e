using System.Diagnostics;

namespace Cnn.Reference.Processes;

/// <summary>Starts this program once more, as a child of this process.</summary>
internal static class OwnProgram
{
    private const string Host = "dotnet";

    /// <summary>How to start it: its standard output and error are the caller's to read, its input the caller's to write.</summary>
    public static ProcessStartInfo Start(params string[] arguments)
    {
        string program = typeof(OwnProgram).Assembly.Location, own = Path.GetFileNameWithoutExtension(program);
        // What runs this process: the program's own host; dotnet, which is told the program; or a test's host.
        string running = Environment.ProcessPath ?? Host, name = Path.GetFileName(running);
        bool ownHost = name == own || name == $"{own}.exe";
        string host = ownHost || Path.GetFileNameWithoutExtension(running) == Host ? running : Host;
        return new(host, ownHost ? arguments : [program, .. arguments])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
    }
}
