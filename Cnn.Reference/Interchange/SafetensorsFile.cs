using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using static TorchSharp.torch;

namespace Cnn.Reference.Interchange;

/// <summary>
/// Named tensors in one file that other programs read too (the safetensors format: the length of a header as eight bytes,
/// little-endian; the header, JSON that gives each tensor's type, shape and place; the numbers). What is written here begins
/// its free part with a checksum of the whole file; others' files have none.
/// </summary>
internal static class SafetensorsFile
{
    /// <summary>What an entry of the header says: the format's own names.</summary>
    public const string TypeKey = "dtype", ShapeKey = "shape", PlaceKey = "data_offsets", Metadata = "__metadata__";

    /// <summary>What is wrong with a file whose checksum is not right.</summary>
    public const string WrongChecksum = "damaged: its checksum is not that of its content";

    private const string Checksum = "sha256";
    private const string BeforeChecksum = $"{{\"{Metadata}\":{{\"{Checksum}\":\"";
    private const int ChecksumLength = 2 * SHA256.HashSizeInBytes; // in hexadecimal digits
    private const int Alignment = 8, MostHeader = 100_000_000; // the format's own limits

    private static readonly JsonSerializerOptions Json =
        new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }; // it is not put into a page

    private static readonly (ScalarType Type, string Name, int Size)[] Known =
    [
        (ScalarType.Float32, "F32", 4), (ScalarType.Float64, "F64", 8), (ScalarType.Float16, "F16", 2), (ScalarType.BFloat16, "BF16", 2),
        (ScalarType.Int64, "I64", 8), (ScalarType.Int32, "I32", 4), (ScalarType.Int16, "I16", 2), (ScalarType.Int8, "I8", 1),
        (ScalarType.Byte, "U8", 1), (ScalarType.Bool, "BOOL", 1),
    ];

    /// <summary>The types of elements that both the format and libtorch have.</summary>
    public static IReadOnlyList<ScalarType> Types { get; } = [.. Known.Select(known => known.Type)];

    /// <summary>The type of this name; null where it is none of these.</summary>
    public static ScalarType? TypeNamed(string name) =>
        Known.Where(type => type.Name == name).Select(type => (ScalarType?)type.Type).FirstOrDefault();

    /// <summary>The name of a type.</summary>
    public static string NameOf(ScalarType type) => Known.First(known => known.Type == type).Name;

    /// <summary>How many bytes an element of this type takes.</summary>
    public static int SizeOf(ScalarType type) => Known.First(known => known.Type == type).Size;

    /// <summary>Writes tensors of <see cref="Types"/>, in their order.</summary>
    /// <param name="file">A new file.</param>
    /// <param name="tensors">Each with its name.</param>
    /// <param name="said">What the free part says.</param>
    public static void Write(FileStream file, IReadOnlyList<(string Name, Tensor Tensor)> tensors, params (string Key, string Text)[] said)
    {
        // The checksum is that of the file with zeros in its own place, where it is written last.
        var metadata = new JsonObject { [Checksum] = new string('0', ChecksumLength) };
        foreach (var (key, text) in said) metadata[key] = text;
        var header = new JsonObject { [Metadata] = metadata };
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
        foreach (var (_, tensor) in tensors) TensorBytes.Write(tensor, file);
        file.Position = 0;
        byte[] checksum = SHA256.HashData(file);
        file.Position = sizeof(long) + BeforeChecksum.Length;
        file.Write(Encoding.UTF8.GetBytes(Convert.ToHexStringLower(checksum)));
    }

    /// <summary>Reads the header, and stays at its end; null where the file does not begin with one.</summary>
    public static byte[]? ReadHeader(FileStream file)
    {
        Span<byte> length = stackalloc byte[sizeof(long)];
        long size = file.ReadAtLeast(length, length.Length, throwOnEndOfStream: false) < length.Length ? -1
            : BinaryPrimitives.ReadInt64LittleEndian(length);
        if (size is < 0 or > MostHeader || size > file.Length - sizeof(long)) return null;
        byte[] header = new byte[size];
        file.ReadExactly(header);
        return header;
    }

    /// <summary>Whether the file's content is that of its checksum; null where it has none. The file's position stays.</summary>
    public static bool? IsChecksumRight(FileStream file, byte[] header)
    {
        string begin = Encoding.Latin1.GetString(header.AsSpan(0, Math.Min(header.Length, BeforeChecksum.Length + ChecksumLength)));
        if (begin.Length < BeforeChecksum.Length + ChecksumLength
            || !begin.StartsWith(BeforeChecksum, StringComparison.Ordinal)) return null;
        byte[] blank = [.. header];
        blank.AsSpan(BeforeChecksum.Length, ChecksumLength).Fill((byte)'0');
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Span<byte> length = stackalloc byte[sizeof(long)];
        BinaryPrimitives.WriteInt64LittleEndian(length, header.Length);
        hash.AppendData(length);
        hash.AppendData(blank);
        long numbers = file.Position;
        byte[] buffer = new byte[1 << 20];
        for (int read; (read = file.Read(buffer)) > 0;) hash.AppendData(buffer.AsSpan(0, read));
        file.Position = numbers;
        return Convert.ToHexStringLower(hash.GetHashAndReset()) == begin[BeforeChecksum.Length..];
    }

    /// <summary>Reads what a header says of its free part, and of tensors of the types that are taken.</summary>
    /// <param name="header">The header.</param>
    /// <param name="types">The types that are taken.</param>
    /// <param name="bytes">How many bytes of numbers follow it.</param>
    /// <exception cref="InvalidDataException">It cannot be true; the sentence begins with "its" or "it".</exception>
    public static (IReadOnlyDictionary<string, string> Metadata, IReadOnlyList<TensorEntry> Entries) Parse(
        byte[] header, IReadOnlyList<ScalarType> types, long bytes)
    {
        try
        {
            using var json = JsonDocument.Parse(header, new() { AllowDuplicateProperties = false });
            if (json.RootElement.ValueKind != JsonValueKind.Object) throw new InvalidDataException("its header is no JSON object");
            var metadata = new Dictionary<string, string>();
            if (json.RootElement.TryGetProperty(Metadata, out var said) && said.ValueKind == JsonValueKind.Object)
                foreach (var text in said.EnumerateObject().Where(text => text.Value.ValueKind == JsonValueKind.String))
                    metadata[text.Name] = text.Value.GetString()!;
            var tensors = json.RootElement.EnumerateObject().Where(entry => entry.Name != Metadata);
            TensorEntry[] entries = [.. tensors.Select(entry => TensorEntry.Parse(entry.Name, entry.Value, types, bytes))];
            TensorEntry.RequireOneAfterAnother(entries, bytes);
            return (metadata, entries);
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException) // the second: a text that is no Unicode
        {
            throw new InvalidDataException("its header is not JSON");
        }
    }

    /// <summary>Reads all tensors, which are the caller's, from the place where the numbers begin.</summary>
    public static Dictionary<string, Tensor> ReadTensors(FileStream file, IReadOnlyList<TensorEntry> entries)
    {
        long numbers = file.Position;
        var tensors = new Dictionary<string, Tensor>();
        try
        {
            foreach (var entry in entries)
            {
                var tensor = tensors[entry.Name] = empty(entry.Shape, entry.Type);
                file.Position = numbers + entry.Begin;
                using var flat = tensor.view(-1);
                TensorBytes.ForEach(flat, file.ReadExactly);
            }
            return tensors;
        }
        catch
        {
            foreach (var tensor in tensors.Values) tensor.Dispose();
            throw;
        }
    }
}
