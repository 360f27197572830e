using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using Cnn.Reference.Printing;

namespace Cnn.Reference.Commands;

/// <summary>Options that refuse a bad value with one sentence: the option, the value, the rule.</summary>
internal static class Options
{
    private const double LongestTime = 3600;

    /// <summary>A whole number, from <paramref name="least"/> to <paramref name="most"/>.</summary>
    /// <param name="name">The option.</param>
    /// <param name="description">What it is for.</param>
    /// <param name="byDefault">What it is unless given; a number below the least for none.</param>
    /// <param name="least">The least that it may be.</param>
    /// <param name="most">The most that it may be.</param>
    /// <param name="because">Where the most comes from, where that does not go without saying.</param>
    public static Option<int> Number(
        string name, string description, int byDefault, int least, int most = int.MaxValue, string because = "")
    {
        string rule = string.Create(CultureInfo.InvariantCulture, $"must be a whole number from {least} to {most}{because}");
        return new RuledOption<int>(name, rule, Read)
        {
            Description = description,
            HelpName = "number",
            DefaultValueFactory = byDefault < least ? null : _ => byDefault,
        };

        bool Read(string text, out int number) =>
            int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out number) &&
            number >= least && number <= most;
    }

    /// <summary>A time in seconds, more than none and at most an hour.</summary>
    public static Option<double> Seconds(string name, string description, double byDefault) =>
        new RuledOption<double>(
            name, RuleOf("a number of seconds", LongestTime), (text, out value) => IsPositive(text, LongestTime, out value))
        {
            Description = description,
            HelpName = "seconds",
            DefaultValueFactory = _ => byDefault,
        };

    /// <summary>A number, more than 0 and at most <paramref name="most"/>; none by default.</summary>
    public static Option<double?> Positive(string name, string description, double most)
    {
        return new RuledOption<double?>(name, RuleOf("a number", most), Read) { Description = description, HelpName = "number" };

        bool Read(string text, out double? value)
        {
            bool right = IsPositive(text, most, out double number);
            value = number;
            return right;
        }
    }

    /// <summary>One of the names of an enumeration, in any case; none by default.</summary>
    public static Option<T?> OneOf<T>(string name, string description) where T : struct, Enum
    {
        string[] names = [.. Enum.GetNames<T>().Select(each => each.ToLowerInvariant())];
        return new RuledOption<T?>(name, RuleOf(names), Read) { Description = description, HelpName = string.Join('|', names) };

        bool Read(string text, out T? value)
        {
            int at = Array.IndexOf(names, text.ToLowerInvariant());
            value = at < 0 ? null : Enum.GetValues<T>()[at];
            return at >= 0;
        }
    }

    /// <summary>In which language students are spoken to.</summary>
    public static Option<string?> Language() =>
        Word("--language", "In which language sentences are; English by default.", Languages.Words);

    /// <summary>One of some words; none by default.</summary>
    public static Option<string?> Word(string name, string description, IReadOnlyList<string> words) =>
        new RuledOption<string?>(name, RuleOf(words), (text, out value) => words.Contains(value = text))
        {
            Description = description,
            HelpName = string.Join('|', words),
        };

    /// <summary>A text, which must not be empty; none by default.</summary>
    public static Option<string?> Text(string name, string description) =>
        new RuledOption<string?>(name, "must be a text that is not empty", (text, out value) => (value = text).Length > 0)
        {
            Description = description,
            HelpName = "text",
        };

    /// <summary>How many threads: no more than the machine runs at a time, because others only wait for each other.</summary>
    public static Option<int> Threads(string description, int? byDefault = null) => Number(
        "--threads", description, byDefault: byDefault ?? Environment.ProcessorCount, least: 1, most: Environment.ProcessorCount,
        because: ", the processors of this machine");

    /// <summary>A file; none by default.</summary>
    public static Option<FileInfo?> File(string name, string description)
    {
        return new RuledOption<FileInfo?>(name, "must name a file, not a folder", Read) { Description = description, HelpName = "file" };

        static bool Read(string text, out FileInfo? file)
        {
            file = text.Length == 0 || Directory.Exists(text) ? null : new(text);
            return file is not null;
        }
    }

    /// <summary>The path of one of the kinds named, divided by |; none by default.</summary>
    public static Option<string?> Path(string name, string description, string kinds) =>
        new RuledOption<string?>(name, $"must name {Kinds(kinds)}", (text, out value) => (value = text).Length > 0)
        {
            Description = description,
            HelpName = kinds,
        };

    /// <summary>A rule for several options together.</summary>
    public static void Require(Command command, Action<CommandResult> rule) => command.Validators.Add(result =>
    {
        try
        {
            rule(result);
        }
        catch (InvalidOperationException)
        {
            // A value that is wrong by itself cannot be read; its own parser says what is wrong.
        }
    });

    /// <summary>Adds an option that makes a command do something else, and those that go with it.</summary>
    /// <param name="command">The command, with all that it takes otherwise.</param>
    /// <param name="mode">The option.</param>
    /// <param name="own">What goes with that option only.</param>
    /// <param name="shared">What else may stand beside it; anything other is refused.</param>
    public static void AddMode(Command command, Option mode, IReadOnlyList<Option> own, IReadOnlyList<Symbol> shared)
    {
        Symbol[] others = [.. command.Options.Concat<Symbol>(command.Arguments).Except(shared)];
        foreach (var option in (Option[])[mode, .. own]) command.Add(option);
        Require(command, result =>
        {
            bool asked = IsGiven(result, mode);
            foreach (var other in others)
                if (asked && IsGiven(result, other)) result.AddError($"{other.Name}: does not go with {mode.Name}.");
            foreach (var option in own)
                if (!asked && IsGiven(result, option)) result.AddError($"{option.Name}: goes with {mode.Name} only.");
        });
    }

    /// <summary>Whether the command line holds an option or an argument.</summary>
    public static bool IsGiven(CommandResult result, Symbol symbol) => symbol switch
    {
        Option option => result.GetResult(option) is { Implicit: false },
        Argument argument => result.GetResult(argument) is { Tokens.Count: > 0 },
        _ => false,
    };

    /// <summary>The value of an option that is given; null where it is not.</summary>
    public static T? Given<T>(ParseResult parsed, Option<T> option) where T : struct =>
        parsed.GetResult(option) is { Implicit: false } ? parsed.GetValue(option) : null;

    private static string Kinds(string kinds) => $"a {kinds.Replace("|", " or a ", StringComparison.Ordinal)}";

    private static string RuleOf(string what, double most) =>
        string.Create(CultureInfo.InvariantCulture, $"must be {what}, more than 0 and at most {most}");

    /// <summary>What one of some words must be.</summary>
    public static string RuleOf(IReadOnlyList<string> words) =>
        $"must be {string.Join(", ", words.SkipLast(1))} or {words[^1]}";

    private static bool IsPositive(string text, double most, out double number) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out number) && number > 0 && number <= most;
}
