
namespace Cnn.Reference.Workbook;

/// <summary>Checks a student's functions.</summary>
internal interface ILessonCheck
{
    /// <summary>Checks one.</summary>
    /// <param name="lesson">Which.</param>
    /// <param name="printed">Where that goes which the function itself prints; null for nowhere.</param>
    ExerciseResult Check(Lesson lesson, TextWriter? printed);

    /// <summary>Which of the exercise's functions one of them calls.</summary>
    IReadOnlyList<Lesson> Calls(Lesson lesson);
}

/// <summary>Checks them in this process: a debugger that is attached to it stops in them, and where one of them dies all does.</summary>
/// <param name="exercises">The class with the functions.</param>
internal sealed class LessonCheck(Type exercises) : ILessonCheck
{
    /// <inheritdoc/>
    public ExerciseResult Check(Lesson lesson, TextWriter? printed)
    {
        var console = Console.Out;
        Console.SetOut(printed ?? TextWriter.Null);
        try
        {
            return lesson.Check(exercises);
        }
        finally
        {
            Console.SetOut(console);
        }
    }

    /// <inheritdoc/>
    public IReadOnlyList<Lesson> Calls(Lesson lesson) => Callees.Of(exercises, lesson);
}
