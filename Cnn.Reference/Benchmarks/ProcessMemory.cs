using System.Globalization;

namespace Cnn.Reference.Benchmarks;

/// <summary>What Linux counts of this process's memory: pages that are really there, whoever asked for them.</summary>
internal static class ProcessMemory
{
    private const string Status = "/proc/self/status", Reset = "/proc/self/clear_refs";
    private const string PeakNow = "5"; // what resets the peak, see proc(5)

    /// <summary>Why nothing can be counted here; null where it can.</summary>
    public static string? Unavailable =>
        OperatingSystem.IsLinux() && File.Exists(Reset) ? null : $"needs Linux, whose {Reset} resets the peak of a process's memory";

    /// <summary>Bytes that are resident.</summary>
    public static long Resident => Read("VmRSS:");

    /// <summary>The most bytes that were resident since <see cref="ResetPeak"/>.</summary>
    public static long Peak => Read("VmHWM:");

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

    // A line is "VmRSS:     1760 kB".
    private static long Read(string field)
    {
        string line = File.ReadLines(Status).First(line => line.StartsWith(field, StringComparison.Ordinal));
        return 1024 * long.Parse(line[field.Length..].Replace("kB", "", StringComparison.Ordinal).Trim(), CultureInfo.InvariantCulture);
    }
}
