using Cnn.Reference.Files;
using Cnn.Reference.Printing;
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

    private static readonly Bilingual Building = new(
        "Building; the first time, with the library, a minute or two.", "Compilando; la primera vez, con la biblioteca, un minuto o dos.");

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
        bool isRestored = false; // as its project file stands
        string program = "";
        void Saved() => changed.Release();
        using FileSystemWatcher code = Watched("*.cs", Saved), memory = Watched(Bookmark.FileName, Saved);
        using var project = Watched(ProjectFolder.ProjectFile, () =>
        {
            isRestored = false;
            Saved();
        });
        await output.WriteLineAsync(Building.In(language).AsMemory(), cancel);
        while (true)
        {
            await changed.WaitAsync(cancel);
            do await Task.Delay(Pause, cancel);
            while (await changed.WaitAsync(0, cancel));
            string[] restore = isRestored ? [] : ["-restore"];
            isRestored = true;
            // Not dotnet build, which adds a summary to what is asked for.
            bool isBuilt = await DotnetSdk.Attached(
                folder, ["msbuild", .. restore, "-nologo", "-tl:off", "-clp:ErrorsOnly;NoSummary"], cancel) == 0;
            if (!isBuilt) isRestored &= restore is [];
            else
            {
                if (restore is not [])
                    program = (await DotnetSdk.Run(folder, ["build", "--getProperty:TargetPath"], cancel)).Output.Trim();
                await DotnetSdk.Attached(folder, [program], cancel);
            }
            await output.WriteLineAsync(Waiting.In(language).AsMemory(), cancel);
        }

        // Editors write a file in place, or put another in its place.
        FileSystemWatcher Watched(string files, Action then)
        {
            var watcher = new FileSystemWatcher(folder, files);
            watcher.Changed += (_, _) => then();
            watcher.Created += (_, _) => then();
            watcher.Renamed += (_, _) => then();
            watcher.EnableRaisingEvents = true;
            return watcher;
        }
    }
}
