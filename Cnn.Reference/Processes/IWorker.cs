namespace Cnn.Reference.Processes;

/// <summary>Something that answers requests until it dies.</summary>
internal interface IWorker : IDisposable
{
    /// <summary>Has a request carried out.</summary>
    /// <param name="request">What to do.</param>
    /// <param name="limit">How long it may take.</param>
    /// <param name="receive">Is given each message as it comes.</param>
    /// <returns>Null where the request was carried out; else how the worker ended: it takes no other request.</returns>
    Death? Ask(WorkerRequest request, TimeSpan limit, Action<WorkerMessage> receive);
}
