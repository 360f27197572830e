using System.CommandLine;
using System.Diagnostics;
using Cnn.Layers;
using Cnn.Reference.Benchmarks;
using Cnn.Reference.Cases;
using Cnn.Reference.Checking;
using Cnn.Reference.Checking.Levels;
using Cnn.Reference.Files;
using Cnn.Reference.Oracle;
using Cnn.Reference.Printing;
using Cnn.Reference.Processes;
using Spectre.Console;

namespace Cnn.Reference.Commands;

/// <summary><c>check</c>: our layers against libtorch, at every level, on the corpus, on random problems and on real images.</summary>
internal static class CheckCommand
{
    private const int FilterPatience = 1000; // random problems looked at for each one that a filter should let through

    public static Command Create()
    {
        var lines = new Argument<string[]>("case")
        {
            Description = "Only these problems, each a line such as " +
                $"\"conv n2 c6 h9 w12 o8 k3x2 s2x3 p2x1 d1x2 g2 float32\", or {ImagesCheck.Line}.",
            Arity = ArgumentArity.ZeroOrMore,
        };
        var file = Options.File("--file", "Only the problems of this text file, one a line; # begins a comment.");
        var cases = Options.Number("--cases", "How many random problems, beside the corpus.", byDefault: 1000, least: 0);
        var seed = Options.Number("--seed", "Where the random problems come from.", byDefault: 1, least: 0);
        var filter = Options.Text("--filter", "Only problems whose line holds this text.");
        var algorithm = Options.OneOf<Algorithm>("--algorithm", "Only these loops.");
        var level = Options.Word("--level", "Only this level.", [.. CheckSetup.Levels.Select(each => each.Word), ImagesCheck.Line]);
        var threads = Options.Threads(
            "How many threads each side may use; unless given, 1 to 3 where the fast loops are held against the literal ones.",
            byDefault: 1);
        var timeout = Options.Seconds(
            "--timeout", "How long one pass of one implementation may take before its process is ended; a kernel's call 10 s unless given.",
            byDefault: 300);
        var json = Options.File("--json", "Write the report to this file as well.");
        var list = new Option<bool>("--list") { Description = "Print the problems, one a line, and run none." };
        var why = new Option<bool>("--why")
        {
            Description = "Print which kernel computes each problem and why not those asked before it, and its schedules; run none.",
        };
        lines.Validators.Add(result =>
        {
            foreach (var token in result.Tokens)
            {
                if (!token.Value.StartsWith('-') && CheckLine.Refusal(token.Value) is { } refusal) result.AddError($"{refusal}.");
            }
        });

        var command = new Command(
            "check", "Compares every result of every layer with libtorch's: values, indices, gradients, second derivatives.")
        {
            lines, file, cases, seed, filter, algorithm, level, threads, timeout, json, list, why,
        };
        WrongArguments.RefuseOptions(command, lines);
        var kernel = new CheckKernel();
        kernel.AddTo(command, lines, cases, seed, timeout, json);
        var models = new CheckModels();
        models.AddTo(command, seed, threads, json);
        Options.Require(command, result =>
        {
            if (result.GetValue(list) && result.GetValue(why)) result.AddError($"{list.Name} and {why.Name}: one at a time.");
            if (result.GetValue(why))
            {
                if (result.GetResult(json) is not null) result.AddError($"{json.Name}: {why.Name} has no report.");
                if (result.GetValue(algorithm) == Algorithm.Literal)
                    result.AddError($"{algorithm.Name} literal: asks no other kernel, so there is nothing to tell.");
            }
            if (result.GetResult(file) is not null && result.GetResult(lines) is { Tokens.Count: > 0 })
                result.AddError($"{file.Name}: the problems come from the file or from the command line.");
            if (result.GetValue(level) == SameBitsLevel.OptionWord && result.GetValue(algorithm) is not null)
                result.AddError(
                    $"{level.Name} {SameBitsLevel.OptionWord}: holds the fast loops against the literal ones, " +
                    $"and {algorithm.Name} leaves one of them out.");
        });
        command.SetAction((parsed, cancel) =>
        {
            int? givenThreads = Options.Given(parsed, threads);
            if (models.AreAskedFor(parsed))
                return Task.FromResult(models.Run(parsed, parsed.GetValue(seed), givenThreads, parsed.GetValue(json), cancel));
            if (kernel.IsAskedFor(parsed))
                return Task.FromResult(kernel.Run(
                    parsed, Options.Given(parsed, cases), parsed.GetValue(seed),
                    Options.Given(parsed, timeout) is { } seconds ? TimeSpan.FromSeconds(seconds) : null,
                    parsed.GetValue(lines) ?? [], parsed.GetValue(json), cancel));
            var request = new Request(
                parsed.GetValue(lines) ?? [], parsed.GetValue(file), parsed.GetValue(cases), parsed.GetValue(seed), parsed.GetValue(filter),
                parsed.GetValue(algorithm), parsed.GetValue(level), givenThreads,
                TimeSpan.FromSeconds(parsed.GetValue(timeout)), parsed.GetValue(json));
            return Task.FromResult(
                parsed.GetValue(list) ? List(request, cancel) : parsed.GetValue(why) ? Why(request, cancel) : Run(request, cancel));
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

    private static int Why(Request request, CancellationToken cancel)
    {
        foreach (string line in request.Lines())
        {
            if (cancel.IsCancellationRequested) return ExitCodes.Stopped;
            if (line != ImagesCheck.Line) KernelExplanation.Print(line, CaseWords.Parse(line), AnsiConsole.Console);
            else foreach (var @case in ImagesCheck.Cases) KernelExplanation.Print($"{line}: {@case}", @case, AnsiConsole.Console);
        }
        return ExitCodes.Success;
    }

    private static int Run(Request request, CancellationToken cancel)
    {
        string[] lines = [.. request.Lines()];
        if (lines.Length == 0) throw new UsageException($"{request.WhatLeavesNothing}: no problem is left to check.");
        CheckMemory(lines);
        HiddenCaches.HoldOneDnn(); // the worker does it, this process says so

        using var file = ReportFile.Open(request.Json);
        var watch = Stopwatch.StartNew();
        using var supervisor = new Supervisor(request.Setup, request.Levels, request.Timeout, () => new WorkerProcess());
        ProgressBar.Run("check", lines, cancel, supervisor.Check);
        var report = new CheckReport(
            supervisor.Results, supervisor.Lines, request.Seed, request.Timeout, watch.Elapsed, Stopped: cancel.IsCancellationRequested);
        ReportFile.Deliver(file, () => report.Print(AnsiConsole.Console), () => report.Json);
        return report.ExitCode;
    }

    // Before anything is run: the system would kill the process, or another one.
    private static void CheckMemory(IEnumerable<string> lines)
    {
        long available = Memory.Available;
        foreach (string line in lines)
            if (line != ImagesCheck.Line && MemoryNeed.Of(CaseWords.Parse(line)) is var need && need > available)
                throw new UsageException(
                    $"\"{line}\": its tensors and libtorch's buffers take about {Figures.GibiBytes(need)}, " +
                    $"and {Figures.GibiBytes(available)} are free.");
    }

    private sealed record Request(
        string[] Given, FileInfo? File, int Cases, int Seed, string? Filter, Algorithm? Algorithm, string? Level, int? Threads,
        TimeSpan Timeout, FileInfo? Json)
    {
        /// <summary>What is compared.</summary>
        public CheckSetup Setup { get; } = new(
            [.. (Algorithm is { } only ? [only] : Enum.GetValues<Algorithm>()).Select(each => new CnnLayer(each).Name)], Threads, Seed);

        /// <summary>The levels.</summary>
        public IReadOnlyList<Level> Levels =>
        [
            .. Setup.CreateLevels().Where(
                level => Level is null ? Algorithm is null || level is not SameBitsLevel : level.Word == Level),
        ];

        /// <summary>The option that leaves no problem to run.</summary>
        public string WhatLeavesNothing => All().Any() ? $"--level {Level}" : Filter is null ? "--cases 0" : $"--filter \"{Filter}\"";

        /// <summary>The problems to run: those given, or the corpus, the images and the random ones.</summary>
        public IEnumerable<string> Lines() =>
            All().Where(line => Level is null || (Level == ImagesCheck.Line) == (line == ImagesCheck.Line));

        private IEnumerable<string> All()
        {
            if (Given.Length > 0) return Given.Where(Matches);
            if (File is not null) return CheckLine.Read(File).Where(Matches);
            var fixedLines = Corpus.All().Select(@case => @case.ToString()).Append(ImagesCheck.Line);
            var random = CaseGenerator.Cases(Seed).Select(@case => @case.ToString());
            int tries = Filter is null ? Cases : (int)Math.Min((long)Cases * FilterPatience, int.MaxValue);
            return fixedLines.Where(Matches).Concat(random.Take(tries).Where(Matches).Take(Cases));
        }

        private bool Matches(string line) => Filter is null || line.Contains(Filter, StringComparison.Ordinal);
    }
}
