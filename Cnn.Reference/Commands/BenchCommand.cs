using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using System.Reflection;
using Cnn.Layers;
using Cnn.Reference.Benchmarks;
using Cnn.Reference.Files;
using Cnn.Reference.Networks;
using Cnn.Reference.Oracle;
using Cnn.Reference.Printing;
using Spectre.Console;
using TorchSharp;

namespace Cnn.Reference.Commands;

/// <summary><c>bench</c>: how long our layers take beside libtorch's, which kernel computes what, and how much memory it takes.</summary>
internal static class BenchCommand
{
    // Long enough for libtorch's threads to give up waiting for work; one thread does not wait.
    private static readonly TimeSpan Quiet = TimeSpan.FromMilliseconds(15);

    // Of a row and pass: the time that it is given, and what it takes besides, for comparing, compiling and slow calls, as measured over
    // the program's own rows on one thread.
    private static readonly TimeSpan Usual = TimeSpan.FromSeconds(0.25), Besides = TimeSpan.FromSeconds(0.4);

    public const string Name = "bench";

    private const string AllModels = "all";
    private const int MostPixels = 4096; // of a side

    public static Command Create()
    {
        var threads = Options.Threads("How many threads each side may use.");
        var filter = Options.Text("--filter", "Only rows whose name or case holds this text.");
        var rows = Options.File(
            "--rows",
            "Rows of your own: a text file, each line a name and a case as check takes it; " +
            $"\"{BenchmarkRow.Tiny}\" before the case keeps a row out of the means.");
        var pass = Options.OneOf<Pass>("--pass", "Only the forward pass, or only forward and backward together.");
        var algorithm = Options.OneOf<Algorithm>("--algorithm", "Our loops: fast unless given.");
        int timings = RowFile.BuiltIn().Sum(row => Passes(row.Passes));
        var seconds = Options.Seconds(
            "--seconds",
            "Time for each row and pass, not for all of them; a slow one takes longer, for seven turns at least. The program's own rows " +
            $"have {timings}, which take about {Figures.Duration(timings * (Usual + Besides))} on one thread unless it is given. " +
            "With --model: time for each network, pass and number of threads.",
            byDefault: Usual.TotalSeconds);
        var json = Options.File("--json", "Write the report to this file as well.");
        var markdown = new Option<bool>("--markdown") { Description = "Print the tables as Markdown." };
        var why = new Option<bool>("--why")
        {
            Description = "Print which kernel computes each row and why not those asked before it; time none.",
        };
        var memory = new Option<bool>("--memory")
        {
            Description = "Measure memory, not time: what a forward pass takes beyond its tensors (Linux).",
        };
        var schedules = new Option<bool>("--schedules")
        {
            Description = "Time every schedule that takes a row, beside what the cost model expects of it.",
        };
        var bits = Options.Word("--bits", "The width of the registers, in bits; the widest unless given.", Widths());
        var ladder = new Option<bool>("--ladder")
        {
            Description = "Time the forward pass on each rung, on one thread: the literal loops, a register tile alone, the fast loops.",
        };
        var list = new Option<bool>("--list") { Description = "Print the rows, and run none." };
        var model = Options.Word(
            "--model", "Times a whole network in place of rows: inference and a training step, on 1 thread and on all.",
            [.. NetworkTable.All.Select(network => network.Name), AllModels]);
        var size = Options.Number(
            "--size", "Height and width of a network's images, where not its own.", byDefault: 0, least: 1, most: MostPixels);
        var probe = new Option<string?>(MemoryProbe.Option) { Hidden = true };

        var command = new Command(Name, "Times our layers beside libtorch's, in turn in one process, after comparing their results.")
        {
            threads, filter, rows, pass, algorithm, seconds, json, markdown, why, memory, list, probe,
        };
        Options.AddMode(command, schedules, [bits], [threads, filter, rows, seconds, json, markdown]);
        Options.AddMode(command, ladder, [], [filter, rows, seconds, json, markdown]);
        Options.AddMode(command, model, [size], [threads, pass, algorithm, seconds, json, markdown]);
        Options.Require(command, result =>
        {
            var alone = ((Option<bool>[])[list, why, memory]).Where(result.GetValue).ToList();
            if (alone.Count > 1) result.AddError($"{alone[0].Name} and {alone[1].Name}: one at a time.");
            bool prints = result.GetValue(list) || result.GetValue(why);
            if (prints && result.GetValue(markdown)) result.AddError($"{markdown.Name}: {alone[0].Name} has no table.");
            if (prints && result.GetResult(json) is not null) result.AddError($"{json.Name}: {alone[0].Name} has no report.");
            if (result.GetValue(memory) && result.GetValue(pass) is not null)
                result.AddError($"{pass.Name}: {memory.Name} measures the forward pass.");
            if (result.GetValue(why) && result.GetValue(algorithm) == Algorithm.Literal)
                result.AddError($"{algorithm.Name} literal: asks no other kernel, so there is nothing to tell.");
        });
        command.SetAction((parsed, cancel) =>
        {
            var request = new Request(
                parsed.GetValue(threads), parsed.GetValue(filter), parsed.GetValue(rows), parsed.GetValue(pass) ?? Pass.Both,
                parsed.GetValue(algorithm) ?? Algorithm.Fast, TimeSpan.FromSeconds(parsed.GetValue(seconds)), parsed.GetValue(json),
                parsed.GetValue(markdown));
            return Task.FromResult(
                parsed.GetValue(model) is { } name
                    ? RunModels(name, Options.Given(parsed, threads), Options.Given(parsed, size), request, cancel)
                : parsed.GetValue(probe) is { } words ? Probe(words, request)
                : parsed.GetValue(list) ? List(request)
                : parsed.GetValue(why) ? Why(request)
                : parsed.GetValue(schedules) ? Schedules(parsed.GetValue(bits), request, cancel)
                : parsed.GetValue(ladder) ? Ladder(request, cancel)
                : parsed.GetValue(memory) ? Memory(request, cancel)
                : Run(request, cancel));
        });
        return command;
    }

