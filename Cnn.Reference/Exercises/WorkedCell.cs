using System.Globalization;
using System.Text;
using Cnn.Reference.Mistakes;
using Cnn.Reference.Printing;
using static TorchSharp.torch;

namespace Cnn.Reference.Exercises;

/// <summary>
/// One cell as a person computes it on paper, in the exercise's names: every product, the running sum, what came instead.
/// </summary>
internal static partial class WorkedCell
{
    private const int MostRows = 30, MostPadding = 4;

    private static readonly Bilingual Nothing = new("", ""), Unreached = new("No window reaches it: 0.", "Ninguna ventana llega: 0.");

    private static readonly Bilingual Cell = new("cell", "celda"), Filter = new("filter", "filtro"), Share = new("share", "parte");

    private static readonly Bilingual Upstream = new("upstream", "gradiente"), Product = new("product", "producto");

    private static readonly Bilingual Sum = new("sum", "suma"), Max = new("max", "máx");

    /// <summary>How a cell comes about.</summary>
    /// <param name="Where">Where it is.</param>
    /// <param name="Columns">What the columns of the table are called.</param>
    /// <param name="Rows">The table.</param>
    /// <param name="Value">What it comes to.</param>
    /// <param name="Remark">What is to be said below the table.</param>
    private sealed record Sheet(Bilingual Where, Bilingual[] Columns, IReadOnlyList<Row> Rows, double Value, Bilingual Remark);

    /// <summary>A line of the table.</summary>
    /// <param name="Cells">What is in each column.</param>
    /// <param name="IsPadding">Whether it is a product of a cell of padding.</param>
    private sealed record Row(string[] Cells, bool IsPadding = false);

    /// <summary>Works a cell.</summary>
    /// <param name="call">The question.</param>
    /// <param name="output">Which result.</param>
    /// <param name="cell">The cell's index there, in the exercise's order of axes.</param>
    /// <param name="yours">What came instead.</param>
    /// <param name="language">In which language.</param>
    public static string Of(Call call, ExerciseOutput output, long[] cell, double yours, Language language)
    {
        var sheet = call.Operation switch
        {
            Operation.ZeroPad => Padded(call, cell),
            Operation.SingleStep => SingleStep(call),
            Operation.ConvForward when output.IsCopy => Copied(call, cell),
            Operation.ConvForward => Forward(call, cell),
            Operation.ConvBackward when output.Part == Part.GradInput => GradInput(call, cell),
            Operation.ConvBackward when output.Part == Part.GradWeight => GradWeight(call, cell),
            Operation.ConvBackward => GradBias(call, cell),
            Operation.MaxForward or Operation.AverageForward => Pool(call, cell),
            Operation.Mask => Mask(call, cell),
            Operation.Distribute => Distribute(call),
            _ => PoolGradient(call, cell),
        };
        var text = new StringBuilder();
        string where = sheet.Where.In(language), remark = sheet.Remark.In(language);
        text.Append(Named(output, cell)).Append(where.Length > 0 ? $": {where}" : "").AppendLine();
        if (sheet.Rows.Count > 0)
            Table(text, [.. sheet.Columns.Select(column => column.In(language))], Folded(sheet.Rows, language), language);
        if (remark.Length > 0) text.Append("  ").AppendLine(remark);
        string value = Number(sheet.Value), instead = Number(yours);
        text.Append("  ").Append(
            new Bilingual($"It must be {value}, and is {instead}.", $"Debe ser {value}, y es {instead}.").In(language));
        return text.ToString();
    }

    /// <summary>A cell: <c>Z[i=0, h=0, w=0, c=0]</c>.</summary>
    public static string Named(ExerciseOutput output, long[] cell)
    {
        if (cell.Length == 0) return output.Name;
        var indices = output.Axes.Zip(cell, (axis, at) => char.IsDigit(axis[0]) ? axis : $"{axis}={Number(at)}");
        return $"{output.Name}[{string.Join(", ", indices)}]";
    }

    /// <summary>A number, to six digits.</summary>
    // What is added makes 0 of -0.
    public static string Number(double number) => (number + 0.0).ToString("G6", CultureInfo.InvariantCulture);

