using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Cnn.Reference.Processes;

/// <summary>What a child process says.</summary>
internal interface IMessage
{
    /// <summary>Whether the request is carried out.</summary>
    bool Done { get; }
}

/// <summary>
/// How a process and its child talk: requests are JSON texts, one a line; messages are JSON text sequences (RFC 7464), so that what
/// native code prints between them is none.
/// </summary>
internal static class Messages
{
    /// <summary>How both are written.</summary>
    public static readonly JsonSerializerOptions Json = new()
    {
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    };

    private const char Begin = '\u001e';

    /// <summary>Whether a line of a child's output is a message, or the beginning of one.</summary>
    public static bool Is(string line) => line.StartsWith(Begin);

    /// <summary>A message; null where it was cut short, as the process died.</summary>
    public static TMessage? Parse<TMessage>(string line) where TMessage : class
    {
        try
        {
            return JsonSerializer.Deserialize<TMessage>(line.AsSpan(1), Json);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>Writes a message: a line of its own, even behind native output that has not ended its line.</summary>
    public static void Send<TMessage>(Stream output, TMessage message)
    {
        output.Write(Encoding.UTF8.GetBytes($"\n{Begin}{JsonSerializer.Serialize(message, Json)}\n"));
        output.Flush();
    }

    /// <summary>The requests that come on standard input.</summary>
    /// <remarks>They are read on a thread of their own: should the parent be gone, this process goes too, whatever it is doing.</remarks>
    public static IEnumerable<TRequest> Requests<TRequest>()
    {
        var requests = new BlockingCollection<TRequest>();
        var reader = new Thread(Read) { IsBackground = true };
        reader.Start();
        return requests.GetConsumingEnumerable();

        void Read()
        {
            while (Console.In.ReadLine() is { } line) requests.Add(JsonSerializer.Deserialize<TRequest>(line, Json)!);
            Process.GetCurrentProcess().Kill();
        }
    }
}
