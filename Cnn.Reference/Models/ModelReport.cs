using System.Globalization;
using Cnn.Layers;
using Cnn.Reference.Models;
using Cnn.Reference.Printing;

namespace Cnn.Reference;

/// <summary>Two models, compared layer by layer.</summary>
public sealed class ModelReport
{
    /// <summary>Columns of its text.</summary>
    internal const int Width = 80;

    private const int MostRows = 24, MostNames = 3;
    private const int PathWidth = 28; // what the other columns of the table leave

    private readonly string? thrown;
    private readonly string unit;
    private readonly LayerResult[] order;

    /// <summary>A report.</summary>
    /// <param name="layers">Every tensor of every layer, in the order of execution.</param>
    /// <param name="remarks">What is to be known besides.</param>
    /// <param name="notCompared">What was not compared, and why.</param>
    /// <param name="compared">How many layers were compared.</param>
    /// <param name="unit">What is counted, such as "layers".</param>
    /// <param name="thrown">What the second model threw; null for nothing.</param>
    internal ModelReport(
        IReadOnlyList<LayerResult> layers, IReadOnlyList<string> remarks, IReadOnlyList<KeptLayer> notCompared, int compared, string unit,
        string? thrown)
    {
        (Layers, NotCompared, Compared, this.unit, this.thrown) = (layers, notCompared, compared, unit, thrown);
        Remarks = [.. notCompared.Select(layer => $"{NameOf(layer)} is not compared: {layer.Reason}."), .. remarks];
        // In the order in which things are computed: outputs first to last, then gradients last to first. A layer that is wrong by
        // itself is what everything behind it goes wrong from.
        order = [.. layers.Where(row => !row.IsGradient), .. layers.Where(row => row.IsGradient).Reverse()];
        FirstDifference = order.FirstOrDefault(row => !row.IsolatedPassed) ?? order.FirstOrDefault(row => !row.Passed);
    }

    /// <summary>
    /// Whether all that was compared is inside of its bounds, and a layer was compared: not whether every layer was. A test that wants
    /// that as well asks for <see cref="NotCompared"/> to be empty.
    /// </summary>
    public bool Passed => thrown is null && Compared > 0 && FirstDifference is null;

    /// <summary>Every tensor of every layer, in the order in which the layers run; the whole model's own at the end.</summary>
    public IReadOnlyList<LayerResult> Layers { get; }

    /// <summary>
    /// Layers that were not compared by themselves, each with the reason. Of a model beside its swapped twin: convolutions and pools that
    /// could not be swapped, or do not run, and modules that call their functions. Of two models: layers that one of them alone has, or
    /// that could not be recorded, or do not run.
    /// </summary>
    public IReadOnlyList<KeptLayer> NotCompared { get; }

    /// <summary>
    /// The first difference in the order in which things are computed (outputs from the first layer to the last, then gradients from the
    /// last to the first): the first layer that is wrong by itself; where none is, the first tensor that came through the model wrong.
    /// Null where nothing differs.
    /// </summary>
    public LayerResult? FirstDifference { get; }

    /// <summary>
    /// What is to be known besides, a sentence each: layers that were not compared, and why; and where a comparison proves little.
    /// </summary>
    public IReadOnlyList<string> Remarks { get; }

