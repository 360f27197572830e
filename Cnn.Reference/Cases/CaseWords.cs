using System.Globalization;
using TorchSharp;
using static TorchSharp.torch;

namespace Cnn.Reference.Cases;

/// <summary>The words of a case's line, and how a line is read.</summary>
internal static class CaseWords
{
    private const double MostElements = 1 << 27; // as float64 they are a gibibyte, and indices of arrays end soon after

    private static readonly (string Word, ScalarType Value)[] Types =
    [
        ("float32", ScalarType.Float32), ("float64", ScalarType.Float64), ("float16", ScalarType.Float16),
        ("bfloat16", ScalarType.BFloat16),
        ("uint8", ScalarType.Byte), ("int8", ScalarType.Int8), ("int16", ScalarType.Int16), ("int32", ScalarType.Int32),
        ("int64", ScalarType.Int64),
    ];

    private static readonly (string Word, PaddingModes Value)[] Borders =
        [("reflect", PaddingModes.Reflect), ("replicate", PaddingModes.Replicate), ("circular", PaddingModes.Circular)];

    private static readonly (string Word, Layout Value)[] Layouts =
        [("channels_last", Layout.ChannelsLast), ("strided", Layout.Strided), ("cropped", Layout.Cropped),
        ("expanded", Layout.Expanded), ("unbatched", Layout.Unbatched),
        ("negated", Layout.Negated)];

    public static string NameOf(ScalarType type) => Types.First(entry => entry.Value == type).Word;

    /// <summary>The same, and what libtorch calls a type that no case has.</summary>
    public static string NameOrSelf(ScalarType type) =>
        Types.Any(entry => entry.Value == type) ? NameOf(type) : type.ToString().ToLowerInvariant();

    /// <summary>Bytes of one element.</summary>
    public static int SizeOf(ScalarType type) => type switch
    {
        ScalarType.Byte or ScalarType.Int8 => 1,
        ScalarType.Float16 or ScalarType.BFloat16 or ScalarType.Int16 => 2,
        ScalarType.Float32 or ScalarType.Int32 => 4,
        _ => 8,
    };

    public static string NameOf(PaddingModes border) => Borders.First(entry => entry.Value == border).Word;

    public static string NameOf(Layout layout) => Layouts.First(entry => entry.Value == layout).Word;

    /// <summary>Reads a line that <see cref="Case.ToString"/> has printed, or that a person has written.</summary>
    /// <exception cref="FormatException">A word means nothing here; the sentence names it and its line.</exception>
    public static Case Parse(string line)
    {
        string[] words = line.Split(' ', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        if (line.Any(char.IsControl))
            throw new FormatException("the line holds bytes that are no text: a case is words such as conv n2 c6 h9 w12 o8 k3");
        if (words.Length == 0) throw new FormatException("the case is empty: it starts with conv, max, avg or adaptive");
        var @case = new Case
        {
            Kind = words[0] switch
            {
                "conv" => LayerKind.Conv,
                "max" => LayerKind.Max,
                "avg" => LayerKind.Avg,
                "adaptive" => LayerKind.Adaptive,
                _ => throw new FormatException(
                    $"\"{words[0]}\"{(words.Length > 1 ? $" in \"{line}\"" : "")}: a case starts with conv, max, avg or adaptive"),
            },
        };
        bool strideGiven = false;
        foreach (string word in words[1..])
        {
            @case = Read(@case, word, line);
            strideGiven |= word.StartsWith('s') && word.Length > 1 && char.IsAsciiDigit(word[1]);
        }
        if (!strideGiven && @case.Kind != LayerKind.Conv) @case = @case with { Stride = @case.Kernel };
        return Check(@case, line);
    }

