using Cnn.Reference.Mistakes;
using Cnn.Reference.Printing;

namespace Cnn.Reference.Exercises;

/// <summary>Words what is to be said of attempts at an exercise: right, or the mistakes, and the first wrong cell worked by hand.</summary>
internal sealed class Verdict(Exercise exercise)
{
    private const int Width = 80; // of a line

    /// <summary>The answer to a function that is still to be written.</summary>
    public static ExerciseResult NotWritten(Exercise exercise)
    {
        var text = Says.NotWritten(exercise);
        return new(false, [], text.English) { Spanish = text.Spanish, IsNotWritten = true };
    }

    /// <summary>The answer.</summary>
    /// <param name="complaint">Why some case has nothing that could be compared; null where all have.</param>
    /// <param name="attempts">What can be compared; none only where there is a complaint.</param>
    public ExerciseResult Of(Bilingual? complaint, IReadOnlyList<Attempt> attempts)
    {
        var wrong = attempts.Where(each => FirstWrong(each) is not null).ToList();
        if (wrong.Count > 0) return Wrong(complaint, wrong, attempts);
        if (complaint is { } alone) return Answered([alone], []);
        var right = Says.Right(exercise, attempts.Count, attempts.Sum(each => each.Right.Sum(tensor => tensor.numel())));
        return new(true, [], Fold(right.English)) { Spanish = Fold(right.Spanish) };
    }

    /// <summary>A text in lines of 80 columns; what has lines of its own keeps them.</summary>
    public static string Fold(string text) => text.Contains('\n') ? text : Folding.Fold(text, Width, indent: 2);

    private IReadOnlyList<Finding> Findings(Operation operation, IEnumerable<Attempt> attempts) =>
        Diagnosis.Of(
        [
            .. from each in attempts
               where each.Call.Operation == operation
               select (each.Call, exercise.ToResults(each.Yours)),
        ]);

    private (int Output, long[]? Cell, long Cells)? FirstWrong(Attempt attempt) => exercise.FirstWrong(attempt.Right, attempt.Yours);

    private ExerciseResult Wrong(Bilingual? complaint, List<Attempt> wrong, IReadOnlyList<Attempt> attempts)
    {
        var first = wrong[0];
        var findings = wrong.Select(each => each.Call.Operation).Distinct().SelectMany(operation => Findings(operation, attempts)).ToList();
        var (at, cell, count) = FirstWrong(first)!.Value;
        var output = exercise.Outputs[at];
        string sizes = exercise.Sizes(first.Call);
        var text = new List<Bilingual>();
        if (complaint is { } spoken) text.Add(spoken);
        text.Add(cell is null
            ? Says.About(exercise, sizes, Says.WrongShape(output, first.Yours[at].shape, first.Right[at].shape))
            : Says.WrongCells(exercise, sizes, output.Name, count, first.Right[at].numel(), wrong.Count, attempts.Count));
        // Of a wrong shape that nothing explains, the shape is all there is to say. Of both modes of a pool it may be the same.
        var told = findings.Where(finding => cell is not null || finding.Mistakes.Count > 0);
        text.AddRange(told.Select(finding => Says.Of(exercise, finding)).Distinct());
        if (cell is not null)
        {
            double yours = Exercise.Number(first.Yours[at], cell);
            text.Add(new(
                WorkedCell.Of(first.Call, output, cell, yours, Language.English),
                WorkedCell.Of(first.Call, output, cell, yours, Language.Spanish)));
        }
        return Answered(text, [.. findings.SelectMany(finding => finding.Mistakes).Select(mistake => mistake.Id).Distinct()]);
    }

    private static ExerciseResult Answered(IReadOnlyList<Bilingual> text, string[] mistakes) =>
        new(false, mistakes, Joined(text, Language.English)) { Spanish = Joined(text, Language.Spanish) };

    private static string Joined(IEnumerable<Bilingual> texts, Language language) =>
        string.Join(Environment.NewLine, texts.Select(text => Fold(text.In(language))));
}

/// <summary>One call, and what came out.</summary>
/// <param name="Call">The call.</param>
/// <param name="Yours">What the student's function returned, in the exercise's order of axes.</param>
/// <param name="Right">The right answer, likewise.</param>
internal sealed record Attempt(
    Call Call, IReadOnlyList<TorchSharp.torch.Tensor> Yours, IReadOnlyList<TorchSharp.torch.Tensor> Right);
