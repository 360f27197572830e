using System.Globalization;
using System.Text;
using Cnn.Layers.Geometry;
using Cnn.Reference.Cases;
using Cnn.Reference.Checking;
using Cnn.Reference.Printing;

namespace Cnn.Reference.KernelChecking;

/// <summary>One element of a result as a person computes it on paper: every product with its indices, and the running sum.</summary>
internal static class WorkedSum
{
    /// <summary>How wide a line is at most.</summary>
    public const int Width = 80;

    private const int MostRows = 40; // of more, those that add nothing are left out

    /// <summary>One term: its loop indices, where it reads, and what it reads; null for padding.</summary>
    private sealed record Term(long[] Indices, long[] Place, double? Left, double? Right)
    {
        public double Product => Left is { } left && Right is { } right ? left * right : 0;
    }

    /// <summary>Writes out the element that a failure is about.</summary>
    /// <param name="kind">What the kernel computes.</param>
    /// <param name="shrunk">The problem, and how it failed.</param>
    /// <param name="truth">What libtorch gives.</param>
    public static string Of(KernelKind kind, Shrunk shrunk, Truth truth)
    {
        var (instance, failure) = shrunk;
        var text = new StringBuilder();
        Say(text, $"{instance.Case}");
        if (failure.Kind != FaultKind.WrongNumber) Say(text, $"yours {failure.Sentence}");
        if (!IsOfNumbers(failure.Kind)) return text.ToString().TrimEnd();
        string name = failure.Tensor is { } tensor && truth.Results.ContainsKey(tensor) ? tensor : kind.Results()[0];
        var expected = truth.Results[name];
        if (expected.Count == 0) return text.ToString().TrimEnd();
        long[] index = failure.Index is { } at && failure.Tensor == name ? at : new long[expected.Shape.Length];
        text.AppendLine();
        Write(text, kind, name, instance, Batched(index));
        string yours = failure.Yours.FirstOrDefault(each => each.Name == name) is { } given
            && given.Numbers.Shape.SequenceEqual(expected.Shape)
            ? $"; yours has {Number(given.Numbers[index])}"
            : "";
        Say(text, $"  libtorch has {Number(expected[index])}{yours}.");
        return text.ToString().TrimEnd();
    }

    /// <summary>Whether nothing but zeros and padding goes into the element that a failure of numbers is about.</summary>
    /// <param name="kind">What the kernel computes.</param>
    /// <param name="shrunk">The problem, and how it failed.</param>
    public static bool ShowsNothing(KernelKind kind, Shrunk shrunk)
    {
        var (instance, failure) = shrunk;
        if (!IsOfNumbers(failure.Kind) || failure is not { Tensor: { } name, Index: { } index }) return false;
        return !Write(new(), kind, name, instance, Batched(index)).Any(term => term is { Left: not (null or 0), Right: not (null or 0) });
    }

    private static bool IsOfNumbers(FaultKind kind) =>
        kind is FaultKind.WrongNumber or FaultKind.Unwritten or FaultKind.OldMemory or FaultKind.Accumulates;

    private static long[] Batched(long[] index) => index.Length == 3 ? [0, .. index] : index;

    // Writes an element out; returns what goes into it.
    private static List<Term> Write(StringBuilder text, KernelKind kind, string name, Instance instance, long[] at) => (kind, name) switch
    {
        (KernelKind.MaxPool2d, _) => Window(text, instance, at, isMax: true),
        (KernelKind.AvgPool2d, _) => Window(text, instance, at, isMax: false),
        (_, "grad input") => GradInput(text, instance, at),
        (_, "grad weight") => GradWeight(text, instance, at),
        (_, "grad bias") => GradBias(text, instance, at[0]),
        _ => Forward(text, instance, at),
    };

    private static List<Term> Forward(StringBuilder text, Instance instance, long[] at)
    {
        var (@case, operands) = instance;
        var geometry = @case.ConvGeometry();
        var (n, oc, oh, ow) = (at[0], at[1], at[2], at[3]);
        long inGroup = @case.C / @case.Groups, g = oc / (@case.O / @case.Groups);
        text.AppendLine(CultureInfo.InvariantCulture, $"output[n={n}, oc={oc}, oh={oh}, ow={ow}], in group g={g}:");
        Places(text, @case, $"{oh}", "kh", $"{ow}", "kw");
        var terms = new List<Term>();
        for (long ic = 0; ic < inGroup; ic++)
            for (long kh = 0; kh < @case.Kernel.H; kh++)
                for (long kw = 0; kw < @case.Kernel.W; kw++)
                {
                    long ih = geometry.Height.InputIndex(oh, kh), iw = geometry.Width.InputIndex(ow, kw);
                    bool inside = geometry.Height.IsInput(ih) && geometry.Width.IsInput(iw);
                    double? x = inside ? operands.Input[n, g * inGroup + ic, ih, iw] : null;
                    terms.Add(new([ic, kh, kw], [ih, iw], x, operands.Weight![oc, ic, kh, kw]));
                }
        Table(text, ["ic", "kh", "kw"], ["ih", "iw"], "input", "weight", terms,
            operands.Bias is { } bias ? ($"bias[{oc}]", bias[oc]) : null);
        return terms;
    }

