using System.CommandLine;
using System.Globalization;
using Cnn.Reference.Cases;
using Cnn.Reference.Checking;
using Cnn.Reference.Files;
using Cnn.Reference.KernelChecking;
using Cnn.Reference.Oracle;
using Cnn.Reference.Printing;
using Cnn.Reference.Processes;

namespace Cnn.Reference.Commands;

/// <summary><c>check --kernel</c>: a kernel of the user's own, always in a process of its own.</summary>
internal sealed class CheckKernel
{
    private static readonly (string Word, Func<KernelCheckOptions, KernelCheckOptions> Without)[] Claims =
    [
        ("groups", o => o with { Groups = false }),
        ("dilation", o => o with { Dilation = false }),
        ("stride", o => o with { Stride = false }),
        ("padding", o => o with { Padding = false }),
        ("rectangular", o => o with { Rectangular = false }),
        ("batch", o => o with { Batch = false }),
        ("bias", o => o with { Bias = false }),
        ("ceil_mode", o => o with { CeilMode = false }),
        ("count_include_pad", o => o with { CountIncludePad = false }),
        ("divisor_override", o => o with { DivisorOverride = false }),
        ("views", o => o with { Views = false }),
        ("unbatched", o => o with { Unbatched = false }),
        ("nan", o => o with { NonFinite = false }),
        ("exact", o => o with { Exact = false }),
        .. new KernelCheckOptions().DTypes.Select(type => (CaseWords.NameOf(type), Without(type))),
    ];

    // What the library calls it, where that is another word.
    private const string NanOfTheLibrary = "nonfinite", Nan = "nan";

    private readonly Option<FileInfo?> assembly = Options.File(
        "--kernel",
        "A kernel of your own instead, of this assembly: held against libtorch's layer. It runs in a process of its own, where a crash, " +
        "a hang and (over spans, on Linux) a read or write out of bounds is a failure with its case. Beside it go problems, --cases, " +
        "--seed, --timeout and --json; --list, --filter, --file and --level are those of our own layers.");

    private readonly Option<string?> method = new("--method")
    {
        Description = "With --kernel: a static method with the parameters of one of the delegates of KernelCheck, tensors or spans.",
        HelpName = "Namespace.Type.Method",
    };

    private readonly Option<string?> kernelSize = new("--kernel-size")
    {
        Description = "With --kernel: the only size of window that it takes.",
        HelpName = "HxW",
    };

    private readonly Option<string[]> notClaimed = new("--without")
    {
        Description = "With --kernel: what it does not claim.",
        HelpName = $"{string.Join('|', Claims.Select(claim => claim.Word))},...",
        CustomParser = result =>
        {
            string[] words = [.. result.Tokens.SelectMany(token => token.Value.Split(',', StringSplitOptions.RemoveEmptyEntries))];
            string known = string.Join(", ", Claims.Select(claim => claim.Word));
            string?[] meant = [.. words.Select(Meant)];
            foreach (var (word, claim) in words.Zip(meant))
                if (claim is null) result.AddError($"--without {word}: must be some of {known}, with commas between.");
            return [.. meant.OfType<string>()];
        },
    };

    // Dilation and CeilMode, as the library has them, are dilation and ceil_mode.
    private static string? Meant(string word)
    {
        string plain = Plain(word);
        if (plain == NanOfTheLibrary) plain = Nan;
        return Claims.Select(claim => claim.Word).FirstOrDefault(claim => Plain(claim) == plain);

        static string Plain(string text) => text.Replace("_", "", StringComparison.Ordinal).ToLowerInvariant();
    }

    /// <summary>Adds the options to a command.</summary>
    /// <param name="command">The command.</param>
    /// <param name="shared">What of it counts for a kernel as well; anything else is refused beside one.</param>
    public void AddTo(Command command, params IReadOnlyList<Symbol> shared)
    {
        Options.AddMode(command, assembly, [method, kernelSize, notClaimed], shared);
        Options.Require(command, result =>
        {
            if (Options.IsGiven(result, assembly) && !Options.IsGiven(result, method))
                result.AddError($"{assembly.Name}: {method.Name} must say which of its methods.");
        });
    }

    /// <summary>Whether a kernel is asked for.</summary>
    public bool IsAskedFor(ParseResult parsed) => parsed.GetValue(assembly) is not null;

