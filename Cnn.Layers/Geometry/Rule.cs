using System.Runtime.CompilerServices;

namespace Cnn.Layers.Geometry;

/// <summary>
/// Refusals: one sentence that names the argument as its caller knows it, its value, and behind a colon the rule that it breaks:
/// <c>stride = 0: must be at least 1.</c>, <c>input has shape (3, 4): must be (N, C, H, W).</c>
/// </summary>
internal static class Rule
{
    /// <summary>Throws unless <paramref name="holds"/>.</summary>
    /// <param name="holds">The rule's outcome.</param>
    /// <param name="argument">The argument's name; of a part of one, <c>cache.A_prev</c>, the exception names the argument alone.</param>
    /// <param name="sentence">The argument's value and the rule, formatted only where the rule is broken.</param>
    /// <exception cref="ArgumentException">The rule does not hold.</exception>
    public static void Require(
        bool holds, string argument, [InterpolatedStringHandlerArgument(nameof(holds))] ref Sentence sentence)
    {
        if (!holds) throw Refusal(argument, sentence.ToString());
    }

    /// <summary>The refusal itself, where what breaks the rule is seen by trying.</summary>
    /// <param name="argument">As for <see cref="Require"/>.</param>
    /// <param name="sentence">The argument's value and the rule.</param>
    /// <param name="cause">What was caught, if anything.</param>
    public static ArgumentException Refusal(string argument, string sentence, Exception? cause = null) =>
        new(sentence, argument.Split('.')[0], cause);

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
