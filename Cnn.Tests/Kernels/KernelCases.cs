using Cnn.Layers.Geometry;
using Cnn.Reference.Cases;
using Cnn.Reference.Oracle;

namespace Cnn.Tests.Kernels;

/// <summary>Problems for kernels: cases whose line, printed by a failing test, parses back to the same problem.</summary>
internal static class KernelCases
{
    /// <summary>Random cases, the same for every run.</summary>
    public static IEnumerable<Case> Random<T>(int count, Func<Case, bool> filter) where T : unmanaged =>
        CaseGenerator.Cases(seed: 10).Where(filter).Take(count).Select(@case => @case with { DType = LibtorchMemory.TypeOf<T>() });

    /// <summary>Chosen cases, and then random ones.</summary>
    public static IEnumerable<Case> Many<T>(LayerKind kind, int random, params string[] chosen) where T : unmanaged =>
        chosen.Select(line => CaseWords.Parse(line) with { DType = LibtorchMemory.TypeOf<T>() })
            .Concat(Random<T>(random, @case => @case.Kind == kind));

    /// <summary>The geometry of a pool's case.</summary>
    public static Pool2DGeometry PoolOf(Case @case) => Pool2DGeometry.Create(
        new(@case.N, @case.C, @case.H, @case.W), @case.Kernel, @case.Stride, @case.Padding, @case.Dilation, @case.CeilMode,
            @case.CountIncludePad,
        @case.DivisorOverride);
}
