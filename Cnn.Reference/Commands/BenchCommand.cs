using System.CommandLine;
using System.Diagnostics;
using System.Reflection;
using Cnn.Layers;
using Cnn.Reference.Benchmarks;
using Cnn.Reference.Oracle;
using Spectre.Console;
using TorchSharp;

namespace Cnn.Reference.Commands;

/// <summary><c>bench</c>: how long our layers take beside libtorch's, which kernel computes what, and how much memory it takes.</summary>
internal static class BenchCommand
{
    // Long enough for libtorch's threads to give up waiting for work; one thread does not wait.
    private static readonly TimeSpan Quiet = TimeSpan.FromMilliseconds(3);

    public static Command Create()
    {
        var threads = Options.Number("--threads", "How many threads each side may use.", byDefault: Environment.ProcessorCount, least: 1);
        var filter = new Option<string?>("--filter") { Description = "Only rows whose name or case holds this text." };
        var rows = new Option<FileInfo?>("--rows") { Description = "Rows of your own: a text file, each line a name and a case as check takes it." };
        var pass = Options.OneOf<Pass>("--pass", "Only the forward pass, or only forward and backward together.");
        var algorithm = Options.OneOf<Algorithm>("--algorithm", "Our loops: fast unless given.");
        var seconds = Options.Seconds("--seconds", "Time for each row and pass; a slow row takes longer, for seven turns at least.", byDefault: 0.6);
        var json = new Option<FileInfo?>("--json") { Description = "Write the report to this file as well." };
        var markdown = new Option<bool>("--markdown") { Description = "Print the tables as Markdown." };
        var why = new Option<bool>("--why") { Description = "Print which kernel computes each row, and why not those asked before it; time nothing." };
        var list = new Option<bool>("--list") { Description = "Print the rows, and run none." };

        var command = new Command("bench", "Times our layers beside libtorch's, in turn in one process, after comparing their results.")
        {
            threads, filter, rows, pass, algorithm, seconds, json, markdown, why, list,
        };
        command.SetAction((parsed, cancel) =>
        {
            var request = new Request(
                parsed.GetValue(threads), parsed.GetValue(filter), parsed.GetValue(rows), parsed.GetValue(pass) ?? Pass.Both,
                parsed.GetValue(algorithm) ?? Algorithm.Fast, TimeSpan.FromSeconds(parsed.GetValue(seconds)), parsed.GetValue(json), parsed.GetValue(markdown));
            if (parsed.GetValue(list)) return Task.FromResult(List(request));
            if (parsed.GetValue(why)) return Task.FromResult(Why(request));
            return Task.FromResult(Run(request, cancel));
        });
        return command;
    }

    private static int List(Request request)
    {
        foreach (var row in request.Rows()) Console.Out.WriteLine(row);
        return 0;
    }

    private static int Why(Request request)
    {
        foreach (var row in request.Rows()) KernelExplanation.Print(row, Console.Out);
        return 0;
    }

    private static int Run(Request request, CancellationToken cancel)
    {
        RefuseDebugBuild();
        var rows = request.Rows();
        using var file = ReportFile.Open(request.Json);
        torch.set_num_threads(request.Threads); // ours follow libtorch's
        var limit = FmaLimit.Measure();
        var benchmark = new Benchmark(new CnnLayer(request.Algorithm, winners: false), request.Pass, request.Budget, request.Threads > 1 ? Quiet : TimeSpan.Zero);
        benchmark.WarmUp(rows);
        ProgressBar.Run("bench", rows, cancel, benchmark.Run);
        var report = new BenchmarkReport(
            benchmark.Measurements, benchmark.Failures, request.Algorithm, request.Threads, limit, request.Budget, Stopped: cancel.IsCancellationRequested);
        report.Print(AnsiConsole.Console, request.Markdown);
        if (file is not null) ReportFile.Write(file, report.Json);
        return report.ExitCode;
    }

    private static void RefuseDebugBuild()
    {
        if (typeof(Functional).Assembly.GetCustomAttribute<DebuggableAttribute>() is { IsJITOptimizerDisabled: true })
            throw new UsageException("bench: this build is for debugging, and its speed says nothing; build with -c Release.");
    }

    private sealed record Request(
        int Threads, string? Filter, FileInfo? RowFile, Pass Pass, Algorithm Algorithm, TimeSpan Budget, FileInfo? Json, bool Markdown)
    {
        /// <summary>The rows to run: those of the user's file, or the program's own.</summary>
        public IReadOnlyList<BenchmarkRow> Rows()
        {
            var all = RowFile is null ? Benchmarks.RowFile.BuiltIn() : Benchmarks.RowFile.Read(RowFile);
            BenchmarkRow[] rows = [.. all.Where(row => Filter is null || row.ToString().Contains(Filter, StringComparison.Ordinal))];
            return rows.Length > 0 ? rows : throw new UsageException($"--filter \"{Filter}\": no row holds this text.");
        }
    }
}