    private static int Passes(Pass passes) => (passes.HasFlag(Pass.Forward) ? 1 : 0) + (passes.HasFlag(Pass.Backward) ? 1 : 0);

    private static int List(Request request)
    {
        foreach (var row in request.Rows()) Console.Out.WriteLine(row);
        return 0;
    }

    private static int Why(Request request)
    {
        foreach (var row in request.Rows()) KernelExplanation.Print(row.ToString(), row.Case, AnsiConsole.Console);
        return 0;
    }

    private static int Run(Request request, CancellationToken cancel)
    {
        RefuseDebugBuild();
        var rows = request.Rows();
        using var file = ReportFile.Open(request.Json);
        torch.set_num_threads(request.Threads); // ours follow libtorch's
        HiddenCaches.QuietWarnings();
        var limit = Roofline.Measure(request.Threads);
        ProcessMemory.KeepFreed(); // behind the limit, which takes memory and gives it back
        var ours = new CnnLayer(request.Algorithm, winners: false);
        var benchmark = new Benchmark(ours, request.Pass, request.Budget, request.Threads > 1 ? Quiet : TimeSpan.Zero, cancel);
        benchmark.WarmUp(rows);
        ProgressBar.Run(Name, rows, cancel, benchmark.Run);
        while (benchmark.Noisy is { Count: > 0 } noisy && !cancel.IsCancellationRequested)
            ProgressBar.Run("bench, what was noisy again", noisy, cancel, benchmark.Again);
        var report = new BenchmarkReport(
            benchmark.Measurements, benchmark.Failures, request.Algorithm, limit, request.Budget, Stopped: cancel.IsCancellationRequested);
        ReportFile.Deliver(file, () => report.Print(AnsiConsole.Console, request.Markdown), () => report.Json);
        return report.ExitCode;
    }

    private static string[] Widths() =>
        [.. ((int[])[128, 256, 512]).Where(bits => bits <= FmaLimit.WidestBits).Select(bits =>
            bits.ToString(CultureInfo.InvariantCulture))];

    private static int Schedules(string? width, Request request, CancellationToken cancel)
    {
        RefuseDebugBuild();
        BenchmarkRow[] rows = [.. request.Rows().Where(ScheduleBenchmark.Takes)];
        if (rows.Length == 0) throw new UsageException("--schedules: the rows are adaptive pools, which have one schedule.");
        using var file = ReportFile.Open(request.Json);
        torch.set_num_threads(request.Threads); // ours follow libtorch's
        int bits = width is null ? FmaLimit.WidestBits : int.Parse(width, CultureInfo.InvariantCulture);
        var limit = Roofline.Measure(request.Threads, bits);
        var benchmark = new ScheduleBenchmark(bits, request.Budget, request.Threads > 1 ? Quiet : TimeSpan.Zero, cancel);
        ProgressBar.Run($"{Name} --schedules", rows, cancel, benchmark.Run);
        var report = new ScheduleReport(benchmark.Measurements, limit, Stopped: cancel.IsCancellationRequested);
        ReportFile.Deliver(file, () => report.Print(AnsiConsole.Console, request.Markdown), () => report.Json);
        return report.ExitCode;
    }

