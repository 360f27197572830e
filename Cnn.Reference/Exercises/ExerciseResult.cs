using System.Text.Json.Serialization;
using Cnn.Reference.Exercises;
using Cnn.Reference.Printing;

namespace Cnn.Reference;

/// <summary>The answer to an attempt at an exercise.</summary>
/// <param name="Passed">Whether every case came out right.</param>
/// <param name="Mistakes">What was recognised, by its name in the collection; empty when passed, or when unknown.</param>
/// <param name="Explanation">
/// What is wrong: the mistakes in a sentence each, the first wrong cell as a worked sum, or why there is nothing to compare. In English.
/// </param>
public sealed record ExerciseResult(bool Passed, IReadOnlyList<string> Mistakes, string Explanation)
{
    [JsonInclude]
    internal string Spanish { get; init; } = Explanation;

    /// <summary>Whether the function throws <see cref="NotImplementedException"/>, as one does that is still to be written.</summary>
    [JsonInclude]
    internal bool IsNotWritten { get; init; }

    /// <summary>One that has not passed, for a reason that is no mistake of the collection.</summary>
    internal static ExerciseResult Of(Bilingual why) => new(false, [], Verdict.Fold(why.English)) { Spanish = Verdict.Fold(why.Spanish) };

    /// <summary>The explanation in a language.</summary>
    /// <param name="language">Which.</param>
    public string ExplanationIn(Language language) => language == Language.Spanish ? Spanish : Explanation;
}
