using System.Globalization;
using Cnn.Reference.Exercises;
using Cnn.Reference.Oracle;
using Cnn.Reference.Printing;
using Cnn.Reference.Processes;
using Spectre.Console;

namespace Cnn.Reference.Commands;

/// <summary><c>museum --prove</c>: whether mistakes are named from what they give, in time, and nothing right is accused.</summary>
internal static class MuseumProof
{
    private const double LeastOfPairs = 0.95, MostSeconds = 1;
    private const int MostLines = 20; // of what went wrong
    private const int RightVariants = 1000, Seed = 1, Indent = 2;

    private const string Promise =
        "every mistake is named, and at least 95 % of the pairs, each within a second, and nothing right is accused";

    /// <summary>Makes every mistake and every two, and prints what came of it.</summary>
    /// <returns>The exit code.</returns>
    public static int Print(CancellationToken cancel)
    {
        var console = AnsiConsole.Console;
        HiddenCaches.Prepare(); // libtorch's kernels are among the right variants
        if (HiddenCaches.Remedy is { } remedy) console.Say($"note: {remedy}", Indent);
        var groups = new List<Recognised>();
        foreach (var group in Recognised.All(withTimes: true))
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
        console.Say("by another name: of one or two mistakes that give the same in every case, and in larger ones drawn for this.", Indent);
        Say(console, [.. groups.SelectMany(each => each.Missed.Select(line => $"{each.Name}: {line}"))]);
        var accused = new List<string>();
        int tried = 0;
        foreach (string? accusation in Accusations.Of(RightVariants, Seed).TakeWhile(_ => !cancel.IsCancellationRequested))
        {
            tried++;
            if (accusation is not null) accused.Add(accusation);
        }
        Say(console, accused);
        console.Say($"{Figures.Count(tried, "right variant")}, {Figures.Whole(accused.Count)} accused.");
        if (cancel.IsCancellationRequested)
        {
            console.Say("STOPPED: what was proved until then stands above.");
            return ExitCodes.Stopped;
        }
        string[] failed =
        [
            .. singles.Named < singles.All ? ["a single mistake is not named"] : Array.Empty<string>(),
            .. pairs.Named < LeastOfPairs * pairs.All ? [$"of the pairs, less than 95 % are named"] : Array.Empty<string>(),
            .. slowest >= MostSeconds ? [$"a look-up takes {Figures.Time(slowest)}"] : Array.Empty<string>(),
            .. accused.Count > 0 ? ["right variants are accused"] : Array.Empty<string>(),
        ];
        console.Say(failed.Length == 0 ? $"PROVED: {Promise}." : $"NOT PROVED: {string.Join("; ", failed)}.", Indent);
        return failed.Length == 0 ? ExitCodes.Success : ExitCodes.Mismatch;
    }

    private static void Say(IAnsiConsole console, IReadOnlyList<string> lines)
    {
        foreach (string line in lines.Take(MostLines)) console.Say(line, Indent);
        if (lines.Count > MostLines) console.Say($"... and {Figures.Whole(lines.Count - MostLines)} more.");
    }

    private static void Add(TextTable table, string name, NamedCount singles, NamedCount pairs, double slowest) => table.Add(
        name, Share(singles), Share(pairs), $"{singles.ByAnotherName + pairs.ByAnotherName}",
        string.Create(CultureInfo.InvariantCulture, $"{slowest:F2} s"));

    private static string Share(NamedCount count) => $"{count.Named} of {count.All}";
}
