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
    /// <summary>What an entry of the header says: the format's own names.</summary>
    public const string TypeKey = "dtype", ShapeKey = "shape", PlaceKey = "data_offsets";

    private const string Metadata = "__metadata__", Text = "run", Checksum = "sha256"; // the first name is the format's
    private const string BeforeChecksum = $"{{\"{Metadata}\":{{\"{Checksum}\":\"";
    private const int ChecksumLength = 2 * SHA256.HashSizeInBytes; // in hexadecimal digits
    private const int Alignment = 8, MostHeader = 100_000_000; // the format's own limits

    private const string NotBegun = "damaged or no checkpoint: it does not begin as one";

    private static readonly JsonSerializerOptions Json = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }; // it is not put into a page

    private static readonly (ScalarType Type, string Name, int Size)[] Types =
        [(ScalarType.Float32, "F32", sizeof(float)), (ScalarType.Int64, "I64", sizeof(long))];

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
                [TypeKey] = NameOf(tensor.dtype),
                [ShapeKey] = new JsonArray([.. tensor.shape.Select(size => JsonValue.Create(size))]),
                [PlaceKey] = new JsonArray(start, end),
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

    /// <summary>Reads what the text says, and all tensors, which are the caller's.</summary>
    /// <param name="path">The file.</param>
    /// <param name="understand">Makes of the text what it says, and holds the tensors against it, before any is made.</param>
    /// <exception cref="InvalidDataException">The file is damaged, or of another kind; the message says how, after "is".</exception>
    public static (T Said, Dictionary<string, Tensor> Tensors) Read<T>(string path, Func<string, IReadOnlyList<TensorEntry>, T> understand)
    {
        using var file = File.OpenRead(path);
        if (!file.CanSeek) throw new InvalidDataException("no file that can be read twice, first for its checksum");
        byte[] header = ReadHeader(file);
        RequireChecksum(file, header);
        long numbers = sizeof(long) + header.Length;
        var (text, entries) = Parse(header, file.Length - numbers);
        var said = understand(text, entries);
        var tensors = new Dictionary<string, Tensor>();
        try
        {
            foreach (var entry in entries)
            {
                tensors[entry.Name] = empty(entry.Shape, entry.Type);
                file.Position = numbers + entry.Begin;
                tensors[entry.Name].ReadBytesFromStream(file, bufferSize: 1 << 20);
            }
            return (said, tensors);
        }
        catch
        {
            foreach (var tensor in tensors.Values) tensor.Dispose();
            throw;
        }
    }

    /// <summary>The content is whole, and not what this program writes.</summary>
    public static InvalidDataException NotOurs(string fault) => new($"of another version of this program, or of another program: {fault}");

    /// <summary>The type of this name; null where it is none of ours.</summary>
    public static ScalarType? TypeNamed(string name) =>
        Types.Where(type => type.Name == name).Select(type => (ScalarType?)type.Type).FirstOrDefault();

    /// <summary>The name of a type.</summary>
    public static string NameOf(ScalarType type) => Types.First(known => known.Type == type).Name;

    /// <summary>How many bytes an element of this type takes.</summary>
    public static int SizeOf(ScalarType type) => Types.First(known => known.Type == type).Size;

    /// <summary>Every name of a type, for a sentence.</summary>
    public static string TypeNames => string.Join(" or ", Types.Select(type => type.Name));

    private static (string Text, IReadOnlyList<TensorEntry> Entries) Parse(byte[] header, long bytes)
    {
        try
        {
            using var json = JsonDocument.Parse(header, new() { AllowDuplicateProperties = false });
            // It begins as ours: there is an object, with an object of this name in it.
            if (!json.RootElement.GetProperty(Metadata).TryGetProperty(Text, out var text) || text.ValueKind != JsonValueKind.String)
                throw NotOurs("it says nothing of a run");
            var tensors = json.RootElement.EnumerateObject().Where(entry => entry.Name != Metadata);
            TensorEntry[] entries = [.. tensors.Select(entry => TensorEntry.Parse(entry.Name, entry.Value, bytes))];
            TensorEntry.RequireOneAfterAnother(entries, bytes);
            return (text.GetString()!, entries);
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException) // the second: a text that is no Unicode
        {
            throw NotOurs("its header is not JSON");
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
