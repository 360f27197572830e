using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Cnn.Reference.Processes;

/// <summary>Starts this program once more, as a child of this process.</summary>
internal static class OwnProgram
{
    private const string Dependencies = ".deps.json", Configuration = ".runtimeconfig.json";

    /// <summary>How to start it: its standard output and error are the caller's to read, its input the caller's to write.</summary>
    /// <exception cref="WorkerStartException">This process runs from a single file, in which no program can be started.</exception>
    public static ProcessStartInfo Start(params string[] arguments)
    {
        string program = typeof(OwnProgram).Assembly.Location, own = Path.GetFileNameWithoutExtension(program);
        if (program == "")
            throw new WorkerStartException("A second process cannot be started from a single file: publish without PublishSingleFile.");
        // What runs this process: the program's own host; dotnet, which is told the program; a host of somebody's program, or of tests.
        string running = Environment.ProcessPath ?? "", name = Path.GetFileName(running);
        bool ownHost = name == own || name == $"{own}.exe";
        return new(ownHost ? running : Host(), ownHost ? arguments : [.. Run(program), .. arguments])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
    }

    // Beside its own build lies what it needs to be run. Beside somebody's program, whose library it is, it runs with what that needs.
    private static string[] Run(string program)
    {
        bool built = File.Exists(Path.ChangeExtension(program, Configuration));
        string? dependencies = (AppContext.GetData("APP_CONTEXT_DEPS_FILES") as string)?.Split(';').FirstOrDefault();
        if (built || dependencies is null || !dependencies.EndsWith(Dependencies, StringComparison.Ordinal)) return [program];
        string configuration = dependencies[..^Dependencies.Length] + Configuration;
        return ["exec", "--depsfile", dependencies, "--runtimeconfig", configuration, program];
    }

    // The dotnet whose shared/Microsoft.NETCore.App/VERSION/ holds the runtime of this process, or the one that is found by its name.
    private static string Host()
    {
        string name = OperatingSystem.IsWindows() ? "dotnet.exe" : "dotnet";
        string besideRuntime = Path.GetFullPath(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "..", "..", "..", name));
        return File.Exists(besideRuntime) ? besideRuntime : name;
    }
}
