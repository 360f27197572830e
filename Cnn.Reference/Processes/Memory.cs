using Cnn.Layers.Autograd;

namespace Cnn.Reference.Processes;

/// <summary>How much memory there is, and whether an exception says that there was too little.</summary>
internal static class Memory
{
    /// <summary>Bytes that the process may still take: what Linux calls available, and no more than its group's limit.</summary>
    public static long Available
    {
        get
        {
            long limit = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes;
            return Math.Min(ProcFile.Bytes("/proc/meminfo", "MemAvailable:") ?? limit, limit);
        }
    }

    /// <summary>Whether an allocation has failed, .NET's or libtorch's.</summary>
    public static bool IsLack(Exception exception)
    {
        for (Exception? at = exception; at is not null; at = at.InnerException)
            if (Operand.IsOutOfMemory(at)) return true;
        return false;
    }
}
