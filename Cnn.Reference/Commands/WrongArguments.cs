using System.CommandLine;
using System.CommandLine.Parsing;

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
        return command.Options.Select(option => Fault(option, parsed.GetResult(option)))
            .Concat(command.Arguments.Select(argument => Fault(argument, parsed.GetResult(argument))))
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

    private static string NotACommand(Command root, string token)
    {
        string commands = string.Join(", ", root.Subcommands.Where(command => !command.Hidden).Select(command => command.Name));
        return $"{Shown(token)}: not a command; there is {commands}.";
    }

    private static string NotOf(Command command, string token) =>
        $"{Shown(token)}: not an {(token.StartsWith('-') ? "option" : "argument")} of {command.Name}.";

    private static string? Fault(Option option, OptionResult? result)
    {
        string rule = option is IRuled { Rule: var own } ? own : $"must be {option.HelpName}";
        if (result is null or { IdentifierTokenCount: 0 }) return option.Required ? $"{option.Name}: is missing; it {rule}." : null;
        if (result.Tokens.Count < option.Arity.MinimumNumberOfValues) return $"{option.Name}: its value is missing; it {rule}.";
        if (result.Tokens.Count <= option.Arity.MaximumNumberOfValues) return null;
        return $"{option.Name} {string.Join(", ", result.Tokens.Select(token => Shown(token.Value)))}: must be given once.";
    }

    private static string? Fault(Argument argument, ArgumentResult? result) =>
        (result?.Tokens.Count ?? 0) < argument.Arity.MinimumNumberOfValues ? $"{argument.Name}: is missing; {argument.Description}" : null;

    // As it would be typed.
    private static string Shown(string value) => value.Length == 0 || value.Any(char.IsWhiteSpace) ? $"\"{value}\"" : value;
}
