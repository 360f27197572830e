using System.ComponentModel;
using System.Diagnostics;
using System.Text.Json;

namespace Cnn.Reference.Processes;

/// <summary>No worker can be started: nothing can be compared.</summary>
internal sealed class WorkerStartException(string sentence) : Exception(sentence);

/// <summary>
/// A child process that answers requests, so that a crash or a hang is its end and not ours. Requests go to its standard
/// input, messages come from its standard output: see <see cref="Messages"/>.
/// </summary>
/// <typeparam name="TRequest">What it is asked.</typeparam>
/// <typeparam name="TMessage">What it says.</typeparam>
internal class ChildProcess<TRequest, TMessage> : IDisposable where TMessage : class, IMessage
{
    private const int MostLastWords = 40, FirstWords = MostLastWords / 2; // lines of its standard error: why, and where it ended
    private static readonly TimeSpan Start = TimeSpan.FromMinutes(2); // a machine may be busy
    private static readonly TimeSpan LastMessage = TimeSpan.FromSeconds(2); // who still runs then has printed it

    private readonly Process process;
    private readonly CancellationToken cancel;
    private readonly List<string> words = [];
    private readonly Task listening;

    /// <summary>Starts it, and waits until it is ready.</summary>
    /// <param name="program">What is started.</param>
    /// <param name="cancel">Ends it at once, whatever it is doing; who waits for it is told by an exception.</param>
    /// <exception cref="WorkerStartException">It cannot be started.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public ChildProcess(ProcessStartInfo program, CancellationToken cancel = default)
    {
        this.cancel = cancel;
        try
        {
            process = Process.Start(program)!;
        }
        catch (Win32Exception exception)
        {
            throw new WorkerStartException($"The process that compares cannot be started: {exception.Message}.");
        }
        listening = Task.Run(Listen, CancellationToken.None);
        if (Receive(Start, _ => { }) is not { } death) return;
        Dispose();
        throw new WorkerStartException(
            $"The process that compares {death} before it began; doctor says whether libtorch loads here{death.Cause}.");
    }

    /// <summary>Has a request carried out.</summary>
    /// <param name="request">What to do.</param>
    /// <param name="limit">How long it may take.</param>
    /// <param name="receive">Is given each message as it comes.</param>
    /// <returns>Null where the request was carried out; else how the process ended: it takes no other request.</returns>
    public Death? Ask(TRequest request, TimeSpan limit, Action<TMessage> receive)
    {
        try
        {
            process.StandardInput.WriteLine(JsonSerializer.Serialize(request, Messages.Json));
            process.StandardInput.Flush();
        }
        catch (IOException)
        {
            // It has gone: its input is closed, and its output ends.
        }
        return Receive(limit, receive);
    }

    /// <summary>Ends it.</summary>
    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    /// <inheritdoc cref="Dispose()"/>
    protected virtual void Dispose(bool disposing)
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
    private Death? Receive(TimeSpan limit, Action<TMessage> receive)
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
            bool isMessage = line is not null && Messages.Is(line);
            var message = isMessage ? Messages.Parse<TMessage>(line!) : null;
            bool isCut = isMessage && message is null;
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

    // Kept until the request is done: beside a result that is there, a crash's many lines say nothing.
    private void Listen()
    {
        while (process.StandardError.ReadLine() is { } line)
            lock (words)
            {
                words.Add(line);
                if (words.Count > MostLastWords) words.RemoveAt(FirstWords);
            }
    }

    private void PassWordsOn()
    {
        lock (words)
        {
            words.ForEach(Say);
            words.Clear();
        }
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
