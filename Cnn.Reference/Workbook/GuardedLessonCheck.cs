using System.Diagnostics;
using Cnn.Reference.Exercises;
using Cnn.Reference.Processes;

namespace Cnn.Reference.Workbook;

/// <summary>
/// Checks a student's functions in a process of their own: one that crashes, fills the stack or never returns gets a sentence, and the
/// others their answers.
/// </summary>
/// <param name="exercises">The class with the functions.</param>
/// <param name="start">How that process is started.</param>
/// <param name="limit">How long a function may take for one case.</param>
internal sealed class GuardedLessonCheck(Type exercises, ProcessStartInfo start, TimeSpan limit) : ILessonCheck, IDisposable
{
    private ChildProcess<LessonRequest, LessonMessage>? child;

    /// <inheritdoc/>
    public ExerciseResult Check(Lesson lesson, TextWriter? printed)
    {
        child ??= new(start);
        ExerciseResult? result = null;
        string sizes = "";
        var death = child.Ask(new(lesson.Name, printed is null), limit, message =>
        {
            sizes = message.Asked ?? sizes;
            result = message.Result ?? result;
            if (message.Printed is not null) printed?.Write(message.Printed);
        });
        if (death is null) return result!;
        child.Dispose();
        child = null;
        return ExerciseResult.Of(Says.About(lesson.Exercise, sizes, RunnerSays.Died(death)));
    }

    /// <inheritdoc/>
    public IReadOnlyList<Lesson> Calls(Lesson lesson) => Callees.Of(exercises, lesson);

    /// <inheritdoc/>
    public void Dispose() => child?.Dispose();
}

/// <summary>A function that is to be checked.</summary>
/// <param name="Name">Its name, as in C#.</param>
/// <param name="Silent">Whether nothing is wanted of what it prints.</param>
internal sealed record LessonRequest(string Name, bool Silent);

/// <summary>One of: the sizes of the case that is asked next, what the function prints, the answer, the end of a request.</summary>
internal sealed record LessonMessage(string? Asked = null, string? Printed = null, ExerciseResult? Result = null, bool Done = false)
    : IMessage;
