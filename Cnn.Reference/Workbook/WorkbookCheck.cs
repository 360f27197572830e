using Cnn.Reference.Files;
using Cnn.Reference.Printing;
using Cnn.Reference.Processes;

namespace Cnn.Reference.Workbook;

/// <summary>
/// The student's project as it is written, built and run: with its stubs nothing is right, with the solutions in it everything.
/// </summary>
internal sealed class WorkbookCheck : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("cnn-exercises-").FullName;

    /// <summary>In whose language the project is.</summary>
    public required Language Language { get; init; }

    /// <summary>Runs the project with its stubs.</summary>
    /// <returns>What is wrong with it; null for nothing.</returns>
    /// <exception cref="UsageException">There is no SDK to build it with.</exception>
    public async Task<string?> Stubs(CancellationToken cancel)
    {
        ProjectFolder.Write(folder, Language, LibraryReference.Own());
        var (code, output) = await Run("all", cancel);
        return Fault(code == ExitCodes.Mismatch, output, RunnerSays.NotWritten);
    }

    /// <summary>Puts the solutions in place of the stubs' bodies, as <c>solution</c> shows them, and runs the project.</summary>
    /// <inheritdoc cref="Stubs"/>
    public async Task<string?> Solutions(CancellationToken cancel)
    {
        foreach (var lesson in LessonTable.All)
        {
            string file = Path.Combine(folder, Stub.FileOf(lesson)), stub = await File.ReadAllTextAsync(file, cancel);
            int head = stub.IndexOf($"    {lesson.Signature}", StringComparison.Ordinal);
            string solved = $"{stub[..head]}{string.Join('\n', SolutionSource.Of(lesson, Language))}\n}}\n";
            await File.WriteAllTextAsync(file, solved, cancel);
        }
        var (code, output) = await Run("all", cancel);
        return Fault(code == ExitCodes.Success, output, RunnerSays.Done);
    }

    /// <inheritdoc/>
    public void Dispose() => Directory.Delete(folder, recursive: true);

    private Task<(int Code, string Output)> Run(string verb, CancellationToken cancel) =>
        DotnetSdk.Run(folder, ["run", "--", verb], cancel);

    // Every function has the state; and nothing else is printed, such as a compiler's warning.
    private string? Fault(bool isCodeRight, string output, Bilingual state)
    {
        int count = output.Split('\n').Count(line => line.TrimEnd().EndsWith($"  {state.In(Language)}", StringComparison.Ordinal));
        return isCodeRight && count == LessonTable.All.Count && !output.Contains("warning", StringComparison.Ordinal) ? null
            : $"{count} of {LessonTable.All.Count} are \"{state.In(Language)}\":\n{output}";
    }
}
