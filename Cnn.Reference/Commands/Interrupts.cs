using System.Runtime.InteropServices;
using Cnn.Reference.Printing;
using Cnn.Reference.Processes;

namespace Cnn.Reference.Commands;

/// <summary>The first Ctrl-C, or request to end, lets the work come to a good end; the second one ends the process at once.</summary>
internal sealed partial class Interrupts : IDisposable
{
    private readonly CancellationTokenSource source = new();
    private readonly PosixSignalRegistration[] registrations;
    private readonly Timer outOfPatience = new(_ => EndAtOnce());
    private readonly TimeSpan patience;

    /// <summary>From now on.</summary>
    /// <param name="patience">How long the work may take to end, before the process ends without it.</param>
    public Interrupts(TimeSpan patience)
    {
        this.patience = patience;
        PosixSignal[] signals = [PosixSignal.SIGINT, PosixSignal.SIGTERM];
        registrations = [.. signals.Select(signal => PosixSignalRegistration.Create(signal, Stop))];
    }

    /// <summary>Is cancelled by the first.</summary>
    public CancellationToken Cancel => source.Token;

    /// <inheritdoc/>
    public void Dispose()
    {
        outOfPatience.Dispose();
        foreach (var registration in registrations) registration.Dispose();
        source.Dispose();
    }

    private void Stop(PosixSignalContext context)
    {
        if (source.IsCancellationRequested) return; // what a signal does by itself
        context.Cancel = true;
        outOfPatience.Change(patience, Timeout.InfiniteTimeSpan);
        source.Cancel();
    }

    private static void EndAtOnce()
    {
        Terminal.ShowCursor();
        Terminal.Complain("STOPPED: what was running did not come to an end, so nothing is reported.");
        // Without the clean-up of libraries whose threads still work.
        if (OperatingSystem.IsWindows()) Environment.Exit(ExitCodes.Stopped);
        else Exit(ExitCodes.Stopped);
    }

    [LibraryImport("libc", EntryPoint = "_exit")]
    private static partial void Exit(int code);
}
