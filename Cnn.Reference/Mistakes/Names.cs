using System.Text.RegularExpressions;
using Cnn.Reference.Exercises;

namespace Cnn.Reference.Mistakes;

/// <summary>
/// The exercise's names, which differ from function to function: those that its text prescribes. Mistakes are written in those of the
/// convolution, forwards, and of its gradients; f_H and f_W are the sides of a window.
/// </summary>
internal static partial class Names
{
    private static readonly (string Name, string There)[] OfPools =
    [
        ("Z", "A"), ("dZ", "dA"), ("A_prev_pad", "A_prev"), ("dA_prev_pad", "dA_prev"), ("a_slice_prev", "a_prev_slice"),
    ];

    private static readonly (string Name, string There)[] Square = [("f_H", "f"), ("f_W", "f")];

    private static readonly Dictionary<Operation, Dictionary<string, string>> There = new()
    {
        [Operation.ZeroPad] = Of(("A_prev_pad", "X")),
        [Operation.MaxForward] = Of(OfPools),
        [Operation.AverageForward] = Of([.. OfPools, .. Square]),
        [Operation.MaxBackward] = Of(OfPools),
        [Operation.AverageBackward] = Of([.. OfPools, .. Square]),
        [Operation.Distribute] = Of(("f_H", "n_H"), ("f_W", "n_W")),
    };

    // What no function of the exercise has a name for, and each has another line of.
    private static readonly Dictionary<(Bilingual LookAt, Operation Operation), Bilingual> Lines = new()
    {
        [(Sum, Operation.ConvForward)] = "Z[i, h, w, c]",
        [(Sum, Operation.AverageForward)] = "A[i, h, w, c]",
        [(Maximum, Operation.MaxForward)] = "A[i, h, w, c]",
        [(Maximum, Operation.MaxBackward)] = Adding("dA_prev"),
        [("a_prev_slice", Operation.MaxBackward)] = new("the slice of A_prev", "el corte de A_prev"),
        [("a_prev_slice", Operation.AverageBackward)] = Adding("dA_prev"),
        [(Average, Operation.AverageForward)] = "A[i, h, w, c]",
        [(Average, Operation.AverageBackward)] = Adding("dA_prev"),
    };

    /// <summary>Where the maximum is looked for.</summary>
    public static Bilingual Maximum => new("the maximum of x", "el máximo de x");

    /// <summary>Where a window is summed.</summary>
    public static Bilingual Sum => new("the sum", "la suma");

    /// <summary>Where the average is made.</summary>
    public static Bilingual Average => "dz";

    /// <summary>The line that adds to something.</summary>
    public static Bilingual Adding(string name) => new($"the line that adds to {name}", $"la línea que le suma a {name}");

    /// <summary>What to look at in an operation.</summary>
    public static Bilingual LookAtIn(Operation operation, Bilingual lookAt) => Lines.TryGetValue((lookAt, operation), out var line)
        ? line : new(In(operation, lookAt.English), In(operation, lookAt.Spanish));

    /// <summary>A text with an operation's names in it.</summary>
    public static string In(Operation operation, string text) => There.TryGetValue(operation, out var names)
        ? Word().Replace(text, word => names.GetValueOrDefault(word.Value, word.Value)) : text;

    private static Dictionary<string, string> Of(params (string Name, string There)[] pairs) =>
        pairs.ToDictionary(pair => pair.Name, pair => pair.There);

    [GeneratedRegex(@"\b[A-Za-z]\w*")]
    private static partial Regex Word();
}
