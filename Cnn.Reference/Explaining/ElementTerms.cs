using Cnn.Layers.Geometry;
using Cnn.Reference.Cases;
using Cnn.Reference.Comparison;
using TorchSharp;
using static TorchSharp.torch;

namespace Cnn.Reference.Explaining;

/// <summary>An element that a term reads; zero outside of its tensor.</summary>
/// <param name="Tensor">Which tensor.</param>
/// <param name="Index">Where.</param>
/// <param name="Inside">Whether that is in the tensor.</param>
/// <param name="Number">What is there.</param>
internal sealed record TermRead(string Tensor, long[] Index, bool Inside, double Number);

/// <summary>A term of a sum, or a cell that a maximum is taken of.</summary>
/// <param name="At">Its loop indices.</param>
/// <param name="Left">What it reads.</param>
/// <param name="Right">What that is multiplied by; null for nothing.</param>
/// <param name="Sum">The sum, or the maximum, after it.</param>
internal sealed record Term(long[] At, TermRead Left, TermRead? Right, double Sum)
{
    /// <summary>Max pool: whether the cell became the maximum; its gradient: whether the cell was.</summary>
    public bool Takes { get; init; } = true;

    /// <summary>The gradient of an average: what its window is divided by.</summary>
    public long? Divisor { get; init; }
}

/// <summary>One element of a view, as the literal loops compute it: the terms in their order, with the bits of each partial sum.</summary>
internal sealed class ElementTerms
{
    private readonly Case @case;
    private readonly WindowAxis height, width;
    private readonly Dictionary<string, NumberArray> tensors = [];
    private readonly bool isSingle;

    /// <summary>Reads the tensors of a walkthrough.</summary>
    public ElementTerms(Walkthrough walkthrough)
    {
        @case = walkthrough.Case;
        (height, width) = walkthrough.Axes();
        isSingle = @case.DType == ScalarType.Float32;
        foreach (var (name, tensor) in walkthrough.Tensors()) tensors[name] = NumberArray.Of(tensor);
    }

    private long InGroup => @case.C / @case.Groups;

    private long OutGroup => @case.O / @case.Groups;

    /// <summary>The loop indices that number the terms of a view.</summary>
    public IReadOnlyList<string> Indices(string view) => (@case.Kind, view) switch
    {
        (LayerKind.Conv, CodeView.Forward) => ["ic", "kh", "kw"],
        (LayerKind.Conv, CodeView.GradInput) => ["oc", "kh", "kw"],
        (LayerKind.Conv, _) => ["n", "oh", "ow"],
        (_, CodeView.Forward) => ["kh", "kw"],
        _ => ["oh", "ow"],
    };

    /// <summary>The terms of an element.</summary>
    /// <param name="view">Which tensor is computed.</param>
    /// <param name="at">The element's index, (N, C, H, W).</param>
    public IReadOnlyList<Term> Of(string view, long[] at) => (@case.Kind, view) switch
    {
        (LayerKind.Conv, CodeView.Forward) => Multiplied(Forward(at), (term, partial) => (term[0] / partial.Channels, 0, 0)),
        (LayerKind.Conv, CodeView.GradInput) => Multiplied(GradInput(at), (term, partial) => (term[0] % OutGroup / partial.Channels, 0, 0)),
        (LayerKind.Conv, CodeView.GradWeight) => Multiplied(GradWeight(at), OfWindow),
        (LayerKind.Conv, _) => Added(
            Windows().Select(window => (
                new[] { window.N, window.OH, window.OW }, GradOutput(window.N, at[^1], window.OH, window.OW), (long?)null)),
            OfWindow),
        (LayerKind.Max, CodeView.Forward) => Largest(Window(at)),
        (LayerKind.Avg, CodeView.Forward) => Added(Window(at).Select(cell => (cell.At, cell.Read, (long?)null))),
        (LayerKind.Max, _) => Won(at),
        _ => Added(Reading(at).Select(window => (
            window.At, GradOutput(at[0], at[1], window.At[0], window.At[1]),
            (long?)@case.PoolGeometry().Divisor(window.At[0], window.At[1])))),
    };

