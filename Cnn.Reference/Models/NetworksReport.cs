using Cnn.Reference.Oracle;
using Cnn.Reference.Printing;
using Spectre.Console;

namespace Cnn.Reference.Models;

/// <summary>What the check of some networks has found, for the console and as JSON.</summary>
/// <param name="results">One for each network that was checked.</param>
/// <param name="asked">How many were to be checked.</param>
/// <param name="seed">Where weights, images and gradients came from.</param>
internal sealed class NetworksReport(IReadOnlyList<NetworkResult> results, int asked, int seed)
{
    private const int Indent = 2;

    /// <summary>Whether all were checked, and all is as it should be.</summary>
    public bool Passed => results.Count == asked && results.All(result => result.Passed);

    /// <summary>One network with its layers; of several a line each, and the layers of those that differ.</summary>
    public void Print(IAnsiConsole console)
    {
        var writer = console.Profile.Out.Writer;
        if (asked > 1 && results.Count > 0) PrintTable(console);
        foreach (var result in results.Where(result => asked == 1 || !result.Report.Passed))
        {
            writer.WriteLine($"{result.Network.Name}, images of {result.Size} x {result.Size}:");
            writer.WriteLine(result.Report);
        }
        foreach (var result in results)
            foreach (var finding in result.Findings.Where(finding => asked == 1 || !finding.Passed))
                Say($"{result.Network.Name}: {finding.Sentence}");
        if (HiddenCaches.Remedy is { } remedy) Say($"note: {remedy}");
        string time = Figures.Time(results.Sum(result => result.Seconds));
        string failed = string.Join(", ", results.Where(result => !result.Passed).Select(result => result.Network.Name));
        string where = results.All(result => result.Report.NotCompared.Count == 0) ? "" : " WHERE COMPARED";
        string tensors = Figures.Count(results.Sum(result => result.Report.Layers.Count), "tensor");
        Say(
            failed.Length > 0 ? $"DIFFERENT: {failed} (seed {seed}, {time})."
            : results.Count < asked ? $"STOPPED after {results.Count} of {asked} networks, which are equal (seed {seed}, {time})."
            : $"ALL EQUAL{where}: {Figures.Count(asked, "network")} with our layers, layer by layer ({tensors}, seed {seed}, {time}).");

        // As wide as the reports, in a file as well.
        void Say(string sentence) =>
            writer.WriteLine(Folding.Fold(sentence, Math.Min(console.Profile.Width, ModelReport.Width), Indent));
    }

    /// <summary>The same as data.</summary>
    public object Json => new
    {
        passed = Passed,
        seed,
        networks = results.Select(result => new
        {
            name = result.Network.Name,
            size = result.Size,
            passed = result.Passed,
            seconds = result.Seconds,
            verdict = result.Report.Verdict,
            findings = result.Findings.Select(finding => new { finding.Name, finding.Passed, finding.Sentence }),
            remarks = result.Report.Remarks,
            layers = result.Report.Layers.Select(row => new
            {
                row.Path,
                row.Kind,
                row.What,
                isolated = Finite(row.Isolated),
                propagated = Finite(row.Propagated),
                row.Index,
                expected = Finite(row.Expected),
                actual = Finite(row.Actual),
                row.Passed,
                row.Kink,
                row.Remark,
            }),
        }),
    };

    private void PrintTable(IAnsiConsole console)
    {
        string[] names = [.. results[0].Findings.Select(finding => finding.Name)];
        string[] columns = ["network", "size", "swapped", "tensors", "alone", "through", .. names, "time"];
        var table = new TextTable(columns) { Expendable = ["time", "size", "tensors"] };
        foreach (var result in results)
        {
            var rows = result.Report.Layers;
            int swapped = result.Report.Compared, possible = swapped + result.Report.NotCompared.Count;
            double alone = ModelReport.Largest(rows.Select(row => row.Isolated));
            double through = ModelReport.Largest(rows.Select(row => row.Propagated));
            string[] cells = [
                result.Network.Name, $"{result.Size}", $"{swapped}/{possible}", Figures.Whole(rows.Count),
                ModelReport.Ratio(alone), ModelReport.Ratio(through),
                .. result.Findings.Select(finding => finding.Result), Figures.Time(result.Seconds)];
            if (result.Passed) table.Add(cells);
            else table.AddIn(Color.Red, cells);
        }
        table.Print(console, markdown: false);
        console.Say(
            "(swapped: of the convolutions and pools; alone, through: the largest error of a layer by itself, and through the network, "
            + "in parts of the bound; each step, losses: the same of training, step by step and free, and how many steps prove something)");
    }

    // JSON has no word for what is not finite.
    private static double? Finite(double number) => double.IsFinite(number) ? number : null;
}
