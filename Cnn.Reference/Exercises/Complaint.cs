using Cnn.Reference.Mistakes;
using Cnn.Reference.Printing;

namespace Cnn.Reference.Exercises;

/// <summary>Why a case has nothing that could be compared.</summary>
/// <param name="Text">The sentence; the exercise and the sizes stand before it.</param>
/// <param name="IsThrown">Whether an exception ended it.</param>
/// <param name="IsNotWritten">Whether the function is still to be written.</param>
internal sealed record Complaint(Bilingual Text, bool IsThrown = false, bool IsNotWritten = false)
{
    /// <summary>The call that an exception ended; null for none.</summary>
    public Call? Call { get; init; }

    /// <summary>The exception's message; null for none.</summary>
    public string? Message { get; init; }
}
