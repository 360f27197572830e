using System.CommandLine;
using Cnn.Reference.Exercises;
using Cnn.Reference.Mistakes;
using Cnn.Reference.Printing;
using Cnn.Reference.Processes;
using Spectre.Console;
using static TorchSharp.torch;

namespace Cnn.Reference.Commands;

/// <summary><c>diagnose</c>: what is wrong in results that a student's own program, in Python for example, has saved.</summary>
internal static class DiagnoseCommand
{
    /// <summary>Makes the command.</summary>
    public static Command Create()
    {
        var file = new Argument<string>("file")
        {
            Description = "A file of np.savez: inputs and results by the exercise's names; of several calls, with _1, _2 ...",
        };
        var exercise = Options.Word(
            "--exercise", "Which function gave the results.", [.. ExerciseTable.All.Select(each => each.Python)]);
        exercise.Required = true;
        var language = Options.Language();
        var command = new Command("diagnose", "Says what is wrong in results of the exercise that were saved with np.savez.")
        {
            file, exercise, language,
        };
        WrongArguments.RefuseOptions(command, file);
        WrongArguments.RefuseEmpty(file);
        command.SetAction(parsed => Diagnose(
            new FileInfo(parsed.GetRequiredValue(file)),
                InPython(ExerciseTable.All.First(each => each.Python == parsed.GetValue(exercise))),
            Languages.Of(parsed.GetValue(language))));
        return command;
    }

    private static Exercise InPython(Exercise exercise) => exercise with { Name = exercise.Python, Told = PythonWords.Told };

    private static int Diagnose(FileInfo file, Exercise exercise, Language language)
    {
        using var scope = NewDisposeScope();
        using var silent = no_grad();
        var attempts = new List<Attempt>();
        var complaints = new List<Complaint>();
        var saved = NamedArrays.Read(file, language, CallArrays.NamesOf(exercise));
        foreach (var arrays in saved)
        {
            var call = CallReader.Read(exercise, arrays);
            if (arrays.TextIfAny(CallArrays.Raised) is { } told)
            {
                complaints.Add(new(Says.About(exercise, exercise.Sizes(call), Says.Raised(told)), IsThrown: true)
                {
                    Call = call,
                    Message = told.Split('\n').ElementAtOrDefault(1),
                });
                continue;
            }
            var attempt = new Attempt(call, [.. exercise.Outputs.Select(output => arrays.Numbers(output.Name))], exercise.Answer(call));
            if (WrongRank(exercise, attempt) is { } text) complaints.Add(new(Says.About(exercise, exercise.Sizes(call), text)));
            else attempts.Add(attempt);
        }
        var result = new Verdict(exercise).Of(complaints, attempts);
        Write(result.ExplanationIn(language));
        if (NamedArrays.Unused(saved) is { Count: > 0 } unused)
        {
            string names = string.Join(", ", unused);
            AnsiConsole.Console.Say(new Bilingual($"Not needed, and left aside: {names}.", $"No hace falta, y quedó de lado: {names}.")
                .In(language), indent: 2);
        }
        if (!result.Passed) return ExitCodes.Mismatch;
        if (Hidden.In(exercise, [.. attempts.Select(attempt => attempt.Call)]) is { } warning)
            AnsiConsole.Console.Say(warning.In(language), indent: 2);
        return ExitCodes.Success;
    }

    private static Bilingual? WrongRank(Exercise exercise, Attempt attempt) => exercise.Outputs
        .Zip(attempt.Yours, attempt.Right)
        .Where(each => each.Second.dim() != each.Third.dim())
        .Select(each => (Bilingual?)Says.WrongShape(exercise, each.First, each.Second.shape, each.Third.shape))
        .FirstOrDefault();

    private static void Write(string text) => AnsiConsole.Profile.Out.Writer.WriteLine(text);
}
