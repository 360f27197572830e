using Cnn.Reference.Mistakes;
using Cnn.Reference.Printing;
using static TorchSharp.torch;

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
    /// <param name="complaints">Why some cases have nothing that could be compared; they are wrong.</param>
    /// <param name="attempts">What can be compared; none only where there is a complaint.</param>
    public ExerciseResult Of(IReadOnlyList<Complaint> complaints, IReadOnlyList<Attempt> attempts)
    {
        var wrong = attempts.Where(each => FirstWrong(each) is not null).ToList();
        var cases = Says.WrongCases(
            wrong.Count + complaints.Count, complaints.Count(each => each.IsThrown), attempts.Count + complaints.Count);
        if (wrong.Count > 0) return Wrong(complaints, wrong, attempts, cases);
        if (complaints.Count > 0 && Slip.In(exercise, complaints, attempts) is { } mistake) return OfThrown(complaints[0], cases, mistake);
        if (complaints.Count > 0) return Answered([complaints[0].Text.And(cases)], []);
        var right = Says.Right(exercise, attempts.Count, attempts.Sum(each => each.Right.Sum(tensor => tensor.numel())));
        return new(true, [], Fold(right.English)) { Spanish = Fold(right.Spanish) };
    }

    /// <summary>A text in lines of 80 columns; what has lines of its own keeps them.</summary>
    public static string Fold(string text) => text.Contains('\n') ? text : Folding.Fold(text, Width, indent: 2);

    private IReadOnlyList<Finding> Findings(Operation operation, IEnumerable<Attempt> attempts) =>
        [.. Diagnosis.Of(
        [
            .. from each in attempts
               where each.Call.Operation == operation
               select (each.Call, exercise.ToResults(each.Yours)),
        ]).Select(Told)];

    // What cannot be made in this function is no explanation.
    private Finding Told(Finding finding)
    {
        Mistake[] told = [.. finding.Mistakes.Select(exercise.Told).OfType<Mistake>()];
        return finding with { Mistakes = told.Length == finding.Mistakes.Count ? told : [] };
    }

    private (int Output, long[]? Cell, long Cells)? FirstWrong(Attempt attempt) => exercise.FirstWrong(attempt.Right, attempt.Yours);

    // The mistake has its name before anything that other cases have thrown: it may be why.
    private ExerciseResult Wrong(
        IReadOnlyList<Complaint> complaints, List<Attempt> wrong, IReadOnlyList<Attempt> attempts, Bilingual cases)
    {
        var first = wrong[0];
        Operation[] operations = [.. wrong.Select(each => each.Call.Operation).Distinct()];
        var found = operations.SelectMany(operation => Findings(operation, attempts).Select(finding => (operation, finding))).ToList();
        var (at, cell, count) = FirstWrong(first)!.Value;
        var output = exercise.Outputs[at];
        var text = new List<Bilingual>
        {
            Says.About(exercise, exercise.Sizes(first.Call), cell is null
                ? Says.WrongShape(exercise, output, first.Yours[at].shape, first.Right[at].shape).And(Says.Formula(first.Call))
                : Says.WrongCells(output.Name, count, first.Right[at].numel())).And(cases),
        };
        long cells = first.Yours[at].numel(), NaNs = first.Yours[at].to(ScalarType.Float64).isnan().sum().item<long>();
        // All NaN is like any other: what two mistakes together would give of it, too, is no sign of them.
        if (NaNs == cells) found.RemoveAll(each => each.finding.Mistakes.Count > 1 && each.finding.Parts.All(part => part == output.Part));
        var explained = found.Find(each => each.finding.Mistakes.Count > 0 && each.finding.Parts.Contains(output.Part)).finding;
        bool isExplained = explained is not null;
        // Numbers that nothing explains may come of what ends the other cases.
        if (found.TrueForAll(each => each.finding.Mistakes.Count == 0) && Slip.In(exercise, complaints, attempts) is { } slip)
            return OfThrown(complaints[0], cases, slip);
        double wrongNumber = cell is null ? 0 : Exercise.Number(first.Yours[at], cell);
        bool isNaN = !isExplained && double.IsNaN(wrongNumber);
        // Of a wrong shape that nothing explains, the shape is all there is to say.
        var told =
            from each in found
            where (cell is not null && !isNaN) || each.finding.Mistakes.Count > 0
            group each.operation by Says.Of(exercise, each.finding);
        // Of both modes of a pool it may be the same; where it is not, the mode stands before it.
        bool isSame = operations.Length == 1 || told.All(group => group.Count() == operations.Length);
        text.AddRange(told.Select(group => isSame ? group.Key : Says.InMode(group.First(), group.Key)));
        if (isNaN)
        {
            string right = WorkedCell.Number(Exercise.Number(first.Right[at], cell!));
            text.Add(Says.NaN(output.Name, NaNs, cells, WorkedCell.Named(output, cell!), right, exercise.IsInPython));
        }
        else if (cell is not null)
        {
            if (double.IsInfinity(wrongNumber) && !isExplained) text.Add(Says.Infinite);
            text.AddRange(Worked(first, at, explained));
            text.AddRange(found.Where(each => each.operation == first.Call.Operation && each.finding != explained)
                .SelectMany(each => Worked(first, each.finding)));
        }
        if (complaints.Count > 0) text.Add(complaints[0].Text);
        return Answered(text, [.. found.SelectMany(each => each.finding.Mistakes).Select(mistake => mistake.Id).Distinct()]);
    }

    private static ExerciseResult OfThrown(Complaint first, Bilingual cases, Mistake mistake) =>
        Answered([ExceptionWords.WithoutGuess(first.Text).And(cases), Says.OfThrown(mistake)], [mistake.Id]);

    // Cells of another result than the first wrong one, in which its own mistakes show.
    private IEnumerable<Bilingual> Worked(Attempt attempt, Finding finding)
    {
        if (finding.Mistakes.Count == 0) return [];
        int at = exercise.Outputs.TakeWhile(output => !finding.Parts.Contains(output.Part)).Count();
        var (right, yours) = (attempt.Right[at], attempt.Yours[at]);
        bool isWrong = right.shape.SequenceEqual(yours.shape) && !Sameness.Same(right, yours);
        return isWrong ? Worked(attempt, at, finding) : [];
    }

    private IEnumerable<Bilingual> Worked(Attempt attempt, int at, Finding? finding) =>
        from cell in TellingCell.Of(exercise, attempt, at, finding?.Mistakes ?? [])
        let yours = Exercise.Number(attempt.Yours[at], cell)
        select new Bilingual(
            WorkedCell.Of(attempt.Call, exercise.Outputs[at], cell, yours, Language.English),
            WorkedCell.Of(attempt.Call, exercise.Outputs[at], cell, yours, Language.Spanish));

    private static ExerciseResult Answered(IReadOnlyList<Bilingual> text, string[] mistakes) =>
        new(false, mistakes, Joined(text, Language.English)) { Spanish = Joined(text, Language.Spanish) };

    private static string Joined(IEnumerable<Bilingual> texts, Language language) =>
        string.Join(Environment.NewLine, texts.Select(text => Fold(text.In(language))));
}

/// <summary>One call, and what came out.</summary>
/// <param name="Call">The call.</param>
/// <param name="Yours">What the student's function returned, in the exercise's order of axes.</param>
/// <param name="Right">The right answer, likewise.</param>
internal sealed record Attempt(Call Call, IReadOnlyList<Tensor> Yours, IReadOnlyList<Tensor> Right);
