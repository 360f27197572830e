using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using static TorchSharp.torch;

namespace Cnn.Reference.Training.Checkpoints;

/// <summary>
/// Named tensors in one file that other programs read too (the safetensors format: the length of a header as eight bytes,
/// little-endian; the header, JSON that gives each tensor's type, shape and place; the numbers). Its free part carries a
/// text of ours, and a checksum of the whole file.
/// </summary>
internal static class Safetensors
{
    private const string Metadata = "__metadata__", Text = "run", Checksum = "sha256"; // the first name is the format's
    private const string BeforeChecksum = $"{{\"{Metadata}\":{{\"{Checksum}\":\"";
    private const int ChecksumLength = 2 * SHA256.HashSizeInBytes; // in hexadecimal digits
    private const int Alignment = 8, MostHeader = 100_000_000; // the format's own limits

    private const string NotBegun = "damaged or no checkpoint: it does not begin as one";

    private static readonly JsonSerializerOptions Json = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }; // it is not put into a page

    private static readonly (ScalarType Type, string Name)[] Types = [(ScalarType.Float32, "F32"), (ScalarType.Int64, "I64")];

    /// <summary>Writes tensors, in their order.</summary>
    public static void Write(FileStream file, string text, IReadOnlyList<(string Name, Tensor Tensor)> tensors)
    {
        // The checksum is that of the file with zeros in its own place, where it is written last.
        string zeros = new('0', ChecksumLength);
        var header = new JsonObject { [Metadata] = new JsonObject { [Checksum] = zeros, [Text] = text } };
        long end = 0;
        foreach (var (name, tensor) in tensors)
        {
            long start = end;
            end += tensor.numel() * tensor.element_size();
            header[name] = new JsonObject
            {
                ["dtype"] = Types.First(type => type.Type == tensor.dtype).Name,
                ["shape"] = new JsonArray([.. tensor.shape.Select(size => JsonValue.Create(size))]),
                ["data_offsets"] = new JsonArray(start, end),
            };
        }
        byte[] json = Encoding.UTF8.GetBytes(header.ToJsonString(Json));
        int padded = (json.Length + Alignment - 1) / Alignment * Alignment;
        Span<byte> length = stackalloc byte[sizeof(long)];
        BinaryPrimitives.WriteInt64LittleEndian(length, padded);
        file.Write(length);
        file.Write(json);
        for (int i = json.Length; i < padded; i++) file.WriteByte((byte)' ');
        foreach (var (_, tensor) in tensors)
        {
            using var detached = tensor.detach();
            using var whole = detached.contiguous();
            whole.WriteBytesToStream(file, bufferSize: 1 << 20);
        }
        file.Position = 0;
        byte[] checksum = SHA256.HashData(file);
        file.Position = sizeof(long) + BeforeChecksum.Length;
        file.Write(Encoding.UTF8.GetBytes(Convert.ToHexStringLower(checksum)));
    }

    /// <summary>Reads the text and all tensors, which are the caller's.</summary>
    /// <exception cref="InvalidDataException">The file is damaged; the message says how, after "is".</exception>
    public static (string Text, Dictionary<string, Tensor> Tensors) Read(string path)
    {
        using var file = File.OpenRead(path);
        byte[] header = ReadHeader(file);
        RequireChecksum(file, header);
        var tensors = new Dictionary<string, Tensor>();
        try
        {
            var root = JsonNode.Parse(header)!.AsObject();
            foreach (var (name, entry) in root)
            {
                if (name == Metadata) continue;
                string type = entry!["dtype"]!.GetValue<string>();
                var tensor = empty(entry["shape"]!.AsArray().Select(size => size!.GetValue<long>()).ToArray(), Types.First(known => known.Name == type).Type);
                tensors[name] = tensor;
                file.Position = sizeof(long) + header.Length + entry["data_offsets"]![0]!.GetValue<long>();
                tensor.ReadBytesFromStream(file, bufferSize: 1 << 20);
            }
            return (root[Metadata]![Text]!.GetValue<string>(), tensors);
        }
        catch (Exception exception)
        {
            foreach (var tensor in tensors.Values) tensor.Dispose();
            if (exception is IOException) throw;
            throw new InvalidDataException("of another version of this program, or of another program", exception); // whole it is
        }
    }

    private static byte[] ReadHeader(FileStream file)
    {
        Span<byte> length = stackalloc byte[sizeof(long)];
        long size = file.ReadAtLeast(length, length.Length, throwOnEndOfStream: false) < length.Length ? -1 : BinaryPrimitives.ReadInt64LittleEndian(length);
        if (size is < 0 or > MostHeader || size > file.Length - sizeof(long)) throw new InvalidDataException(NotBegun);
        byte[] header = new byte[size];
        file.ReadExactly(header);
        return header;
    }

    // Before anything is made of the content: what is damaged may be damaged in any way.
    private static void RequireChecksum(FileStream file, byte[] header)
    {
        string begin = Encoding.Latin1.GetString(header.AsSpan(0, Math.Min(header.Length, BeforeChecksum.Length + ChecksumLength)));
        if (begin.Length < BeforeChecksum.Length + ChecksumLength || !begin.StartsWith(BeforeChecksum, StringComparison.Ordinal)) throw new InvalidDataException(NotBegun);
        byte[] blank = [.. header];
        blank.AsSpan(BeforeChecksum.Length, ChecksumLength).Fill((byte)'0');
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Span<byte> length = stackalloc byte[sizeof(long)];
        BinaryPrimitives.WriteInt64LittleEndian(length, header.Length);
        hash.AppendData(length);
        hash.AppendData(blank);
        byte[] buffer = new byte[1 << 20];
        for (int read; (read = file.Read(buffer)) > 0;) hash.AppendData(buffer.AsSpan(0, read));
        if (Convert.ToHexStringLower(hash.GetHashAndReset()) != begin[BeforeChecksum.Length..]) throw new InvalidDataException("damaged: its checksum is not that of its content");
    }
}
