using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using static TorchSharp.torch;

namespace Cnn.Reference.Interchange;

/// <summary>
/// The head of an array in NumPy's .npy format: the mark "\x93NUMPY", a version, the length of what follows, and a dictionary
/// as Python writes it, with the type (descr), the order of the elements (fortran_order) and the shape.
/// </summary>
/// <param name="Type">The type of the elements.</param>
/// <param name="Shape">The shape.</param>
/// <param name="IsFortranOrder">Whether the first index runs fastest, and not the last.</param>
/// <param name="IsBigEndian">Whether an element's first byte is its highest.</param>
internal sealed record NpyHeader(ScalarType Type, long[] Shape, bool IsFortranOrder = false, bool IsBigEndian = false)
{
    private const int MarkBytes = 6, Alignment = 64;
    private const int MostBytes = 1 << 20; // NumPy itself takes 10,000 characters unless told otherwise

    private static readonly (ScalarType Type, string Code)[] Codes =
    [
        (ScalarType.Float32, "f4"), (ScalarType.Float64, "f8"), (ScalarType.Float16, "f2"), (ScalarType.Int64, "i8"),
        (ScalarType.Int32, "i4"), (ScalarType.Int16, "i2"), (ScalarType.Int8, "i1"), (ScalarType.Byte, "u1"), (ScalarType.Bool, "b1"),
    ];

    /// <summary>The first bytes of a .npy.</summary>
    public static ReadOnlySpan<byte> Mark => [0x93, (byte)'N', (byte)'U', (byte)'M', (byte)'P', (byte)'Y'];

    /// <summary>Whether NumPy has this type.</summary>
    public static bool Has(ScalarType type) => Codes.Any(code => code.Type == type);

    /// <summary>
    /// Whether it is of texts, NumPy's U: their letters are numbers of four bytes along a last axis, padded with zeros. No tensor's type
    /// is that, so it is read only where it is asked for.
    /// </summary>
    public bool IsText { get; init; }

    /// <summary>Why no tensor can be this, where that is asked for instead of an exception: nothing behind the head is to be
    /// read.</summary>
    public string? Unread { get; init; }

    /// <summary>How many bytes an element takes.</summary>
    public int ElementSize => CodeOf(Type)[1] - '0';

    /// <summary>How many bytes the elements take; more than any file has counts as one more than that.</summary>
    public Int128 Bytes =>
        Shape.Contains(0) ? 0 : Shape.Aggregate((Int128)ElementSize, (bytes, size) => bytes <= long.MaxValue ? bytes * size : bytes);

    /// <summary>The head as NumPy writes it: padded with blanks, so that the numbers begin at a multiple of 64 bytes.</summary>
    public byte[] Write()
    {
        string code = IsText ? $"U{Shape[^1]}" : CodeOf(Type), order = ElementSize == 1 ? "|" : IsBigEndian ? ">" : "<";
        long[] sizes = IsText ? Shape[..^1] : Shape;
        string shape = string.Concat(sizes.Select(size => string.Create(CultureInfo.InvariantCulture, $"{size}, ")));
        shape = sizes.Length == 1 ? shape.TrimEnd() : shape.TrimEnd(' ', ',');
        string text = $"{{'descr': '{order}{code}', 'fortran_order': {(IsFortranOrder ? "True" : "False")}, 'shape': ({shape}), }}";
        const int lengthBytes = 2; // version 1.0: shapes have few digits
        int before = MarkBytes + 2 + lengthBytes;
        int padded = (before + text.Length + 1 + Alignment - 1) / Alignment * Alignment - before;
        byte[] head = new byte[before + padded];
        Mark.CopyTo(head);
        head[MarkBytes] = 1;
        BinaryPrimitives.WriteUInt16LittleEndian(head.AsSpan(MarkBytes + 2), checked((ushort)padded));
        Encoding.ASCII.GetBytes(text.PadRight(padded - 1) + '\n', head.AsSpan(before));
        return head;
    }

