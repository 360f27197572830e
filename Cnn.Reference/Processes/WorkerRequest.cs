using Cnn.Reference.Checking;
using Cnn.Reference.Checking.Levels;
using Cnn.Reference.KernelChecking;
using Cnn.Reference.Oracle;

namespace Cnn.Reference.Processes;

/// <summary>What a worker is asked: to put one line to some levels, or to one implementation alone.</summary>
/// <param name="Line">A case's line, or that of the real images.</param>
/// <param name="Levels">The levels' names, in their order.</param>
/// <param name="Setup">What is compared.</param>
/// <param name="Limits">How far the levels may go.</param>
internal sealed record WorkerRequest(string Line, IReadOnlyList<string> Levels, CheckSetup Setup, Limits Limits)
{
    /// <summary>The implementation that runs the line alone, without any comparison: does it die by itself?</summary>
    public string? Alone { get; init; }

    /// <summary>A problem for a kernel of the user's, instead of all else.</summary>
    public Trial? Trial { get; init; }
}

/// <summary>One of: a step that begins, what a level has found, what came of a trial, the end of a request.</summary>
internal sealed record WorkerMessage(
    Step? Step = null, CheckResults? Results = null, bool Done = false, TrialResult? Trial = null) : IMessage;
