using Cnn.Reference.Commands;
using Cnn.Reference.Loading;
using Cnn.Reference.Workbook;

namespace Cnn.Reference;

/// <summary>
/// What a student's project runs, as <c>exercises new</c> writes it: it checks the functions of the exercise, gives hints, and remembers
/// how far the student is.
/// </summary>
public static class ExerciseRunner
{
    /// <summary>Does what the arguments say; <c>help</c> lists them. Without any, the current function is checked.</summary>
    /// <param name="args">The program's arguments.</param>
    /// <param name="exercises">The class that holds the student's functions, named as in <see cref="ExerciseCheck"/>.</param>
    /// <param name="language">The language of all that is said.</param>
    /// <returns>
    /// The exit code: 0 all that was checked is right, 1 something is wrong or not written yet, 2 the arguments are wrong.
    /// </returns>
    /// <exception cref="ArgumentNullException">The arguments or the class are null.</exception>
    public static int Run(string[] args, Type exercises, Language language = Language.English)
    {
        ArgumentNullException.ThrowIfNull(args);
        ArgumentNullException.ThrowIfNull(exercises);
        Terminal.SetUp();
        try
        {
            return new Runner(exercises, language, Folder(), Console.Out, Console.Error).Run(args);
        }
        catch (Exception exception) when (LoadFailure.Is(exception))
        {
            Terminal.Complain(LoadFailure.Sentence);
            return ExitCodes.Refused;
        }
        catch (OutputException)
        {
            return ExitCodes.NobodyReads;
        }
    }

    // The project's, wherever it is run from; the current one where the program has been moved out of it.
    private static string Folder()
    {
        for (var above = new DirectoryInfo(AppContext.BaseDirectory); above is not null; above = above.Parent)
            if (File.Exists(Path.Combine(above.FullName, ProjectFolder.ProjectFile))) return above.FullName;
        return Environment.CurrentDirectory;
    }
}
