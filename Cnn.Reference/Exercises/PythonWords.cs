using System.Text.RegularExpressions;
using Cnn.Reference.Mistakes;
using Cnn.Reference.Printing;

namespace Cnn.Reference.Exercises;

/// <summary>Mistakes as they are told of a function in Python, whose slices and divisions look otherwise.</summary>
internal static partial class PythonWords
{
    private static readonly Bilingual Integers = new(
        ", as 1 / (f * f) of integers is in C#", ", como lo es en C# 1 / (f * f) entre enteros");

    private static readonly Bilingual WholeDivision = new(", as 1 // (f * f) is", ", como lo es 1 // (f * f)");

    /// <summary>As it is told there.</summary>
    public static Mistake Told(Mistake mistake) => mistake with
    {
        English = In(mistake.English),
        Spanish = In(mistake.Spanish),
        LookAt = new(In(mistake.LookAt.English), In(mistake.LookAt.Spanish)),
    };

    /// <summary>A text with slices as Python has them.</summary>
    public static string Slices(string text) => Range().Replace(text, ":");

    private static string In(string text) => Slices(text)
        .Replace(Integers.English, WholeDivision.English, StringComparison.Ordinal)
        .Replace(Integers.Spanish, WholeDivision.Spanish, StringComparison.Ordinal);

    [GeneratedRegex(@"(?<!\.)\.\.(?!\.)")]
    private static partial Regex Range();
}