    /// <summary>What the terms come to: the bias added, or divided.</summary>
    /// <param name="view">Which tensor is computed.</param>
    /// <param name="at">The element's index.</param>
    /// <param name="terms">Its terms.</param>
    public double Finish(string view, long[] at, IReadOnlyList<Term> terms)
    {
        double none = @case.Kind == LayerKind.Max && view == CodeView.Forward ? double.NegativeInfinity : 0;
        double sum = terms.Count > 0 ? terms[^1].Sum : none;
        if (view != CodeView.Forward) return sum;
        if (@case.Kind == LayerKind.Avg) return terms.Count == 0 ? 0 : Round(sum / @case.PoolGeometry().Divisor(at[2], at[3]));
        return tensors.TryGetValue("bias", out var bias) ? Round(sum + bias[at[1]]) : sum;
    }

    /// <summary>
    /// The gradient that the exercise's mask gives to a cell of a max pool: of every window whose maximum it equals. Null where that is the
    /// same, and for other views.
    /// </summary>
    /// <param name="view">Which tensor is computed.</param>
    /// <param name="at">The element's index.</param>
    public double? OfMask(string view, long[] at)
    {
        if (@case.Kind != LayerKind.Max || view != CodeView.GradInput) return null;
        double cell = tensors["input"][at], all = 0;
        var terms = Won(at);
        foreach (var term in terms)
            if (tensors["output"][term.Left.Index] == cell) all = Round(all + term.Left.Number);
        return all.Equals(terms.Count > 0 ? terms[^1].Sum : 0) ? null : all;
    }

    private IEnumerable<(long[] At, TermRead Left, TermRead Right)> Forward(long[] at)
    {
        long groupStart = at[1] / OutGroup * InGroup;
        for (long ic = 0; ic < InGroup; ic++)
            for (long kh = 0; kh < height.Kernel; kh++)
                for (long kw = 0; kw < width.Kernel; kw++)
                    yield return ([ic, kh, kw], Input(at[0], groupStart + ic, height.InputIndex(at[2], kh), width.InputIndex(at[3], kw)),
                        Weight(at[1], ic, kh, kw));
    }

    private IEnumerable<(long[] At, TermRead Left, TermRead Right)> GradInput(long[] at)
    {
        long g = at[1] / InGroup, ic = at[1] % InGroup;
        for (long oc = g * OutGroup; oc < (g + 1) * OutGroup; oc++)
            for (long kh = 0; kh < height.Kernel; kh++)
                for (long kw = 0; kw < width.Kernel; kw++)
                    if (height.TryOutputIndex(at[2], kh, out long oh) && width.TryOutputIndex(at[3], kw, out long ow))
                        yield return ([oc, kh, kw], GradOutput(at[0], oc, oh, ow), Weight(oc, ic, kh, kw));
    }

    private IEnumerable<(long[] At, TermRead Left, TermRead Right)> GradWeight(long[] at)
    {
        long c = at[0] / OutGroup * InGroup + at[1];
        return Windows().Select(window => (new[] { window.N, window.OH, window.OW }, GradOutput(window.N, at[0], window.OH, window.OW),
            Input(window.N, c, height.InputIndex(window.OH, at[2]), width.InputIndex(window.OW, at[3]))));
    }

    private IEnumerable<(long N, long OH, long OW)> Windows()
    {
        for (long n = 0; n < @case.N; n++)
            for (long oh = 0; oh < height.Out; oh++)
                for (long ow = 0; ow < width.Out; ow++)
                    yield return (n, oh, ow);
    }

    // The cells of a window that lie in the input.
    private IEnumerable<(long[] At, TermRead Read)> Window(long[] at)
    {
        for (long kh = 0; kh < height.Kernel; kh++)
            for (long kw = 0; kw < width.Kernel; kw++)
                if (Input(at[0], at[1], height.InputIndex(at[2], kh), width.InputIndex(at[3], kw)) is { Inside: true } read)
                    yield return ([kh, kw], read);
    }