    private static List<Term> GradInput(StringBuilder text, Instance instance, long[] at)
    {
        var (@case, operands) = instance;
        var geometry = @case.ConvGeometry();
        var (n, c, ih, iw) = (at[0], at[1], at[2], at[3]);
        long inGroup = @case.C / @case.Groups, outGroup = @case.O / @case.Groups, g = c / inGroup, ic = c % inGroup;
        text.AppendLine(CultureInfo.InvariantCulture, $"gradInput[n={n}, c={c}, ih={ih}, iw={iw}], in group g={g}, where it is ic={ic}:");
        Say(text, string.Create(
            CultureInfo.InvariantCulture,
            $"  each window that reads it: oh = ({ih} + {@case.Padding.H} - kh*{@case.Dilation.H}) / {@case.Stride.H}, " +
            $"ow = ({iw} + {@case.Padding.W} - kw*{@case.Dilation.W}) / {@case.Stride.W}, where that is whole"));
        var terms = new List<Term>();
        for (long oc = g * outGroup; oc < (g + 1) * outGroup; oc++)
            for (long kh = 0; kh < @case.Kernel.H; kh++)
                for (long kw = 0; kw < @case.Kernel.W; kw++)
                {
                    if (!geometry.Height.TryOutputIndex(ih, kh, out long oh) || !geometry.Width.TryOutputIndex(iw, kw, out long ow))
                        continue;
                    if (oh < 0 || oh >= geometry.Height.Out || ow < 0 || ow >= geometry.Width.Out) continue;
                    terms.Add(new([oc, kh, kw], [oh, ow], operands.GradOutput![n, oc, oh, ow], operands.Weight![oc, ic, kh, kw]));
                }
        Table(text, ["oc", "kh", "kw"], ["oh", "ow"], "gradOutput", "weight", terms);
        return terms;
    }

    private static List<Term> GradWeight(StringBuilder text, Instance instance, long[] at)
    {
        var (@case, operands) = instance;
        var geometry = @case.ConvGeometry();
        var (oc, ic, kh, kw) = (at[0], at[1], at[2], at[3]);
        long inGroup = @case.C / @case.Groups, g = oc / (@case.O / @case.Groups);
        text.AppendLine(CultureInfo.InvariantCulture, $"gradWeight[oc={oc}, ic={ic}, kh={kh}, kw={kw}], in group g={g}:");
        Places(text, @case, "oh", $"{kh}", "ow", $"{kw}");
        var terms = new List<Term>();
        for (long n = 0; n < @case.N; n++)
            for (long oh = 0; oh < geometry.Height.Out; oh++)
                for (long ow = 0; ow < geometry.Width.Out; ow++)
                {
                    long ih = geometry.Height.InputIndex(oh, kh), iw = geometry.Width.InputIndex(ow, kw);
                    bool inside = geometry.Height.IsInput(ih) && geometry.Width.IsInput(iw);
                    double? x = inside ? operands.Input[n, g * inGroup + ic, ih, iw] : null;
                    terms.Add(new([n, oh, ow], [ih, iw], operands.GradOutput![n, oc, oh, ow], x));
                }
        Table(text, ["n", "oh", "ow"], ["ih", "iw"], "gradOutput", "input", terms);
        return terms;
    }

    private static List<Term> GradBias(StringBuilder text, Instance instance, long oc)
    {
        var (@case, operands) = instance;
        var geometry = @case.ConvGeometry();
        text.AppendLine(CultureInfo.InvariantCulture, $"gradBias[oc={oc}]: the sum of all gradOutput[n, {oc}, oh, ow]");
        var terms = new List<Term>();
        for (long n = 0; n < @case.N; n++)
            for (long oh = 0; oh < geometry.Height.Out; oh++)
                for (long ow = 0; ow < geometry.Width.Out; ow++) terms.Add(new([n, oh, ow], [], operands.GradOutput![n, oc, oh, ow], 1));
        Table(text, ["n", "oh", "ow"], [], "gradOutput", "", terms);
        return terms;
    }

