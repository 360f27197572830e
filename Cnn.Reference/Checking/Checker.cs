using System.Diagnostics;
using Cnn.Reference.Cases;
using Cnn.Reference.Checking.Levels;
using Cnn.Reference.Oracle;
using Cnn.Reference.Printing;

namespace Cnn.Reference.Checking;

/// <summary>Something that was not equal, and the case that shows it.</summary>
/// <param name="Case">The line that reproduces it.</param>
/// <param name="Part">Row of the report.</param>
/// <param name="Layer">Which implementation.</param>
/// <param name="Sentence">What was found.</param>
internal sealed record Failure(string Case, string Part, string Layer, string Sentence);

/// <summary>Puts cases to levels, and counts.</summary>
internal sealed class Checker(IReadOnlyList<Level> levels, IReadOnlyList<ILayer> layers)
{
    private readonly Dictionary<string, Tally> tallies =
        levels.SelectMany(level => level.Parts).Concat(ImagesCheck.Parts).ToDictionary(part => part, part => new Tally(part));

    private readonly List<Failure> failures = [];
    private readonly Dictionary<(string Reason, string Level), long> skipped = [];

    /// <summary>The rows of the report.</summary>
    public IReadOnlyCollection<Tally> Tallies => tallies.Values;

    /// <summary>Everything that was not equal.</summary>
    public IReadOnlyList<Failure> Failures => failures;

    /// <summary>What was left out: of which levels, how many problems, and why.</summary>
    public IEnumerable<(string Levels, long Problems, string Reason)> LeftOut =>
        from entry in skipped
        group entry.Key.Level by (entry.Key.Reason, entry.Value) into same
        select (string.Join(", ", same), same.Key.Value, same.Key.Reason);

    /// <summary>Problems run so far; the images are one.</summary>
    public long Problems { get; private set; }

    /// <summary>Runs one case through every level.</summary>
    public void Check(Case @case)
    {
        Problems++;
        if (KnownFaults.LeftOut(@case) is var (what, because)) LeaveOut(because, what);
        foreach (var level in levels)
        {
            if (level.ReasonToSkip(@case) is { } reason)
            {
                LeaveOut(reason, level.Name);
                continue;
            }
            Run(level.Parts[0], @case.ToString(), () => level.Run(@case, layers));
        }
    }

    /// <summary>Runs the real images.</summary>
    public void CheckImages(ImagesCheck images)
    {
        Problems++;
        Run(ImagesCheck.Parts[0], ImagesCheck.Line, images.Run);
    }

    private void Run(string firstPart, string @case, Func<IEnumerable<Finding>> compare)
    {
        var watch = Stopwatch.StartNew();
        try
        {
            Count(compare().ToList(), @case);
        }
        catch (Exception exception)
        {
            failures.Add(new(@case, firstPart, "any", $"{exception.GetType().Name}: {FirstLine(exception)}"));
        }
        tallies[firstPart].Time += watch.Elapsed;
    }

    private void LeaveOut(string reason, string what) => skipped[(reason, what)] = skipped.GetValueOrDefault((reason, what)) + 1;

    private void Count(IReadOnlyList<Finding> findings, string @case)
    {
        foreach (var part in findings.GroupBy(finding => finding.Part)) tallies[part.Key].Cases++;
        foreach (var (part, layer, comparison) in findings)
        {
            tallies[part].Add(comparison);
            if (!comparison.Passed)
                failures.Add(new(
                    @case, part, layer,
                    $"{comparison.Name} {comparison.FirstMismatch} ({comparison.Mismatches} of {Figures.Count(comparison.Elements, "element")})"));
        }
    }

    // libtorch's messages carry a C++ stack trace behind their first line.
    private static string FirstLine(Exception exception) => exception.Message.Split('\n')[0];
}
