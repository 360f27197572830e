using System.Globalization;
using Cnn.Reference.Exercises;
using Cnn.Reference.Printing;
using Spectre.Console;

namespace Cnn.Reference.Commands;

/// <summary><c>museum --prove</c>: whether mistakes are named from what they give, in time, and nothing right is accused.</summary>
internal static class MuseumProof
{
    private const double LeastOfPairs = 0.95, MostSeconds = 1;
    private const int MostMissed = 20; // lines

    /// <summary>Makes every mistake and every two, and prints what came of it.</summary>
    /// <returns>The exit code.</returns>
    public static int Print(CancellationToken cancel)
    {
        var console = AnsiConsole.Console;
        var groups = new List<Recognised>();
        foreach (var group in Recognised.All(withPairs: true))
        {
            groups.Add(group);
            if (cancel.IsCancellationRequested) break;
        }
        var table = new TextTable("where", "single, named", "pairs, named", "by another name", "slowest");
        foreach (var each in groups) Add(table, each.Name, each.Singles, each.Pairs, each.Slowest);
        var singles = groups.Aggregate(new NamedCount(), (sum, each) => sum + each.Singles);
        var pairs = groups.Aggregate(new NamedCount(), (sum, each) => sum + each.Pairs);
        double slowest = groups.Max(each => each.Slowest);
        Add(table, "all", singles, pairs, slowest);
        table.Print(console, markdown: false);
        console.Say("by another name: of one or two mistakes that give the same in every case, and in larger ones drawn for this.", indent: 2);
        var missed = groups.SelectMany(each => each.Missed.Select(line => $"{each.Name}: {line}")).ToList();
        foreach (string line in missed.Take(MostMissed)) console.Say(line, indent: 2);
        if (missed.Count > MostMissed) console.Say($"... and {missed.Count - MostMissed} more.");
        if (cancel.IsCancellationRequested)
        {
            console.Say("STOPPED: what was proved until then stands above.");
            return ExitCodes.Stopped;
        }
        bool isProved = singles.Named == singles.All && pairs.Named >= LeastOfPairs * pairs.All && slowest < MostSeconds;
        return isProved ? ExitCodes.Success : ExitCodes.Mismatch;
    }

    private static void Add(TextTable table, string name, NamedCount singles, NamedCount pairs, double slowest) => table.Add(
        name, Share(singles), Share(pairs), $"{singles.ByAnotherName + pairs.ByAnotherName}",
        string.Create(CultureInfo.InvariantCulture, $"{slowest:F2} s"));

    private static string Share(NamedCount count) => $"{count.Named} of {count.All}";
}
