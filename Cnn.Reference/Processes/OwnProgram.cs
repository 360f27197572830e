using System.Diagnostics;
using System.Reflection;

namespace Cnn.Reference.Processes;

/// <summary>Starts a program of this process once more, as its child, whatever program this process is.</summary>
internal static class OwnProgram
{
    private const string Host = "dotnet", Config = ".runtimeconfig.json", Dependencies = ".deps.json";

    /// <summary>How to start this program: its standard output and error are the caller's to read, its input the caller's to
    /// write.</summary>
    /// <exception cref="WorkerStartException">There is nothing to start it with.</exception>
    public static ProcessStartInfo Start(params string[] arguments) => Start(typeof(OwnProgram).Assembly, arguments);

    /// <summary>How to start the program that an assembly is, likewise.</summary>
    /// <inheritdoc cref="Start(string[])" path="/exception"/>
    public static ProcessStartInfo Start(Assembly assembly, params string[] arguments)
    {
        string program = assembly.Location, own = Path.GetFileNameWithoutExtension(program);
        if (program.Length == 0)
            throw new WorkerStartException(
                $"{assembly.GetName().Name} lies in one file with its host: no process of its own can be started from there.");
        // What runs this process: the program's own host; dotnet, which is told the program; or a test's host.
        string running = Environment.ProcessPath ?? Host, name = Path.GetFileName(running);
        bool ownHost = name == own || name == $"{own}.exe";
        string host = ownHost || Path.GetFileNameWithoutExtension(running) == Host ? running : Host;
        string[] before =
            ownHost ? []
            : File.Exists(Path.ChangeExtension(program, Config)) ? [program]
            : AsPartOf(Application(), program);
        return new(host, [.. before, .. arguments])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
    }

    // From a package, the program comes without files that say which runtime and which other packages it needs: those of the
    // application that it is a part of do.
    private static string[] AsPartOf(string application, string program) =>
        ["exec", "--runtimeconfig", application + Config, "--depsfile", application + Dependencies, program];

    /// <summary>The application that runs, without an extension: the one whose dependencies the runtime has read.</summary>
    /// <remarks>In a test, its host has been started with the files of the test's assembly; the entry assembly is the host's own.</remarks>
    private static string Application()
    {
        string read = AppContext.GetData("APP_CONTEXT_DEPS_FILES") as string ?? "";
        IEnumerable<string> candidates =
        [
            .. from file in read.Split(Path.PathSeparator, ';')
               where file.EndsWith(Dependencies, StringComparison.Ordinal)
               select file[..^Dependencies.Length],
            Path.Combine(AppContext.BaseDirectory, Assembly.GetEntryAssembly()?.GetName().Name ?? ""),
            .. Directory.EnumerateFiles(AppContext.BaseDirectory, $"*{Config}").Select(file => file[..^Config.Length]),
        ];
        return candidates.FirstOrDefault(each => File.Exists(each + Config) && File.Exists(each + Dependencies))
            ?? throw new WorkerStartException(
                $"{AppContext.BaseDirectory} holds no application with {Config} and {Dependencies}: " +
                "no process of its own can be started from there.");
    }
}
