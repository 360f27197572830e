using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Cnn.Tests.Training;

/// <summary>A checkpoint's file taken apart, to be put together again with another content and the checksum of that content.</summary>
internal sealed class CheckpointFile
{
    private const string Metadata = "__metadata__", Text = "run", Checksum = "sha256";
    private static readonly JsonSerializerOptions Json = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public CheckpointFile(string path)
    {
        byte[] file = File.ReadAllBytes(path);
        int length = (int)BitConverter.ToInt64(file);
        Tensors = JsonNode.Parse(file.AsSpan(8, length))!.AsObject();
        Run = JsonNode.Parse(Tensors[Metadata]![Text]!.GetValue<string>());
        Tensors.Remove(Metadata);
        Data = file[(8 + length)..];
    }

    /// <summary>What is said of the run.</summary>
    public JsonNode? Run { get; set; }

    /// <summary>What is said of the tensors, each under its name.</summary>
    public JsonObject Tensors { get; set; }

    /// <summary>The numbers.</summary>
    public byte[] Data { get; set; }

    /// <summary>Writes the file; <paramref name="edit"/> changes the header's text.</summary>
    public void Write(string path, Func<string, string>? edit = null)
    {
        var metadata = new JsonObject { [Checksum] = new string('0', 64), [Text] = Run?.ToJsonString(Json) ?? "null" };
        var header = new JsonObject { [Metadata] = metadata };
        foreach (var (name, entry) in Tensors) header[name] = entry?.DeepClone();
        string text = header.ToJsonString(Json);
        byte[] json = Encoding.UTF8.GetBytes(edit is null ? text : edit(text));
        byte[] file = [.. BitConverter.GetBytes((long)json.Length), .. json, .. Data];
        int at = 8 + $"{{\"{Metadata}\":{{\"{Checksum}\":\"".Length;
        Encoding.ASCII.GetBytes(Convert.ToHexStringLower(SHA256.HashData(file))).CopyTo(file, at);
        File.WriteAllBytes(path, file);
    }
}
