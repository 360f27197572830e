using System.Globalization;
using Cnn.Reference.Printing;
using Cnn.Reference.Processes;

namespace Cnn.Reference.Workbook;

/// <summary>What a student's project runs: answers first, then how far all of it is, then how to go on.</summary>
/// <param name="check">Checks the student's functions.</param>
/// <param name="language">In which language all is said.</param>
/// <param name="folder">Where the bookmark is kept.</param>
/// <param name="output">Where answers go.</param>
/// <param name="error">Where refusals go.</param>
internal sealed class Runner(ILessonCheck check, Language language, string folder, TextWriter output, TextWriter error)
{
    private const int Width = 80;
    private const string Anyway = "--anyway";

    private readonly Bookmark bookmark = Bookmark.Read(folder);
    private readonly Dictionary<Lesson, ExerciseResult> results = [];

    /// <summary>Does what the arguments say, and gives the exit code.</summary>
    public int Run(string[] args)
    {
        bool anyway = args.Contains(Anyway);
        string[] words = [.. args.Where(arg => arg != Anyway).Select(arg => arg.ToLowerInvariant())];
        var (verb, name) = (RunnerSays.Verb(words.FirstOrDefault() ?? ""), words.ElementAtOrDefault(1));
        if (verb is "help" or "--help" or "-h") return Say(RunnerSays.Help);
        bool takesName = verb is "hint" or "solution", isKnown = takesName || verb is "" or "all" or "next" || Find(verb) is not null;
        if (!isKnown) return Refuse(RunnerSays.Unknown(verb));
        if (words.Skip(takesName ? 2 : 1).FirstOrDefault() is { } more) return Refuse(RunnerSays.TooMuch(more, verb));
        if (name is not null && Find(name) is null) return Refuse(RunnerSays.Unknown(name, isName: true));
        return verb switch
        {
            "" => CheckOne(bookmark.Current),
            "all" => CheckAll(),
            "hint" => Hint(name is null ? bookmark.Current : Find(name)!),
            "next" => Next(anyway),
            "solution" => Solution(name is null ? bookmark.Current : Find(name)!, anyway),
            _ => CheckOne(Find(verb)!),
        };
    }

    // By its name, or by its number among the eight.
    private static Lesson? Find(string name) => int.TryParse(name, CultureInfo.InvariantCulture, out int number)
        ? LessonTable.Eight.ElementAtOrDefault(number - 1) : LessonTable.All.FirstOrDefault(lesson => lesson.IsCalled(name));

    private int CheckOne(Lesson lesson)
    {
        var result = results[lesson] = check.Check(lesson, output); // what the function itself prints is seen
        Lesson[] called = result.Passed || result.IsNotWritten ? [] : [.. check.Calls(lesson).Where(each => !Result(each).Passed)];
        foreach (var each in called) Say(RunnerSays.Calls(lesson, each, Result(each).IsNotWritten));
        if (called.Length == 0) output.WriteLine(result.ExplanationIn(language)); // else it would be of what is called
        ShowProgress();
        if (result.Passed) SayHowToGoOn(lesson);
        else SayWhere(called.FirstOrDefault() ?? lesson);
        return result.Passed ? ExitCodes.Success : ExitCodes.Mismatch;
    }

    // Which file is to be opened; and what stands before it and is not right yet.
    private void SayWhere(Lesson lesson)
    {
        Say(Result(lesson).IsNotWritten ? RunnerSays.Open(lesson, bookmark.Current) : RunnerSays.Mend(lesson, bookmark.Current));
        SayWhatIsOpenBefore(lesson);
    }

    private void SayWhatIsOpenBefore(Lesson lesson)
    {
        if (LessonTable.Eight.TakeWhile(each => each != lesson).FirstOrDefault(each => !Result(each).Passed) is { } open)
            Say(RunnerSays.GoBack(open));
    }

    private void SayHowToGoOn(Lesson lesson)
    {
        bool isCurrent = lesson == bookmark.Current, isLast = lesson == LessonTable.Eight[^1];
        var next = isCurrent ? Following(lesson) : null;
        if (next is not null && !isLast)
        {
            Say(RunnerSays.GoOn(next));
            SayWhatIsOpenBefore(lesson);
        }
        else if (LessonTable.Eight.FirstOrDefault(each => !Result(each).Passed) is { } open) Say(RunnerSays.GoBack(open));
        else if (next is not null) Say(RunnerSays.GoBeyond(next));
        else if (isCurrent) Say(RunnerSays.Finished);
    }

