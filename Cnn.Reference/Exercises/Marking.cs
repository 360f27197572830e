using Cnn.Reference.Mistakes;
using Cnn.Reference.Printing;
using static TorchSharp.torch;

namespace Cnn.Reference.Exercises;

/// <summary>Asks a student's function every case of an exercise, and words the answer.</summary>
internal sealed class Marking(Exercise exercise, Func<Call, Question> ask)
{
    private const int Width = 80; // of a line

    private sealed record Try(ExerciseCase Case, Call Call, IReadOnlyList<Tensor> Yours, IReadOnlyList<Tensor> Right);

    /// <summary>The answer.</summary>
    public ExerciseResult Result()
    {
        using var scope = NewDisposeScope();
        using var silent = no_grad();
        var tries = new List<Try>();
        Bilingual? complaint = null; // the first
        foreach (var @case in exercise.Cases)
        {
            var call = @case.ToCall();
            var (yours, refusal) = Asked(call);
            if (refusal is { } text) complaint ??= Says.About(exercise, @case, text);
            else tries.Add(new(@case, call, yours, exercise.Answer(call)));
        }
        var wrong = tries.Where(each => FirstWrong(each) is not null).ToList();
        if (wrong.Count > 0) return Wrong(complaint, wrong, tries);
        return complaint is { } alone ? Answered([alone], []) : Passed(Says.Right(exercise, tries.Count, tries.Sum(Cells)));
    }

    private static long Cells(Try attempt) => attempt.Right.Sum(right => right.numel());

    private IReadOnlyList<Finding> Findings(Operation operation, IEnumerable<Try> tries) =>
        Diagnosis.Of(
        [
            .. from each in tries
               where each.Case.Operation == operation
               select (each.Call, exercise.ToResults(each.Yours)),
        ]);

    // Calls the function. What it returns can be compared, unless there is a complaint.
    private (IReadOnlyList<Tensor> Yours, Bilingual? Complaint) Asked(Call call)
    {
        var question = ask(call);
        Tensor[] given = [.. question.Given.Select(each => each.Tensor.clone())];
        Tensor?[] yours;
        try
        {
            yours = question.Ask(given);
        }
        catch (Exception exception)
        {
            return ([], Says.Threw(exception));
        }
        for (int i = 0; i < given.Length; i++)
        {
            string name = question.Given[i].Name;
            if (given[i].IsInvalid) return ([], Says.Disposed(name));
            if (!given[i].shape.SequenceEqual(question.Given[i].Tensor.shape) || !Sameness.Same(question.Given[i].Tensor, given[i]))
                return ([], Says.Changed(name));
        }
        var right = exercise.Answer(call);
        var checkedYours = new List<Tensor>();
        for (int i = 0; i < yours.Length; i++)
        {
            var output = exercise.Outputs[i];
            if (yours[i] is not { } tensor || tensor.IsInvalid) return ([], Says.Nothing(output.Name));
            if (tensor.dtype != output.DType) return ([], Says.WrongType(output, tensor.dtype));
            if (tensor.dim() != right[i].dim()) return ([], Says.WrongShape(output, tensor.shape, right[i].shape));
            checkedYours.Add(tensor.detach());
        }
        return (checkedYours, null);
    }

    private (int Output, long[]? Cell, long Cells)? FirstWrong(Try attempt) => exercise.FirstWrong(attempt.Right, attempt.Yours);

    private ExerciseResult Wrong(Bilingual? complaint, List<Try> wrong, List<Try> tries)
    {
        var first = wrong[0];
        var findings = wrong.Select(each => each.Case.Operation).Distinct().SelectMany(operation => Findings(operation, tries)).ToList();
        var (at, cell, count) = FirstWrong(first)!.Value;
        var output = exercise.Outputs[at];
        var text = new List<Bilingual>();
        if (complaint is { } spoken) text.Add(spoken);
        text.Add(cell is null
            ? Says.About(exercise, first.Case, Says.WrongShape(output, first.Yours[at].shape, first.Right[at].shape))
            : Says.WrongCells(exercise, first.Case, output.Name, count, first.Right[at].numel(), wrong.Count, tries.Count));
        text.AddRange(findings.Select(finding => Says.Of(exercise, finding)));
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

    private static ExerciseResult Passed(Bilingual text) => new(true, [], Fold(text.English)) { Spanish = Fold(text.Spanish) };

    private static string Joined(IEnumerable<Bilingual> texts, Language language) =>
        string.Join(Environment.NewLine, texts.Select(text => Fold(text.In(language))));

    // What has lines of its own keeps them.
    private static string Fold(string text) => text.Contains('\n') ? text : Folding.Fold(text, Width, indent: 2);
}