    // Where many products are of padding, those that follow each other are one row.
    private static List<string[]> Folded(IReadOnlyList<Row> rows, Language language)
    {
        bool folds = rows.Count(row => row.IsPadding) > MostPadding;
        var folded = new List<string[]>();
        for (int at = 0; at < rows.Count;)
        {
            int run = folds ? rows.Skip(at).TakeWhile(row => row.IsPadding).Count() : 0;
            folded.Add(run < 2 ? rows[at].Cells
                : [new Bilingual($"{run} cells of padding: 0", $"{run} celdas de padding: 0").In(language)]);
            at += Math.Max(run, 1);
        }
        return folded;
    }

    // Names to the left, numbers to the right. A name stands in the first column, and before the second factor.
    private static void Table(StringBuilder text, string[] columns, IReadOnlyList<string[]> rows, Language language)
    {
        int[] widths = [.. columns.Select((column, i) => rows.Where(IsWhole).Append(columns).Max(row => row[i].Length))];
        foreach (string[] row in rows.Take(MostRows).Prepend(columns))
        {
            var cells = !IsWhole(row) ? row : row.Select((cell, i) => IsName(i) ? cell.PadRight(widths[i]) : cell.PadLeft(widths[i]));
            text.Append("  ").AppendLine(string.Join("  ", cells).TrimEnd());
        }
        string more = Number(rows.Count - MostRows);
        if (rows.Count > MostRows) text.Append("  ").AppendLine(new Bilingual($"... and {more} more", $"... y {more} más").In(language));

        bool IsWhole(string[] row) => row.Length == columns.Length;

        bool IsName(int column) => column == 0 || (column == 2 && columns.Length > 3);
    }

    /// <summary>Products and their running sum.</summary>
    private sealed class Products(Bilingual left, Bilingual right)
    {
        private readonly List<Row> rows = [];
        private double sum;

        public void Add(string leftName, double leftValue, string rightName, double rightValue, bool isPadding = false)
        {
            sum += leftValue * rightValue;
            string[] numbers = [Number(leftValue), Number(rightValue), Number(leftValue * rightValue), Number(sum)];
            rows.Add(new([leftName, numbers[0], rightName, .. numbers[1..]], isPadding));
        }

        public Sheet ToSheet(Bilingual where, double? bias = null)
        {
            string added = bias is { } b ? $"{Number(sum)} + b = {Number(sum)} + {Number(b)} = {Number(sum + b)}" : "";
            return new(
                where, [left, Nothing, right, Nothing, Product, Sum], rows, sum + (bias ?? 0),
                rows.Count == 0 ? Unreached : new(added, added));
        }
    }

    private static Sheet Padded(Call call, long[] at)
    {
        long pad = call.Windows.Padding.H, h = at[1] - pad, w = at[2] - pad;
        string cell = $"X[{at[0]}, {h}, {w}, {at[3]}]";
        return new(
            new($"row {at[1]} - pad = {h}, column {at[2]} - pad = {w}", $"fila {at[1]} - pad = {h}, columna {at[2]} - pad = {w}"), [], [],
            AtOrZero(call, at[0], at[3], h, w),
            IsInside(call, h, w)
                ? new($"That is {cell}.", $"Eso es {cell}.")
                : new("That is outside of X: a zero.", "Eso está fuera de X: un cero."));
    }

    private static Sheet SingleStep(Call call)
    {
        var products = new Products(Cell, Filter);
        for (long kh = 0; kh < call.Windows.Kernel.H; kh++)
            for (long kw = 0; kw < call.Windows.Kernel.W; kw++)
                for (long channel = 0; channel < call.Input.shape[1]; channel++)
                    products.Add(
                        $"a_slice_prev[{kh}, {kw}, {channel}]", At(call.Input, 0, channel, kh, kw),
                        $"W[{kh}, {kw}, {channel}]", At(call.Weight!, 0, channel, kh, kw));
        return products.ToSheet(Nothing, call.Bias!.item<double>());
    }

    private static Sheet Forward(Call call, long[] at)
    {
        var (i, h, w, c) = (at[0], at[1], at[2], at[3]);
        var (stride, pad) = (call.Windows.Stride.H, call.Windows.Padding.H);
        long channels = call.Weight!.shape[1], dilation = call.Windows.Dilation.H;
        long first = c / (call.Weight.shape[0] / call.Windows.Groups) * channels; // of the filter's group
        var products = new Products(Cell, Filter);
        for (long kh = 0; kh < call.Windows.Kernel.H; kh++)
            for (long kw = 0; kw < call.Windows.Kernel.W; kw++)
                for (long channel = 0; channel < channels; channel++)
                {
                    long row = h * stride + kh * dilation, column = w * stride + kw * dilation;
                    products.Add(
                        $"a_prev_pad[{row}, {column}, {first + channel}]", AtOrZero(call, i, first + channel, row - pad, column - pad),
                        $"W[{kh}, {kw}, {channel}, {c}]", At(call.Weight, c, channel, kh, kw), !IsInside(call, row - pad, column - pad));
                }
        return products.ToSheet(Corner(h, w, stride), call.Bias![c].item<double>());
    }

