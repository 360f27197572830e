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
        LayerKind.Conv when @case.DType == ScalarType.Float64 => Conv2DKernel<double>.Table.Explain(@case.ConvGeometry()),
        LayerKind.Conv => Conv2DKernel<float>.Table.Explain(@case.ConvGeometry()), // the 16-bit types are computed in float
        LayerKind.Max when @case.DType == ScalarType.Float64 => MaxPool2DKernel<double>.Table.Explain(@case.PoolGeometry()),
        LayerKind.Max => MaxPool2DKernel<float>.Table.Explain(@case.PoolGeometry()),
        LayerKind.Adaptive when @case.DType == ScalarType.Float64 =>
            AdaptiveAvgPool2DKernel<double>.Table.Explain(@case.AdaptiveGeometry()),
        LayerKind.Adaptive => AdaptiveAvgPool2DKernel<float>.Table.Explain(@case.AdaptiveGeometry()),
        _ when @case.DType == ScalarType.Float64 => AvgPool2DKernel<double>.Table.Explain(@case.PoolGeometry()),
        _ => AvgPool2DKernel<float>.Table.Explain(@case.PoolGeometry()),
    };

    /// <summary>Prints a row, its kernel, and below it what was asked before.</summary>
    public static void Print(BenchmarkRow row, IAnsiConsole console)
    {
        var asked = Of(row.Case).ToList();
        console.Say($"{row}: {asked[^1].Name}", Indent);
        foreach (var (name, refusal) in asked.SkipLast(1)) console.Say($"    not {name}: {refusal}", 2 * Indent);
    }
}