    private static int Ladder(Request request, CancellationToken cancel)
    {
        RefuseDebugBuild();
        const double most = 2e8; // operations: half a second of the literal loops
        BenchmarkRow[] rows = [.. request.Rows().Where(row => !row.IsPool)];
        if (rows.Length == 0) throw new UsageException("--ladder: no row is a convolution, and a pool has no rungs.");
        BenchmarkRow[] large = request.Filter is null && request.File is null ? [.. rows.Where(row => row.Operations(Pass.Forward) > most)]
            : [];
        using var file = ReportFile.Open(request.Json);
        torch.set_num_threads(1); // ours follow libtorch's
        var limit = FmaLimit.Measure();
        var benchmark = new LadderBenchmark(request.Budget, cancel);
        ProgressBar.Run($"{Name} --ladder", [.. rows.Except(large)], cancel, benchmark.Run);
        var report = new LadderReport(benchmark.Measurements, large, limit, Stopped: cancel.IsCancellationRequested);
        ReportFile.Deliver(file, () => report.Print(AnsiConsole.Console, request.Markdown), () => report.Json);
        return report.ExitCode;
    }

    private static int RunModels(string name, int? threads, int? size, Request request, CancellationToken cancel)
    {
        RefuseDebugBuild();
        var networks = NetworkTable.All.Where(network => name == AllModels || network.Name == name).ToList();
        using var file = ReportFile.Open(request.Json);
        HiddenCaches.Prepare(); // results are compared first; a remark of the report says so
        ProcessMemory.KeepFreed();
        int[] counts = threads is { } one ? [one] : [.. ((int[])[1, Environment.ProcessorCount]).Distinct()];
        var benchmark = new ModelBenchmark(request.Algorithm, request.Pass, counts, size, request.Budget, Quiet, cancel);
        ProgressBar.Run($"{Name} --model", networks, cancel, benchmark.Run);
        while (benchmark.Noisy is { Count: > 0 } noisy && !cancel.IsCancellationRequested)
            ProgressBar.Run($"{Name} --model, what was noisy again", noisy, cancel, benchmark.Again);
        var report = new ModelBenchmarkReport(
            benchmark.Measurements, benchmark.Failures, benchmark.Remarks, request.Algorithm, counts, request.Budget,
            Stopped: cancel.IsCancellationRequested);
        ReportFile.Deliver(file, () => report.Print(AnsiConsole.Console, request.Markdown), () => report.Json);
        return report.ExitCode;
    }

    private static int Memory(Request request, CancellationToken cancel)
    {
        RefuseDebugBuild();
        if (ProcessMemory.Unavailable is { } reason) throw new UsageException($"--memory: {reason}.");
        var rows = request.Rows(RowFile.Large());
        foreach (var row in rows)
            if (MemoryProbe.Refusal(row.Case) is { } why) throw new UsageException($"--memory: {row.Name} {why}.");
        using var file = ReportFile.Open(request.Json);
        var (algorithm, threads) = (request.Algorithm, request.Threads);
        var uses = new List<MemoryUse>();
        ProgressBar.Run("bench --memory", rows, cancel, row =>
        {
            try
            {
                uses.Add(new(row, MemoryProbe.Peak(row.Case, algorithm, threads), MemoryProbe.Peak(row.Case, null, threads), threads));
            }
            catch (InvalidOperationException) when (cancel.IsCancellationRequested)
            {
                // Ctrl-C stops the measuring process as well.
            }
        });
        var small = rows.Where(MemoryProbe.IsSmall).MinBy(row => row.Bytes(Pass.Forward)); // a thousand calls of a large one take long
        var growth = cancel.IsCancellationRequested || small is null ? null
            : new MemoryGrowth(small, MemoryProbe.Growth(small.Case, algorithm, threads), MemoryProbe.Growth(small.Case, null, threads));
        var report = new MemoryReport(uses, growth, algorithm, threads, Stopped: cancel.IsCancellationRequested);
        ReportFile.Deliver(file, () => report.Print(AnsiConsole.Console, request.Markdown), () => report.Json);
        return report.ExitCode;
    }

    private static int Probe(string words, Request request)
    {
        torch.set_num_threads(request.Threads);
        Console.Out.WriteLine(MemoryProbe.Measure(words));
        return 0;
    }

    private static void RefuseDebugBuild()
    {
        if (typeof(Functional).Assembly.GetCustomAttribute<DebuggableAttribute>() is { IsJITOptimizerDisabled: true })
            throw new UsageException("bench: this build is for debugging, and its speed says nothing; build with -c Release.");
    }

    private sealed record Request(
        int Threads, string? Filter, FileInfo? File, Pass Pass, Algorithm Algorithm, TimeSpan Budget, FileInfo? Json, bool Markdown)
    {
        /// <summary>The rows to run: those of the user's file, or the program's own.</summary>
        /// <param name="more">Rows that the program has for this kind of run alone.</param>
        public IReadOnlyList<BenchmarkRow> Rows(IReadOnlyList<BenchmarkRow>? more = null)
        {
            var all = File is null ? RowFile.BuiltIn().Concat(more ?? []) : RowFile.Read(File);
            BenchmarkRow[] rows = [.. all.Where(row => Filter is null || row.ToString().Contains(Filter, StringComparison.Ordinal))];
            return rows.Length > 0 ? rows : throw new UsageException($"--filter \"{Filter}\": no row holds this text.");
        }
    }
}
