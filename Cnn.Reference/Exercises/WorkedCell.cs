using System.Globalization;
using System.Text;
using Cnn.Reference.Mistakes;
using static TorchSharp.torch;

namespace Cnn.Reference.Exercises;

/// <summary>One cell as a person computes it on paper, in the exercise's names: every product, the running sum, what came instead.</summary>
internal static class WorkedCell
{
    private const int MostRows = 30;

    /// <summary>A table: what its columns are called, its rows, and the value they come to.</summary>
    private sealed record Sheet(string Where, IReadOnlyList<string> Columns, List<string[]> Rows, double Value)
    {
        public Bilingual? Remark { get; init; }
    }

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
            Operation.SingleStep or Operation.ConvForward => Forward(call, cell),
            Operation.ConvBackward when output.Part == Part.GradInput => GradInput(call, cell),
            Operation.ConvBackward when output.Part == Part.GradWeight => GradWeight(call, cell),
            Operation.ConvBackward => GradBias(call, cell),
            Operation.MaxForward or Operation.AverageForward => Pool(call, cell),
            Operation.Mask => Mask(call, cell),
            Operation.Distribute => Distribute(call),
            _ => PoolGradient(call, cell),
        };
        var text = new StringBuilder();
        string index = cell.Length == 0 ? "" : $"[{string.Join(", ", output.Axes.Zip(cell, (axis, at) => axis == Number(at) ? axis : $"{axis}={at}"))}]";
        text.Append(CultureInfo.InvariantCulture, $"{output.Name}{index}{(sheet.Where.Length > 0 ? ": " : "")}{sheet.Where}").AppendLine();
        int[] widths = [.. sheet.Columns.Select((column, i) => sheet.Rows.Select(row => row[i].Length).Append(column.Length).Max())];
        if (sheet.Rows.Count > 0) text.AppendLine(Line([.. sheet.Columns], widths));
        foreach (string[] row in sheet.Rows.Take(MostRows)) text.AppendLine(Line(row, widths));
        if (sheet.Rows.Count > MostRows)
            text.AppendLine(CultureInfo.InvariantCulture, $"  {new Bilingual("... and", "... y").In(language)} {sheet.Rows.Count - MostRows} {new Bilingual("more", "más").In(language)}");
        if (sheet.Remark is { } remark) text.Append("  ").AppendLine(remark.In(language));
        text.Append(language == Language.Spanish
            ? $"  Debe ser {Number(sheet.Value)}, y es {Number(yours)}."
            : $"  It must be {Number(sheet.Value)}, and is {Number(yours)}.");
        return text.ToString();
    }

    private static Sheet Padded(Call call, long[] at)
    {
        long pad = call.Windows.Padding.H, h = at[1] - pad, w = at[2] - pad;
        bool inside = IsInside(call, h, w);
        string where = $"row {at[1]} - pad = {h}, column {at[2]} - pad = {w}";
        return new(where, [], [], inside ? At(call.Input, at[0], at[3], h, w) : 0)
        {
            Remark = inside
                ? new($"That is X[{at[0]}, {h}, {w}, {at[3]}].", $"Eso es X[{at[0]}, {h}, {w}, {at[3]}].")
                : new("That is outside of X: a zero.", "Eso está fuera de X: un cero."),
        };
    }

    private static Sheet Forward(Call call, long[] at)
    {
        bool isStep = at.Length == 0; // a single window has no index
        var (i, h, w, c) = isStep ? (0, 0, 0, 0) : (at[0], at[1], at[2], at[3]);
        var (stride, pad) = (call.Windows.Stride.H, call.Windows.Padding.H);
        var rows = new List<string[]>();
        double sum = 0;
        for (long kh = 0; kh < call.Windows.Kernel.H; kh++)
            for (long kw = 0; kw < call.Windows.Kernel.W; kw++)
                for (long channel = 0; channel < call.Input.shape[1]; channel++)
                {
                    long row = h * stride + kh, column = w * stride + kw;
                    double a = AtOrZero(call, i, channel, row - pad, column - pad), weight = At(call.Weight!, c, channel, kh, kw);
                    sum += a * weight;
                    rows.Add(isStep
                        ? [$"a_slice_prev[{kh}, {kw}, {channel}]", Number(a), $"W[{kh}, {kw}, {channel}]", Number(weight), Number(a * weight), Number(sum)]
                        : [$"a_prev_pad[{row}, {column}, {channel}]", Number(a), $"W[{kh}, {kw}, {channel}, {c}]", Number(weight), Number(a * weight), Number(sum)]);
                }
        double bias = call.Bias![c].item<double>();
        return new(
            isStep ? "" : $"vert_start = h * stride = {h * stride}, horiz_start = w * stride = {w * stride}",
            ["cell", "", "filter", "", "product", "sum"], rows, sum + bias)
        {
            Remark = new($"{Number(sum)} + b = {Number(sum)} + {Number(bias)} = {Number(sum + bias)}", $"{Number(sum)} + b = {Number(sum)} + {Number(bias)} = {Number(sum + bias)}"),
        };
    }

    private static Sheet GradInput(Call call, long[] at)
    {
        var (i, row, column, channel) = (at[0], at[1], at[2], at[3]);
        var (stride, pad) = (call.Windows.Stride.H, call.Windows.Padding.H);
        var (height, width) = call.Outputs();
        var rows = new List<string[]>();
        double sum = 0;
        for (long h = 0; h < height; h++)
            for (long w = 0; w < width; w++)
                for (long c = 0; c < call.Weight!.shape[0]; c++)
                {
                    long kh = row + pad - h * stride, kw = column + pad - w * stride; // the cell's place in window (h, w)
                    if (!IsCell(call, kh, kw)) continue;
                    double weight = At(call.Weight, c, channel, kh, kw), dz = At(call.GradOutput!, i, c, h, w);
                    sum += weight * dz;
                    rows.Add([$"W[{kh}, {kw}, {channel}, {c}]", Number(weight), $"dZ[{i}, {h}, {w}, {c}]", Number(dz), Number(weight * dz), Number(sum)]);
                }
        return new($"row {row + pad}, column {column + pad} of da_prev_pad", ["filter", "", "upstream", "", "product", "sum"], rows, sum)
        {
            Remark = rows.Count == 0 ? new("No window reaches it: 0.", "Ninguna ventana llega: 0.") : null,
        };
    }

    private static Sheet GradWeight(Call call, long[] at)
    {
        var (kh, kw, channel, c) = (at[0], at[1], at[2], at[3]);
        var (stride, pad) = (call.Windows.Stride.H, call.Windows.Padding.H);
        var (height, width) = call.Outputs();
        var rows = new List<string[]>();
        double sum = 0;
        for (long i = 0; i < call.Input.shape[0]; i++)
            for (long h = 0; h < height; h++)
                for (long w = 0; w < width; w++)
                {
                    long row = h * stride + kh, column = w * stride + kw;
                    double a = AtOrZero(call, i, channel, row - pad, column - pad), dz = At(call.GradOutput!, i, c, h, w);
                    sum += a * dz;
                    rows.Add([$"A_prev_pad[{i}, {row}, {column}, {channel}]", Number(a), $"dZ[{i}, {h}, {w}, {c}]", Number(dz), Number(a * dz), Number(sum)]);
                }
        return new("", ["cell", "", "upstream", "", "product", "sum"], rows, sum);
    }

    private static Sheet GradBias(Call call, long[] at)
    {
        long c = at[3];
        var (height, width) = call.Outputs();
        var rows = new List<string[]>();
        double sum = 0;
        for (long i = 0; i < call.Input.shape[0]; i++)
            for (long h = 0; h < height; h++)
                for (long w = 0; w < width; w++)
                {
                    double dz = At(call.GradOutput!, i, c, h, w);
                    sum += dz;
                    rows.Add([$"dZ[{i}, {h}, {w}, {c}]", Number(dz), Number(sum)]);
                }
        return new("", ["upstream", "", "sum"], rows, sum);
    }

    private static Sheet Pool(Call call, long[] at)
    {
        var (i, h, w, c) = (at[0], at[1], at[2], at[3]);
        var (stride, f) = (call.Windows.Stride.H, call.Windows.Kernel.H);
        bool isMax = call.Operation == Operation.MaxForward;
        var rows = new List<string[]>();
        double sum = 0, max = double.NegativeInfinity;
        for (long kh = 0; kh < f; kh++)
            for (long kw = 0; kw < f; kw++)
            {
                long row = h * stride + kh, column = w * stride + kw;
                double a = At(call.Input, i, c, row, column);
                (sum, max) = (sum + a, Math.Max(max, a));
                rows.Add([$"A_prev[{i}, {row}, {column}, {c}]", Number(a), Number(isMax ? max : sum)]);
            }
        string where = $"vert_start = h * stride = {h * stride}, horiz_start = w * stride = {w * stride}";
        string mean = $"{Number(sum)} / (f * f) = {Number(sum)} / {f * f}";
        return new(where, ["cell", "", isMax ? "max" : "sum"], rows, isMax ? max : sum / (f * f)) { Remark = isMax ? null : new(mean, mean) };
    }

    private static Sheet Mask(Call call, long[] at)
    {
        double max = call.Input.max().item<double>(), x = At(call.Input, 0, 0, at[0], at[1]);
        return new("", [], [], x == max ? 1 : 0)
        {
            Remark = new(
                $"max(x) = {Number(max)}; x[{at[0]}, {at[1]}] = {Number(x)}. 1 is true, 0 is false.",
                $"max(x) = {Number(max)}; x[{at[0]}, {at[1]}] = {Number(x)}. 1 es verdadero, 0 es falso."),
        };
    }

    private static Sheet Distribute(Call call)
    {
        var (height, width) = call.Windows.Kernel;
        double dz = call.GradOutput!.item<double>();
        string quotient = $"dz / (n_H * n_W) = {Number(dz)} / ({height} * {width})";
        return new("", [], [], dz / (height * width)) { Remark = new(quotient, quotient) };
    }

    private static Sheet PoolGradient(Call call, long[] at)
    {
        var (i, row, column, c) = (at[0], at[1], at[2], at[3]);
        var (stride, f) = (call.Windows.Stride.H, call.Windows.Kernel.H);
        bool isMax = call.Operation == Operation.MaxBackward;
        var (height, width) = call.Outputs();
        var rows = new List<string[]>();
        double sum = 0;
        for (long h = 0; h < height; h++)
            for (long w = 0; w < width; w++)
            {
                if (!IsCell(call, row - h * stride, column - w * stride)) continue;
                double da = At(call.GradOutput!, i, c, h, w);
                double max = call.Input[i, c].narrow(0, h * stride, f).narrow(1, w * stride, f).max().item<double>();
                double share = isMax ? At(call.Input, i, c, row, column) == max ? 1 : 0 : 1.0 / (f * f);
                sum += share * da;
                rows.Add([isMax ? $"mask, of max {Number(max)}" : "1 / (f * f)", Number(share), $"dA[{i}, {h}, {w}, {c}]", Number(da), Number(share * da), Number(sum)]);
            }
        return new($"A_prev there is {Number(At(call.Input, i, c, row, column))}", ["share", "", "upstream", "", "product", "sum"], rows, sum)
        {
            Remark = rows.Count == 0 ? new("No window reaches it: 0.", "Ninguna ventana llega: 0.") : null,
        };
    }

    private static bool IsInside(Call call, long h, long w) =>
        h >= 0 && h < call.Input.shape[2] && w >= 0 && w < call.Input.shape[3];

    private static bool IsCell(Call call, long kh, long kw) =>
        kh >= 0 && kh < call.Windows.Kernel.H && kw >= 0 && kw < call.Windows.Kernel.W;

    private static double AtOrZero(Call call, long n, long c, long h, long w) => IsInside(call, h, w) ? At(call.Input, n, c, h, w) : 0;

    private static double At(Tensor tensor, long n, long c, long h, long w) => tensor[n, c, h, w].item<double>();

    private static string Line(string[] cells, int[] widths) =>
        ("  " + string.Join("  ", cells.Select((cell, i) => i % 2 == 0 && i < 4 && cells.Length > 3 || i == 0 ? cell.PadRight(widths[i]) : cell.PadLeft(widths[i])))).TrimEnd();

    private static string Number(double number) => number.ToString("G6", CultureInfo.InvariantCulture);
}
