using System.Diagnostics;
using System.Globalization;
using System.Reflection;
using Cnn.Reference.Cases;
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

    /// <summary>How much of a case is wrong.</summary>
    public static Bilingual WrongCells(string name, long cells, long all) => new(
        $"{Figures.Whole(cells)} of {Figures.Count(all, "cell")} of {name} {(cells == 1 ? "is" : "are")} wrong.",
        $"{cells} de {all} {(all == 1 ? "celda" : "celdas")} de {name} {(cells == 1 ? "está" : "están")} mal.");

    /// <summary>How many cases are wrong.</summary>
    /// <param name="wrong">How many, at least 1.</param>
    /// <param name="thrown">How many of these an exception ended.</param>
    /// <param name="cases">How many there are; of one alone nothing is said.</param>
    public static Bilingual WrongCases(int wrong, int thrown, int cases)
    {
        if (cases == 1) return new("", "");
        var how = thrown == 0 ? new Bilingual("", "")
            : wrong == 1 ? new(", by an exception", ", con una excepción")
            : wrong == thrown ? new(", all by an exception", ", todos con una excepción")
            : new($", {thrown} by an exception", $", {thrown} con una excepción");
        return new(
            $" {wrong} of {cases} cases {(wrong == 1 ? "is" : "are")} wrong{how.English}.",
            $" {(wrong == 1 ? "Falla" : "Fallan")} {wrong} de {cases} casos{how.Spanish}.");
    }

    /// <summary>Cells are NaN, which no mistake of the collection explains.</summary>
    /// <param name="name">Of what.</param>
    /// <param name="cells">How many of them.</param>
    /// <param name="all">How many there are.</param>
    /// <param name="first">The first of them: <c>Z[i=0, h=0, w=0, c=0]</c>.</param>
    /// <param name="right">What it must be.</param>
    /// <param name="isInPython">Whether a None can be among what was returned.</param>
    public static Bilingual NaN(string name, long cells, long all, string first, string right, bool isInPython)
    {
        var which = cells == all ? new Bilingual("Every cell is NaN", "Todas las celdas son NaN")
            : new($"{Figures.Whole(cells)} of {Figures.Whole(all)} cells of {name} are NaN", $"{cells} de {all} celdas de {name} son NaN");
        var last = isInPython ? new Bilingual(", memory that nothing was written to, or a None", ", memoria sin escribir, o un None")
            : new(", or memory that nothing was written to", ", o memoria sin escribir");
        return new(
            $"{which.English}: that is 0 / 0, for instance, a mean over no cells{last.English}. {first} must be {right}.",
            $"{which.Spanish}: eso es 0 / 0, por ejemplo, un promedio de ninguna celda{last.Spanish}. {first} debe ser {right}.");
    }

    /// <summary>A cell is infinite.</summary>
    public static readonly Bilingual Infinite = new(
        "A cell is infinite: that is a division by 0, for instance.", "Hay una celda infinita: eso es una división por 0, por ejemplo.");

    /// <summary>How many windows fit, with the numbers of a call; nothing where it has none, or holes between its taps.</summary>
    public static Bilingual Formula(Call call)
    {
        if (call.Operation is not (Operation.ConvForward or Operation.MaxForward or Operation.AverageForward)) return new("", "");
        if (call.Windows.Dilation != (1, 1)) return new("", "");
        var (windows, (n_H, n_W)) = (call.Windows, call.Outputs());
        string formula = Of("n_H", call.Input.shape[2], windows.Kernel.H, windows.Padding.H, windows.Stride.H, n_H) + ", " +
            Of("n_W", call.Input.shape[3], windows.Kernel.W, windows.Padding.W, windows.Stride.W, n_W);
        return new($" {formula}, rounded down.", $" {formula}, redondeando para abajo.");

        static string Of(string name, long size, long f, long pad, long stride, long value) =>
            $"{name} = ({size} - {f}{(pad > 0 ? $" + 2 * {pad}" : "")}) / {stride} + 1 = {value}";
    }

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
        var looks = finding.Mistakes.Select(mistake => mistake.LookAt).Distinct().ToList();
        var look = new Bilingual(
            List([.. looks.Select(each => each.English)], "and"), List([.. looks.Select(each => each.Spanish)], "y"));
        var both = finding.Mistakes.Count > 1 ? new Bilingual("two mistakes at once: ", "dos errores a la vez: ") : new("", "");
        return new(
            $"Your {List(names, "and")} {(names.Length > 1 ? "are" : "is")} exactly what this gives: {both.English}" +
            $"{string.Join(" ", finding.Mistakes.Select(mistake => mistake.English))} Look at {look.English}.",
            $"Tu {List(names, "y")} {(names.Length > 1 ? "son" : "es")} exactamente lo que resulta de esto: {both.Spanish}" +
            $"{string.Join(" ", finding.Mistakes.Select(mistake => mistake.Spanish))} Mirá {look.Spanish}.");
    }

    /// <summary>What explains the exceptions, and all that is wrong beside them.</summary>
    public static Bilingual OfThrown(Mistake mistake) => new(
        $"That is exactly what this gives: {mistake.English} Look at {mistake.LookAt.English}.",
        $"Es exactamente lo que resulta de esto: {mistake.Spanish} Mirá {mistake.LookAt.Spanish}.");

    /// <summary>What is true of one mode of a pool only.</summary>
    public static Bilingual InMode(Operation operation, Bilingual text)
    {
        string mode = operation.KindOf() == LayerKind.Max ? "Max" : "Average";
        return new($"{mode}: {text.English}", $"{mode}: {text.Spanish}");
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
    public static Bilingual Threw(Exception exception) => Thrown(
        exception.GetType().Name, exception.Message, new(Places(exception, "line"), Places(exception, "línea")));

    /// <summary>Something was thrown, in C# or in Python.</summary>
    /// <param name="kind">The exception's type.</param>
    /// <param name="message">Its message.</param>
    /// <param name="places">Where, with a space before it; empty where that is not known.</param>
    /// <param name="verb">What a language calls it.</param>
    public static Bilingual Thrown(string kind, string message, Bilingual places, string verb = "threw")
    {
        string line = message.Split('\n')[0].Trim();
        line = line.Length > LongestMessage ? line[..LongestMessage] + "…" : line.TrimEnd('.');
        return ExceptionWords.Of(line) is { } meaning
            ? new(
                $"it {verb} {kind}{places.English}. {meaning.English} Its message: {line}.",
                $"lanzó {kind}{places.Spanish}. {meaning.Spanish} Su mensaje, en inglés: {line}.")
            : new($"it {verb} {kind}: {line}{places.English}.", $"lanzó {kind}: {line}{places.Spanish}.");
    }

    /// <summary>Something was raised in Python.</summary>
    /// <param name="told">What check.py has saved: a line each for its type, its message, the file and the line.</param>
    public static Bilingual Raised(string told)
    {
        string[] lines = told.Split('\n');
        return Thrown(
            lines[0], lines.ElementAtOrDefault(1) ?? "",
            lines is [_, _, var file, var line] ? new($" ({file}, line {line})", $" ({file}, línea {line})") : new("", ""), "raised");
    }

    // The student's own lines, where the program knows them: from the function that was called in to that which threw.
    private static string Places(Exception exception, string line)
    {
        var frames = new StackTrace(exception, fNeedFileInfo: true).GetFrames()
            .TakeWhile(frame => AssemblyOf(frame) != typeof(Says).Assembly)
            .Where(frame => frame.GetFileName() is not null && AssemblyOf(frame) != typeof(Tensor).Assembly)
            .Select(frame => $"{Path.GetFileName(frame.GetFileName())}, {line} {frame.GetFileLineNumber()}").Reverse().ToList();
        return frames.Count == 0 ? "" : $" ({string.Join("; ", frames.Take(MostPlaces))})";

        static Assembly? AssemblyOf(StackFrame frame) => frame.GetMethod()?.Module.Assembly;
    }

    /// <summary>An input was disposed.</summary>
    public static Bilingual Disposed(string name) => new(
        $"it disposed its input {name}; inputs belong to the caller.",
        $"liberó su entrada {name}; las entradas son de quien llama.");

    /// <summary>An input was written to.</summary>
    /// <param name="name">The input.</param>
    /// <param name="gradient">The gradient of it that is to be returned; null for none.</param>
    public static Bilingual Changed(string name, string? gradient = null) => gradient is null
        ? new(
            $"it changed its input {name}; copy it first, with {name}.clone().",
            $"modificó su entrada {name}; primero copiala, con {name}.clone().")
        : new(
            $"it changed its input {name}. {gradient} must begin with zeros of that shape, {gradient} = zeros_like({name}); with " +
            $"{gradient} = {name} the two are one tensor.",
            $"modificó su entrada {name}. {gradient} debe empezar con ceros de esa forma, {gradient} = zeros_like({name}); con " +
            $"{gradient} = {name} las dos son un mismo tensor.");

    /// <summary>There is no result.</summary>
    public static Bilingual Nothing(string name) => new(
        $"it returned nothing for {name}: null, or a disposed tensor.",
        $"no devolvió nada para {name}: null, o un tensor liberado.");

    /// <summary>Another type.</summary>
    /// <param name="output">What has it.</param>
    /// <param name="type">The type.</param>
    /// <param name="like">An input that has the right one; null where there is none.</param>
    public static Bilingual WrongType(ExerciseOutput output, ScalarType type, string? like)
    {
        var how = output.DType == ScalarType.Bool
            ? new Bilingual("A comparison gives that: x == max(x).", "Eso lo da una comparación: x == max(x).")
            : output.Axes.Count == 0 ? new(
                "sum(s) has that type where s has it. sum(s, 0) has not: there 0 is a type, and not an axis. " +
                ".to(ScalarType.Float64) converts.",
                "sum(s) tiene ese tipo si s lo tiene. sum(s, 0) no: ahí 0 es un tipo, y no un eje. .to(ScalarType.Float64) convierte.")
            : like is null ? new(
                "ones(..., dtype: ScalarType.Float64) has that type; .to(ScalarType.Float64) converts.",
                "ones(..., dtype: ScalarType.Float64) tiene ese tipo; .to(ScalarType.Float64) convierte.")
            : new(
                $"{like}.new_zeros(...) has that type, zeros(...) has not; .to(ScalarType.Float64) converts.",
                $"{like}.new_zeros(...) tiene ese tipo, zeros(...) no; .to(ScalarType.Float64) convierte.");
        return new(
            $"{output.Name} has dtype {type}; it must be {output.DType}. {how.English}",
            $"{output.Name} tiene dtype {type}; debe ser {output.DType}. {how.Spanish}");
    }

    /// <summary>Another shape.</summary>
    public static Bilingual WrongShape(Exercise exercise, ExerciseOutput output, long[] shape, long[] right)
    {
        if (right.Length > 0) return new(
            $"{output.Name} has shape {Shape(shape)}; it must be {Shape(right)}.",
            $"{output.Name} tiene forma {Shape(shape)}; debe ser {Shape(right)}.");
        var (sum, english, spanish) = exercise.IsInPython ? ("np.sum(s)", "b.item()", "b.item()")
            : ("sum(s)", "b.squeeze() or b.item<double>()", "b.squeeze() o b.item<double>()");
        return new(
            $"{output.Name} has shape {Shape(shape)}; it must be one number, without axes. {sum} is one; in place of b write {english}.",
            $"{output.Name} tiene forma {Shape(shape)}; debe ser un solo número, sin ejes. {sum} lo es; en vez de b poné {spanish}.");
    }

    private static string Shape(long[] shape) =>
        $"({string.Join(", ", shape.Select(size => size.ToString(CultureInfo.InvariantCulture)))})";

    private static string List(string[] names, string and) => names.Length switch
    {
        1 => names[0],
        _ => $"{string.Join(", ", names[..^1])} {and} {names[^1]}",
    };
}
