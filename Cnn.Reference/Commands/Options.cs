using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;

namespace Cnn.Reference.Commands;

/// <summary>Options that refuse a bad value with one sentence: the option, the value, the rule.</summary>
internal static class Options
{
    /// <summary>A whole number, from <paramref name="least"/> to <paramref name="most"/>.</summary>
    public static Option<int> Number(string name, string description, int byDefault, int least, int most = int.MaxValue) => new(name)
    {
        Description = description,
        DefaultValueFactory = _ => byDefault,
        CustomParser = result =>
        {
            string text = result.Tokens[^1].Value;
            if (int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int number) && number >= least && number <= most) return number;
            result.AddError($"{name} {text}: must be a whole number from {least} to {most}.");
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

    private static double? ReadPositive(ArgumentResult result, string name, string what, double most)
    {
        string text = result.Tokens[^1].Value;
        if (double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double number) && number > 0 && number <= most) return number;
        result.AddError(string.Create(CultureInfo.InvariantCulture, $"{name} {text}: must be {what}, more than 0 and at most {most}."));
        return null;
    }
}
