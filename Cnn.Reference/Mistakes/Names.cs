using System.Text.RegularExpressions;
using Cnn.Reference.Printing;

namespace Cnn.Reference.Mistakes;

/// <summary>
/// The exercise's names, which differ from function to function: those that its text prescribes. Mistakes are written in those of the
/// convolution, forwards, and of its gradients; f_H and f_W are the sides of a window, and Z_here is what has one number a window: Z or dZ.
/// </summary>
internal static partial class Names
{
    private const string Here = "Z_here";

    private static readonly (string Name, string There)[] OfPools =
    [
        ("Z", "A"), ("dZ", "dA"), (Here, "A"), ("A_prev_pad", "A_prev"), ("dA_prev_pad", "dA_prev"), ("a_slice_prev", "a_prev_slice"),
    ];

    private static readonly (string Name, string There)[] OfPoolGradients =
        [.. OfPools.Where(pair => pair.Name != Here), (Here, "dA")];

    private static readonly (string Name, string There)[] Square = [("f_H", "f"), ("f_W", "f")];

    private static readonly Dictionary<Operation, Dictionary<string, string>> There = new()
    {
        [Operation.ZeroPad] = Of(("A_prev_pad", "X"), (Here, "X_pad")),
        [Operation.ConvForward] = Of((Here, "Z")),
        [Operation.ConvBackward] = Of((Here, "dZ")),
        [Operation.MaxForward] = Of(OfPools),
        [Operation.AverageForward] = Of([.. OfPools, .. Square]),
        [Operation.MaxBackward] = Of(OfPoolGradients),
        [Operation.AverageBackward] = Of([.. OfPoolGradients, .. Square]),
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
        [(Average, Operation.Distribute)] = new("the line with the division", "la línea con la división"),
    };

    /// <summary>Where the maximum is looked for.</summary>
    public static Bilingual Maximum => new("the maximum of x", "el máximo de x");

    /// <summary>Where a window is summed.</summary>
    public static Bilingual Sum => new("the sum", "la suma");

    /// <summary>Where the average is made.</summary>
    public static Bilingual Average => "dz";

    /// <summary>The line that adds to something, or should.</summary>
    public static Bilingual Adding(string name) => new($"the line that writes to {name}", $"la línea que escribe en {name}");

    /// <summary>The loops that move windows.</summary>
    public static Bilingual Loops => new("the loops over h and w", "los bucles sobre h y w");

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
