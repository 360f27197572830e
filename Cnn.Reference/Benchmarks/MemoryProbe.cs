using System.Diagnostics;
using System.Globalization;
using Cnn.Layers;
using Cnn.Reference.Cases;
using Cnn.Reference.Oracle;
using Cnn.Reference.Processes;
using TorchSharp;
using static TorchSharp.torch;

namespace Cnn.Reference.Benchmarks;

/// <summary>
/// Measures one call's memory in a process of its own, where nothing else happens: the program starts itself with a hidden
/// option, and the new process prints a number of bytes.
/// </summary>
internal static class MemoryProbe
{
    /// <summary>The hidden option; what follows it is a word for what to measure, one for the layer, and a case.</summary>
    public const string Option = "--probe";

    private const string PeakOfACall = "peak", GrowthOfManyCalls = "growth", Libtorch = "libtorch";
    private const int ManyCalls = 1000;
    private const double MostBytes = 1 << 20, MostOperations = 1e8; // of a row that is called a thousand times

    /// <summary>Why a problem cannot be measured; null where it can.</summary>
    public static string? Refusal(Case @case) =>
        @case.Layout == Layout.Contiguous ? null : $"is {CaseWords.NameOf(@case.Layout)}: only contiguous tensors are measured";

    /// <summary>Whether a row can be called a thousand times, forward and backward, in a moment.</summary>
    public static bool IsSmall(BenchmarkRow row) =>
        row.Passes.HasFlag(Pass.Backward) && row.Bytes(Pass.Forward) <= MostBytes && row.Operations(Pass.Forward) <= MostOperations;

    /// <summary>How much the memory of the process has at its peak, beyond what it had before and the output, during one forward
    /// pass.</summary>
    /// <param name="case">The problem.</param>
    /// <param name="algorithm">Our loops; null for libtorch.</param>
    /// <param name="threads">How many threads a side may use.</param>
    public static long Peak(Case @case, Algorithm? algorithm, int threads) => Start(PeakOfACall, @case, algorithm, threads);

    /// <summary>How much larger the process is after a thousand calls, forward and backward.</summary>
    /// <inheritdoc cref="Peak" path="/param"/>
    public static long Growth(Case @case, Algorithm? algorithm, int threads) => Start(GrowthOfManyCalls, @case, algorithm, threads);

    /// <summary>The part of the new process: does what the option's words say, and gives the bytes.</summary>
    public static long Measure(string words)
    {
        string[] parts = words.Split(' ', 3);
        ILayer layer = parts[1] == Libtorch
            ? new LibtorchLayer(winners: false)
            : new CnnLayer(Enum.Parse<Algorithm>(parts[1], ignoreCase: true), winners: false);
        var row = new BenchmarkRow("probe", CaseWords.Parse(parts[2]));
        return parts[0] == PeakOfACall ? MeasurePeak(layer, row) : MeasureGrowth(layer, row);
    }

    private static long MeasurePeak(ILayer layer, BenchmarkRow row)
    {
        // Code, tables and threads are loaded by now, but no buffer has its size yet.
        WarmUp.Run([layer], [row], Pass.Forward);
        var @case = row.Case;
        // Numbers from libtorch itself: the copies that a Problem makes on its way would leave holes in the heap.
        using var input = rand([@case.N, @case.C, @case.H, @case.W], @case.DType);
        using var weight = @case.Kind == LayerKind.Conv
            ? rand([@case.O, @case.C / @case.Groups, @case.Kernel.H, @case.Kernel.W], @case.DType) : null;
        using var bias = @case is { Kind: LayerKind.Conv, Bias: true } ? rand([@case.O], @case.DType) : null;
        using var recording = no_grad();
        ProcessMemory.Settle();
        ProcessMemory.ResetPeak();
        long before = ProcessMemory.Resident;
        var (output, _) = layer.Forward(@case, input, weight, bias);
        long peak = ProcessMemory.Peak;
        output.Dispose();
        return peak - before - row.OutputBytes;
    }

    private static long MeasureGrowth(ILayer layer, BenchmarkRow row)
    {
        WarmUp.Run([layer], [row], Pass.Backward);
        using var problem = new Problem(row.Case, Numbers.Real);
        using var contestant = new Contestant(layer, problem, Pass.Backward);
        contestant.Run(ManyCalls); // every pool of memory is filled once
        ProcessMemory.Settle();
        long before = ProcessMemory.Resident;
        contestant.Run(ManyCalls);
        ProcessMemory.Settle();
        return ProcessMemory.Resident - before;
    }

    private static long Start(string what, Case @case, Algorithm? algorithm, int threads)
    {
        string layer = algorithm?.ToString().ToLowerInvariant() ?? Libtorch;
        using var process = Process.Start(
            OwnProgram.Start("bench", Option, $"{what} {layer} {@case}", "--threads", threads.ToString(CultureInfo.InvariantCulture)))!;
        process.StandardInput.Close();
        var error = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        const NumberStyles number = NumberStyles.AllowLeadingSign | NumberStyles.AllowTrailingWhite;
        if (process.ExitCode == 0 && long.TryParse(output, number, CultureInfo.InvariantCulture, out long bytes)) return bytes;
        throw new InvalidOperationException($"The process that measures \"{@case}\" ended with {process.ExitCode}: {error.Result.Trim()}");
    }
}
