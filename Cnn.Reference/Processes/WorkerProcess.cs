using System.Diagnostics;
using System.Text.Json;

namespace Cnn.Reference.Processes;

/// <summary>
/// A child process that answers requests, so that a crash or a hang is its end and not ours. Requests go to its standard
/// input, one JSON text a line; messages come from its standard output as JSON text sequences (RFC 7464).
/// </summary>
internal sealed class WorkerProcess : IWorker
{
    private const int MostLastWords = 40; // lines of its standard error

    private readonly Process process;
    private readonly Queue<string> words = [];
    private readonly Task listening;

    /// <summary>Starts the worker.</summary>
    public WorkerProcess()
    {
        process = Process.Start(OwnProgram.Start(WorkerLoop.Verb))!;
        listening = Task.Run(Listen);
    }

    /// <inheritdoc/>
    public Death? Ask(WorkerRequest request, TimeSpan limit, Action<WorkerMessage> receive)
    {
        using var deadline = new CancellationTokenSource(limit);
        try
        {
            process.StandardInput.WriteLine(JsonSerializer.Serialize(request, WorkerLoop.Json));
            process.StandardInput.Flush();
            while (process.StandardOutput.ReadLineAsync(deadline.Token).AsTask().GetAwaiter().GetResult() is { } line)
            {
                if (!line.StartsWith(WorkerLoop.Begin))
                {
                    if (line.Length > 0) Console.Error.WriteLine(line); // native code prints where it likes
                    continue;
                }
                var message = JsonSerializer.Deserialize<WorkerMessage>(line.AsSpan(1), WorkerLoop.Json)!;
                if (message.Done)
                {
                    PassWordsOn();
                    return null;
                }
                receive(message);
            }
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            process.WaitForExit();
            return new(null, limit, LastWords());
        }
        catch (IOException)
        {
            // It has gone: its input is closed.
        }
        process.WaitForExit();
        return new(process.ExitCode, limit, LastWords());
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
            while (words.TryDequeue(out string? line)) Console.Error.WriteLine(line);
    }

    private string LastWords()
    {
        listening.Wait(TimeSpan.FromSeconds(2));
        lock (words) return string.Join('\n', words);
    }
}
