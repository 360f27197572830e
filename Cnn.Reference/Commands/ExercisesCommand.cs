using System.CommandLine;
using Cnn.Reference.Exercises;
using Cnn.Reference.Files;
using Cnn.Reference.Printing;
using Cnn.Reference.Processes;
using Cnn.Reference.Workbook;
using Spectre.Console;

namespace Cnn.Reference.Commands;

/// <summary><c>exercises</c>: a folder in which a student writes the functions of the exercise.</summary>
internal static class ExercisesCommand
{
    /// <summary>Makes the command.</summary>
    public static Command Create()
    {
        var command = new Command("exercises", "Writes a folder in which a student does the exercise: in C#, or in Python with numpy.")
        {
            Verb("new", "Writes a project with the eight functions to be written; dotnet run there checks them.", New),
            Verb("numpy", "Writes the eight functions and their cases for who does the exercise in Python.", Numpy),
            Watch(),
            Solution(),
            Proof(),
        };
        command.SetAction(int (_) =>
            throw new UsageException(
                "exercises: must be followed by new, numpy or watch, and a folder, by solution and a function, or by check."));
        return command;
    }

    private static Command Verb(string name, string description, Func<string, Language, int> run)
    {
        var folder = new Argument<string>("folder") { Description = "A folder, which is made where it is missing." };
        var language = Options.Language();
        var command = new Command(name, description) { folder, language };
        WrongArguments.RefuseOptions(command, folder);
        WrongArguments.RefuseEmpty(folder);
        command.SetAction(parsed => run(parsed.GetRequiredValue(folder), Languages.Of(parsed.GetValue(language))));
        return command;
    }

    private static Command Watch()
    {
        var folder = new Argument<string>("folder") { Description = "A folder that exercises new has written." };
        var language = Options.Language();
        var command = new Command("watch", "Checks the current function of such a project each time that you save, until Ctrl-C.")
        {
            folder, language,
        };
        WrongArguments.RefuseOptions(command, folder);
        WrongArguments.RefuseEmpty(folder);
        command.SetAction(async (parsed, cancel) =>
        {
            try
            {
                var output = AnsiConsole.Profile.Out.Writer;
                await new WatchLoop(parsed.GetRequiredValue(folder), Languages.Of(parsed.GetValue(language)), output).Run(cancel);
            }
            catch (OperationCanceledException)
            {
                // That is its end.
            }
            return ExitCodes.Success;
        });
        return command;
    }

    private static Command Solution()
    {
        var function = new Argument<string>("function") { Description = "A function of the exercise, such as conv_forward." };
        var language = Options.Language();
        var command = new Command("solution", "Shows how a function can be written in Python, with numpy.") { function, language };
        WrongArguments.RefuseOptions(command, function);
        command.SetAction(parsed =>
        {
            string name = parsed.GetRequiredValue(function);
            if (LessonTable.Eight.FirstOrDefault(lesson => lesson.IsCalled(name)) is not { } found)
                throw new UsageException(WrongArguments.Sentence(
                    function.Name, name, Options.RuleOf([.. LessonTable.Eight.Select(lesson => lesson.Exercise.Python)])));
            Say(PythonSource.Title(found.Exercise), Languages.Of(parsed.GetValue(language)));
            var output = AnsiConsole.Profile.Out.Writer;
            output.WriteLine();
            foreach (string line in PythonSource.Solution(found.Exercise)) output.WriteLine(line);
            return ExitCodes.Success;
        });
        return command;
    }

    private static Command Proof()
    {
        var command = new Command(
            "check",
            "Proves the exercises: nothing is right in a new project, everything is with the solutions in it, and every mistake is " +
            "named. It builds such a project, which needs the .NET SDK, and takes a minute or two.");
        command.SetAction((_, cancel) => Check(cancel));
        return command;
    }

    private static async Task<int> Check(CancellationToken cancel)
    {
        var console = AnsiConsole.Console;
        try
        {
            using var workbook = new WorkbookCheck { Language = Language.Spanish }; // whose texts are not those of the sources
            foreach (var (what, state, fault) in ((string, string, Func<CancellationToken, Task<string?>>)[])
                [("stubs", "not written yet", workbook.Stubs), ("solutions", "right", workbook.Solutions)])
            {
                if (await fault(cancel) is { } found)
                {
                    console.Profile.Out.Writer.WriteLine($"NOT PROVED: of the {what}, {found}");
                    return ExitCodes.Mismatch;
                }
                console.Say($"{LessonTable.All.Count} {what}, all {state}.");
            }
        }
        catch (OperationCanceledException)
        {
            console.Say("STOPPED: what was proved until then stands above.");
            return ExitCodes.Stopped;
        }
        return MuseumProof.Print(cancel);
    }

    private static int New(string folder, Language language)
    {
        var library = LibraryReference.Own();
        ProjectFolder.Write(folder, language, library);
        Say(library.Says(folder), language);
        Say(new Bilingual(
            $"{folder} holds {LessonTable.Eight.Count} functions to be written, and {LessonTable.Further.Count} beyond the exercise. " +
            "README.md there says how; it begins with:",
            $"En {folder} hay {LessonTable.Eight.Count} funciones para escribir, y {LessonTable.Further.Count} más allá del ejercicio. " +
            "El README.md de ahí dice cómo; se empieza con:"), language);
        Begin(folder, "dotnet run");
        return ExitCodes.Success;
    }

    private static int Numpy(string folder, Language language)
    {
        NumpyFolder.Write(folder, language, LibraryReference.Own().Program(folder));
        Say(new Bilingual(
            $"{folder} holds {LessonTable.Eight.Count} functions to be written in Python, and their cases. README.md there says how; it " +
            "begins with:",
            $"En {folder} hay {LessonTable.Eight.Count} funciones para escribir en Python, y sus casos. El README.md de ahí dice cómo; " +
            "se empieza con:"), language);
        Begin(folder, $"{PythonSource.Command} check.py");
        return ExitCodes.Success;
    }

    private static void Begin(string folder, string command)
    {
        string typed = folder.Any(char.IsWhiteSpace) ? $"\"{folder}\"" : folder;
        AnsiConsole.Profile.Out.Writer.WriteLine($"  cd {typed} && {command}"); // to be copied, so in one line
    }

    private static void Say(Bilingual text, Language language) => AnsiConsole.Console.Say(text.In(language), indent: 2);
}
