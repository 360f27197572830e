using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.X86;
using TorchSharp;

namespace Cnn.Reference.Oracle;

/// <summary>
/// Some virtual machines hide the caches of an AMD processor. On one of them, with AVX-512, those kernels of oneDNN
/// that use AVX gave wrong sums where channels do not fill whole registers (libtorch 2.10, oneDNN 3.7), and its kernels for
/// SSE 4.1 right ones; most likely because it takes a cache that is not described for one byte large, and sizes its blocks by
/// it. NNPACK, which libtorch asks besides, could not begin there either, and libtorch warned of that again and again.
/// </summary>
internal static class HiddenCaches
{
    /// <summary>The variable that holds oneDNN to an instruction set, and the one whose kernels are right.</summary>
    public const string Variable = "ONEDNN_MAX_CPU_ISA", Sse41 = "SSE41"; // what a user may set as well, see oneDNN's documentation

    private const string Cause =
        "this machine hides the caches of its processor, and libtorch's wider kernels were seen to be wrong without their sizes";

    private const int CacheLeaf = unchecked((int)0x8000001D); // of CPUID, on AMD: one cache for each subleaf
    private const int VendorOfAmd = 0x68747541; // "Auth"

    /// <summary>The setting that holds oneDNN to its right kernels.</summary>
    public const string Setting = $"{Variable}={Sse41}";

    /// <summary>What has been done about it, in a sentence; null where nothing had to be.</summary>
    public static string? Remedy { get; private set; }

    /// <summary>
    /// What to do where libtorch was not held, because it is timed as it is, and results differ; null where nothing is hidden, or a user's
    /// setting stands.
    /// </summary>
    public static string? Advice => Remedy is null && AreHidden() && Environment.GetEnvironmentVariable(Variable) is null
        ? $"{Cause}: with {Setting} in the environment it takes the right ones" : null;

    /// <summary>Both of the below: for who computes with libtorch's layers in this process, and shows what comes out.</summary>
    public static void Prepare()
    {
        HoldOneDnn();
        QuietWarnings();
    }

    /// <summary>Holds oneDNN to its right kernels. Has an effect before libtorch's first convolution; a user's own setting
    /// stands.</summary>
    public static void HoldOneDnn()
    {
        if (!AreHidden() || Environment.GetEnvironmentVariable(Variable) is not null) return;
        if (!NativeEnvironment.Set(Variable, Sse41)) return;
        Remedy = $"{Cause}: {Setting} holds it to the right ones";
    }

    /// <summary>Has libtorch log errors only: NNPACK's warning would come hundreds of times.</summary>
    public static void QuietWarnings()
    {
        const int error = 2;
        if (!AreHidden()) return;
        torch.get_num_threads(); // loads libtorch
        if (NativeLibrary.TryLoad("libc10.so", out nint library)
            && NativeLibrary.TryGetExport(library, "FLAGS_caffe2_log_level", out nint level))
            Marshal.WriteInt32(level, error);
    }

    /// <summary>Whether this machine hides the caches of an AMD processor.</summary>
    public static bool AreHidden()
    {
        if (!OperatingSystem.IsLinux() || !X86Base.IsSupported || X86Base.CpuId(0, 0).Ebx != VendorOfAmd) return false;
        const int kind = 0x1F;
        int lastLeaf = X86Base.CpuId(unchecked((int)0x80000000), 0).Eax; // both are negative, and in the order of leaves
        return lastLeaf >= CacheLeaf && (X86Base.CpuId(CacheLeaf, 0).Eax & kind) == 0;
    }
}
