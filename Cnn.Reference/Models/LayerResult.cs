using System.Globalization;

namespace Cnn.Reference;

/// <summary>One tensor of one layer, compared.</summary>
/// <param name="Path">
/// Where the layer stands in the model, as in its state_dict; with the number of the call where it runs several times.
/// </param>
/// <param name="What">
/// "output", "gradient of input", "gradient of weight", "gradient of bias"; "weight", "bias" where the two models' own differ;
/// "new running_mean" for what a run makes of a tensor of the layer's own, or of its input, where it changes one.
/// </param>
/// <param name="Isolated">
/// The layer fed with what the expected model's layer got, input and upstream gradient: the largest error in parts of the bound,
/// at most 1 where all is well. NaN where there is no such comparison: the row is of no layer that can be run alone.
/// </param>
/// <param name="Propagated">
/// What came through the whole model: the largest difference in parts of the bound. NaN where it was not run.
/// </param>
/// <param name="Index">
/// The worst element: of the isolated comparison where that found any error, else of the propagated one. Empty for a tensor without axes,
/// and where the shapes differ.
/// </param>
/// <param name="Expected">What the expected model has there.</param>
/// <param name="Actual">What the other has there.</param>
public sealed record LayerResult(string Path, string What, double Isolated, double Propagated, long[] Index, double Expected, double Actual)
{
    /// <summary>What kind of layer it is, such as "Conv2D".</summary>
    public string Kind { get; init; } = "";

    /// <summary>
    /// Where a number next to zero, or two next to each other, decided otherwise in a ReLU or a maximum: what that did to this gradient,
    /// in a sentence. It is no difference of a layer: the gradients are compared with both models deciding alike. Null where none did.
    /// </summary>
    public string? Kink { get; init; }

    /// <summary>What else is to be said, such as shapes that differ; null for nothing.</summary>
    public string? Remark { get; init; }

    /// <summary>Whether both comparisons are inside of their bounds, as far as there are such.</summary>
    public bool Passed => IsolatedPassed && !(Propagated > 1);

    /// <summary>Whether the layer by itself is inside of its bound, or has none.</summary>
    internal bool IsolatedPassed => !(Isolated > 1);

    /// <summary>Whether the row is of a gradient, which is computed on the way back.</summary>
    internal bool IsGradient => What.StartsWith("gradient", StringComparison.Ordinal);

    /// <summary>The layer, the tensor, the element and both values, in a sentence.</summary>
    public override string ToString()
    {
        string element = Index.Length > 0 ? $" [{string.Join(", ", Index)}]" : "";
        string values = Remark ?? string.Create(CultureInfo.InvariantCulture, $"{Expected:G9} expected, {Actual:G9} found");
        return $"{Path}{(Kind.Length > 0 ? $" ({Kind})" : "")}, {What}{element}: {values}";
    }
}
