namespace Cnn.Reference.Processes;

/// <summary>This program once more, as a worker.</summary>
/// <param name="cancel">Ends it at once, whatever it is doing; who waits for it is told by an exception.</param>
/// <inheritdoc cref="ChildProcess{TRequest, TMessage}(System.Diagnostics.ProcessStartInfo, CancellationToken)" path="/exception"/>
internal sealed class WorkerProcess(CancellationToken cancel = default)
    : ChildProcess<WorkerRequest, WorkerMessage>(OwnProgram.Start(WorkerLoop.Verb), cancel), IWorker;