    private static Case Read(Case @case, string word, string line)
    {
        bool conv = @case.Kind == LayerKind.Conv, adaptive = @case.Kind == LayerKind.Adaptive;
        switch (word)
        {
            case "nobias" when conv: return @case with { Bias = false };
            case "same" when conv: return @case with { Same = true };
            case "ceil" when !conv && !adaptive: return @case with { CeilMode = true };
            case "nopad" when @case.Kind == LayerKind.Avg: return @case with { CountIncludePad = false };
        }
        foreach (var (name, value) in Types)
            if (word == name) return @case with { DType = value };
        foreach (var (name, value) in Borders)
            if (word == name && conv) return @case with { PaddingMode = value };
        foreach (var (name, value) in Layouts)
            if (word == name) return @case with { Layout = value };
        if (word.StartsWith("seed", StringComparison.Ordinal)) return @case with { Seed = (int)Number(word, 4, 0, int.MaxValue, line) };
        if (word.StartsWith("div", StringComparison.Ordinal) && @case.Kind == LayerKind.Avg)
            return @case with { DivisorOverride = Number(word, 3, int.MinValue, int.MaxValue, line) };
        const long most = 1 << 20; // of one size: enough for any check
        const string size = "out"; // of an adaptive pool's output
        if (adaptive && word.StartsWith(size, StringComparison.Ordinal))
            return @case with { OutputSize = Pair(word, 0, most, line, size.Length) };
        return word[0] switch
        {
            'n' => @case with { N = Number(word, 1, 0, most, line) },
            'c' => @case with { C = Number(word, 1, 0, most, line) },
            'h' => @case with { H = Number(word, 1, 0, most, line) },
            'w' => @case with { W = Number(word, 1, 0, most, line) },
            'o' when conv => @case with { O = Number(word, 1, 1, most, line) },
            'g' when conv => @case with { Groups = Number(word, 1, 1, most, line) },
            'k' when !adaptive => @case with { Kernel = Pair(word, 1, most, line) },
            's' when !adaptive => @case with { Stride = Pair(word, 1, most, line) },
            'p' when !adaptive => @case with { Padding = Pair(word, 0, most, line) },
            'd' when !adaptive => @case with { Dilation = Pair(word, 1, most, line) },
            _ => throw Unknown(word, line),
        };
    }

    private static Case Check(Case @case, string line)
    {
        if (@case.C % @case.Groups != 0 || @case.O % @case.Groups != 0)
            throw new FormatException($"g{@case.Groups} in \"{line}\": must divide c{@case.C} and o{@case.O}");
        if (@case.DivisorOverride == 0) throw new FormatException($"div0 in \"{line}\": must not be zero");
        if (@case.Kind == LayerKind.Avg && @case.Dilation != (1, 1))
            throw new FormatException($"d in \"{line}\": an average takes no dilation");
        if (@case.Kind != LayerKind.Max && !@case.IsReal)
            throw new FormatException($"{NameOf(@case.DType)} in \"{line}\": only max takes integers");
        if (@case.Same && @case.Stride != (1, 1)) throw new FormatException($"same in \"{line}\": needs s1");
        if (@case.Layout == Layout.Negated && @case.DType is not (ScalarType.Float32 or ScalarType.Float64))
            throw new FormatException($"negated in \"{line}\": needs float32 or float64, of which there are complex numbers");
        if (@case.Layout == Layout.Unbatched && @case.N != 1) throw new FormatException($"unbatched in \"{line}\": needs n1");
        try
        {
            @case.CheckGeometry();
        }
        catch (ArgumentException exception)
        {
            throw new FormatException($"\"{line}\": {SentenceOf(exception).TrimEnd('.')}", exception);
        }
        foreach (var (tensor, elements) in @case.Tensors())
            if (elements > MostElements)
                throw new FormatException($"\"{line}\": the {tensor} has {elements:N0} elements: at most {MostElements:N0} a tensor");
        return @case;
    }

    // .NET adds the argument's name to the sentence, in brackets.
    private static string SentenceOf(ArgumentException exception) => exception.Message.Split(" (Parameter '")[0];

    private static (long, long) Pair(string word, long least, long most, string line, int start = 1)
    {
        int cross = word.IndexOf('x');
        if (cross < 0)
        {
            long both = Number(word, start, least, most, line);
            return (both, both);
        }
        return (Number(word[..cross], start, least, most, line), Number(word, cross + 1, least, most, line));
    }

    private static long Number(string word, int start, long least, long most, string line)
    {
        if (!long.TryParse(word.AsSpan(start), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long number))
            throw Unknown(word, line);
        if (number < least || number > most) throw new FormatException($"\"{word}\" in \"{line}\": must be from {least} to {most}");
        return number;
    }

    private static FormatException Unknown(string word, string line) =>
        new($"\"{word}\" in \"{line}\": not a word of a case such as \"conv n2 c6 h9 w12 o8 k3x2 s2x3 p2x1 d1x2 g2 float32\"");
}
