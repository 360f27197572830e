using Cnn.Layers;
using Cnn.Reference.Benchmarks;

namespace Cnn.Tests.Benchmarks;

public class SidesTests
{
    private static readonly string[] ofIntel =
    [
        "onednn_verbose,v1,info,oneDNN v3.7.1 (commit 8d263e693366ef8db40acc569cc7d8edf644556d)",
        "onednn_verbose,v1,info,cpu,runtime:OpenMP,nthr:1",
        "onednn_verbose,v1,info,cpu,isa:Intel AVX-512 with AVX512BW, AVX512VL, and AVX512DQ extensions",
        "onednn_verbose,v1,primitive,exec,cpu,convolution,jit:avx512_core,forward_training,src:f32:a:blocked:aBcd16b::f0",
        "MKL_VERBOSE oneMKL 2024.0 Update 2 Product build 20240605 for Intel(R) 64 architecture " +
            "Intel(R) Advanced Vector Extensions 512 (Intel(R) AVX-512) enabled processors, Lnx 2.10GHz lp64 gnu_thread",
        "MKL_VERBOSE SGEMM(N,N,32,32,32,0x7ffd944cc430,0x560dc54a89c0,32,0x560dc54a89c0,32,0x7ffd944cc450,0x560dc54ecac0,32) 3.11ms",
        "aten AVX512",
    ];

    private const string NotIntel =
        "MKL_VERBOSE oneMKL 2024.0 Update 2 Product build 20240605 for Intel(R) 64 architecture " +
        "Intel(R) Architecture processors, Lnx 2.10GHz";

    [Theory]
    [InlineData("\n")]
    [InlineData("\r\n")]
    public void WhatLibtorchsPartsSayIsRead(string newLine)
    {
        var told = LibtorchKernels.Read(string.Join(newLine, ofIntel));
        Assert.Equal("Intel AVX-512 with AVX512BW, AVX512VL, and AVX512DQ extensions", told.OneDnn);
        Assert.Equal("AVX512", told.Aten);
        Assert.Equal("Intel(R) Advanced Vector Extensions 512 (Intel(R) AVX-512)", told.Mkl);
    }

    [Fact]
    public void WhatIsNotSaidIsNotKnown()
    {
        Assert.Equal(new LibtorchKernels(null, null, null), LibtorchKernels.Read(NotIntel));
        var sides = new Sides(Algorithm.Literal, 512, new("Intel AVX2", null, null), HeldTo: null);
        Assert.Equal("Kernels: ours literal; libtorch's oneDNN (Intel AVX2), ATen (not known), MKL (not known).", sides.Sentence);
    }

    [Fact]
    public void WhatBothAreHeldToIsSaid()
    {
        var set = InstructionSet.All.Single(each => each.Name == "avx2");
        Assert.Equal("Kernels, held to avx2: ours fast, 256 bits.", new Sides(Algorithm.Fast, 256, null, set).Sentence);
        Assert.Equal(
            ["DOTNET_EnableAVX512=0", "ONEDNN_MAX_CPU_ISA=AVX2", "ATEN_CPU_CAPABILITY=avx2", "MKL_ENABLE_INSTRUCTIONS=AVX2"],
            set.Variables.Select(variable => $"{variable.Name}={variable.Value}"));
    }
}
