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

    // Digits of a number in the table: all that tell it apart, or as many as there is room for.
    private static readonly int[] Digits = [17, 12, 9, 7, 5];

    /// <summary>Which of equal cells is the maximum, in both directions, here and on the page.</summary>
    public static readonly Bilingual Ties = new(
        "Of equal cells the first is the maximum.", "Entre celdas iguales el máximo es la primera.");

    private static readonly Bilingual NoTerms = new(
        "No window reads it: the sum has no terms.", "Ninguna ventana la lee: la suma no tiene términos.");

    private static readonly Bilingual Stays = new(
        $"In brackets: not above the maximum so far. {Ties.English}",
        $"Entre paréntesis: no supera el máximo anterior. {Ties.Spanish}");

    private static readonly Bilingual NotAdded = new(
        $"In brackets: not added, since another cell was that window's maximum. {Ties.English}",
        $"Entre paréntesis: no se suma, porque el máximo de esa ventana era otra celda. {Ties.Spanish}");

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
        else Print(console, digits => Table(terms, elements.Indices(view), isMaximum, language, digits), language);
        if (terms.Count > MostRows)
        {
            string more = Figures.Whole(terms.Count - MostRows);
            var rest = new Bilingual($"and {more} more terms, all of them in the sum", $"y {more} términos más, todos en la suma");
            Say(console, rest.In(language));
        }
        if (terms.Any(term => !term.Takes)) Say(console, (isMaximum ? Stays : NotAdded).In(language));
        if (elements.OfMask(view, at) is { } mask)
        {
            Say(console, new Bilingual(
                $"The exercise's mask marks all of them, and gets {Number(mask)} here.",
                $"La máscara del ejercicio las marca todas, y acá obtiene {Number(mask)}.").In(language));
        }
        foreach (string line in Ends(walkthrough, view, at, elements.Finish(view, at, terms), language)) Say(console, line);
    }

    private static void Print(IAnsiConsole console, Func<int, TextTable> table, Language language)
    {
        int digits = Digits.FirstOrDefault(each => table(each).LeastWidth <= console.Profile.Width, Digits[^1]);
        table(digits).Print(console, markdown: false);
        if (digits < Digits[0])
        {
            Say(console, new Bilingual(
                $"In the table numbers have {digits} digits, for want of room; below it they have all.",
                $"En la tabla los números tienen {digits} cifras, por falta de lugar; abajo las tienen todas.").In(language));
        }
    }

    private static TextTable Table(
        IReadOnlyList<Term> terms, IReadOnlyList<string> indices, bool isMaximum, Language language, int digits)
    {
        bool isProduct = terms[0].Right is not null, divides = terms[0].Divisor is not null;
        List<string> columns = [.. indices, terms[0].Left.Tensor];
        if (isProduct) columns.AddRange([terms[0].Right!.Tensor, new Bilingual("product", "producto").In(language)]);
        if (divides) columns.Add(new Bilingual("divided by", "dividido por").In(language));
        columns.Add((isMaximum ? new Bilingual("maximum", "máximo") : new("sum", "suma")).In(language));
        var table = new TextTable([.. columns]) { Words = 0 };
        foreach (var term in terms.Take(MostRows))
        {
            List<string> row = [.. term.At.Select(index => Figures.Whole(index)), Read(term.Left)];
            if (term.Right is { } right) row.AddRange([Read(right), Product(term.Left.Number * right.Number)]);
            if (term.Divisor is { } divisor) row.Add(Figures.Whole(divisor));
            row.Add(term.Takes ? Short(term.Sum) : $"({Short(term.Sum)})");
            table.Add([.. row]);
        }
        return table;

        string Read(TermRead read) => read.Inside ? Short(read.Number)
            : read.Tensor == "input" ? "0 (padding)"
            : new Bilingual("0 (no window)", "0 (sin ventana)").In(language);

        string Short(double number) => Number(number) is var whole && (digits == Digits[0] || whole.Length <= digits) ? whole
            : (number + 0.0).ToString($"G{digits}", CultureInfo.InvariantCulture);

        // Not rounded by the loops, which fuse it with the addition; here it is.
        string Product(double number) => (number + 0.0).ToString($"G{Math.Min(digits, 9)}", CultureInfo.InvariantCulture);
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

    private static void Say(IAnsiConsole console, string line) => console.Say(line, indent: 2);

    private static string Number(double number)
    {
        float single = (float)number;
        return single == number ? single.ToString("R", CultureInfo.InvariantCulture) : number.ToString("R", CultureInfo.InvariantCulture);
    }
}