    /// <summary>Checks the kernel that is asked for.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="cases">How many random problems; null for as many as is usual.</param>
    /// <param name="seed">Where they come from.</param>
    /// <param name="timeout">How long one call may take; null for as long as is usual.</param>
    /// <param name="lines">Only these problems; none for the corpus and random ones.</param>
    /// <param name="json">Where the report is written as well; null for nowhere.</param>
    /// <param name="cancel">Stops it.</param>
    /// <returns>The exit code.</returns>
    public int Run(ParseResult parsed, int? cases, int seed, TimeSpan? timeout, string[] lines, FileInfo? json, CancellationToken cancel)
    {
        HiddenCaches.Prepare();
        var name = NameOf(parsed.GetValue(assembly)!, parsed.GetValue(method)!);
        var options = new KernelCheckOptions { OwnProcess = true, Seed = seed };
        options = options with { Cases = cases ?? options.Cases, Timeout = timeout ?? options.Timeout };
        foreach (string word in parsed.GetValue(notClaimed) ?? []) options = Claims.First(claim => claim.Word == word).Without(options);

        if (parsed.GetValue(kernelSize) is { } size) options = options with { KernelSize = SizeOf(size) };

        options = options with { Only = lines };
        var (kernel, problems) = Load(name, options);
        using var file = ReportFile.Open(json);
        using var runner = new WorkerTrialRunner(name, options.Exact, options.Timeout, () => new WorkerProcess(cancel));
        var session = new KernelSession(kernel, options, runner, NotesOn(kernel));
        try
        {
            ProgressBar.Run("check", problems.Cases, cancel, session.Put);
            var report = session.Finish(problems, stopped: cancel.IsCancellationRequested);
            ReportFile.Deliver(file, () => Print(report, parsed), () => KernelReportText.Json(report.Findings));
            return ExitCodeOf(report.Findings);
        }
        catch (KernelDependencyException exception)
        {
            throw new UsageException($"--kernel {parsed.GetValue(assembly)}: {exception.Message}");
        }
    }

    private static IReadOnlyList<string> NotesOn(Kernel kernel) => kernel.Yours.Method is { IsGenericMethod: true } method
        ? [$"{method.Name} is generic: it is checked with spans of {CaseWords.NameOf(kernel.OnlyType!.Value)}; a method that calls it " +
            "with another type is checked with that"]
        : [];

    private static KernelName NameOf(FileInfo file, string method)
    {
        int dot = method.LastIndexOf('.');
        if (dot <= 0 || dot == method.Length - 1) throw new UsageException($"--method {method}: must be Namespace.Type.Method.");
        return new(file.FullName, method[..dot], method[(dot + 1)..]);
    }

    private (long H, long W) SizeOf(string text) =>
        text.Split('x') is [var height, var width] && Size(height) is { } h && Size(width) is { } w
            ? (h, w)
            : throw new UsageException(
                $"{kernelSize.Name} {text}: must be height x width, such as 3x3, each from 1 to {OptionRules.MostKernelSize}.");

    private static long? Size(string text) =>
        long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out long size)
            && size is >= 1 and <= OptionRules.MostKernelSize ? size : null;

    private static (Kernel, KernelCases) Load(KernelName name, KernelCheckOptions options)
    {
        try
        {
            var kernel = name.Load();
            OptionRules.Check(kernel, options);
            return (kernel, new(kernel, options));
        }
        catch (Exception exception) when (exception is KernelNameException or ArgumentException)
        {
            throw new UsageException(exception.Message.Split(" (Parameter")[0]);
        }
    }

    private void Print(KernelReport report, ParseResult parsed)
    {
        Console.Out.WriteLine(KernelReportText.Of(report.Findings, Terminal.Width));
        if (report.Findings.Found is { Lines: { Count: > 0 } lines })
            Console.Out.WriteLine($"\nAs a command:\n\n{Command(lines, parsed)}");
        if (report.Smallest is { XunitTest.Length: > 0 } smallest)
            Console.Out.WriteLine($"\nAs a test:\n\n{smallest.XunitTest.TrimEnd()}");
    }

    // To copy: not folded.
    private string Command(IReadOnlyList<string> lines, ParseResult parsed)
    {
        string[] without = parsed.GetValue(notClaimed) ?? [];
        string claims = without.Length > 0 ? $" {notClaimed.Name} {string.Join(',', without)}" : "";
        string size = parsed.GetValue(kernelSize) is { } only ? $" {kernelSize.Name} {only}" : "";
        return $"check {string.Join(' ', lines.Select(line => $"\"{line}\""))} {assembly.Name} \"{parsed.GetValue(assembly)}\" " +
            $"{method.Name} {parsed.GetValue(method)}{size}{claims}";
    }

    private static int ExitCodeOf(KernelFindings findings) =>
        findings.Stopped ? ExitCodes.Stopped
        : findings.Failed > 0 || !findings.HasCompared ? ExitCodes.Mismatch
        : findings.NotCompared > 0 ? ExitCodes.NotAllCompared
        : ExitCodes.Success;

    private static Func<KernelCheckOptions, KernelCheckOptions> Without(TorchSharp.torch.ScalarType type) =>
        options => options with { DTypes = [.. options.DTypes.Where(each => each != type)] };
}
