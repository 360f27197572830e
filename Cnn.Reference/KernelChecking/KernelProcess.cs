namespace Cnn.Reference.KernelChecking;

/// <summary>Whether this process is a kernel's own: it may end.</summary>
internal static class KernelProcess
{
    /// <summary>Set by the worker.</summary>
    public static bool IsOwn { get; set; }
}
