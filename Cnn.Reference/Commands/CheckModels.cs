using System.CommandLine;
using Cnn.Reference.Files;
using Cnn.Reference.Models;
using Cnn.Reference.Networks;
using Cnn.Reference.Oracle;
using Cnn.Reference.Printing;
using Cnn.Reference.Processes;
using Cnn.Reference.Report;
using Spectre.Console;
using TorchSharp;

namespace Cnn.Reference.Commands;

/// <summary><c>check --model</c>: whole networks with our layers in the places of libtorch's, layer by layer.</summary>
internal sealed class CheckModels
{
    private const string Every = "all";

    private readonly Option<string?> model = Options.Word(
        "--model", "Whole networks instead: with our layers in the places of libtorch's, every layer compared on real images.",
        [.. NetworkTable.All.Select(network => network.Name), Every]);

    private readonly Option<int> size = Options.Number(
        "--size", "With --model: height and width of the images; unless given, as small as the network's layers allow.",
        byDefault: 0, least: 8, most: 1024);

    private readonly Option<FileInfo?> html = Options.File(
        "--html", "With --model: write every layer's errors to this file, as a page with bars.");

    /// <summary>Adds the options to a command.</summary>
    /// <param name="command">The command.</param>
    /// <param name="shared">What of it counts for networks as well; anything else is refused beside a network.</param>
    public void AddTo(Command command, params IReadOnlyList<Symbol> shared)
    {
        Options.AddMode(command, model, [size, html], shared);
        Options.Require(command, result =>
        {
            if (Options.IsGiven(result, size) && result.GetValue(model) == Every)
                result.AddError($"{size.Name}: goes with one network, and {model.Name} {Every} names every one.");
        });
    }

    /// <summary>Whether networks are asked for.</summary>
    public bool AreAskedFor(ParseResult parsed) => parsed.GetValue(model) is not null;

    /// <summary>Compares the networks that are asked for.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="seed">Where weights, images and gradients come from.</param>
    /// <param name="threads">How many threads; null for libtorch's own choice.</param>
    /// <param name="json">Where the report goes as well; null for nowhere.</param>
    /// <param name="cancel">Stops between two steps.</param>
    public int Run(ParseResult parsed, int seed, int? threads, FileInfo? json, CancellationToken cancel)
    {
        HiddenCaches.Prepare();
        if (threads is { } count) torch.set_num_threads(count);
        string name = parsed.GetValue(model)!;
        IReadOnlyList<Network> networks = name == Every ? NetworkTable.All : [NetworkTable.Find(name)!];
        int given = Options.Given(parsed, size) ?? 0;

        using var page = ReportFile.Open(parsed.GetValue(html), html.Name);
        using var file = ReportFile.Open(json);
        var results = new List<NetworkResult>();
        try
        {
            ProgressBar.Run("check", networks.Count * NetworkCheck.Steps, advance =>
            {
                foreach (var network in networks)
                {
                    results.Add(NetworkCheck.Run(network, given == 0 ? network.SmallSize : given, seed, step =>
                    {
                        cancel.ThrowIfCancellationRequested();
                        advance(step);
                    }));
                }
            });
        }
        catch (OperationCanceledException) when (cancel.IsCancellationRequested)
        {
            // What was checked so far is told.
        }
        catch (ArgumentException exception) when (given != 0)
        {
            string reason = IsolatedComparison.FirstLine(exception.InnerException ?? exception);
            throw new UsageException($"{size.Name} {given}: {name} cannot be run on such images: {reason}.");
        }
        var report = new NetworksReport(results, networks.Count, seed);
        try
        {
            page?.Write(stream => LayerErrorsReport.Write(stream, results));
        }
        finally
        {
            ReportFile.Deliver(file, () => report.Print(AnsiConsole.Console), () => report.Json);
        }
        if (cancel.IsCancellationRequested && results.Count < networks.Count) return ExitCodes.Stopped;
        return report.Passed ? ExitCodes.Success : ExitCodes.Mismatch;
    }
}
