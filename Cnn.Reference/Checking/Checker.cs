using System.Diagnostics;
using Cnn.Layers;
using Cnn.Reference.Cases;
using Cnn.Reference.Checking.Levels;
using Cnn.Reference.Oracle;
using Cnn.Reference.Processes;

namespace Cnn.Reference.Checking;

/// <summary>Puts cases to levels, in this process.</summary>
/// <param name="levels">How a case is compared, in the order of the report.</param>
/// <param name="layers">The implementations under test.</param>
/// <param name="keep">Is shown each finding, and says whether it counts; null: all do.</param>
internal sealed class Checker(IReadOnlyList<Level> levels, IReadOnlyList<ILayer> layers, Func<Finding, bool>? keep = null)
{
    /// <summary>All that was found so far.</summary>
    public CheckResults Results { get; } = new();

    /// <summary>Runs one case through every level.</summary>
    public void Check(Case @case)
    {
        foreach (var level in levels) Results.Add(Run(level, @case, Limits.None));
    }

    /// <summary>Runs one case through one level.</summary>
    public CheckResults Run(Level level, Case @case, Limits limits)
    {
        var results = new CheckResults();
        if (level.ReasonToSkip(@case) is { } reason) results.LeaveOut(level.Name, reason);
        else Run(results, level.Name, level.Parts[0], @case.ToString(), () => Kept(level.Run(@case, layers, limits)));
        return results;
    }

    /// <summary>Runs a problem whose numbers are given through one part of a level.</summary>
    public CheckResults Run(IProblemLevel level, string name, string part, Problem problem, Limits limits)
    {
        var results = new CheckResults();
        Run(results, name, part, problem.Case.ToString(), () => Kept(level.Run(problem, part, layers, limits)));
        return results;
    }

    /// <summary>Runs the real images.</summary>
    public static CheckResults Run(ImagesCheck images)
    {
        var results = new CheckResults();
        Run(results, ImagesCheck.Line, ImagesCheck.Parts[0], ImagesCheck.Line, images.Run);
        return results;
    }

    private IEnumerable<Finding> Kept(IEnumerable<Finding> findings) => keep is null ? findings : findings.Where(keep);

    private static void Run(CheckResults results, string level, string firstPart, string @case, Func<IEnumerable<Finding>> compare)
    {
        var watch = Stopwatch.StartNew();
        var earlier = BackwardFailure.Last;
        Step.Leave();
        try
        {
            results.Add(@case, compare().ToList());
        }
        catch (Exception exception) when (Memory.IsLack(CauseOf(exception)))
        {
            results.GiveUp(@case, $"there was not enough memory for {level}", Step.Current?.Layer);
        }
        catch (Exception exception)
        {
            var cause = CauseOf(exception);
            results.Fail(@case, firstPart, Step.Current?.Layer ?? "any", SentenceOf(cause));
        }
        results.TallyOf(firstPart).Time += watch.Elapsed;

        // A backward pass of ours that fails reaches the caller as libtorch's complaint about a gradient.
        Exception CauseOf(Exception exception) => BackwardFailure.Last is { } last && last != earlier ? last : exception;
    }

    private static string SentenceOf(Exception exception) =>
        exception is KernelFault ? exception.Message : $"{exception.GetType().Name}: {FirstLine(exception)}";

    // libtorch's messages carry a C++ stack trace behind their first line.
    private static string FirstLine(Exception exception) => exception.Message.Split('\n')[0];
}
