using System.Runtime.CompilerServices;

namespace Cnn.Layers.Geometry;

/// <summary>Refusals: one sentence that names the argument, its value and the rule it breaks.</summary>
internal static class Rule
{
    /// <summary>Throws unless <paramref name="holds"/>.</summary>
    /// <param name="holds">The rule's outcome.</param>
    /// <param name="argument">The argument's name.</param>
    /// <param name="sentence">The argument's value and the rule, formatted only where the rule is broken.</param>
    /// <exception cref="ArgumentException">The rule does not hold.</exception>
    public static void Require(
        bool holds, string argument, [InterpolatedStringHandlerArgument(nameof(holds))] ref Sentence sentence)
    {
        if (!holds) throw new ArgumentException(sentence.ToString(), argument);
    }

    /// <summary>An interpolated string that costs nothing while the rule holds.</summary>
    [InterpolatedStringHandler]
    public ref struct Sentence
    {
        private DefaultInterpolatedStringHandler text;

        public Sentence(int literalLength, int formattedCount, bool holds, out bool isNeeded)
        {
            isNeeded = !holds;
            text = isNeeded ? new DefaultInterpolatedStringHandler(literalLength, formattedCount) : default;
        }

        public void AppendLiteral(string value) => text.AppendLiteral(value);

        public void AppendFormatted<T>(T value) => text.AppendFormatted(value);

        public void AppendFormatted(ReadOnlySpan<long> sizes) => text.AppendLiteral($"({string.Join(", ", sizes.ToArray())})");

        public void AppendFormatted(long[] sizes) => AppendFormatted(sizes.AsSpan());

        public override readonly string ToString() => text.ToString();
    }
}
