using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;

namespace Cnn.Reference.Commands;

/// <summary>Options that refuse a bad value with one sentence: the option, the value, the rule.</summary>
internal static class Options
{
    /// <summary>A whole number, from <paramref name="least"/> to <paramref name="most"/>.</summary>
    /// <param name="name">The option.</param>
    /// <param name="description">What it is for.</param>
    /// <param name="byDefault">What it is unless given.</param>
    /// <param name="least">The least that it may be.</param>
    /// <param name="most">The most that it may be.</param>
    /// <param name="because">Where the most comes from, where that does not go without saying.</param>
    public static Option<int> Number(string name, string description, int byDefault, int least, int most = int.MaxValue, string because = "") => new(name)
    {
        Description = description,
        DefaultValueFactory = _ => byDefault,
        CustomParser = result =>
        {
            string text = result.Tokens[^1].Value;
            if (int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int number) && number >= least && number <= most) return number;
            result.AddError($"{name} {text}: must be a whole number from {least} to {most}{because}.");
            return byDefault;
        },
    };

    /// <summary>A time in seconds, more than none and at most an hour.</summary>
    public static Option<double> Seconds(string name, string description, double byDefault) => new(name)
    {
        Description = description,
        DefaultValueFactory = _ => byDefault,
        CustomParser = result => ReadPositive(result, name, "a number of seconds", most: 3600) ?? byDefault,
    };

    /// <summary>A number, more than 0 and at most <paramref name="most"/>; none by default.</summary>
    public static Option<double?> Positive(string name, string description, double most) => new(name)
    {
        Description = description,
        CustomParser = result => ReadPositive(result, name, "a number", most),
    };

    /// <summary>One of the names of an enumeration, in any case; none by default.</summary>
    public static Option<T?> OneOf<T>(string name, string description) where T : struct, Enum
    {
        var option = new Option<T?>(name)
        {
            Description = description,
            HelpName = string.Join('|', Enum.GetNames<T>()).ToLowerInvariant(),
            CustomParser = result =>
            {
                string text = result.Tokens[^1].Value;
                foreach (var value in Enum.GetValues<T>())
                    if (string.Equals(value.ToString(), text, StringComparison.OrdinalIgnoreCase)) return value;
                result.AddError($"{name} {text}: must be {string.Join(" or ", Enum.GetNames<T>()).ToLowerInvariant()}.");
                return null;
            },
        };
        return option;
    }

    /// <summary>One of some words; none by default.</summary>
    public static Option<string?> Word(string name, string description, IReadOnlyList<string> words) => new(name)
    {
        Description = description,
        HelpName = string.Join('|', words),
        CustomParser = result =>
        {
            string text = result.Tokens[^1].Value;
            if (words.Contains(text)) return text;
            result.AddError($"{name} {text}: must be {string.Join(" or ", words)}.");
            return null;
        },
    };

    /// <summary>How many threads: no more than the machine runs at a time, because others only wait for each other.</summary>
    public static Option<int> Threads(string description, int? byDefault = null) => Number(
        "--threads", description, byDefault: byDefault ?? Environment.ProcessorCount, least: 1, most: Environment.ProcessorCount,
        because: ", the processors of this machine");

    /// <summary>A file; none by default.</summary>
    public static Option<FileInfo?> File(string name, string description) => new(name)
    {
        Description = description,
        HelpName = "file",
        CustomParser = result =>
        {
            string text = result.Tokens[^1].Value;
            if (text.Length == 0) result.AddError(Empty(name, "file"));
            else if (Directory.Exists(text)) result.AddError($"{name} {text}: is a folder, and must be a file.");
            else return new(text);
            return null;
        },
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

    /// <summary>The path of one of the kinds named, divided by |; none by default.</summary>
    public static Option<string?> Path(string name, string description, string kinds)
    {
        var option = new Option<string?>(name) { Description = description, HelpName = kinds };
        option.Validators.Add(result =>
        {
            if (result.Tokens.Any(token => token.Value.Length == 0)) result.AddError(Empty(name, kinds));
        });
        return option;
    }

    /// <summary>What is said of an empty path.</summary>
    public static string Empty(string name, string kinds) =>
        $"{name} is empty: it must name a {kinds.Replace("|", " or a ", StringComparison.Ordinal)}.";

    private static double? ReadPositive(ArgumentResult result, string name, string what, double most)
    {
        string text = result.Tokens[^1].Value;
        if (double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double number) && number > 0 && number <= most) return number;
        result.AddError(string.Create(CultureInfo.InvariantCulture, $"{name} {text}: must be {what}, more than 0 and at most {most}."));
        return null;
    }
}
