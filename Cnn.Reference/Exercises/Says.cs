using System.Diagnostics;
using System.Globalization;
using System.Reflection;
using Cnn.Reference.Mistakes;
using Cnn.Reference.Printing;
using static TorchSharp.torch;

namespace Cnn.Reference.Exercises;

/// <summary>The sentences that students read, in each language.</summary>
internal static class Says
{
    private const int LongestMessage = 200; // of an exception: libtorch's hold its stack
    private const int MostPlaces = 3;

    /// <summary>The exercise, the sizes of the case, and what is to be said of it.</summary>
    public static Bilingual About(Exercise exercise, string sizes, Bilingual text) => new(
        $"{exercise}, with {sizes}: {text.English}", $"{exercise}, con {sizes}: {text.Spanish}");

    /// <summary>All is right.</summary>
    public static Bilingual Right(Exercise exercise, int cases, long cells) => new(
        $"{exercise} is right: {Figures.Count(cases, "case")}, {Figures.Count(cells, "cell")}.",
        $"{exercise} está bien: {cases} {(cases == 1 ? "caso" : "casos")}, {cells} {(cells == 1 ? "celda" : "celdas")}.");

    /// <summary>How much is wrong.</summary>
    public static Bilingual WrongCells(
        Exercise exercise, string sizes, string name, long cells, long all, int wrong, int cases) => new(
        $"{exercise}, with {sizes}: {cells} of {all} cells of {name} are wrong" +
        (cases == 1 ? "." : $" ({wrong} of {cases} cases {(wrong == 1 ? "fails" : "fail")})."),
        $"{exercise}, con {sizes}: {cells} de {all} celdas de {name} están mal" +
        (cases == 1 ? "." : $" ({(wrong == 1 ? "falla" : "fallan")} {wrong} de {cases} casos)."));

    /// <summary>What explains it.</summary>
    public static Bilingual Of(Exercise exercise, Finding finding)
    {
        string[] names = [.. finding.Parts.Select(part => exercise.Outputs.First(output => output.Part == part).Name)];
        if (finding.Mistakes.Count == 0)
        {
            return new(
                $"No known mistake, and no two of them together, would give exactly this {List(names, "and")}.",
                $"Ningún error conocido, ni dos de ellos, da exactamente este resultado: {List(names, "y")}.");
        }
        string[] look = [.. finding.Mistakes.Select(mistake => mistake.LookAt).Distinct()];
        var both = finding.Mistakes.Count > 1 ? new Bilingual("two mistakes at once: ", "dos errores a la vez: ") : new("", "");
        return new(
            $"Your {List(names, "and")} {(names.Length > 1 ? "are" : "is")} exactly what this gives: {both.English}" +
            $"{string.Join(" ", finding.Mistakes.Select(mistake => mistake.English))} Look at {List(look, "and")}.",
            $"Tu {List(names, "y")} {(names.Length > 1 ? "son" : "es")} exactamente lo que resulta de esto: {both.Spanish}" +
            $"{string.Join(" ", finding.Mistakes.Select(mistake => mistake.Spanish))} Mirá {List(look, "y")}.");
    }

    /// <summary>There is no function yet.</summary>
    public static Bilingual NotWritten(Exercise exercise) => new(
        $"{exercise} is not written yet.", $"{exercise} todavía no está escrita.");

    /// <summary>There is none that can be called.</summary>
    /// <param name="head">What it must begin with.</param>
    public static Bilingual NoFunction(object head) => new(
        $"There is no function with this head, which the check calls: {head}",
        $"No hay ninguna función con este encabezado, que es el que llama el control: {head}");

    /// <summary>The function threw.</summary>
    public static Bilingual Threw(Exception exception)
    {
        string message = exception.Message.Split('\n')[0].Trim();
        if (message.Length > LongestMessage) message = message[..LongestMessage] + "…";
        string kind = exception.GetType().Name;
        return new(
            $"it threw {kind}: {message}{Places(exception, "line")}", $"lanzó {kind}: {message}{Places(exception, "línea")}");
    }

    // The student's own lines, where the program knows them: from that which threw out to the function that was called.
    private static string Places(Exception exception, string line)
    {
        var frames = new StackTrace(exception, fNeedFileInfo: true).GetFrames()
            .TakeWhile(frame => AssemblyOf(frame) != typeof(Says).Assembly)
            .Where(frame => frame.GetFileName() is not null && AssemblyOf(frame) != typeof(Tensor).Assembly)
            .Select(frame => $"{Path.GetFileName(frame.GetFileName())}, {line} {frame.GetFileLineNumber()}").ToList();
        return frames.Count == 0 ? "" : $" ({string.Join("; ", frames.Take(MostPlaces))})";

        static Assembly? AssemblyOf(StackFrame frame) => frame.GetMethod()?.Module.Assembly;
    }

    /// <summary>An input was disposed.</summary>
    public static Bilingual Disposed(string name) => new(
        $"it disposed its input {name}; inputs belong to the caller.",
        $"liberó su entrada {name}; las entradas son de quien llama.");

    /// <summary>An input was written to.</summary>
    public static Bilingual Changed(string name) => new(
        $"it changed its input {name}; copy it first, with {name}.clone().",
        $"modificó su entrada {name}; primero copiala, con {name}.clone().");

    /// <summary>There is no result.</summary>
    public static Bilingual Nothing(string name) => new(
        $"it returned nothing for {name}: null, or a disposed tensor.",
        $"no devolvió nada para {name}: null, o un tensor liberado.");

    /// <summary>Another type.</summary>
    public static Bilingual WrongType(ExerciseOutput output, ScalarType type) => new(
        $"{output.Name} has dtype {type}; it must be {output.DType}.",
        $"{output.Name} tiene dtype {type}; debe ser {output.DType}.");

    /// <summary>Another shape.</summary>
    public static Bilingual WrongShape(ExerciseOutput output, long[] shape, long[] right) => new(
        $"{output.Name} has shape {Shape(shape)}; it must be {Shape(right)}.",
        $"{output.Name} tiene forma {Shape(shape)}; debe ser {Shape(right)}.");

    private static string Shape(long[] shape) =>
        $"({string.Join(", ", shape.Select(size => size.ToString(CultureInfo.InvariantCulture)))})";

    private static string List(string[] names, string and) => names.Length switch
    {
        1 => names[0],
        _ => $"{string.Join(", ", names[..^1])} {and} {names[^1]}",
    };
}
