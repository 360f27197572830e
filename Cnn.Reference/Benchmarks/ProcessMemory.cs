using System.Runtime.InteropServices;
using Cnn.Reference.Processes;

namespace Cnn.Reference.Benchmarks;

/// <summary>What Linux counts of this process's memory: pages that are really there, whoever asked for them.</summary>
internal static partial class ProcessMemory
{
    private const string Status = "/proc/self/status", Reset = "/proc/self/clear_refs";
    private const string PeakNow = "5"; // what resets the peak, see proc(5)

    /// <summary>Why nothing can be counted here; null where it can.</summary>
    public static string? Unavailable =>
        OperatingSystem.IsLinux() && File.Exists(Reset) ? null : $"needs Linux, whose {Reset} resets the peak of a process's memory";

    /// <summary>Bytes that are resident.</summary>
    public static long Resident => ProcFile.Bytes(Status, "VmRSS:")!.Value;

    /// <summary>The most bytes that were resident since <see cref="ResetPeak"/>.</summary>
    public static long Peak => ProcFile.Bytes(Status, "VmHWM:")!.Value;

    /// <summary>Lets the peak start anew from what is resident.</summary>
    public static void ResetPeak() => File.WriteAllText(Reset, PeakNow);

    /// <summary>Hands back what the garbage collector holds without need: only what is in use shall be counted.</summary>
    public static void Settle()
    {
        for (int i = 0; i < 2; i++)
        {
            GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
            GC.WaitForPendingFinalizers();
        }
    }

    /// <summary>
    /// Has native memory that is freed stay with the process. The GNU C library hands large pieces back to the system, or keeps
    /// them, as the sizes and the order of earlier ones happen to fall; whoever then gets fresh pages waits for them longer
    /// than many a layer computes. Elsewhere, nothing happens.
    /// </summary>
    public static void KeepFreed()
    {
        const int TrimThreshold = -1, MostMappings = -4; // mallopt(3)
        if (!OperatingSystem.IsLinux()) return;
        try
        {
            _ = mallopt(TrimThreshold, int.MaxValue);
            _ = mallopt(MostMappings, 0);
        }
        catch (EntryPointNotFoundException)
        {
            // Not the GNU C library.
        }
    }

    [LibraryImport("libc")]
    private static partial int mallopt(int parameter, int value);
}
