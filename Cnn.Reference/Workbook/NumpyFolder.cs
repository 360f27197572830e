using System.Text.Encodings.Web;
using System.Text.Json;
using Cnn.Reference.Exercises;
using Cnn.Reference.Files;
using Cnn.Reference.Interchange;
using Cnn.Reference.Printing;
using static TorchSharp.torch;

namespace Cnn.Reference.Workbook;

/// <summary>The folder of a student who does the exercise in Python: functions to be written, cases, and what saves the results.</summary>
internal static class NumpyFolder
{
    /// <summary>The hints of each function, which check.py gives one by one.</summary>
    public const string Hints = "hints.json";

    private static readonly JsonSerializerOptions Readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Where the cases are, in the folder.</summary>
    public const string Cases = "cases";

    /// <summary>Writes it.</summary>
    /// <param name="folder">Where.</param>
    /// <param name="language">The language of all that is in it.</param>
    /// <param name="program">The command line that starts this program.</param>
    /// <exception cref="UsageException">Something is there already, or it cannot be written.</exception>
    public static void Write(string folder, Language language, IReadOnlyList<string> program) => NewFiles.Write(folder,
    [
        ("cnn_exercises.py", path => File.WriteAllText(path, PythonStubs.Of(language))),
        ("check.py", path => File.WriteAllText(path, Check(language, program))),
        (Hints, path => File.WriteAllText(path, HintsIn(language))),
        ("README.md", path => File.WriteAllText(path, ReadMe.OfNumpy(language))),
        (".gitignore", path => File.WriteAllText(path, $"__pycache__/\nresults/\n{Bookmark.FileName}\nexplain.html\n")),
        .. ExerciseTable.All.Select(exercise =>
            (Path.Combine(Cases, $"{exercise.Python}.npz"), (Action<string>)(path => Write(path, exercise)))),
    ], language);

    private static string HintsIn(Language language) => JsonSerializer.Serialize(
        LessonTable.Eight.ToDictionary(lesson => lesson.Exercise.Python, lesson => PythonStubs.HintsOf(lesson, language)), Readable);

    private static void Write(string path, Exercise exercise)
    {
        using var scope = NewDisposeScope();
        var tensors = new List<(string, Tensor)>();
        var texts = new List<(string, string)>();
        for (int at = 0; at < exercise.Cases.Count; at++)
        {
            var call = exercise.Cases[at].ToCall();
            string suffix = $"_{at + 1}";
            tensors.AddRange(CallArrays.Tensors(call).Concat(CallArrays.Numbers(call)).Select(each => (each.Name + suffix, each.Tensor)));
            texts.AddRange(CallArrays.Texts(call).Select(each => (each.Name + suffix, each.Text)));
        }
        using var file = new FileStream(path, FileMode.CreateNew);
        NpzFile.Write(file, tensors, texts);
    }

    // A text of JSON is one of Python's.
    private static string Check(Language language, IReadOnlyList<string> program) =>
        PythonSource.Check(language, string.Join(", ", program.Select(word => JsonSerializer.Serialize(word))));
}
