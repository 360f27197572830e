using System.Text.RegularExpressions;

namespace Cnn.Reference.Mistakes;

/// <summary>
/// The exercise's names, which differ from function to function. Mistakes are written in those of the convolution, forwards, and of its
/// gradients; f_H and f_W are the sides of a window.
/// </summary>
internal static partial class Names
{
    private static readonly (string Name, string There)[] OfPools =
    [
        ("Z", "A"), ("dZ", "dA"), ("A_prev_pad", "A_prev"), ("a_prev_pad", "A_prev"), ("da_prev_pad", "dA_prev"),
        ("a_slice_prev", "a_prev_slice"),
    ];

    private static readonly (string Name, string There)[] Square = [("f_H", "f"), ("f_W", "f")];

    private static readonly Dictionary<Operation, Dictionary<string, string>> There = new()
    {
        [Operation.ConvBackward] = Of(("a_slice_prev", "a_slice")),
        [Operation.MaxForward] = Of(OfPools),
        [Operation.AverageForward] = Of([.. OfPools, .. Square, ("average", "mean")]),
        [Operation.MaxBackward] = Of([.. OfPools, ("max", "mask")]),
        [Operation.AverageBackward] = Of([.. OfPools, .. Square, ("average", "f")]),
        [Operation.Distribute] = Of(("f_H", "n_H"), ("f_W", "n_W")),
    };

    /// <summary>A text with an operation's names in it.</summary>
    public static string In(Operation operation, string text) => There.TryGetValue(operation, out var names)
        ? Word().Replace(text, word => names.GetValueOrDefault(word.Value, word.Value)) : text;

    private static Dictionary<string, string> Of(params (string Name, string There)[] pairs) =>
        pairs.ToDictionary(pair => pair.Name, pair => pair.There);

    [GeneratedRegex(@"\b[A-Za-z]\w*")]
    private static partial Regex Word();
}
