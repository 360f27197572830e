using System.CommandLine;
using System.Diagnostics.CodeAnalysis;

namespace Cnn.Reference.Commands;

/// <summary>Reads a value; false where the text is none.</summary>
internal delegate bool TryRead<T>(string text, [MaybeNullWhen(false)] out T value);

/// <summary>What says what its value must be.</summary>
internal interface IRuled
{
    /// <summary>The rule, from "must" on, without a full stop.</summary>
    string Rule { get; }
}

/// <summary>An option whose value follows a rule: what does not is refused with the option, the value and the rule.</summary>
internal sealed class RuledOption<T> : Option<T>, IRuled
{
    /// <summary>Makes the option.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="rule">What a value must be, from "must" on, without a full stop.</param>
    /// <param name="read">Reads a value that follows the rule.</param>
    public RuledOption(string name, string rule, TryRead<T> read) : base(name)
    {
        Rule = rule;
        CustomParser = result =>
        {
            if (result.Tokens.Count == 0) return default; // where a value may be left out
            string text = result.Tokens[^1].Value;
            if (read(text, out var value)) return value;
            result.AddError(WrongArguments.Sentence(name, text, rule));
            return default;
        };
    }

    /// <inheritdoc/>
    public string Rule { get; }
}
