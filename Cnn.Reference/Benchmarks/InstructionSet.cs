using System.Runtime.Intrinsics.X86;

namespace Cnn.Reference.Benchmarks;

/// <summary>
/// An instruction set that both sides can be held to by variables of the environment, which are read as a process starts.
/// </summary>
/// <param name="Name">What oneDNN calls it, in small letters.</param>
/// <param name="IsThere">Whether this process may use it.</param>
/// <param name="Variables">What holds a process to it: .NET, and oneDNN, ATen and MKL in libtorch.</param>
internal sealed record InstructionSet(string Name, bool IsThere, IReadOnlyList<(string Name, string Value)> Variables)
{
    private const string OneDnn = "ONEDNN_MAX_CPU_ISA", Aten = "ATEN_CPU_CAPABILITY", Mkl = "MKL_ENABLE_INSTRUCTIONS";
    private const int VendorOfIntel = 0x756E6547; // "Genu"

    /// <summary>All, from the narrowest registers to the widest.</summary>
    public static IReadOnlyList<InstructionSet> All { get; } =
    [
        // Without AVX there are no fused multiply-adds: ours call a function for each.
        new("sse41", Sse41.IsSupported, [("DOTNET_EnableAVX", "0"), (OneDnn, "SSE41"), (Aten, "default"), .. MklWithoutAvx()]),
        new("avx2", Avx2.IsSupported, [("DOTNET_EnableAVX512", "0"), (OneDnn, "AVX2"), (Aten, "avx2"), (Mkl, "AVX2")]),
        new("avx512", Avx512F.IsSupported, [(OneDnn, "AVX512_CORE"), (Aten, "avx512"), (Mkl, "AVX512")]),
    ];

    /// <summary>Those that there are here.</summary>
    public static IReadOnlyList<InstructionSet> Here => [.. All.Where(set => set.IsThere)];

    // Off Intel's processors, MKL uses AVX2 whatever it is told to enable; its reproducible mode does not.
    private static IEnumerable<(string, string)> MklWithoutAvx()
    {
        yield return (Mkl, "SSE4_2");
        if (X86Base.IsSupported && X86Base.CpuId(0, 0).Ebx != VendorOfIntel) yield return ("MKL_CBWR", "COMPATIBLE");
    }
}
