namespace Cnn.Reference.Processes;

/// <summary>Something that answers requests until it dies.</summary>
internal interface IWorker : IDisposable
{
    /// <inheritdoc cref="ChildProcess{TRequest, TMessage}.Ask"/>
    Death? Ask(WorkerRequest request, TimeSpan limit, Action<WorkerMessage> receive);
}
