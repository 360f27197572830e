using Cnn.Reference.Mistakes;
using static TorchSharp.torch;

namespace Cnn.Reference.Exercises;

/// <summary>Asks a student's function every case of an exercise.</summary>
internal sealed class Marking(Exercise exercise, Func<Call, Question> ask)
{
    /// <summary>Is told the sizes of each case before it is asked.</summary>
    public static Action<string>? Asking { get; set; }

    /// <summary>The answer.</summary>
    public ExerciseResult Result()
    {
        using var scope = NewDisposeScope();
        using var silent = no_grad();
        var attempts = new List<Attempt>();
        var complaints = new List<Complaint>();
        foreach (var @case in exercise.Cases)
        {
            var call = @case.ToCall();
            Asking?.Invoke(exercise.Sizes(call));
            var (yours, complaint) = Asked(call);
            if (complaint is null) attempts.Add(new(call, yours, exercise.Answer(call)));
            else complaints.Add(complaint with { Text = Says.About(exercise, exercise.Sizes(call), complaint.Text) });
        }
        if (attempts.Count == 0 && complaints.All(complaint => complaint.IsNotWritten)) return Verdict.NotWritten(exercise);
        return new Verdict(exercise).Of(complaints, attempts);
    }

    // Of another exercise's function, which this one calls, it is told as anything else that is thrown.
    private bool IsNotWritten(Exception exception) => exception is NotImplementedException
        && (exception.TargetSite?.Name is not { } thrower || thrower == exercise.Name
            || ExerciseTable.All.All(each => each.Name != thrower));

    // Calls the function. What it returns can be compared, unless there is a complaint.
    private (IReadOnlyList<Tensor> Yours, Complaint? Complaint) Asked(Call call)
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
            return ([], new(Says.Threw(exception), IsThrown: true, IsNotWritten(exception)) { Call = call, Message = exception.Message });
        }
        for (int i = 0; i < given.Length; i++)
        {
            string name = question.Given[i].Name;
            if (given[i].IsInvalid) return ([], new(Says.Disposed(name)));
            if (!given[i].shape.SequenceEqual(question.Given[i].Tensor.shape) || !Sameness.Same(question.Given[i].Tensor, given[i]))
                return ([], new(Says.Changed(name, exercise.Outputs.FirstOrDefault(output => output.Name == $"d{name}")?.Name)));
        }
        var right = exercise.Answer(call);
        string? like = question.Given.Count > 0 ? question.Given[0].Name : null;
        var checkedYours = new List<Tensor>();
        for (int i = 0; i < yours.Length; i++)
        {
            var output = exercise.Outputs[i];
            if (yours[i] is not { } tensor || tensor.IsInvalid) return ([], new(Says.Nothing(output.Name)));
            if (tensor.dtype != output.DType) return ([], new(Says.WrongType(output, tensor.dtype, like)));
            if (tensor.dim() != right[i].dim()) return ([], new(Says.WrongShape(exercise, output, tensor.shape, right[i].shape)));
            checkedYours.Add(tensor.detach());
        }
        return (checkedYours, null);
    }
}
