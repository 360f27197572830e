using System.Globalization;
using Cnn.Layers;
using Cnn.Reference.Printing;

namespace Cnn.Reference.Training;

/// <summary>
/// A network as a line of words: layers divided by commas. Sizes are N, or HxW where height and width differ.
/// </summary>
/// <remarks>
/// <code>
/// conv FILTERS KERNEL [stride N] [pad N|same] [dilation N] [groups N] [nobias]
/// relu | flatten | fc OUTPUTS
/// pool KERNEL [stride N] [pad N]        the largest of each window; stride is the kernel unless said
/// avgpool KERNEL [stride N] [pad N]     the mean of each window
/// </code>
/// </remarks>
internal static class LayerWords
{
    /// <summary>The exercise's network, for so many classes.</summary>
    public static string Exercise(int classes) =>
        $"conv 32 3 pad same, relu, pool 2, conv 64 3 pad same, relu, pool 2, flatten, fc 128, relu, fc {classes}";

    /// <summary>The layers of a line.</summary>
    /// <exception cref="FormatException">A word is not understood; the sentence names the layer, the word and what may stand
    /// there.</exception>
    public static IReadOnlyList<LayerSpec> Parse(string line) =>
        [.. line.Split(',').Select((words, index) => Layer(words.Trim(), index + 1))];

    private static LayerSpec Layer(string words, int number)
    {
        var reader = new Reader(words, number);
        string kind = reader.Word("conv, pool, avgpool, relu, flatten or fc");
        LayerSpec layer = kind switch
        {
            "conv" => Conv(reader, words),
            "pool" or "avgpool" => Pool(reader, words, kind == "pool" ? PoolMode.Max : PoolMode.Average),
            "relu" => new ReluSpec(words),
            "flatten" => new FlattenSpec(words),
            "fc" => new FullyConnectedSpec(words, reader.Number("the number of outputs")),
            _ => throw reader.Error($"'{kind}' is no layer; there is conv, pool, avgpool, relu, flatten and fc"),
        };
        reader.RequireEnd();
        return layer;
    }

    private static ConvSpec Conv(Reader reader, string words)
    {
        long filters = reader.Number("the number of filters"), groups = 1;
        var kernel = reader.Size("the kernel's size");
        (long, long) stride = (1, 1), dilation = (1, 1);
        (long, long)? pad = (0, 0);
        bool hasBias = true;
        while (reader.NextOption("stride", "pad", "dilation", "groups", "nobias") is { } option)
            switch (option)
            {
                case "stride": stride = reader.Size("the stride"); break;
                case "pad": pad = reader.Takes("same") ? null : reader.Size("the padding, or same", least: 0); break;
                case "dilation": dilation = reader.Size("the dilation"); break;
                case "groups": groups = reader.Number("the number of groups"); break;
                default: hasBias = false; break;
            }
        if (filters % groups != 0) throw reader.Error($"groups {groups} must divide the {Figures.Count(filters, "filter")}");
        return new(words, filters, kernel, stride, pad, dilation, groups, hasBias);
    }

    private static PoolSpec Pool(Reader reader, string words, PoolMode mode)
    {
        var kernel = reader.Size("the kernel's size");
        (long, long) stride = kernel, pad = (0, 0);
        while (reader.NextOption("stride", "pad") is { } option)
            if (option == "stride") stride = reader.Size("the stride");
            else pad = reader.Size("the padding", least: 0);
        return new(words, mode, kernel, stride, pad);
    }

    /// <summary>The words of one layer, from left to right.</summary>
    private sealed class Reader(string text, int number)
    {
        private const long Most = 1_000_000; // of any size: what is larger is a slip of the keyboard

        private readonly string[] words = text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        private readonly HashSet<string> seen = [];
        private int next;

        public FormatException Error(string fault) => new($"layer {number} (\"{text}\"): {fault}.");

        public string Word(string what) =>
            next < words.Length ? words[next++] : throw Error(words.Length == 0 ? "is empty" : $"{what} is missing");

        public bool Takes(string word)
        {
            bool takes = next < words.Length && words[next] == word;
            if (takes) next++;
            return takes;
        }

        public long Number(string what, long least = 1)
        {
            string word = Word(what);
            return Parse(word, least) ?? throw Error($"'{word}' is not {what}, a whole number from {least} to {Most}");
        }

        public (long H, long W) Size(string what, long least = 1)
        {
            string word = Word(what);
            long?[] sides = [.. word.Split('x').Select(side => Parse(side, least))];
            return sides switch
            {
                [{ } both] => (both, both),
                [{ } h, { } w] => (h, w),
                _ => throw Error($"'{word}' is not {what}: a whole number from {least} to {Most}, or two of them as HxW"),
            };
        }

        public string? NextOption(params string[] options)
        {
            if (next == words.Length) return null;
            string word = words[next++];
            if (!options.Contains(word)) throw Error($"'{word}' is not one of {string.Join(", ", options)}");
            if (!seen.Add(word)) throw Error($"{word} is said twice");
            return word;
        }

        public void RequireEnd()
        {
            if (next < words.Length) throw Error($"'{words[next]}' is one word too many");
        }

        private static long? Parse(string word, long least) =>
            long.TryParse(word, NumberStyles.None, CultureInfo.InvariantCulture, out long value) && value >= least && value <= Most
                ? value : null;
    }
}