    // The place in the window, row by row, and in a cell channel by channel.
    private static Sheet Copied(Call call, long[] at)
    {
        var (i, h, w, k) = (at[0], at[1], at[2], at[3]);
        var (stride, pad) = (call.Windows.Stride.H, call.Windows.Padding.H);
        long channels = call.Input.shape[1], f = call.Windows.Kernel.W;
        long channel = k % channels, kw = k / channels % f, kh = k / channels / f;
        long row = h * stride + kh, column = w * stride + kw;
        string cell = $"a_prev_pad[{row}, {column}, {channel}]", place = $"{k} = ({kh} * f + {kw}) * n_C_prev + {channel}";
        return new(
            Corner(h, w, stride), [], [], AtOrZero(call, i, channel, row - pad, column - pad),
            new($"{place}: that is {cell}.", $"{place}: eso es {cell}."));
    }

    private static Sheet Pool(Call call, long[] at)
    {
        var (i, h, w, c) = (at[0], at[1], at[2], at[3]);
        var (stride, f) = (call.Windows.Stride.H, call.Windows.Kernel.H);
        bool isMax = call.Operation == Operation.MaxForward;
        var rows = new List<Row>();
        double sum = 0, max = double.NegativeInfinity;
        for (long kh = 0; kh < f; kh++)
            for (long kw = 0; kw < f; kw++)
            {
                long row = h * stride + kh, column = w * stride + kw;
                double a = At(call.Input, i, c, row, column);
                (sum, max) = (sum + a, Math.Max(max, a));
                rows.Add(new([$"A_prev[{i}, {row}, {column}, {c}]", Number(a), Number(isMax ? max : sum)]));
            }
        string mean = isMax ? "" : $"{Number(sum)} / (f * f) = {Number(sum)} / {f * f}";
        return new(
            Corner(h, w, stride), [Cell, Nothing, isMax ? Max : Sum], rows, isMax ? max : sum / (f * f), new(mean, mean));
    }

    private static Sheet Mask(Call call, long[] at)
    {
        double max = call.Input.max().item<double>(), x = At(call.Input, 0, 0, at[0], at[1]);
        string numbers = $"max(x) = {Number(max)}; x[{at[0]}, {at[1]}] = {Number(x)}.";
        return new(
            Nothing, [], [], x == max ? 1 : 0, new($"{numbers} 1 is true, 0 is false.", $"{numbers} 1 es verdadero, 0 es falso."));
    }

    private static Sheet Distribute(Call call)
    {
        var (height, width) = call.Windows.Kernel;
        double dz = call.GradOutput!.item<double>();
        string quotient = $"dz / (n_H * n_W) = {Number(dz)} / ({height} * {width})";
        return new(Nothing, [], [], dz / (height * width), new(quotient, quotient));
    }

    private static Bilingual Corner(long h, long w, long stride)
    {
        string corner = $"vert_start = h * stride = {h * stride}, horiz_start = w * stride = {w * stride}";
        return new(corner, corner);
    }

    private static IEnumerable<(long I, long H, long W)> Windows(Call call)
    {
        var (height, width) = call.Outputs();
        for (long i = 0; i < call.Input.shape[0]; i++)
            for (long h = 0; h < height; h++)
                for (long w = 0; w < width; w++)
                    yield return (i, h, w);
    }

    private static bool IsInside(Call call, long h, long w) =>
        h >= 0 && h < call.Input.shape[2] && w >= 0 && w < call.Input.shape[3];

    private static bool IsOfWindow(Call call, long kh, long kw) =>
        kh >= 0 && kh < call.Windows.Kernel.H && kw >= 0 && kw < call.Windows.Kernel.W;

    private static double AtOrZero(Call call, long n, long c, long h, long w) => IsInside(call, h, w) ? At(call.Input, n, c, h, w) : 0;

    private static double At(Tensor tensor, long n, long c, long h, long w) => tensor[n, c, h, w].item<double>();
}
