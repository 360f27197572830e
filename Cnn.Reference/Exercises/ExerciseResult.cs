namespace Cnn.Reference;

/// <summary>The answer to an attempt at an exercise.</summary>
/// <param name="Passed">Whether every case came out right.</param>
/// <param name="Mistakes">What was recognised, by its name in the collection; empty when passed, or when unknown.</param>
/// <param name="Explanation">
/// What is wrong: the mistakes in a sentence each, the first wrong cell as a worked sum, or why there is nothing to compare. In English.
/// </param>
public sealed record ExerciseResult(bool Passed, IReadOnlyList<string> Mistakes, string Explanation)
{
    internal string Spanish { get; init; } = Explanation;

    /// <summary>Whether the function throws <see cref="NotImplementedException"/>, as one does that is still to be written.</summary>
    internal bool IsNotWritten { get; init; }

    /// <summary>The explanation in a language.</summary>
    /// <param name="language">Which.</param>
    public string ExplanationIn(Language language) => language == Language.Spanish ? Spanish : Explanation;
}
