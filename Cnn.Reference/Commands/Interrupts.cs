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
    /// <param name="ofParent">
    /// Whether the parent says when to stop, by a line on standard input: a terminal sends its signals to both, and two would be one too
    /// many. Where its input ends, the parent is gone, and so is this process.
    /// </param>
    public Interrupts(TimeSpan patience, bool ofParent = false)
    {
        this.patience = patience;
        PosixSignal[] signals = [PosixSignal.SIGINT, PosixSignal.SIGTERM];
        registrations = [.. signals.Select(signal => PosixSignalRegistration.Create(signal, ofParent ? Ignore : Stop))];
        if (ofParent) new Thread(Obey) { IsBackground = true }.Start();

        static void Ignore(PosixSignalContext context) => context.Cancel = true;
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
        Stop();
    }

    private void Stop()
    {
        outOfPatience.Change(patience, Timeout.InfiniteTimeSpan);
        source.Cancel();
    }

    private void Obey()
    {
        using var input = new StreamReader(Console.OpenStandardInput());
        try
        {
            while (input.ReadLine() is not null) Stop();
        }
        catch (ObjectDisposedException)
        {
            return; // the work has come to its end
        }
        End();
    }

    private static void EndAtOnce()
    {
        Terminal.Complain("STOPPED: what was running did not come to an end, so nothing is reported.");
        End();
    }

    private static void End()
    {
        Terminal.ShowCursor();
        // Without the clean-up of libraries whose threads still work.
        if (OperatingSystem.IsWindows()) Environment.Exit(ExitCodes.Stopped);
        else Exit(ExitCodes.Stopped);
    }

    [LibraryImport("libc", EntryPoint = "_exit")]
    private static partial void Exit(int code);
}
