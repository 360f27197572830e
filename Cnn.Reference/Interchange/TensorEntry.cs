using System.Text.Json;
using Cnn.Reference.Printing;
using static TorchSharp.torch;

namespace Cnn.Reference.Interchange;

/// <summary>What the header of a <see cref="SafetensorsFile"/> file says of one tensor: as read, nothing of it needs to be true.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Type">The type of its elements.</param>
/// <param name="Shape">Its shape.</param>
/// <param name="Begin">Where its numbers begin, counted from the end of the header.</param>
/// <param name="End">Where they end.</param>
internal sealed record TensorEntry(string Name, ScalarType Type, long[] Shape, long Begin, long End)
{
    /// <summary>Reads an entry, and holds it against the bytes that are there.</summary>
    /// <exception cref="InvalidDataException">It cannot be true.</exception>
    public static TensorEntry Parse(string name, JsonElement entry, IReadOnlyList<ScalarType> types, long bytes)
    {
        if (entry.ValueKind != JsonValueKind.Object) throw Fault(name, $"is {entry.GetRawText()}");
        if (!entry.TryGetProperty(SafetensorsFile.TypeKey, out var type) || type.ValueKind != JsonValueKind.String)
            throw Fault(name, "has no type");
        if (SafetensorsFile.TypeNamed(type.GetString()!) is not { } known || !types.Contains(known))
            throw Fault(name, $"has the type {type.GetString()}, and must have " +
                $"{string.Join(" or ", types.Select(SafetensorsFile.NameOf))}");
        if (Numbers(entry, SafetensorsFile.ShapeKey) is not { } shape) throw Fault(name, "has no shape");
        if (shape.Any(size => size < 0)) throw Fault(name, $"has the shape {Text(shape)}, of less than nothing");
        if (Numbers(entry, SafetensorsFile.PlaceKey) is not [var begin, var end]) throw Fault(name, "has no place");
        if (begin < 0 || end < begin || end > bytes)
            throw Fault(name, $"lies at {Text([begin, end])}, and the file's numbers at [0, {bytes}]");
        var wanted = Elements(shape) * SafetensorsFile.SizeOf(known);
        string size = wanted > long.MaxValue ? "more bytes than any file has" : Figures.Count((long)wanted, "byte");
        if (wanted != end - begin) throw Fault(name, $"has the shape {Text(shape)}, which takes {size}, not {end - begin:N0}");
        return new(name, known, shape, begin, end);
    }

    /// <summary>Refuses entries that share bytes, or leave some out.</summary>
    /// <exception cref="InvalidDataException">They do.</exception>
    public static void RequireOneAfterAnother(IReadOnlyCollection<TensorEntry> entries, long bytes)
    {
        TensorEntry? before = null;
        foreach (var entry in entries.Where(entry => entry.End > entry.Begin).OrderBy(entry => entry.Begin))
        {
            if (before is not null && entry.Begin < before.End) throw Fault(entry.Name, $"shares bytes with '{before.Name}'");
            before = entry;
        }
        long taken = entries.Sum(entry => entry.End - entry.Begin);
        if (taken != bytes) throw new InvalidDataException($"its tensors take {taken:N0} of its {Figures.Count(bytes, "byte")} of numbers");
    }

    /// <summary>A sentence about the tensor of this name.</summary>
    public static InvalidDataException Fault(string name, string fault) => new($"its tensor '{name}' {fault}");

    /// <summary>A shape as it is written.</summary>
    public static string Text(IEnumerable<long> sizes) => $"[{string.Join(", ", sizes)}]";

    private static long[]? Numbers(JsonElement entry, string key)
    {
        if (!entry.TryGetProperty(key, out var list) || list.ValueKind != JsonValueKind.Array) return null;
        var numbers = new List<long>();
        foreach (var number in list.EnumerateArray())
        {
            if (number.ValueKind != JsonValueKind.Number || !number.TryGetInt64(out long value)) return null;
            numbers.Add(value);
        }
        return [.. numbers];
    }

    // More than a file can hold is enough to know.
    private static Int128 Elements(long[] shape)
    {
        if (shape.Contains(0)) return 0;
        Int128 elements = 1;
        foreach (long size in shape)
            if (elements <= long.MaxValue) elements *= size;
        return elements;
    }
}
