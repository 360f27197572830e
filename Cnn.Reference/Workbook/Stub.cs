using System.Security;
using System.Text;
using Cnn.Reference.Exercises;
using Cnn.Reference.Printing;

namespace Cnn.Reference.Workbook;

/// <summary>A file with a function that is still to be written: its head is that of the solution, its steps are comments.</summary>
internal static class Stub
{
    /// <summary>The class that all functions are of.</summary>
    public const string Class = "Exercises";

    private const int Width = 110; // of a comment, as an editor shows it beside others

    private static readonly Bilingual Ints = new(
        "As int: sizes are long, and slices take int.", "Como int: los tamaños son long, y los slices llevan int.");

    /// <summary>The file's name.</summary>
    public static string FileOf(Lesson lesson) =>
        IsFurther(lesson) ? $"further-{Number(lesson)}-{lesson}.cs" : $"{Number(lesson)}-{lesson}.cs";

    /// <summary>Which one it is, of its own kind, from 1.</summary>
    public static int Number(Lesson lesson) =>
        1 + (IsFurther(lesson) ? LessonTable.Further : LessonTable.Eight).TakeWhile(each => each != lesson).Count();

    /// <summary>The file's text.</summary>
    public static string Of(Lesson lesson, Language language)
    {
        var text = new StringBuilder();
        foreach (string library in (string[])["Cnn.Layers", "TorchSharp", "static TorchSharp.torch"]) text.AppendLine($"using {library};");
        text.AppendLine().AppendLine($"// {Place(lesson).In(language)}");
        text.AppendLine($"public static partial class {Class}").AppendLine("{");
        foreach (string line in Documents(lesson, language)) text.AppendLine(line);
        text.AppendLine($"    {lesson.Signature}").AppendLine("    {");
        if (lesson.Text.Given.Count > 0) text.AppendLine($"        // {Ints.In(language)}");
        foreach (string line in lesson.Text.Given) text.AppendLine($"        {line}");
        if (lesson.Text.Given.Count > 0) text.AppendLine();
        for (int step = 0; step < lesson.Text.Steps.Count; step++)
            text.AppendLine(Comment("        //", $"{step + 1}. {lesson.Text.Steps[step].In(language)}", "   "));
        text.AppendLine().AppendLine($"        throw new NotImplementedException(\"{Says.NotWritten(lesson.Exercise).In(language)}\");");
        return text.AppendLine("    }").AppendLine("}").ToString().ReplaceLineEndings("\n");
    }

    private static bool IsFurther(Lesson lesson) => LessonTable.Further.Contains(lesson);

    private static Bilingual Place(Lesson lesson) => IsFurther(lesson)
        ? new($"Beyond the exercise, {Number(lesson)} of {LessonTable.Further.Count}: optional.",
            $"Más allá del ejercicio, {Number(lesson)} de {LessonTable.Further.Count}: opcional.")
        : new($"{Number(lesson)} of {LessonTable.Eight.Count}: {lesson.Exercise.Python} in the exercise.",
            $"{Number(lesson)} de {LessonTable.Eight.Count}: {lesson.Exercise.Python} en el ejercicio.");

    private static IEnumerable<string> Documents(Lesson lesson, Language language)
    {
        string summary = language == Language.Spanish ? lesson.Text.Summary : lesson.Signature.Summary;
        yield return Document($"<summary>{Escaped(summary)}</summary>");
        foreach (var (parameter, spanish) in lesson.Signature.Parameters.Zip(lesson.Text.Parameters))
        {
            string said = language == Language.Spanish ? spanish : parameter.Document;
            yield return Document($"<param name=\"{parameter.Name}\">{Escaped(said)}</param>");
        }
        yield return Document($"<returns>{Escaped(lesson.Text.Returns.In(language))}</returns>");
    }

    private static string Document(string text) => Comment("    ///", text, "");

    private static string Escaped(string text) => SecurityElement.Escape(text)
        .Replace("&quot;", "\"", StringComparison.Ordinal).Replace("&apos;", "'", StringComparison.Ordinal);

    private static string Comment(string begin, string text, string indent) => string.Join('\n',
        Folding.Fold(text, Width - begin.Length).Split('\n').Select((line, at) => $"{begin} {(at == 0 ? "" : indent)}{line}"));
}
