using System.ComponentModel;
using System.Diagnostics;
using System.Text.Json;

namespace Cnn.Reference.Processes;

/// <summary>No worker can be started: nothing can be compared.</summary>
internal sealed class WorkerStartException(string sentence) : Exception(sentence);

/// <summary>
/// A child process that answers requests, so that a crash or a hang is its end and not ours. Requests go to its standard
/// input, one JSON text a line; messages come from its standard output as JSON text sequences (RFC 7464).
/// </summary>
internal sealed class WorkerProcess : IWorker
{
    private const int MostLastWords = 40; // lines of its standard error
    private static readonly TimeSpan Start = TimeSpan.FromMinutes(2); // a machine may be busy
    private static readonly TimeSpan LastMessage = TimeSpan.FromSeconds(2); // who still runs then has printed it

    private readonly Process process;
    private readonly CancellationToken cancel;
    private readonly Queue<string> words = [];
    private readonly Task listening;

    /// <summary>Starts the worker, and waits until it is ready.</summary>
    /// <param name="cancel">Ends it at once, whatever it is doing; who waits for it is told by an exception.</param>
    /// <exception cref="WorkerStartException">It cannot be started.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public WorkerProcess(CancellationToken cancel = default)
    {
        this.cancel = cancel;
        try
        {
            process = Process.Start(OwnProgram.Start(WorkerLoop.Verb))!;
        }
        catch (Win32Exception exception)
        {
            throw new WorkerStartException($"The process that compares cannot be started: {exception.Message}.");
        }
        listening = Task.Run(Listen);
        if (Receive(Start, _ => { }) is not { } death) return;
        Dispose();
        throw new WorkerStartException(
            $"The process that compares {death} before it began; doctor says whether libtorch loads here{death.Cause}.");
    }

    /// <inheritdoc/>
    public Death? Ask(WorkerRequest request, TimeSpan limit, Action<WorkerMessage> receive)
    {
        try
        {
            process.StandardInput.WriteLine(JsonSerializer.Serialize(request, WorkerLoop.Json));
            process.StandardInput.Flush();
        }
        catch (IOException)
        {
            // It has gone: its input is closed, and its output ends.
        }
        return Receive(limit, receive);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        try
        {
            process.StandardInput.Close(); // that ends it
        }
        catch (IOException)
        {
            // It has ended already.
        }
        if (!process.WaitForExit(TimeSpan.FromSeconds(2))) process.Kill(entireProcessTree: true);
        process.Dispose();
    }

    // Reads messages until one says that the request is done. The time limit is that of a step: each message begins another one.
    private Death? Receive(TimeSpan limit, Action<WorkerMessage> receive)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        deadline.CancelAfter(limit);
        while (true)
        {
            string? line;
            try
            {
                line = process.StandardOutput.ReadLineAsync(deadline.Token).AsTask().GetAwaiter().GetResult();
            }
            catch (OperationCanceledException)
            {
                process.Kill(entireProcessTree: true);
                process.WaitForExit();
                cancel.ThrowIfCancellationRequested();
                return new(null, limit, LastWords());
            }
            var message = line?.StartsWith(WorkerLoop.Begin) == true ? Parse(line) : null;
            bool isCut = line?.StartsWith(WorkerLoop.Begin) == true && message is null;
            if (line is null || (isCut && process.WaitForExit(LastMessage))) // a message that was cut is its last
            {
                process.WaitForExit();
                return new(process.ExitCode, limit, LastWords());
            }
            if (message is null)
            {
                if (line.Length > 0) Say(line); // native code prints where it likes
                continue;
            }
            if (message.Done)
            {
                PassWordsOn();
                return null;
            }
            receive(message);
            deadline.CancelAfter(limit);
        }
    }

    private static WorkerMessage? Parse(string line)
    {
        try
        {
            return JsonSerializer.Deserialize<WorkerMessage>(line.AsSpan(1), WorkerLoop.Json);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    // Kept until the request is done: beside a result that is there, a crash's many lines say nothing.
    private void Listen()
    {
        while (process.StandardError.ReadLine() is { } line)
            lock (words)
            {
                words.Enqueue(line);
                if (words.Count > MostLastWords) words.Dequeue();
            }
    }

    private void PassWordsOn()
    {
        lock (words)
            while (words.TryDequeue(out string? line)) Say(line);
    }

    private static void Say(string line)
    {
        try
        {
            Console.Error.WriteLine(line);
        }
        catch (IOException)
        {
            // Nobody can be told; what is compared does not depend on it.
        }
    }

    private string LastWords()
    {
        listening.Wait(TimeSpan.FromSeconds(2));
        lock (words) return string.Join('\n', words);
    }
}
