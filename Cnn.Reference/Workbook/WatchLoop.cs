using Cnn.Reference.Commands;
using Cnn.Reference.Exercises;
using Cnn.Reference.Processes;

namespace Cnn.Reference.Workbook;

/// <summary>Builds a student's project and checks the current function each time that something is saved, until it is stopped.</summary>
/// <remarks>
/// What <c>dotnet watch</c> does, without its restore before each build and its reading of the project behind it: half of the time. It runs
/// in a program of its own, because one that is being built must not run meanwhile.
/// </remarks>
/// <param name="folder">The project's.</param>
/// <param name="language">In which language it speaks.</param>
/// <param name="output">Where it says that it waits.</param>
internal sealed class WatchLoop(string folder, Language language, TextWriter output)
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50); // an editor writes a file several times

    private static readonly Bilingual Waiting = new(
        "Waiting until you save something; Ctrl-C ends.", "Esperando a que guardes algo; se termina con Ctrl-C.");

    /// <summary>Runs until it is stopped.</summary>
    /// <exception cref="UsageException">There is no such project, or no SDK.</exception>
    /// <exception cref="OperationCanceledException">It was stopped.</exception>
    public async Task Run(CancellationToken cancel)
    {
        if (!File.Exists(Path.Combine(folder, ProjectFolder.ProjectFile)))
            throw new UsageException(new Bilingual(
                $"{folder} holds no {ProjectFolder.ProjectFile}: exercises new writes such a folder.",
                $"En {folder} no hay ningún {ProjectFolder.ProjectFile}: exercises new escribe una carpeta así.").In(language));
        using var changed = new SemaphoreSlim(1); // the first time without a change
        string? program = null; // until the project has been read
        using FileSystemWatcher code = Watched("*.cs"), memory = Watched(Bookmark.FileName), project = Watched(ProjectFolder.ProjectFile);
        project.Changed += (_, _) => program = null;
        while (true)
        {
            await changed.WaitAsync(cancel);
            do await Task.Delay(Pause, cancel);
            while (await changed.WaitAsync(0, cancel));
            // Not dotnet build, which adds a summary to what is asked for.
            string[] restore = program is null ? ["-restore"] : [];
            if (await DotnetSdk.Attached(folder, ["msbuild", .. restore, "-nologo", "-tl:off", "-clp:ErrorsOnly;NoSummary"], cancel) == 0)
            {
                program ??= (await DotnetSdk.Run(folder, ["build", "--getProperty:TargetPath"], cancel)).Output.Trim();
                await DotnetSdk.Attached(folder, [program], cancel);
            }
            await output.WriteLineAsync(Waiting.In(language).AsMemory(), cancel);
        }

        FileSystemWatcher Watched(string files)
        {
            var watcher = new FileSystemWatcher(folder, files);
            watcher.Changed += (_, _) => changed.Release();
            watcher.Created += (_, _) => changed.Release();
            watcher.Renamed += (_, _) => changed.Release();
            watcher.EnableRaisingEvents = true;
            return watcher;
        }
    }
}
