using System.Runtime.InteropServices;

namespace Cnn.Reference.Commands;

/// <summary>The first Ctrl-C, or request to end, lets the work come to a good end; the second one ends the process at once.</summary>
internal sealed class Interrupts : IDisposable
{
    private readonly CancellationTokenSource source = new();
    private readonly PosixSignalRegistration[] registrations;

    /// <summary>From now on.</summary>
    public Interrupts() => registrations = [.. new[] { PosixSignal.SIGINT, PosixSignal.SIGTERM }.Select(signal => PosixSignalRegistration.Create(signal, Stop))];

    /// <summary>Is cancelled by the first.</summary>
    public CancellationToken Cancel => source.Token;

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var registration in registrations) registration.Dispose();
        source.Dispose();
    }

    private void Stop(PosixSignalContext context)
    {
        if (source.IsCancellationRequested) return; // what a signal does by itself
        context.Cancel = true;
        source.Cancel();
    }
}
