using System.Text;
using Cnn.Reference.Exercises;
using Cnn.Reference.Printing;

namespace Cnn.Reference.Workbook;

/// <summary>The eight functions still to be written in Python, as the exercise has them: with its caches and dictionaries.</summary>
internal static class PythonStubs
{
    private const int Width = 100;
    private const string Cache = "cache", Parameters = "hparameters", Mode = "mode";

    private static readonly Bilingual Title = new(
        "Convolutional Neural Networks: Step by Step. Eight functions for you to write: see README.md.",
        "Convolutional Neural Networks: Step by Step. Ocho funciones para que escribas: mirá README.md.");

    private static readonly Bilingual Arguments = new("Arguments:", "Argumentos:"), Returns = new("Returns:", "Devuelve:");

    /// <summary>The file's text.</summary>
    public static string Of(Language language)
    {
        var text = new StringBuilder();
        text.AppendLine($"\"\"\"{Title.In(language)}\"\"\"").AppendLine("import numpy as np");
        foreach (var lesson in LessonTable.Eight)
        {
            text.AppendLine().AppendLine().AppendLine($"def {lesson.Exercise.Python}({string.Join(", ", ParametersOf(lesson))}):");
            foreach (string line in Document(lesson, language)) text.AppendLine(line);
            foreach (var (step, number) in lesson.Text.Steps.Select((step, at) => (step, at + 1)))
                text.AppendLine(Indented("    # ", InPython(InNumpy($"{number}. {step.In(language)}")), "    #    "));
            text.AppendLine($"    raise NotImplementedError(\"{InPython(Says.NotWritten(lesson.Exercise).In(language))}\")");
        }
        return text.ToString().ReplaceLineEndings("\n");
    }

    /// <summary>The hints of a function, with numpy's words where they hold code.</summary>
    public static IReadOnlyList<string> HintsOf(Lesson lesson, Language language) =>
    [
        .. lesson.Text.Hints.Select((hint, at) =>
            InPython(lesson.Text.HintsInNumpy.TryGetValue(at + 1, out var other) ? other.In(language) : InNumpy(hint.In(language)))),
    ];

    /// <summary>Whether the exercise's function returns a cache, for the one that goes backwards.</summary>
    public static bool HasCache(Lesson lesson) =>
        lesson.Name is nameof(Cnn.Layers.StepByStep.ConvForward) or nameof(Cnn.Layers.StepByStep.PoolForward);

    private static IEnumerable<string> ParametersOf(Lesson lesson) =>
        lesson.Signature.InPython.Select(name => name == Mode ? $"{Mode}=\"max\"" : name);

    private static IEnumerable<string> Document(Lesson lesson, Language language)
    {
        string summary = language == Language.Spanish ? lesson.Text.Summary : lesson.Signature.Summary;
        yield return Indented("    \"\"\"", InPython(summary), "    ");
        yield return "";
        yield return $"    {Arguments.In(language)}";
        foreach (string name in lesson.Signature.InPython)
            yield return Indented("    ", $"{name} -- {InPython(Said(lesson, name).In(language))}", "        ");
        yield return "";
        yield return $"    {Returns.In(language)}";
        string returns = InPython(InNumpy(lesson.Text.Returns.In(language)));
        yield return Indented("    ", HasCache(lesson) ? $"{returns} {CacheOf(lesson).In(language)}" : returns, "    ");
        yield return "    \"\"\"";
    }

    private static Bilingual Said(Lesson lesson, string name)
    {
        if (name == Cache) return new($"What the forward pass has left: {Held(lesson)}.", $"Lo que dejó el forward pass: {Held(lesson)}.");
        int at = lesson.Signature.Parameters.TakeWhile(parameter => parameter.Name != name).Count();
        var said = new Bilingual(lesson.Signature.Parameters[at].Document, lesson.Text.Parameters[at]);
        if (name == Mode) return new($"{said.English} It is \"max\" or \"average\".", $"{said.Spanish} Es \"max\" o \"average\".");
        if (name != Parameters) return said;
        string keys = lesson.Exercise.Outputs[0].Name == "A" ? "{\"f\": f, \"stride\": stride}" : "{\"stride\": stride, \"pad\": pad}";
        return new($"{said.English} A dictionary: {keys}.", $"{said.Spanish} Un diccionario: {keys}.");
    }

    private static Bilingual CacheOf(Lesson lesson) => new(
        $"And cache, what the backward pass will need: {Held(lesson)}.",
            $"Y cache, lo que va a necesitar el backward pass: {Held(lesson)}.");

    private static string Held(Lesson lesson) => lesson.Name.StartsWith("Pool", StringComparison.Ordinal)
        ? "(A_prev, hparameters)" : "(A_prev, W, b, hparameters)";

    // Functions by their names there.
    private static string InPython(string text) =>
        LessonTable.Eight.Aggregate(text, (said, lesson) => said.Replace(lesson.Name, lesson.Exercise.Python, StringComparison.Ordinal));

    // Slices, whole divisions and ends of lines as Python has them.
    private static string InNumpy(string text)
    {
        (string CSharp, string Python)[] words =
        [
            (" / stride", " // stride"), (";\n", "\n"), ("=\n", "= \\\n"), ("zeros_like", "np.zeros_like"), ("Float64", "float64"),
            ("tensores", "arrays"),
            ("a tensor", "an array"), ("A tensor", "An array"), ("tensor", "array"),
        ];
        return words.Aggregate(
            PythonWords.Slices(text.TrimEnd(';')), (said, word) => said.Replace(word.CSharp, word.Python, StringComparison.Ordinal));
    }

    private static string Indented(string begin, string text, string further) => string.Join('\n',
        Folding.Fold(text, Width - begin.Length).Split('\n').Select((line, at) => (at == 0 ? begin : further) + line));
}
