using System.Diagnostics;
using System.Runtime.InteropServices;
using Cnn.Layers;
using Cnn.Reference.Cases;
using Cnn.Reference.Checking;
using Cnn.Reference.Checking.Levels;
using Cnn.Reference.Oracle;
using Cnn.Reference.Processes;
using TorchSharp;

namespace Cnn.Reference.Loading;

/// <summary>What a try to use libtorch has come to, as far as it went.</summary>
/// <param name="Step">What was done last.</param>
/// <param name="Tensor">Whether a tensor was made.</param>
/// <param name="Threads">How many threads libtorch uses by itself.</param>
/// <param name="Files">The native files of TorchSharp and libtorch that were loaded.</param>
/// <param name="Caches">What was done about a processor's hidden caches; null where nothing had to be.</param>
/// <param name="Equal">Whether a small convolution and its gradients were the same on both sides.</param>
/// <param name="Words">What an exception, or the loader, has said.</param>
internal sealed record LoadOutcome(
    string Step, bool Tensor = false, int? Threads = null, IReadOnlyList<string>? Files = null, string? Caches = null, bool? Equal = null,
    string? Words = null)
{
    /// <summary>How the process has ended that tried it; null where it came to its end.</summary>
    public Death? Death { get; init; }

    /// <summary>Whether libtorch can be used.</summary>
    public bool Works => Tensor && Equal == true && Death is null;
}

/// <summary>Tries to load libtorch in a process of its own, whose end is not ours: the loader may end it, and libtorch too.</summary>
internal static class LoadProbe
{
    /// <summary>The hidden option that makes of the program such a process.</summary>
    public const string Option = "--probe";

    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(2); // half a gigabyte is read from a disk that may be slow

    // Nothing of it is even, or alike in both directions.
    private const string Convolution = "conv n2 c4 h9 w12 o6 k3x2 s2x3 p2x1 d1x2 g2 float32 seed1";

    /// <summary>The part of the new process: says each step before it begins, as a line of its own.</summary>
    public static int Try()
    {
        using var output = Console.OpenStandardOutput();
        var outcome = new LoadOutcome("loading libtorch");
        Say();
        try
        {
            HiddenCaches.HoldOneDnn();
            MakeTensor();
            outcome = outcome with
            {
                Tensor = true,
                Threads = torch.get_num_threads(),
                Files = [.. SystemLibraries.Loaded().Where(IsOfLibtorch)],
                Caches = HiddenCaches.Remedy,
                Step = "computing a small convolution on both sides",
            };
            Say();
            var checker = new Checker([new ExactLevel()], [new CnnLayer(Algorithm.Fast)]);
            checker.Check(CaseWords.Parse(Convolution));
            var failures = checker.Results.Failures;
            outcome = outcome with
            {
                Equal = failures.Count == 0 && checker.Results.NotCompared.Count == 0,
                Words = failures.Count > 0 ? $"{failures[0].Part}: {failures[0].Sentence}" : null,
            };
        }
        catch (Exception exception)
        {
            outcome = outcome with { Words = WordsOf(exception) };
        }
        Say();
        return 0;

        void Say() => Messages.Send(output, outcome);
    }

    /// <summary>Has a new process try, and gives what it came to.</summary>
    public static LoadOutcome Run()
    {
        using var process = Process.Start(OwnProgram.Start("doctor", Option))!;
        process.StandardInput.Close();
        var error = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEndAsync();
        bool ended = process.WaitForExit(Limit);
        if (!ended) process.Kill(entireProcessTree: true);
        process.WaitForExit();
        var outcome = output.Result.Split('\n').Where(Messages.Is).Select(Messages.Parse<LoadOutcome>)
            .LastOrDefault(said => said is not null)
            ?? new LoadOutcome("starting the program once more");
        return ended && process.ExitCode == 0 ? outcome
            : outcome with
            {
                Death = new(ended ? process.ExitCode : null, Limit, error.Result),
                Words = outcome.Words ?? LastLine(error.Result),
            };
    }

    private static void MakeTensor()
    {
        using var tensor = torch.tensor([2.0, 3.0]);
        if (tensor.sum().item<double>() != 5) throw new InvalidOperationException("2 + 3 is not 5 in a tensor");
    }

    // TorchSharp blames a missing reference, whatever the loader has said; so the loader is asked once more.
    private static string WordsOf(Exception exception)
    {
        try
        {
            NativeLibrary.Load(NativeSearch.Candidates() is [var first, ..] ? first : "LibTorchSharp");
            return exception.GetBaseException().Message;
        }
        catch (Exception said) when (said is DllNotFoundException or BadImageFormatException)
        {
            return said.Message;
        }
    }

    private static bool IsOfLibtorch(string path) =>
        Path.GetFileName(path) is var name
        && ((string[])["torch", "Torch", "libc10", "gomp"]).Any(part => name.Contains(part, StringComparison.Ordinal))
        && !name.EndsWith(".dll", StringComparison.Ordinal);

    private static string? LastLine(string text) => text.Split('\n').LastOrDefault(line => line.Trim().Length > 0)?.Trim();
}