    // Those beyond the exercise count where there is something.
    private int CheckAll()
    {
        foreach (var lesson in LessonTable.All)
        {
            var result = results[lesson] = check.Check(lesson, output);
            if (!result.IsNotWritten) output.WriteLine(result.ExplanationIn(language));
        }
        var tried = LessonTable.All.Where(lesson => LessonTable.Eight.Contains(lesson) || !Result(lesson).IsNotWritten);
        ShowProgress(withFurther: true);
        if (LessonTable.Eight.FirstOrDefault(lesson => !Result(lesson).Passed) is { } first) Say(RunnerSays.Begin(first));
        return tried.All(lesson => Result(lesson).Passed) ? ExitCodes.Success : ExitCodes.Mismatch;
    }

    private int Hint(Lesson lesson)
    {
        var hints = lesson.Text.Hints;
        int given = bookmark.HintsOf(lesson);
        for (int number = given == hints.Count ? 1 : given + 1; number <= Math.Min(given + 1, hints.Count); number++)
        {
            Say(RunnerSays.Hint(lesson, number));
            foreach (string line in hints[number - 1].In(language).Split('\n'))
                output.WriteLine(Folding.Fold($"  {line}", Width, indent: 2));
        }
        if (given == hints.Count) return Say(RunnerSays.NoMoreHints(lesson));
        bookmark.SetHints(lesson, given + 1);
        bookmark.Save();
        return ExitCodes.Success;
    }

    private int Next(bool anyway)
    {
        var current = bookmark.Current;
        if (!anyway && !Result(current).Passed)
        {
            Say(RunnerSays.NotYet(current));
            return ExitCodes.Mismatch;
        }
        if (Following(current) is not { } next) return Say(RunnerSays.Finished);
        bookmark.Current = next;
        bookmark.Save();
        Say(RunnerSays.Now(next));
        var result = Result(next);
        ShowProgress();
        if (result.Passed) SayHowToGoOn(next);
        else SayWhere(next);
        return ExitCodes.Success;
    }

    private int Solution(Lesson lesson, bool anyway)
    {
        if (!anyway && !Result(lesson).Passed)
        {
            Say(RunnerSays.SolutionLater(lesson));
            return ExitCodes.Mismatch;
        }
        Say(RunnerSays.Source(lesson));
        output.WriteLine();
        foreach (string line in SolutionSource.Of(lesson, language)) output.WriteLine(line);
        return ExitCodes.Success;
    }

    private void ShowProgress(bool withFurther = false)
    {
        output.WriteLine();
        foreach (var lesson in LessonTable.Eight) Show(lesson);
        if (withFurther || LessonTable.Further.Contains(bookmark.Current))
        {
            Say(RunnerSays.Further);
            foreach (var lesson in LessonTable.Further) Show(lesson);
        }
        output.WriteLine();

        void Show(Lesson lesson)
        {
            var result = Result(lesson);
            var state = result.Passed ? RunnerSays.Done : result.IsNotWritten ? RunnerSays.NotWritten : RunnerSays.Wrong;
            char mark = lesson == bookmark.Current ? '>' : ' ';
            output.WriteLine($"{mark} {Stub.Number(lesson)} {lesson.Name,-20}  {state.In(language)}");
        }
    }

    // Of what was not asked for, only the state is of interest, and not what the function prints.
    private ExerciseResult Result(Lesson lesson)
    {
        if (!results.TryGetValue(lesson, out var known)) results[lesson] = known = check.Check(lesson, printed: null);
        return known;
    }

    private static Lesson? Following(Lesson lesson) => LessonTable.All.SkipWhile(each => each != lesson).ElementAtOrDefault(1);

    private int Say(Bilingual text)
    {
        foreach (string line in text.In(language).Split('\n')) output.WriteLine(Folded(line.TrimEnd('\r'), indent: 2));
        return ExitCodes.Success;
    }

    private static string Folded(string text, int indent) => Folding.Fold(text, Width, indent).Replace(RunnerSays.Unbroken, ' ');

    private int Refuse(Bilingual sentence)
    {
        error.WriteLine(Folded(sentence.In(language), indent: 0));
        return ExitCodes.Refused;
    }
}
