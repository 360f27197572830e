using System.Globalization;
using Cnn.Reference.Printing;

namespace Cnn.Reference;

/// <summary>Two models, compared layer by layer.</summary>
public sealed class ModelReport
{
    /// <summary>Columns of its text.</summary>
    internal const int Width = 80;

    private const int MostRows = 24;
    private const int WhatWidth = 18, RatioWidth = 9, VerdictWidth = 9; // of the table's columns; what is left is the path's

    private readonly string? thrown;
    private readonly bool compared;

    /// <summary>A report.</summary>
    /// <param name="layers">Every tensor of every layer, in the order of execution.</param>
    /// <param name="remarks">What is to be known besides.</param>
    /// <param name="thrown">What the second model threw; null for nothing.</param>
    /// <param name="compared">Whether any layer was there to compare.</param>
    internal ModelReport(IReadOnlyList<LayerResult> layers, IReadOnlyList<string> remarks, string? thrown, bool compared)
    {
        (Layers, Remarks, this.thrown, this.compared) = (layers, remarks, thrown, compared);
        // In the order in which things are computed: outputs first to last, then gradients last to first. A layer that is wrong by
        // itself is what everything behind it goes wrong from.
        LayerResult[] order = [.. layers.Where(row => !row.IsGradient), .. layers.Where(row => row.IsGradient).Reverse()];
        FirstDifference = order.FirstOrDefault(row => !row.IsolatedPassed) ?? order.FirstOrDefault(row => !row.Passed);
    }

    /// <summary>Whether every tensor of every layer is inside of its bounds, and there was a layer to compare.</summary>
    public bool Passed => thrown is null && compared && FirstDifference is null;

    /// <summary>Every tensor of every layer, in the order in which the layers run; the whole model's own at the end.</summary>
    public IReadOnlyList<LayerResult> Layers { get; }

    /// <summary>
    /// The first difference in the order in which things are computed (outputs from the first layer to the last, then gradients from the
    /// last to the first): the first layer that is wrong by itself; where none is, the first tensor that came through the model wrong.
    /// Null where nothing differs.
    /// </summary>
    public LayerResult? FirstDifference { get; }

    /// <summary>
    /// What is to be known besides, a sentence each: layers that do not run, or could not be recorded or swapped, and why.
    /// </summary>
    public IReadOnlyList<string> Remarks { get; }

    /// <summary>Does nothing where the report has passed; throws it otherwise.</summary>
    /// <exception cref="ModelDifferenceException">Something differs: the message is this report.</exception>
    public void ThrowIfFailed()
    {
        if (!Passed) throw new ModelDifferenceException(ToString());
    }

    /// <summary>The verdict, in a sentence.</summary>
    internal string Verdict
    {
        get
        {
            if (FirstDifference is { } first)
            {
                string how = first.IsolatedPassed
                    ? $"{Times(first.Propagated)} through the model; no layer is wrong by itself: look at what stands between them"
                    : double.IsPositiveInfinity(first.Isolated) ? "" : $"{Times(first.Isolated)} on the same numbers";
                string end = thrown is null ? "" : $" The model then throws: {thrown}.";
                return $"DIFFERENT: {first}{(how.Length > 0 ? $", {how}" : "")}.{end}";
            }
            if (thrown is not null) return $"DIFFERENT: the model throws: {thrown}.";
            if (!compared) return "NOTHING COMPARED: no layer that runs has a counterpart to be compared with.";
            int layers = Layers.Where(row => row.Kind.Length > 0).Select(row => row.Path).Distinct().Count();
            string alone = Ratio(Largest(Layers.Select(row => row.Isolated)));
            string through = Ratio(Largest(Layers.Select(row => row.Propagated)));
            return $"EQUAL: {Figures.Count(Layers.Count, "tensor")} of {Figures.Count(layers, "layer")}; "
                + $"largest error {alone} of the bound on the same numbers, {through} through the model.";
        }
    }

    /// <summary>A verdict, a table at most 80 columns wide (what differs, then what comes nearest to its bound), and the remarks.</summary>
    public override string ToString()
    {
        LayerResult[] failed = [.. Layers.Where(row => !row.Passed)];
        LayerResult[] shown = [
            .. Layers.Where(row => ReferenceEquals(row, FirstDifference)), .. failed.Where(row => !ReferenceEquals(row, FirstDifference)),
            .. Layers.Where(row => row.Passed).OrderByDescending(Worst)];
        shown = [.. shown.Take(MostRows)];
        int pathWidth = Width - WhatWidth - 2 * RatioWidth - VerdictWidth - 4;
        var lines = new List<string>
        {
            Folding.Fold(Verdict, Width, indent: 2), "", Line("layer", "tensor", "alone", "through", "verdict"), new('-', Width),
        };
        lines.AddRange(shown.Select(row => Line(row.Path, row.What, Ratio(row.Isolated), Ratio(row.Propagated), VerdictOf(row))));
        if (Layers.Count > shown.Length)
        {
            string rest = failed.Length > shown.Length ? $"{failed.Length - shown.Length} of them different" : "all inside of their bounds";
            lines.Add($"... and {Figures.Count(Layers.Count - shown.Length, "tensor")} more, {rest}");
        }
        lines.Add("(error in parts of the bound: 1 is the most that rounding explains)");
        if (Layers.FirstOrDefault(row => row.Kink is not null) is { } turned)
            lines.Add(Folding.Fold($"kink: {turned.Path}, {turned.What}: {turned.Kink}.", Width, indent: 2));
        lines.AddRange(Remarks.Select(remark => Folding.Fold($"- {remark}", Width, indent: 2)));
        return string.Join('\n', lines);

        string Line(string path, string what, string alone, string through, string verdict) =>
            string.Join(' ', Cut(path, pathWidth).PadRight(pathWidth), Cut(what, WhatWidth).PadRight(WhatWidth),
                alone.PadLeft(RatioWidth), through.PadLeft(RatioWidth), verdict).TrimEnd();
    }

    /// <summary>One word on a row.</summary>
    internal string VerdictOf(LayerResult row) =>
        ReferenceEquals(row, FirstDifference) ? "<- HERE"
        : !row.IsolatedPassed ? "wrong"
        : !row.Passed ? "differs"
        : row.Kink is not null ? "ok (kink)" : "ok";

    /// <summary>An error in parts of a bound; a dash where there is none.</summary>
    internal static string Ratio(double ratio) =>
        double.IsNaN(ratio) ? "-" : double.IsInfinity(ratio) ? "inf" : ratio.ToString("G3", CultureInfo.InvariantCulture);

    /// <summary>The largest of some errors, those that there are; NaN for none.</summary>
    internal static double Largest(IEnumerable<double> ratios) =>
        ratios.Where(ratio => !double.IsNaN(ratio)).DefaultIfEmpty(double.NaN).Max();

    private static double Worst(LayerResult row) => Largest([row.Isolated, row.Propagated]);

    private static string Times(double ratio) =>
        double.IsInfinity(ratio) ? "beyond any bound" : $"{Numbers.General(ratio)} times what rounding explains";

    // The end of a path tells more than its beginning.
    private static string Cut(string text, int width) => text.Length <= width ? text : $"..{text[^(width - 2)..]}";
}
