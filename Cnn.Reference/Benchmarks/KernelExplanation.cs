using System.Globalization;
using Cnn.Layers.Kernels;
using Cnn.Reference.Cases;
using Cnn.Reference.Printing;
using Spectre.Console;
using static TorchSharp.torch;

namespace Cnn.Reference.Benchmarks;

/// <summary>
/// Which kernel computes a problem: those asked, in order, each with its reason to refuse; the last has none. Then its schedules, pass by
/// pass.
/// </summary>
internal static class KernelExplanation
{
    private const int Indent = 4;

    /// <summary>Asks the table of the problem's layer and type.</summary>
    public static IEnumerable<(string Name, string? Refusal)> Of(Case @case) => Ask(@case, new Kernels());

    /// <summary>The schedules of the kernel that computes a problem; none where it has one way only.</summary>
    public static IReadOnlyList<ScheduleAnswer> Of(Case @case, KernelPass pass) => Ask(@case, new Schedules(pass));

    /// <summary>Prints a problem, its kernel, below it what was asked before, and its schedules.</summary>
    /// <param name="line">What the problem is called.</param>
    /// <param name="case">The problem.</param>
    /// <param name="console">Where to.</param>
    public static void Print(string line, Case @case, IAnsiConsole console)
    {
        var asked = Of(@case).ToList();
        console.Say($"{line}: {asked[^1].Name}", Indent);
        foreach (var (name, refusal) in asked.SkipLast(1)) console.Say($"    not {name}: {refusal}", 2 * Indent);
        foreach (var pass in Enum.GetValues<KernelPass>())
            foreach (var answer in Of(@case, pass)) console.Say($"    {Words(pass)}: {Words(answer)}", 2 * Indent);
    }

    /// <summary>A pass, in words.</summary>
    public static string Words(KernelPass pass) => pass switch
    {
        KernelPass.Forward => "forward",
        KernelPass.GradInput => "input gradient",
        _ => "weight gradient",
    };

    private static string Words(ScheduleAnswer answer)
    {
        if (answer.Refusal is { } refusal) return $"not {answer.Name}: {refusal}";
        string estimate = answer.Efficiency is { } share
            ? string.Create(CultureInfo.InvariantCulture, $", estimated at {share:P0} of the limit") : "";
        if (!answer.IsChosen) return $"not {answer.Name}{(estimate.Length > 0 ? estimate : ": another comes first")}";
        if (answer.Tiling is not { } tiling) return answer.Name;
        var (mr, nr, filters, block) = tiling;
        return $"{answer.Name}{estimate}; tile {mr} x {nr}, block of {Figures.Count(block.N, "image")}, " +
            $"{Figures.Count(filters, "filter")}, {Figures.Count(block.C, "channel")}, {block.H} x {block.W} windows";
    }

    private static TAnswer Ask<TAnswer>(Case @case, IQuestion<TAnswer> question) => @case.Kind switch
    {
        LayerKind.Conv when @case.DType == ScalarType.Float64 => question.Ask(KernelTables<double>.Conv2D, @case.ConvGeometry()),
        LayerKind.Conv => question.Ask(KernelTables<float>.Conv2D, @case.ConvGeometry()), // the 16-bit types are computed in float
        LayerKind.Max when !@case.IsReal => question.Ask(MaxPool2DKernels<long>.Table, @case.PoolGeometry()), // as for every integer
        LayerKind.Max when @case.DType == ScalarType.Float64 => question.Ask(MaxPool2DKernels<double>.Table, @case.PoolGeometry()),
        LayerKind.Max => question.Ask(MaxPool2DKernels<float>.Table, @case.PoolGeometry()),
        LayerKind.Adaptive when @case.DType == ScalarType.Float64 =>
            question.Ask(KernelTables<double>.AdaptiveAvgPool2D, @case.AdaptiveGeometry()),
        LayerKind.Adaptive => question.Ask(KernelTables<float>.AdaptiveAvgPool2D, @case.AdaptiveGeometry()),
        _ when @case.DType == ScalarType.Float64 => question.Ask(KernelTables<double>.AvgPool2D, @case.PoolGeometry()),
        _ => question.Ask(KernelTables<float>.AvgPool2D, @case.PoolGeometry()),
    };

    /// <summary>What is asked of a table, whatever its kernels compute.</summary>
    private interface IQuestion<TAnswer>
    {
        TAnswer Ask<TKernel, TGeometry>(KernelTable<TKernel, TGeometry> table, TGeometry geometry) where TKernel : IKernel<TGeometry>;
    }

    private sealed class Kernels : IQuestion<IEnumerable<(string Name, string? Refusal)>>
    {
        public IEnumerable<(string Name, string? Refusal)> Ask<TKernel, TGeometry>(
            KernelTable<TKernel, TGeometry> table, TGeometry geometry) where TKernel : IKernel<TGeometry> => table.Explain(geometry);
    }

    private sealed class Schedules(KernelPass pass) : IQuestion<IReadOnlyList<ScheduleAnswer>>
    {
        public IReadOnlyList<ScheduleAnswer> Ask<TKernel, TGeometry>(
            KernelTable<TKernel, TGeometry> table, TGeometry geometry) where TKernel : IKernel<TGeometry> =>
            table.Choose(Cnn.Layers.Algorithm.Fast, geometry).Kernel.Schedules(geometry, pass);
    }
}
