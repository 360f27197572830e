using System.Globalization;
using Cnn.Reference.Exercises;
using Cnn.Reference.Printing;
using Cnn.Reference.Processes;

namespace Cnn.Reference.Workbook;

/// <summary>The sentences around the answers.</summary>
internal static class RunnerSays
{
    /// <summary>A space at which a line is not folded: inside of a command.</summary>
    public const char Unbroken = '\u00A0';

    private const string Run = "dotnet\u00A0run", Behind = $"{Run}\u00A0--\u00A0", Anyway = "\u00A0--anyway";

    /// <summary>States of a function.</summary>
    public static readonly Bilingual Done = new("done", "lista"), Wrong = new("wrong", "mal"),
        NotWritten = new("not written yet", "sin escribir");

    /// <summary>What is optional.</summary>
    public static readonly Bilingual Further = new("Beyond the exercise, optional:", "Más allá del ejercicio, opcional:");

    /// <summary>Behind the last function.</summary>
    public static readonly Bilingual Finished = new(
        "That was the last one. All is done.", "Esa era la última. Está todo listo.");

    /// <summary>What may stand in place of a function's name, or before it.</summary>
    public static readonly IReadOnlyList<string> Verbs = ["all", "hint", "next", "solution", "help"];

    private static readonly Dictionary<string, string> InSpanish = new()
    {
        ["todas"] = "all",
        ["pista"] = "hint",
        ["siguiente"] = "next",
        ["solución"] = "solution",
        ["solucion"] = "solution",
        ["ayuda"] = "help",
    };

    /// <summary>The verb that a word is in English; the word itself where it is none.</summary>
    public static string Verb(string word) => InSpanish.GetValueOrDefault(word, word);

    /// <summary>What they do.</summary>
    public static readonly Bilingual Help = new(
        $"""
        {Run}                       checks the function you are at
        {Behind}conv_forward       checks that one
        {Behind}all                checks all of them
        {Behind}hint [NAME]        the next hint
        {Behind}next               goes on to the next function
        {Behind}solution [NAME]    how it can be written, afterwards

        NAME is conv_forward, ConvForward, or its number, 3. Behind next and solution,
        --anyway does so although the function is not right yet.
        """,
        $"""
        {Run}                       controla la función en la que estás
        {Behind}conv_forward       controla esa
        {Behind}all                controla todas
        {Behind}hint [NOMBRE]      la siguiente pista
        {Behind}next               pasa a la función siguiente
        {Behind}solution [NOMBRE]  cómo se puede escribir, después

        NOMBRE es conv_forward, ConvForward, o su número, 3. Después de next y de
        solution, --anyway lo hace aunque la función todavía no esté bien. También se
        puede decir pista, siguiente, solución, todas y ayuda.
        """);

    /// <summary>The function has ended its process, or never returns.</summary>
    public static Bilingual Died(Death death)
    {
        if (death.IsHang)
        {
            string limit = death.Limit.TotalSeconds.ToString(CultureInfo.InvariantCulture);
            return new(
                $"it did not return within {limit} s. Does a loop have no end? Look at what its condition compares, and at its step.",
                $"no volvió en {limit} s. ¿Hay un bucle sin fin? Mirá qué compara su condición, y su paso.");
        }
        if (death.IsStackOverflow)
            return new("it calls itself without an end, until the stack is full.", "se llama a sí misma sin fin, hasta llenar la pila.");
        if (death.NativeException is { } what)
        {
            var meaning = ExceptionWords.Of(what) ?? new("", "");
            return new(
                $"libtorch ended the whole program in it. {meaning.English} It said: {what.TrimEnd('.')}. " +
                "Console.WriteLine shows how far it gets.",
                $"libtorch terminó todo el programa ahí. {meaning.Spanish} Dijo: {what.TrimEnd('.')}. " +
                "Console.WriteLine muestra hasta dónde llega.");
        }
        var (how, cause) = (death.Signal is { } signal ? new Bilingual($"signal {signal}", $"señal {signal}")
            : new($"exit code {death.ExitCode}", $"código de salida {death.ExitCode}"), death.Cause.TrimEnd('.'));
        return new($"it ended the whole program ({how.English}){cause}.", $"terminó todo el programa ({how.Spanish}){cause}.");
    }

    /// <summary>What it calls is not right itself.</summary>
    public static Bilingual Calls(Lesson lesson, Lesson called, bool isNotWritten) => new(
        $"{lesson} calls {called}, which is {(isNotWritten ? NotWritten : Wrong).English}: begin there, " +
        $"with {Behind}{called.Exercise.Python}",
        $"{lesson} llama a {called}, que está {(isNotWritten ? NotWritten : Wrong).Spanish}: empezá por ahí, " +
        $"con {Behind}{called.Exercise.Python}");

    /// <summary>Where to write it.</summary>
    public static Bilingual Open(Lesson lesson, Lesson current) => new(
        $"Open {Stub.FileOf(lesson)}: its steps say what to do. A hint: {Behind}hint{Named(lesson, current)}",
        $"Abrí {Stub.FileOf(lesson)}: los pasos dicen qué hacer. Una pista: {Behind}hint{Named(lesson, current)}");