    // The windows that read a cell.
    private IEnumerable<(long[] At, long[] Taps)> Reading(long[] at) =>
        from window in Windows()
        where window.N == at[0]
        from kh in Enumerable.Range(0, (int)height.Kernel)
        where height.InputIndex(window.OH, kh) == at[2]
        from kw in Enumerable.Range(0, (int)width.Kernel)
        where width.InputIndex(window.OW, kw) == at[3]
        select (new[] { window.OH, window.OW }, new long[] { kh, kw });

    // Which partial sum over windows a term is of.
    private static (long, long, long) OfWindow(long[] at, PartialSums partial) =>
        partial.Images > 1 ? (at[0] / partial.Images, 0, 0) : (at[0], at[1] / partial.Rows, at[2] / partial.Columns);

    private List<Term> Multiplied(
        IEnumerable<(long[] At, TermRead Left, TermRead Right)> pairs, Func<long[], PartialSums, (long, long, long)> partOf)
    {
        var sum = new LongSum(this, partOf);
        return [.. pairs.Select(pair => new Term(
            pair.At, pair.Left, pair.Right, sum.After(pair.At, partial => MultiplyAdd(pair.Left.Number, pair.Right.Number, partial))))];
    }

    private List<Term> Added(
        IEnumerable<(long[] At, TermRead Read, long? Divisor)> terms, Func<long[], PartialSums, (long, long, long)>? partOf = null)
    {
        var sum = new LongSum(this, partOf);
        return [.. terms.Select(term => new Term(
            term.At, term.Read, null, sum.After(term.At, partial => Round(partial + Round(term.Read.Number / (term.Divisor ?? 1)))))
        {
            Divisor = term.Divisor,
        })];
    }

    /// <summary>A sum, in partial sums where it is a convolution's: what it comes to after each term.</summary>
    private sealed class LongSum(ElementTerms terms, Func<long[], PartialSums, (long, long, long)>? partOf)
    {
        private readonly PartialSums partial = partOf is null ? default : terms.@case.ConvGeometry().PartialSums;
        private (long, long, long)? part;
        private double before, sum; // of the partial sums that have ended; of the one that goes on
        private bool isLong;

        public double After(long[] at, Func<double, double> add)
        {
            var now = partOf?.Invoke(at, partial);
            if (part is not null && now != part) (before, sum, isLong) = (Total, 0, true);
            (part, sum) = (now, add(sum));
            return Total;
        }

        private double Total => isLong ? terms.Round(before + sum) : sum;
    }

    private static List<Term> Largest(IEnumerable<(long[] At, TermRead Read)> cells)
    {
        double most = double.NegativeInfinity;
        return [.. cells.Select(cell =>
        {
            bool takes = cell.Read.Number > most || double.IsNaN(cell.Read.Number);
            if (takes) most = cell.Read.Number;
            return new Term(cell.At, cell.Read, null, most) { Takes = takes };
        })];
    }

    private List<Term> Won(long[] at)
    {
        double sum = 0;
        return [.. Reading(at).Select(window =>
        {
            var read = GradOutput(at[0], at[1], window.At[0], window.At[1]);
            bool takes = tensors["indices"][read.Index] == at[2] * width.In + at[3];
            if (takes) sum = Round(sum + read.Number);
            return new Term(window.At, read, null, sum) { Takes = takes };
        })];
    }

    private TermRead Input(long n, long c, long ih, long iw) => Read("input", [n, c, ih, iw], height.IsInput(ih) && width.IsInput(iw));

    private TermRead GradOutput(long n, long c, long oh, long ow) =>
        Read("gradOutput", [n, c, oh, ow], oh >= 0 && oh < height.Out && ow >= 0 && ow < width.Out);

    private TermRead Weight(long oc, long ic, long kh, long kw) => Read("weight", [oc, ic, kh, kw], true);

    private TermRead Read(string name, long[] index, bool inside) => new(name, index, inside, inside ? tensors[name][index] : 0);

    // In the type of the tensors: sums, quotients of two singles are right when they are rounded twice.
    private double Round(double number) => isSingle ? (float)number : number;

    private double MultiplyAdd(double left, double right, double sum) => isSingle
        ? MathF.FusedMultiplyAdd((float)left, (float)right, (float)sum)
        : Math.FusedMultiplyAdd(left, right, sum);
}
