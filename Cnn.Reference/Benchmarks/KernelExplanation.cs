using Cnn.Layers.Kernels;
using Cnn.Reference.Cases;
using Cnn.Reference.Printing;
using Spectre.Console;
using static TorchSharp.torch;

namespace Cnn.Reference.Benchmarks;

/// <summary>Which kernel computes a problem: those asked, in order, each with its reason to refuse; the last has none.</summary>
internal static class KernelExplanation
{
    private const int Indent = 4;

    /// <summary>Asks the table of the problem's layer and type.</summary>
    public static IEnumerable<(string Name, string? Refusal)> Of(Case @case) => @case.Kind switch
    {
        LayerKind.Conv when @case.DType == ScalarType.Float64 => KernelTables<double>.Conv2D.Explain(@case.ConvGeometry()),
        LayerKind.Conv => KernelTables<float>.Conv2D.Explain(@case.ConvGeometry()), // the 16-bit types are computed in float
        LayerKind.Max when @case.DType == ScalarType.Float64 => MaxPool2DKernels<double>.Table.Explain(@case.PoolGeometry()),
        LayerKind.Max => MaxPool2DKernels<float>.Table.Explain(@case.PoolGeometry()),
        LayerKind.Adaptive when @case.DType == ScalarType.Float64 =>
            KernelTables<double>.AdaptiveAvgPool2D.Explain(@case.AdaptiveGeometry()),
        LayerKind.Adaptive => KernelTables<float>.AdaptiveAvgPool2D.Explain(@case.AdaptiveGeometry()),
        _ when @case.DType == ScalarType.Float64 => KernelTables<double>.AvgPool2D.Explain(@case.PoolGeometry()),
        _ => KernelTables<float>.AvgPool2D.Explain(@case.PoolGeometry()),
    };

    /// <summary>Prints a row, its kernel, and below it what was asked before.</summary>
    public static void Print(BenchmarkRow row, IAnsiConsole console)
    {
        var asked = Of(row.Case).ToList();
        console.Say($"{row}: {asked[^1].Name}", Indent);
        foreach (var (name, refusal) in asked.SkipLast(1)) console.Say($"    not {name}: {refusal}", 2 * Indent);
    }
}