    /// <summary>Below something wrong.</summary>
    public static Bilingual Mend(Lesson lesson, Lesson current) => new(
        $"The file is {Stub.FileOf(lesson)}. A hint: {Behind}hint{Named(lesson, current)}",
        $"El archivo es {Stub.FileOf(lesson)}. Una pista: {Behind}hint{Named(lesson, current)}");

    /// <summary>Below something right.</summary>
    public static Bilingual GoOn(Lesson next) => new(
        $"On to {next}: {Behind}next", $"Para seguir con {next}: {Behind}next");

    /// <summary>Below the last of the eight, where all are right.</summary>
    public static Bilingual GoBeyond(Lesson next) => new(
        $"The eight are done. Beyond the exercise, and optional, is {next}: {Behind}next",
        $"Las ocho están listas. Más allá del ejercicio, y opcional, sigue {next}: {Behind}next");

    /// <summary>Below the eighth that is right, where others are not yet.</summary>
    public static Bilingual GoBack(Lesson open) => new(
        $"{open} is still open, in {Stub.FileOf(open)}: {Behind}{open.Exercise.Python}",
        $"Todavía falta {open}, en {Stub.FileOf(open)}: {Behind}{open.Exercise.Python}");

    /// <summary>Below all of them, where some are not right: with which one to begin.</summary>
    public static Bilingual Begin(Lesson lesson) => new(
        $"Begin with {lesson}, in {Stub.FileOf(lesson)}. A hint: {Behind}hint\u00A0{lesson.Exercise.Python}",
        $"Empezá por {lesson}, en {Stub.FileOf(lesson)}. Una pista: {Behind}hint\u00A0{lesson.Exercise.Python}");

    /// <summary>Which one it is now.</summary>
    public static Bilingual Now(Lesson lesson) => new($"Now: {lesson}.", $"Ahora: {lesson}.");

    /// <summary>Not yet.</summary>
    public static Bilingual NotYet(Lesson lesson) => new(
        $"{lesson} is not right yet: {Run} says why. To leave it for later:\n  {Behind}next{Anyway}",
        $"{lesson} todavía no está bien: {Run} dice por qué. Para dejarla para después:\n  {Behind}next{Anyway}");

    /// <summary>Not without having tried.</summary>
    public static Bilingual SolutionLater(Lesson lesson) => new(
        $"{lesson} is not right yet, and its solution is for afterwards. A hint, or the solution all the same:\n" +
        $"  {Behind}hint\u00A0{lesson.Exercise.Python}\n  {Behind}solution\u00A0{lesson.Exercise.Python}{Anyway}",
        $"{lesson} todavía no está bien, y la solución es para después. Una pista, o la solución igual:\n" +
        $"  {Behind}hint\u00A0{lesson.Exercise.Python}\n  {Behind}solution\u00A0{lesson.Exercise.Python}{Anyway}");

    /// <summary>The title of a hint.</summary>
    public static Bilingual Hint(Lesson lesson, int number) => new(
        $"{lesson}, hint {number} of {lesson.Text.Hints.Count}:", $"{lesson}, pista {number} de {lesson.Text.Hints.Count}:");

    /// <summary>There are no more.</summary>
    public static Bilingual NoMoreHints(Lesson lesson) => new(
        $"Those are all hints for {lesson}. What remains is its solution:\n  {Behind}solution\u00A0{lesson.Exercise.Python}{Anyway}",
        $"Esas son todas las pistas de {lesson}. Queda la solución:\n  {Behind}solution\u00A0{lesson.Exercise.Python}{Anyway}");

    /// <summary>Where a solution's code is from.</summary>
    public static Bilingual Source(Lesson lesson) => new(
        $"One way to write {lesson}, from the library's {lesson.File}:",
        $"Una manera de escribir {lesson}, del archivo {lesson.File} de la biblioteca:");

    /// <summary>No such function.</summary>
    public static Bilingual Unknown(string word, bool isName = false)
    {
        string[] all = [.. LessonTable.All.Select(lesson => lesson.Exercise.Python)];
        string[] near = [.. from lesson in LessonTable.All
                            where lesson.IsCalledLike(word)
                            select lesson.Exercise.Python];
        if (near.Length == 0 && NearName.Of(word, [.. all, .. isName ? Array.Empty<string>() : Verbs]) is { } meant) near = [meant];
        var names = string.Join(", ", all);
        return near.Length > 0
            ? new($"{word}: did you mean {string.Join(", ", near)}?", $"{word}: ¿querías decir {string.Join(", ", near)}?")
            : new(
                $"{word}: must be {(isName ? "" : $"{string.Join(", ", Verbs)}, or ")}the name or number of a function: {names}.",
                $"{word}: debe ser {(isName ? "" : $"{string.Join(", ", Verbs)}, o ")}el nombre o número de una función: {names}.");
    }

    /// <summary>One word too many.</summary>
    public static Bilingual TooMuch(string word, string verb) =>
        new($"{word}: is one word too many behind {verb}.", $"{word}: está de más después de {verb}.");

    private static string Named(Lesson lesson, Lesson current) => lesson == current ? "" : $"\u00A0{lesson.Exercise.Python}";
}
