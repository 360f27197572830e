using System.CommandLine;
using System.Diagnostics;
using Cnn.Layers;
using Cnn.Reference.Cases;
using Cnn.Reference.Checking;
using Cnn.Reference.Checking.Levels;
using Cnn.Reference.Oracle;
using Spectre.Console;
using TorchSharp;

namespace Cnn.Reference.Commands;

/// <summary><c>check</c>: our layers against libtorch, at every level, on the corpus, on random problems and on real images.</summary>
internal static class CheckCommand
{
    private const int FilterPatience = 1000; // random problems looked at for each one that a filter should let through

    public static Command Create()
    {
        var lines = new Argument<string[]>("case") { Description = $"Only these problems, each a line such as \"conv n2 c6 h9 w12 o8 k3x2 s2x3 p2x1 d1x2 g2 float32\", or {ImagesCheck.Line}.", Arity = ArgumentArity.ZeroOrMore };
        var cases = Options.Number("--cases", "How many random problems, beside the corpus.", byDefault: 1000, least: 0);
        var seed = Options.Number("--seed", "Where the random problems come from.", byDefault: 1, least: 0);
        var filter = new Option<string?>("--filter") { Description = "Only problems whose line holds this text." };
        var algorithm = Options.OneOf<Algorithm>("--algorithm", "Only these loops.");
        var json = Options.File("--json", "Write the report to this file as well.");
        var list = new Option<bool>("--list") { Description = "Print the problems, one a line, and run none." };
        lines.Validators.Add(result =>
        {
            foreach (var token in result.Tokens)
            {
                if (token.Value == ImagesCheck.Line) continue;
                if (token.Value.StartsWith('-')) result.AddError($"{token.Value}: not an option of check.");
                try
                {
                    CaseWords.Parse(token.Value);
                }
                catch (FormatException exception)
                {
                    result.AddError($"{exception.Message}.");
                }
            }
        });

        var command = new Command("check", "Compares every result of every layer with libtorch's: values, indices, gradients, second derivatives.")
        {
            lines, cases, seed, filter, algorithm, json, list,
        };
        command.SetAction((parsed, cancel) =>
        {
            var request = new Request(
                parsed.GetValue(lines) ?? [], parsed.GetValue(cases), parsed.GetValue(seed), parsed.GetValue(filter), parsed.GetValue(algorithm), parsed.GetValue(json));
            return Task.FromResult(parsed.GetValue(list) ? List(request, cancel) : Run(request, cancel));
        });
        return command;
    }

    private static int List(Request request, CancellationToken cancel)
    {
        foreach (string line in request.Lines())
        {
            if (cancel.IsCancellationRequested) return ExitCodes.Stopped;
            Console.Out.WriteLine(line);
        }
        return ExitCodes.Success;
    }

    private static int Run(Request request, CancellationToken cancel)
    {
        HiddenCaches.HoldOneDnn();
        HiddenCaches.QuietWarnings();
        // Many small problems: a second thread of libtorch's costs more than it brings.
        torch.set_num_threads(1);
        CnnLayer[] layers = request.Algorithm is { } only ? [new(only)] : [new(Algorithm.Fast), new(Algorithm.Literal)];
        Level[] levels = [new ExactLevel(), new RealLevel(), new CornersLevel(), new DifferencesLevel(), .. layers.Length == 2 ? new[] { new SameBitsLevel() } : []];
        var checker = new Checker(levels, layers);
        string[] lines = [.. request.Lines()];
        if (lines.Length == 0) throw new UsageException($"--filter \"{request.Filter}\": no problem's line holds this text.");

        using var file = ReportFile.Open(request.Json);
        var watch = Stopwatch.StartNew();
        ProgressBar.Run("check", lines, cancel, line =>
        {
            if (line == ImagesCheck.Line) checker.CheckImages(new ImagesCheck(layers, request.Seed));
            else checker.Check(CaseWords.Parse(line));
        });
        var report = new CheckReport(checker, request.Seed, watch.Elapsed, Stopped: cancel.IsCancellationRequested);
        ReportFile.Deliver(file, () => report.Print(AnsiConsole.Console), () => report.Json);
        return report.ExitCode;
    }

    private sealed record Request(string[] Given, int Cases, int Seed, string? Filter, Algorithm? Algorithm, FileInfo? Json)
    {
        /// <summary>The problems to run: those given, or the corpus, the images and the random ones.</summary>
        public IEnumerable<string> Lines()
        {
            if (Given.Length > 0) return Given.Where(Matches);
            var fixedLines = Corpus.All().Select(@case => @case.ToString()).Append(ImagesCheck.Line);
            var random = CaseGenerator.Cases(Seed).Select(@case => @case.ToString());
            return fixedLines.Where(Matches).Concat(random.Take(Filter is null ? Cases : (int)Math.Min((long)Cases * FilterPatience, int.MaxValue)).Where(Matches).Take(Cases));
        }

        private bool Matches(string line) => Filter is null || line.Contains(Filter, StringComparison.Ordinal);
    }
}
