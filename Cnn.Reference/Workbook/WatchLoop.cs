using System.Diagnostics;
using Cnn.Reference.Exercises;

namespace Cnn.Reference.Workbook;

/// <summary>Builds a student's project and checks the current function each time that something is saved, until it is stopped.</summary>
/// <remarks>
/// What <c>dotnet watch</c> does, without the restore before each build and the second evaluation of the project behind it: half of the
/// time. It runs in a program of its own: one that is being built must not run meanwhile.
/// </remarks>
/// <param name="folder">The project's.</param>
/// <param name="language">In which language it speaks.</param>
/// <param name="output">Where answers go.</param>
internal sealed class WatchLoop(string folder, Language language, TextWriter output)
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50); // an editor writes a file several times
    private static readonly Bilingual Waiting = new(
        "Waiting for something to be saved; Ctrl-C ends.", "Esperando a que guardes algo; se termina con Ctrl-C.");

    /// <summary>Runs until it is stopped.</summary>
    public async Task Run(CancellationToken cancel)
    {
        using var changed = new SemaphoreSlim(1); // the first time without a change
        using FileSystemWatcher code = Watch("*.cs"), memory = Watch(Bookmark.FileName);
        while (true)
        {
            await changed.WaitAsync(cancel);
            do await Task.Delay(Pause, cancel);
            while (changed.Wait(0, cancel));
            if (await Start(["build", "--no-restore", "--nologo", "--verbosity", "quiet"], cancel) == 0)
                await Start(["run", "--no-build"], cancel);
            await output.WriteLineAsync(Waiting.In(language).AsMemory(), cancel);
        }

        FileSystemWatcher Watch(string files)
        {
            var watcher = new FileSystemWatcher(folder, files) { EnableRaisingEvents = true };
            watcher.Changed += (_, _) => changed.Release();
            watcher.Created += (_, _) => changed.Release();
            watcher.Renamed += (_, _) => changed.Release();
            watcher.Deleted += (_, _) => changed.Release();
            return watcher;
        }
    }
}
