using System.Runtime.InteropServices;
using Cnn.Reference.Printing;

namespace Cnn.Reference.Mistakes;

/// <summary>Computes a call, rightly or wrongly.</summary>
internal delegate Results Compute(Call call);

/// <summary>Computes a call with a mistake in it, by what computes it otherwise: changes what goes in, or what comes out.</summary>
internal delegate Results? Change(Call call, Compute compute);

/// <summary>
/// Something that people get wrong: a small change around the right computation. Two mistakes at once are one around the other.
/// </summary>
/// <param name="Id">What it is called: <c>stride-ignored-width</c>.</param>
/// <param name="English">One sentence that says what is wrong, in the names of the convolution.</param>
/// <param name="Spanish">The same.</param>
/// <param name="LookAt">What to look at: a name that the exercise prescribes, <c>horiz_start</c>, else a line in words.</param>
/// <param name="Where">The operations in which it can be made.</param>
/// <param name="Change">The mistake itself.</param>
internal sealed record Mistake(
    string Id, string English, string Spanish, Bilingual LookAt, IReadOnlyList<Operation> Where, Change Change)
{
    /// <summary>In whose names it is told.</summary>
    public Operation ToldOf { get; init; } = Where[0];

    /// <summary>One sentence that says what is wrong.</summary>
    public string English { get => Names.In(ToldOf, field); init; } = English;

    /// <summary>The same.</summary>
    public string Spanish { get => Names.In(ToldOf, field); init; } = Spanish;

    /// <summary>What to look at.</summary>
    public Bilingual LookAt { get => Names.LookAtIn(ToldOf, field); init; } = LookAt;

    /// <summary>Public threads in which it was seen, as <c>owner/repo#number</c>.</summary>
    public IReadOnlyList<string> SeenIn { get; init; } = [];

    /// <summary>Whether it is in cells of several windows that it is seen best.</summary>
    public bool IsOfOverlap { get; init; }

    /// <summary>What is wrong, in a language.</summary>
    public string In(Language language) => language == Language.Spanish ? Spanish : English;

    /// <summary>Computes a call with this mistake.</summary>
    /// <param name="call">What is asked for.</param>
    /// <param name="compute">What computes it otherwise.</param>
    /// <returns>The wrong results; null where the mistake cannot be made, because the windows would not fit.</returns>
    public Results? Of(Call call, Compute compute)
    {
        if (!Where.Contains(call.Operation)) return null;
        try
        {
            return Change(call, compute);
        }
        catch (Exception exception) when (exception is ArgumentException or ExternalException)
        {
            return null; // windows that no loop could run over, or sizes that another mistake has spoiled
        }
    }

    /// <summary>A mistake is what its name says, of whatever it is told.</summary>
    public bool Equals(Mistake? other) => other is not null && Id == other.Id;

    /// <inheritdoc/>
    public override int GetHashCode() => Id.GetHashCode(StringComparison.Ordinal);

    /// <inheritdoc/>
    public override string ToString() => Id;
}