    /// <summary>How many layers were compared by themselves.</summary>
    internal int Compared { get; }

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
            if (Compared == 0 && NotCompared.Count == 0) return $"NOTHING COMPARED: the model runs no {unit} that could be.";
            if (Compared == 0) return $"NOTHING COMPARED: none of {NotCompared.Count} {unit}: {Names}.";
            int layers = Layers.Where(row => row.Kind.Length > 0).Select(row => row.Path).Distinct().Count();
            string alone = Ratio(Largest(Layers.Select(row => row.Isolated)));
            string through = Ratio(Largest(Layers.Select(row => row.Propagated)));
            string errors = $"{Figures.Count(Layers.Count, "tensor")} of {Figures.Count(layers, "layer")}; "
                + $"largest error {alone} of the bound on the same numbers, {through} through the model.";
            return NotCompared.Count == 0
                ? $"EQUAL: {errors}"
                : $"EQUAL WHERE COMPARED: {Compared} of {Compared + NotCompared.Count} {unit}; not {Names}. {errors}";
        }
    }

    private string Names => Some(NotCompared.Select(NameOf));

    /// <summary>
    /// A verdict, a table at most 80 columns wide in the order in which the layers run (what differs; where nothing does, what comes
    /// nearest to its bound), and the remarks.
    /// </summary>
    public override string ToString() => PlainText.Of(Width, console =>
    {
        console.Say(Verdict, indent: 2);
        console.Say("");
        LayerResult[] shown = [.. Shown()];
        var table = new TextTable("layer", "tensor", "alone", "through", "") { Words = 2 };
        foreach (var row in shown)
        {
            string kind = row.Kind.Length > 0 ? $" ({row.Kind})" : "";
            table.Add(
                $"{Cut(row.Path)}{kind}", row.What.Replace("gradient", "grad", StringComparison.Ordinal),
                Short(row.Isolated), Short(row.Propagated), VerdictOf(row));
        }
        table.Print(console, markdown: false);
        foreach (string line in Rest(shown)) console.Say(line, indent: 2);
        console.Say("(error in parts of the bound: 1 is the most that rounding explains)");
        if (Layers.FirstOrDefault(row => row.Kink is not null) is { } turned)
            console.Say($"kink: {turned.Path}, {turned.What}: {turned.Kink}.", indent: 2);
        foreach (string remark in Remarks) console.Say($"- {remark}", indent: 2);
    });

    /// <summary>One word on a row.</summary>
    internal string VerdictOf(LayerResult row) =>
        ReferenceEquals(row, FirstDifference) ? "<- HERE"
        : !row.IsolatedPassed ? "wrong"
        : !row.Passed ? "differs"
        : row.Kink is not null ? "kink" : "ok";

    /// <summary>
    /// The tensors that differ in what came through the model alone, although they are computed after the first difference: they
    /// follow from it.
    /// </summary>
    internal IReadOnlyList<LayerResult> Following =>
        FirstDifference is null ? [] : [.. order.SkipWhile(row => !ReferenceEquals(row, FirstDifference)).Skip(1).Where(OnlyThrough)];

    /// <summary>An error in parts of a bound; a dash where there is none.</summary>
    internal static string Ratio(double ratio) =>
        double.IsNaN(ratio) ? "-" : double.IsInfinity(ratio) ? "inf" : ratio.ToString("G3", CultureInfo.InvariantCulture);

    /// <summary>The largest of some errors, those that there are; NaN for none.</summary>
    internal static double Largest(IEnumerable<double> ratios) =>
        ratios.Where(ratio => !double.IsNaN(ratio)).DefaultIfEmpty(double.NaN).Max();

    /// <summary>A layer's path and kind.</summary>
    internal static string NameOf(KeptLayer layer) => $"{layer.Path} ({LayerTraits.KindOf(layer.Layer)})";

    /// <summary>The first of some names, and how many more there are.</summary>
    internal static string Some(IEnumerable<string> names)
    {
        string[] all = [.. names];
        string first = string.Join(", ", all.Take(MostNames));
        return all.Length > MostNames ? $"{first} and {all.Length - MostNames} more" : first;
    }

    private static bool OnlyThrough(LayerResult row) => row.IsolatedPassed && !row.Passed;

    // What is wrong by itself, and what differs before it, with all of the culprit's layer.
    private IEnumerable<LayerResult> Shown()
    {
        var chosen = new HashSet<LayerResult>(ReferenceEqualityComparer.Instance);
        IEnumerable<LayerResult> first = FirstDifference is { } culprit
            ? Layers.Where(row => !row.Passed || row.Path == culprit.Path).Except(Following.Where(row => row.Path != culprit.Path))
                .OrderBy(row => ReferenceEquals(row, culprit) ? 0 : row.Path == culprit.Path ? 1 : 2)
            : Layers.OrderByDescending(row => Largest([row.Isolated, row.Propagated]));
        chosen.UnionWith(first.Take(MostRows));
        return Layers.Where(chosen.Contains);
    }

    private IEnumerable<string> Rest(LayerResult[] shown)
    {
        var rest = Layers.Except(shown, ReferenceEqualityComparer.Instance).Cast<LayerResult>().ToList();
        var following = rest.Intersect(Following, ReferenceEqualityComparer.Instance).Cast<LayerResult>().ToList();
        int wrong = rest.Count(row => !row.Passed) - following.Count;
        int unreached = thrown is null ? 0 : rest.Count(row => row.Passed && double.IsNaN(row.Propagated));
        int right = rest.Count(row => row.Passed) - unreached;
        if (wrong > 0) yield return $"... and {Figures.Count(wrong, "tensor")} more that {(wrong == 1 ? "differs" : "differ")}";
        if (following.Count > 0)
        {
            int layers = following.Select(row => row.Path).Distinct().Count();
            yield return $"... and {Figures.Count(following.Count, "tensor")} of {Figures.Count(layers, "place")} computed after "
                + $"{FirstDifference!.Path}, from which it follows that what came through differs (up to "
                + $"{Ratio(Largest(following.Select(row => row.Propagated)))} of the bound)";
        }
        if (unreached > 0) yield return $"... and {Figures.Count(unreached, "tensor")} that the model did not reach";
        string bounds = right == 1 ? "its bound" : "their bounds";
        if (right > 0) yield return $"... and {Figures.Count(right, "tensor")} more inside of {bounds}";
    }

    private static string Times(double ratio) =>
        double.IsInfinity(ratio) ? "beyond any bound" : $"{Numbers.General(ratio)} times what rounding explains";

    // As narrow as a column wants it; the report's sentences have the digits.
    private static string Short(double ratio) =>
        ratio is > 0 and < 0.001 ? "<0.001"
        : ratio is >= 100_000 and < double.PositiveInfinity ? ratio.ToString("0E+0", CultureInfo.InvariantCulture)
        : Ratio(ratio);

    // The end of a path tells more than its beginning.
    private static string Cut(string path) => path.Length <= PathWidth ? path : $"..{path[^(PathWidth - 2)..]}";
}
