using System.Diagnostics;
using System.Reflection;
using Cnn.Reference.Loading;
using Cnn.Reference.Printing;
using Cnn.Reference.Processes;
using Cnn.Reference.Workbook;

namespace Cnn.Reference;

/// <summary>
/// What a student's project runs, as <c>exercises new</c> writes it: it checks the functions of the exercise, gives hints, and remembers
/// how far the student is.
/// </summary>
public static class ExerciseRunner
{
    private const string StartupHooks = "DOTNET_STARTUP_HOOKS"; // of dotnet watch, which talks to one process
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(10); // of a case, which the solutions take milliseconds for

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
            if (args is [LessonLoop.Verb] && Console.IsInputRedirected) return LessonLoop.Run(exercises);
            using var guarded = Guarded(exercises);
            return new Runner(guarded ?? (ILessonCheck)new LessonCheck(exercises), language, Folder(), Console.Out, Console.Error)
                .Run(args) is var code && IsWatched ? ExitCodes.Success : code;
        }
        catch (Exception exception) when (LoadFailure.Is(exception))
        {
            Terminal.Complain(LoadFailure.Sentence);
            return ExitCodes.Refused;
        }
        catch (WorkerStartException exception)
        {
            Terminal.Complain(exception.Message);
            return ExitCodes.Refused;
        }
        catch (OutputException)
        {
            return ExitCodes.NobodyReads;
        }
    }

    // By dotnet watch, which would report a function that is wrong as an error of the program.
    private static bool IsWatched => Environment.GetEnvironmentVariable("DOTNET_WATCH") == "1";

    // None beside a debugger, which stops only in the process that it is attached to, and where there is no program to start.
    private static GuardedLessonCheck? Guarded(Type exercises)
    {
        if (Debugger.IsAttached || Assembly.GetEntryAssembly() != exercises.Assembly) return null;
        try
        {
            var start = OwnProgram.Start(exercises.Assembly, LessonLoop.Verb);
            start.Environment.Remove(StartupHooks);
            return new(exercises, start, Limit);
        }
        catch (WorkerStartException)
        {
            return null;
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
