using Cnn.Reference.Exercises;
using Cnn.Reference.Printing;

namespace Cnn.Reference.Workbook;

/// <summary>One function for a student to write: its check, and the words around it.</summary>
/// <param name="Exercise">What is checked.</param>
/// <param name="File">The source of its solution: <c>StepByStep.Convolution.cs</c>.</param>
/// <param name="Text">The words.</param>
/// <param name="Check">Checks the function of this name in a class.</param>
internal sealed record Lesson(Exercise Exercise, string File, LessonText Text, Func<Type, ExerciseResult> Check)
{
    private Signature? signature;

    /// <summary>As in C#.</summary>
    public string Name => Exercise.Name;

    /// <summary>The function's head.</summary>
    public Signature Signature => signature ??= Signature.Of(File, Name);

    /// <summary>Whether this is what somebody calls by a name, in C# or in Python, in any case.</summary>
    public bool IsCalled(string name) =>
        name.Equals(Name, StringComparison.OrdinalIgnoreCase) || name.Equals(Exercise.Python, StringComparison.OrdinalIgnoreCase);

    /// <summary>Whether a word is a part of its name.</summary>
    public bool IsCalledLike(string word) =>
        Exercise.Python.Contains(word, StringComparison.OrdinalIgnoreCase) || Name.Contains(word, StringComparison.OrdinalIgnoreCase);

    /// <inheritdoc/>
    public override string ToString() => Name;
}

/// <summary>The words around a function. Those in English that are not here are those of the solution's source.</summary>
/// <param name="Summary">What it does, in Spanish.</param>
/// <param name="Parameters">What it takes, in Spanish, in the order of the parameters.</param>
/// <param name="Returns">What it returns.</param>
/// <param name="Given">Lines that stand in the function already.</param>
/// <param name="Steps">What is to be written, in order.</param>
/// <param name="Hints">From a nudge to nearly all.</param>
internal sealed record LessonText(
    string Summary, IReadOnlyList<string> Parameters, Bilingual Returns, IReadOnlyList<string> Given, IReadOnlyList<Bilingual> Steps,
    IReadOnlyList<Bilingual> Hints)
{
    /// <summary>Hints that are others with numpy, by their number from 1; of all others only names and slices are.</summary>
    public IReadOnlyDictionary<int, Bilingual> HintsInNumpy { get; init; } = new Dictionary<int, Bilingual>();
}