    private static List<Term> Window(StringBuilder text, Instance instance, long[] at, bool isMax)
    {
        var (@case, operands) = instance;
        var geometry = @case.PoolGeometry();
        var (height, width) = (geometry.Height, geometry.Width);
        var (n, c, oh, ow) = (at[0], at[1], at[2], at[3]);
        text.AppendLine(CultureInfo.InvariantCulture, $"output[n={n}, c={c}, oh={oh}, ow={ow}]:");
        Places(text, @case, $"{oh}", "kh", $"{ow}", "kw");
        text.AppendLine(Line(["kh", "kw"], ["ih", "iw"], ["value", isMax ? "maximum" : "sum"]));
        double sum = 0, most = double.NegativeInfinity;
        var terms = new List<Term>();
        (long H, long W)? winner = null;
        for (long kh = 0; kh < @case.Kernel.H; kh++)
            for (long kw = 0; kw < @case.Kernel.W; kw++)
            {
                long ih = height.InputIndex(oh, kh), iw = width.InputIndex(ow, kw);
                bool inside = height.IsInput(ih) && width.IsInput(iw);
                terms.Add(new([kh, kw], [ih, iw], inside ? operands.Input[n, c, ih, iw] : null, 1));
                string shown = ih >= height.In + height.PadAfter || iw >= width.In + width.PadAfter ? "overhang" : "padding";
                if (inside)
                {
                    double value = operands.Input[n, c, ih, iw];
                    shown = Number(value);
                    sum += value;
                    if (winner is null || value > most || double.IsNaN(value)) (most, winner) = (value, (ih, iw));
                }
                text.AppendLine(Line([Whole(kh), Whole(kw)], [Whole(ih), Whole(iw)], [shown, Number(isMax ? most : sum)]));
            }
        if (isMax)
        {
            if (winner is { } won)
                Say(text, string.Create(CultureInfo.InvariantCulture,
                    $"  the maximum is that of ih={won.H}, iw={won.W}: the first of equals; NaN is above every number"));
            return terms;
        }
        string why = @case switch
        {
            { DivisorOverride: not null } => "divisor_override",
            { CountIncludePad: true } => "the cells in input and padding; what overhangs in ceil_mode never counts",
            _ => "the cells in the input, because count_include_pad is false",
        };
        long divisor = geometry.Divisor(oh, ow);
        Say(text, string.Create(CultureInfo.InvariantCulture, $"  divided by {divisor} ({why}): {Number(sum / divisor)}"));
        return terms;
    }

    // Where a tap reads.
    private static void Places(StringBuilder text, Case @case, string oh, string kh, string ow, string kw)
    {
        string height = string.Create(CultureInfo.InvariantCulture, $"{oh}*{@case.Stride.H} - {@case.Padding.H} + {kh}*{@case.Dilation.H}");
        string width = string.Create(CultureInfo.InvariantCulture, $"{ow}*{@case.Stride.W} - {@case.Padding.W} + {kw}*{@case.Dilation.W}");
        text.AppendLine(CultureInfo.InvariantCulture, $"  ih = {height}, iw = {width}");
    }

    private static void Table(
        StringBuilder text, string[] indices, string[] place, string left, string right, List<Term> terms,
        (string Name, double Value)? bias = null)
    {
        string[] factors = right.Length > 0 ? [left, right, "product", "sum"] : [left, "sum"];
        text.AppendLine(Line(indices, place, factors));
        int all = terms.Count;
        double sum = 0;
        var shown = all > MostRows ? terms.Where(term => term.Product != 0).Take(MostRows).ToList() : terms;
        foreach (var term in terms)
        {
            sum += term.Product;
            if (!shown.Contains(term)) continue;
            string[] numbers = right.Length > 0
                ? [Factor(term.Left), Factor(term.Right), Number(term.Product), Number(sum)]
                : [Factor(term.Left), Number(sum)];
            text.AppendLine(Line([.. term.Indices.Select(Whole)], [.. term.Place.Select(Whole)], numbers));
        }
        if (shown.Count < all)
            text.AppendLine(CultureInfo.InvariantCulture,
                $"  ({Figures.Count(all - shown.Count, "more product")}, of which the sum has all)");
        if (all == 0) text.AppendLine("  no term: the sum is 0");
        if (bias is { } constant)
            text.AppendLine(CultureInfo.InvariantCulture,
                $"  + {constant.Name} = {Number(constant.Value)}: {Number(sum + constant.Value)}");

        static string Factor(double? number) => number is { } value ? Number(value) : "padding";
    }

    private static string Line(string[] indices, string[] place, string[] numbers)
    {
        const int ofIndex = 4, ofPlace = 4, ofNumber = 14;
        string at = string.Concat(indices.Select(each => each.PadLeft(ofIndex)));
        string reads = place.Length == 0 ? "" : $" |{string.Concat(place.Select(each => each.PadLeft(ofPlace)))}";
        return $"{at}{reads} |{string.Concat(numbers.Select(each => $" {each.PadLeft(ofNumber - 1)}"))}";
    }

    private static void Say(StringBuilder text, string sentence) => text.AppendLine(Folding.Fold(sentence, Width, indent: 4));

    private static string Whole(long number) => number.ToString(CultureInfo.InvariantCulture);

    private static string Number(double number) => number.ToString("G9", CultureInfo.InvariantCulture);
}