    /// <summary>Reads a head, and nothing behind it.</summary>
    /// <param name="stream">Where it stands.</param>
    /// <param name="takesText">Whether texts are read as well.</param>
    /// <param name="takesAny">Whether what no tensor can be is said with <see cref="Unread"/>.</param>
    /// <exception cref="InvalidDataException">
    /// It is none, or of an array that no tensor can be; the sentence goes on behind the array's name.
    /// </exception>
    public static NpyHeader Read(Stream stream, bool takesText = false, bool takesAny = false)
    {
        Span<byte> begin = stackalloc byte[MarkBytes + 2];
        if (stream.ReadAtLeast(begin, begin.Length, throwOnEndOfStream: false) < begin.Length || !begin.StartsWith(Mark))
            throw new InvalidDataException("is no array of NumPy's");
        int version = begin[MarkBytes];
        if (version is < 1 or > 3)
            throw new InvalidDataException($"has version {version}.{begin[MarkBytes + 1]} of NumPy's format; 1.0 to 3.0 are read");
        Span<byte> length = stackalloc byte[sizeof(uint)];
        length.Clear();
        var read = length[..(version == 1 ? 2 : 4)];
        if (stream.ReadAtLeast(read, read.Length, throwOnEndOfStream: false) < read.Length) throw Cut();
        uint bytes = BinaryPrimitives.ReadUInt32LittleEndian(length);
        if (bytes > MostBytes) throw Cut();
        byte[] text = new byte[bytes];
        if (stream.ReadAtLeast(text, text.Length, throwOnEndOfStream: false) < text.Length) throw Cut();
        return Parse((version < 3 ? Encoding.Latin1 : Encoding.UTF8).GetString(text), takesText, takesAny);

        static InvalidDataException Cut() => new("is cut short in its header");
    }

    private static NpyHeader Parse(string text, bool takesText, bool takesAny)
    {
        var entries = PythonDictionary.Parse(text);
        if (entries is not { Count: 3 } || !entries.TryGetValue("descr", out string? type)
            || !entries.TryGetValue("fortran_order", out string? order)
            || !entries.TryGetValue("shape", out string? shape) || order is not ("True" or "False"))
            throw new InvalidDataException($"has a header that is not understood: {Shortened(text)}");
        if (type.StartsWith('[')) return Foreign("is a structured array, which no tensor can be");
        if (takesText && type is ['<' or '>', 'U', ..]
            && long.TryParse(type[2..], NumberStyles.None, CultureInfo.InvariantCulture, out long letters) && SizesOf(shape) is { } texts)
            return new(ScalarType.Int32, [.. texts, letters], order == "True", type[0] == '>') { IsText = true };
        var code = Codes.FirstOrDefault(code => type.Length == 3 && code.Code == type[1..]
            && (type[0] is '<' or '>' or '=' || (type[0] == '|' && type[2] == '1')));
        if (code.Code is null)
            return Foreign($"has the type {Shortened(type)}, and must have one of {string.Join(", ", Codes.Select(each => each.Code))}");
        if (SizesOf(shape) is not { } sizes) throw new InvalidDataException($"has the shape {Shortened(shape)}, which is none");
        return new(code.Type, sizes, order == "True", type[0] == '>');

        NpyHeader Foreign(string why) =>
            takesAny ? new(ScalarType.Byte, [0]) { Unread = why } : throw new InvalidDataException(why);
    }

    // A tuple: "()", "(3,)", "(3, 4)"; Python 2 put an L behind a long number.
    private static long[]? SizesOf(string tuple)
    {
        if (tuple.Length < 2 || tuple[0] != '(' || tuple[^1] != ')') return null;
        string[] texts = tuple[1..^1].Split(',', StringSplitOptions.TrimEntries);
        if (texts[^1].Length == 0) texts = texts[..^1]; // behind the last comma
        long[] sizes = new long[texts.Length];
        for (int n = 0; n < texts.Length; n++)
            if (!long.TryParse(texts[n].TrimEnd('L'), NumberStyles.None, CultureInfo.InvariantCulture, out sizes[n])) return null;
        return sizes;
    }

    private static string CodeOf(ScalarType type) => Codes.First(code => code.Type == type).Code;

    private static string Shortened(string text) => text.Trim() is { Length: > 60 } longer ? $"{longer[..60]} ..." : text.Trim();
}
