using Cnn.Reference.Cases;
using Cnn.Reference.Printing;
using Spectre.Console;

namespace Cnn.Reference.Checking;

/// <summary>Failing problems that look like one fault: of one implementation and layer kind, and first seen in one part.</summary>
/// <param name="Part">The first row of the report in which they fail.</param>
/// <param name="Layer">Which implementation.</param>
/// <param name="Smallest">The failure of the smallest problem: what to look at first.</param>
/// <param name="Problems">The problems' lines, the smallest first.</param>
/// <param name="Shared">What all of them have and others lack, the rarest first.</param>
internal sealed record FailureGroup(
    string Part, string Layer, Failure Smallest, IReadOnlyList<string> Problems, IReadOnlyList<string> Shared)
{
    /// <summary>What kind of fault it is, in words; empty where there is one kind.</summary>
    public string Kind { get; private init; } = "";

    private const int MostPrinted = 10, MostShared = 3, Indent = 4;

    /// <summary>Groups failures by what they share.</summary>
    /// <param name="failures">In the order in which they were found: a problem's first failure is in its first part.</param>
    /// <param name="lines">All problems that were run, failing or not.</param>
    /// <param name="kindOf">What kind of fault a failure is; null where there is one kind.</param>
    public static IReadOnlyList<FailureGroup> Of(
        IReadOnlyList<Failure> failures, IReadOnlyList<string> lines, Func<Failure, string>? kindOf = null)
    {
        var features = lines.Distinct().ToDictionary(line => line, Features);
        var ofAll = features.Values.SelectMany(each => each).CountBy(feature => feature).ToDictionary();
        return
        [
            .. from failure in failures.DistinctBy(failure => (failure.Case, failure.Layer))
               let kind = kindOf?.Invoke(failure) ?? ""
               group failure by (failure.Part, failure.Layer, Layers: failure.Case.Split(' ')[0], Kind: kind) into same
               let ordered = same.OrderBy(failure => SizeOf(failure.Case)).ToList()
               orderby same.Count() descending
               select new FailureGroup(
                   same.Key.Part, same.Key.Layer, ordered[0], [.. ordered.Select(failure => failure.Case)],
                   ordered.Count == 1 ? [] : SharedBy(ordered.Select(failure => features[failure.Case])))
               {
                   Kind = same.Key.Kind,
               },
        ];

        // What every problem of the run has says nothing.
        IReadOnlyList<string> SharedBy(IEnumerable<string[]> group) =>
        [
            .. group.Aggregate((common, next) => [.. common.Intersect(next)])
                .Where(feature => ofAll[feature] < features.Count).OrderBy(feature => ofAll[feature]).Take(MostShared),
        ];
    }

    /// <summary>Prints the groups: for each what was found on its smallest problem, and the command that shows it again.</summary>
    public static void Print(IReadOnlyList<FailureGroup> groups, IAnsiConsole console)
    {
        var lines = console.Profile.Out.Writer;
        foreach (var group in groups.Take(MostPrinted))
        {
            string shared = group.Shared.Count > 0 ? $", all with {string.Join(", ", group.Shared)}" : "";
            string problems = Figures.Count(group.Problems.Count, "problem"), end = group.Problems.Count > 1 ? "; the smallest:" : ":";
            console.Say($"{group.Part}, {group.Layer}: {problems}{shared}{end}", Indent);
            console.Say($"    {group.Smallest.Sentence}", 2 * Indent);
            lines.WriteLine($"    {CheckLine.Command(group.Smallest.Case)}"); // to copy: not folded
        }
        if (groups.Count > MostPrinted)
            lines.WriteLine($"... and {Figures.Count(groups.Count - MostPrinted, "group")} more: --json lists every failure.");
        if (groups.Count > 0) lines.WriteLine();
    }

    private static string[] Features(string line) => line == ImagesCheck.Line ? [line] : [.. CaseFeatures.Of(CaseWords.Parse(line))];

    private static double SizeOf(string line) => line == ImagesCheck.Line ? double.MaxValue : CaseWords.Parse(line).Size;
}
