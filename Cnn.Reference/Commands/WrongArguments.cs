using System.CommandLine;
using System.CommandLine.Parsing;
using Cnn.Reference.Exercises;

namespace Cnn.Reference.Commands;

/// <summary>What is wrong with a command line, in one sentence: the argument, its value, and the rule.</summary>
internal static class WrongArguments
{
    /// <summary>What is said where no command is given.</summary>
    public const string NoCommand = "Say what to do, for example: check. With --help, every command and option is listed.";

    /// <summary>The sentence for a value that does not follow its rule.</summary>
    /// <param name="name">The argument.</param>
    /// <param name="value">What was given.</param>
    /// <param name="rule">The rule, from "must" on, without a full stop.</param>
    public static string Sentence(string name, string value, string rule) => $"{name} {Shown(value)}: {rule}.";

    /// <summary>The first thing that is wrong with a command line; null for nothing.</summary>
    public static string? Of(Command root, ParseResult parsed)
    {
        if (parsed.Errors.Count == 0) return null;
        var command = parsed.CommandResult.Command;
        if (parsed.UnmatchedTokens is [var token, ..]) return command == root ? NotACommand(root, token) : NotOf(command, token);
        if (command == root && parsed.Tokens.Count == 0) return NoCommand;
        // A mistyped option is taken for an argument, and so is its value, of which more can be wrong.
        var taken = command.Arguments.SelectMany(argument => parsed.GetResult(argument)?.Tokens ?? []);
        if (taken.FirstOrDefault(each => each.Value.StartsWith('-')) is { } mistyped) return NotOf(command, mistyped.Value);
        // What is there and wrong, before what is missing; of that the argument, before an option that goes with it.
        var byPresence = command.Options.ToLookup(option => parsed.GetResult(option) is { IdentifierTokenCount: > 0 });
        return byPresence[true].Select(option => Fault(option, parsed.GetResult(option)))
            .Concat(command.Arguments.Select(argument => Fault(argument, parsed.GetResult(argument))))
            .Concat(byPresence[false].Select(option => Fault(option, parsed.GetResult(option))))
            .FirstOrDefault(fault => fault is not null) ?? parsed.Errors[0].Message;
    }

    /// <summary>Refuses what is written like an option where an argument is taken.</summary>
    public static void RefuseOptions(Command command, Argument argument) => argument.Validators.Add(result =>
    {
        foreach (var token in result.Tokens)
            if (token.Value.StartsWith('-')) result.AddError(NotOf(command, token.Value));
    });

    /// <summary>Refuses an argument that is there, and empty.</summary>
    public static void RefuseEmpty(Argument argument) => argument.Validators.Add(result =>
    {
        if (result.Tokens.Any(token => token.Value.Length == 0)) result.AddError(Sentence(argument.Name, "", "must not be empty"));
    });

    private static string NotACommand(Command root, string token) =>
        Meant(root, token) ?? $"{Shown(token)}: not a command; there is {string.Join(", ", Names(root))}.";

    private static string NotOf(Command command, string token)
    {
        if (token.StartsWith('-')) return $"{Shown(token)}: not an option of {command.Name}.";
        if (!command.Subcommands.Any()) return $"{Shown(token)}: not an argument of {command.Name}.";
        return Meant(command, token) ?? Sentence(command.Name, token, Options.RuleOf(Names(command)));
    }

    private static string? Meant(Command command, string token) =>
        NearName.Of(token, Names(command), NearName.Slips) is { } near ? $"{Shown(token)}: did you mean {near}?" : null;

    private static string[] Names(Command command) =>
        [.. command.Subcommands.Where(each => !each.Hidden).Select(each => each.Name)];

    private static string? Fault(Option option, OptionResult? result)
    {
        string rule = option is IRuled { Rule: var own } ? own : $"must be {option.HelpName}";
        if (result is null or { IdentifierTokenCount: 0 }) return option.Required ? $"{option.Name}: is missing; it {rule}." : null;
        if (result.Tokens.Count < option.Arity.MinimumNumberOfValues) return $"{option.Name}: its value is missing; it {rule}.";
        if (result.Tokens.Count <= option.Arity.MaximumNumberOfValues) return null;
        return $"{option.Name} {string.Join(", ", result.Tokens.Select(token => Shown(token.Value)))}: must be given once.";
    }

    private static string? Fault(Argument argument, ArgumentResult? result) =>
        (result?.Tokens.Count ?? 0) < argument.Arity.MinimumNumberOfValues
            ? $"{argument.Name}: is missing; it must be {Inner(argument.Description ?? "")}" : null;

    // A sentence as the end of another one: A file, but not PNG.
    private static string Inner(string sentence) =>
        sentence.Length > 1 && !char.IsUpper(sentence[1]) ? char.ToLowerInvariant(sentence[0]) + sentence[1..] : sentence;

    // As it would be typed.
    private static string Shown(string value) => value.Length == 0 || value.Any(char.IsWhiteSpace) ? $"\"{value}\"" : value;
}
