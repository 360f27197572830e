using Cnn.Reference.Cases;
using Cnn.Reference.Sources;

namespace Cnn.Reference.Explaining;

/// <summary>The loops behind one view, and which of their lines each kind of step is.</summary>
/// <param name="Title">The class and the method.</param>
/// <param name="Lines">The method's source.</param>
/// <param name="Start">First and last line, counted from 0, of what begins an element.</param>
/// <param name="Term">Those of what is done for each term.</param>
/// <param name="Taken">Max pool: those of what is done only where the term wins; else <paramref name="Term"/>.</param>
/// <param name="Store">Those of what ends an element.</param>
internal sealed record CodeView(string Title, string[] Lines, int[] Start, int[] Term, int[] Taken, int[] Store)
{
    /// <summary>The views of a layer, as the page calls them.</summary>
    public const string Forward = "forward", GradInput = "gradInput", GradWeight = "gradWeight", GradBias = "gradBias";

    /// <summary>Those that a walkthrough has.</summary>
    public static IEnumerable<string> Views(Walkthrough walkthrough)
    {
        var names = walkthrough.Tensors().Select(each => each.Name).ToHashSet();
        return new[] { Forward, GradInput, GradWeight, GradBias }.Where(view => names.Contains(ResultOf(view)));
    }

    /// <summary>The tensor that a view computes.</summary>
    public static string ResultOf(string view) => view == Forward ? "output" : view;

    /// <summary>The literal loops of a view.</summary>
    /// <param name="kind">Which layer.</param>
    /// <param name="view">Forward, or which gradient.</param>
    public static CodeView Literal(LayerKind kind, string view) => (kind, view) switch
    {
        (LayerKind.Conv, Forward) => Of("LiteralConv2D", "Forward", "var sum =", "sum.MultiplyAdd(", "output[n, oc, oh, ow] ="),
        (LayerKind.Conv, GradInput) => Of("LiteralConv2D", "GradInput", "var sum =", "sum.MultiplyAdd(", "gradInput["),
        (LayerKind.Conv, GradWeight) => Of("LiteralConv2D", "GradWeight", "var sum =", "sum.MultiplyAdd(", "gradWeight["),
        (LayerKind.Conv, GradBias) => Of("LiteralConv2D", "GradBias", "var sum =", "sum.Add(gradOutput", "gradBias["),
        (LayerKind.Max, Forward) =>
            Of("LiteralMaxPool2D", "Forward", "T max = lowest;", "if (x > max", "output[n, c, oh, ow] =", "max = x;"),
        (LayerKind.Max, GradInput) =>
            Of("LiteralMaxPool2D", "GradInput", "gradInput.Clear();", "long winner =", "gradInput[n, c, ih, iw] +=",
                "gradInput[n, c, ih, iw] +="),
        (LayerKind.Avg, Forward) => Of("LiteralAvgPool2D", "Forward", "T acc = T.Zero;", "acc += input[", "output[n, c, oh, ow] ="),
        (LayerKind.Avg, GradInput) =>
            Of("LiteralAvgPool2D", "GradInput", "gradInput.Clear();", "gradInput[n, c, height", "gradInput[n, c, height"),
        _ => throw new ArgumentOutOfRangeException(nameof(view), view, null),
    };

    /// <summary>The exercise's function for a view; null where the exercise has no such layer.</summary>
    /// <param name="case">The layer.</param>
    /// <param name="view">Forward, or which gradient.</param>
    public static CodeView? Lesson(Case @case, string view)
    {
        const string convolution = "StepByStep.Convolution", pooling = "StepByStep.Pooling", corner = "var vert_start = h * stride;";
        const string one = "Z[i, h, w, c] = ConvSingleStep", window = "dA_prev[i, vert_start..vert_end, horiz_start..horiz_end, c] +=";
        if (!IsTheExercises(@case)) return null;
        return (@case.Kind, view) switch
        {
            (LayerKind.Conv, Forward) => Of(convolution, "ConvForward", corner, one, one),
            (LayerKind.Conv, GradInput) => Of(convolution, "ConvBackward", corner, "da_prev_pad[vert_start", "dA_prev[i] ="),
            (LayerKind.Conv, GradWeight) => Of(convolution, "ConvBackward", corner, "dW[.., .., .., c] +=", "dW[.., .., .., c] +="),
            (LayerKind.Conv, GradBias) => Of(convolution, "ConvBackward", corner, "db[.., .., .., c] +=", "db[.., .., .., c] +="),
            (_, Forward) => Of(pooling, "PoolForward", corner, "A[i, h, w, c] = mode", "A[i, h, w, c] = mode"),
            (LayerKind.Max, _) => Of(pooling, "PoolBackward", corner, "var mask =", $"{window} mask"),
            (LayerKind.Avg, _) => Of(pooling, "PoolBackward", corner, "var a = Distribute", $"{window} a"),
            _ => null,
        };
    }

    // Square windows and one number for both axes; pools without padding.
    private static bool IsTheExercises(Case @case) =>
        @case is { Dilation: (1, 1), Groups: 1, CeilMode: false, CountIncludePad: true, DivisorOverride: null, Same: false, Bias: true }
        && @case.Kernel.H == @case.Kernel.W && @case.Stride.H == @case.Stride.W && @case.Padding.H == @case.Padding.W
        && (@case.Kind == LayerKind.Conv || @case.Padding == (0, 0));

    private static CodeView Of(string file, string method, string start, string term, string store, string? taken = null)
    {
        string[] lines = SourceCode.Method($"{file}.cs", method);
        int[] atTerm = Statement(lines, term, file);
        return new($"{file.Split('.')[0]}.{method}", lines, Statement(lines, start, file), atTerm,
            taken is null ? atTerm : Statement(lines, taken, file), Statement(lines, store, file));
    }

    // From the line that begins so to the one that ends the statement, or its condition.
    private static int[] Statement(string[] lines, string beginning, string file)
    {
        int first = Array.FindIndex(lines, line => line.TrimStart().StartsWith(beginning, StringComparison.Ordinal));
        if (first < 0)
            throw new InvalidOperationException($"{file} has no line that begins with \"{beginning}\": the page shows another code.");
        int last = Array.FindIndex(lines, first, line => line.Split("//")[0].TrimEnd() is [.., ';' or ')']);
        return [first, last];
    }
}
