using System.Globalization;
using Cnn.Reference.Cases;
using Cnn.Reference.Comparison;
using Cnn.Reference.Printing;
using Spectre.Console;
using static TorchSharp.torch;

namespace Cnn.Reference.Explaining;

/// <summary>One element of a walkthrough worked by hand, as lines of a terminal.</summary>
internal static class ElementText
{
    private const int MostRows = 60;

    private static readonly Bilingual NoTerms = new(
        "No window reads it: the sum has no terms.", "Ninguna ventana la lee: la suma no tiene términos.");

    private static readonly Bilingual Stays = new(
        "In brackets: not above the maximum so far; of equals the first stays.",
        "Entre paréntesis: no supera el máximo anterior; entre iguales queda el primero.");

    private static readonly Bilingual NotAdded = new(
        "In brackets: not added; another cell was that window's maximum.",
        "Entre paréntesis: no se suma; el máximo de esa ventana era otra celda.");

    /// <summary>Prints an element.</summary>
    /// <param name="console">Where to.</param>
    /// <param name="walkthrough">The layer and its tensors.</param>
    /// <param name="view">Forward, or which gradient.</param>
    /// <param name="at">The element's index in row-major order, (N, C, H, W) or (C_out).</param>
    /// <param name="language">In which language.</param>
    public static void Print(IAnsiConsole console, Walkthrough walkthrough, string view, long[] at, Language language)
    {
        var elements = new ElementTerms(walkthrough);
        var terms = elements.Of(view, at);
        bool isMaximum = walkthrough.Case.Kind == LayerKind.Max && view == CodeView.Forward;
        Say(console, $"{CodeView.ResultOf(view)}[{string.Join(", ", at)}], {walkthrough.Case}:");
        foreach (string line in ElementFigure.Of(walkthrough, terms)) console.Profile.Out.Writer.WriteLine(line);
        if (terms.Count == 0) Say(console, NoTerms.In(language));
        else Table(terms, elements.Indices(view), isMaximum, language).Print(console, markdown: false);
        if (terms.Count > MostRows)
        {
            string more = Figures.Whole(terms.Count - MostRows);
            var rest = new Bilingual($"and {more} more terms, all of them in the sum", $"y {more} términos más, todos en la suma");
            Say(console, rest.In(language));
        }
        if (elements.OfMask(view, at) is { } mask)
        {
            Say(console, new Bilingual(
                $"The exercise marks every cell that ties, and gets {Number(mask)} here; libtorch and the layers give it to the first.",
                $"El ejercicio marca todas las celdas empatadas y acá obtiene {Number(mask)}; " +
                "libtorch y las capas se lo dan a la primera.").In(language));
        }
        if (terms.Any(term => !term.Takes)) Say(console, (isMaximum ? Stays : NotAdded).In(language));
        foreach (string line in Ends(walkthrough, view, at, elements.Finish(view, at, terms), language)) Say(console, line);
    }

    private static TextTable Table(IReadOnlyList<Term> terms, IReadOnlyList<string> indices, bool isMaximum, Language language)
    {
        bool isProduct = terms[0].Right is not null, divides = terms[0].Divisor is not null;
        List<string> columns = [.. indices, terms[0].Left.Tensor];
        if (isProduct) columns.AddRange([terms[0].Right!.Tensor, new Bilingual("product", "producto").In(language)]);
        if (divides) columns.Add(new Bilingual("divided by", "dividido por").In(language));
        columns.Add((isMaximum ? new Bilingual("maximum", "máximo") : new("sum", "suma")).In(language));
        var table = new TextTable([.. columns]) { Words = 0 };
        foreach (var term in terms.Take(MostRows))
        {
            List<string> row = [.. term.At.Select(index => Figures.Whole(index)), Read(term.Left, language)];
            if (term.Right is { } right) row.AddRange([Read(right, language), Product(term.Left.Number * right.Number)]);
            if (term.Divisor is { } divisor) row.Add(Figures.Whole(divisor));
            row.Add(term.Takes ? Number(term.Sum) : $"({Number(term.Sum)})");
            table.Add([.. row]);
        }
        return table;
    }

    private static IEnumerable<string> Ends(Walkthrough walkthrough, string view, long[] at, double value, Language language)
    {
        var @case = walkthrough.Case;
        if (view == CodeView.Forward && walkthrough.Problem.Bias is { } bias)
            yield return $"+ bias[{at[1]}] = {Number(NumberArray.Of(bias)[at[1]])}: {Number(value)}";
        if (view == CodeView.Forward && @case.Kind == LayerKind.Avg)
            yield return $"{new Bilingual("divided by", "dividido por").In(language)} {@case.PoolGeometry().Divisor(at[2], at[3])} "
                + $"({Divisor(@case).In(language)}): {Number(value)}";
        double theirs = NumberArray.Of(walkthrough.Libtorch(CodeView.ResultOf(view))!)[at];
        string ulps = Figures.Whole(Ulps(theirs, value, @case.DType == ScalarType.Float32));
        yield return $"libtorch: {Number(theirs)}, " + (theirs.Equals(value)
            ? new Bilingual("the same bits", "los mismos bits")
            : new Bilingual($"{ulps} ulp away: it adds in another order", $"a {ulps} ulp: suma en otro orden")).In(language);
    }

    private static Bilingual Divisor(Case @case) => PageData.RuleOf(@case) switch
    {
        "override" => new("divisor_override", "divisor_override"),
        "padding" => new(
            "the cells in input and padding; what lies beyond does not count",
            "las celdas de la entrada y del padding; lo de más allá no cuenta"),
        _ => new("the cells in the input alone", "solo las celdas de la entrada"),
    };

    // How many numbers of the type lie between two.
    private static double Ulps(double a, double b, bool isSingle)
    {
        return Math.Abs((double)(Order(a) - Order(b)));

        long Order(double number)
        {
            var (bits, least) = isSingle
                ? (BitConverter.SingleToInt32Bits((float)number), int.MinValue)
                : (BitConverter.DoubleToInt64Bits(number), long.MinValue);
            return bits < 0 ? least - bits : bits;
        }
    }

    private static string Read(TermRead read, Language language) =>
        read.Inside ? Number(read.Number)
        : read.Tensor == "input" ? "0 (padding)"
        : new Bilingual("0 (no window)", "0 (sin ventana)").In(language);

    private static void Say(IAnsiConsole console, string line) => console.Say(line, indent: 2);

    // Not rounded by the loops, which fuse it with the addition; here it is.
    private static string Product(double number) => (number + 0.0).ToString("G9", CultureInfo.InvariantCulture);

    private static string Number(double number)
    {
        float single = (float)number;
        return single == number ? single.ToString("R", CultureInfo.InvariantCulture) : number.ToString("R", CultureInfo.InvariantCulture);
    }
}
