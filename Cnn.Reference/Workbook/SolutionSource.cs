using System.Text.RegularExpressions;
using Cnn.Reference.Sources;

namespace Cnn.Reference.Workbook;

/// <summary>
/// A solution in the form of the student's file: the body is cut from the source, the head and the given lines are the stub's. What the
/// library needs besides is left out: checks of its arguments, scopes that free memory, the cache. Its comments are in English, and left
/// out in Spanish: translations would stand in another file than the lines they speak of.
/// </summary>
internal static partial class SolutionSource
{
    private const string Helpers = "StepByStep.Convolution.cs", Indent = "    ", Allocation = "Allocate(";

    /// <summary>The function's lines.</summary>
    /// <param name="lesson">The function.</param>
    /// <param name="language">Of who reads it.</param>
    public static string[] Of(Lesson lesson, Language language)
    {
        var given = lesson.Text.Given;
        string body = string.Join('\n', SourceCode.Method(lesson.File, lesson.Name).SkipWhile(line => line != "{").Skip(1).SkipLast(1));
        body = OfLibrary().Replace(body + "\n", "");
        if (language == Language.Spanish) body = Comment().Replace(body, "");
        body = InClass().Replace(Unwrapped(body), "");
        body = OfNumber().Replace(Number().Replace(Moved().Replace(body, ""), "$1.item<double>()"), "= $1;");
        body = Returned().Replace(MovedAll().Replace(body, "return ($1);"), "return $1;");
        string[] names = [.. given.SelectMany(line => Declared().Matches(line).Select(match => match.Groups[1].Value))];
        string[] lines =
        [
            .. from line in body.Split('\n')
               where !given.Contains(line.Trim())
                   && !names.Any(name => line.TrimStart().StartsWith($"var {name} = ", StringComparison.Ordinal))
               select OutputSize(line),
        ];
        var used = Word().Matches(Comment().Replace(string.Join('\n', lines), "")).Select(word => word.Value).ToHashSet();
        string[] needed = [.. given.Where(line => Declared().Matches(line).Any(match => used.Contains(match.Groups[1].Value)))];
        string[] all = [.. needed.Select(line => Indent + line), "", .. lines];
        return [$"{lesson.Signature}", "{", .. WithoutGaps(all), "}"];
    }

    // Allocate(name, () => made, sizes): what is made.
    private static string Unwrapped(string body)
    {
        for (int at; (at = body.IndexOf(Allocation, StringComparison.Ordinal)) >= 0;)
        {
            int made = body.IndexOf("() => ", at, StringComparison.Ordinal) + "() => ".Length;
            int comma = End(body, made, ','), end = End(body, comma + 1, ')');
            body = body[..at] + body[made..comma] + body[(end + 1)..];
        }
        return body;
    }

    // Where a mark stands that is not inside of brackets opened since.
    private static int End(string text, int from, char mark)
    {
        int depth = 0;
        for (int at = from; ; at++)
        {
            if (depth == 0 && text[at] == mark) return at;
            if (text[at] is '(' or '[') depth++;
            if (text[at] is ')' or ']') depth--;
        }
    }

    // The helper's own formula, with what it is called with in place of its parameters.
    private static string OutputSize(string line)
    {
        if (SizeCall().Match(line) is not { Success: true } call) return line;
        var helper = SourceCode.File(Helpers).Select(each => SizeHelper().Match(each)).First(match => match.Success);
        var given = call.Groups[1].Value.Split(", ").Select(argument => argument.Split(": ")[^1]);
        var values = helper.Groups[1].Value.Split(", ").Select(parameter => parameter.Split(' ')[^1]).Zip(given).ToDictionary();
        string formula = Word().Replace(helper.Groups[2].Value, word => values.GetValueOrDefault(word.Value, word.Value));
        return line.Replace(call.Value, formula.Replace(" + 2 * 0", "", StringComparison.Ordinal), StringComparison.Ordinal);
    }

    // No empty lines in a row, at the begin or the end of a block.
    private static IEnumerable<string> WithoutGaps(IEnumerable<string> lines)
    {
        bool isInside = false, isGap = false;
        foreach (string line in lines)
        {
            isGap = isGap || line.Length == 0;
            if (line.Length == 0) continue;
            if (isInside && isGap && line.Trim() != "}") yield return "";
            (isInside, isGap) = (line.Trim() != "{", false);
            yield return line;
        }
    }

    // Whole statements: checks, what is taken out of a cache or a shape, scopes, the activation that the student's function has not.
    [GeneratedRegex(
        @"^ *(Check\w+|ArgumentNullException\.ThrowIfNull|Rule\.Require)\(.*\);\n|" +
        @"^ *var \(.*\) = (cache|Shape\(.*\)|checked\(.*\));\n|^ *using var \w+ = (NewDisposeScope|no_grad)\(\);\n|" +
        @"^ *if \(activation is not null\)\n.*\n",
        RegexOptions.Multiline)]
    private static partial Regex OfLibrary();

    // Of a line of its own, and behind code.
    [GeneratedRegex(@"^ *//.*\n| *//.*$", RegexOptions.Multiline)]
    private static partial Regex Comment();

    [GeneratedRegex(@"\bStepByStep\.")]
    private static partial Regex InClass();

    [GeneratedRegex(@"\.MoveToOuterDisposeScope\(\)")]
    private static partial Regex Moved();

    [GeneratedRegex(@"return scope\.MoveToOuter\((.*)\);")]
    private static partial Regex MovedAll();

    [GeneratedRegex(@"\bValue\((\w+)\)")]
    private static partial Regex Number();

    [GeneratedRegex(@"= tensor\((.*)\);")]
    private static partial Regex OfNumber();

    [GeneratedRegex(@"return \((\w+), new \w+Cache\(.*\)\);")]
    private static partial Regex Returned();

    [GeneratedRegex(@"(\w+) = \(int\)")]
    private static partial Regex Declared();

    [GeneratedRegex(@"OutputSize\((.*?)\)")]
    private static partial Regex SizeCall();

    [GeneratedRegex(@"int OutputSize\((.*?)\) => (.*);")]
    private static partial Regex SizeHelper();

    [GeneratedRegex(@"\w+")]
    private static partial Regex Word();
}
